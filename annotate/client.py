"""A Label Studio server as push and pull see it, by its SDK, whose failures become messages."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any
from urllib.parse import urlsplit
from xml.etree import ElementTree

from goldwire.annotate.config import labelling_config
from goldwire.annotate.credentials import Credentials
from goldwire.schemas.address import is_loopback
from goldwire.schemas.errors import DataError, Place, UsageError
from goldwire.schemas.extras import needs
from goldwire.schemas.plain import shorten

_SECONDS = 300
_PAGE = 50
_SHORTEST = 3
_TITLE_LIMIT = 50
_TOKEN = (
    "copy the token from the server's page Account & Settings, or use the file that serve wrote"
)
_WAIT = "see that it runs, and push or pull again: what was done is kept, and nothing is doubled"


class Studio:
    """One server, asked with one account's token.

    Reading is tried again by the SDK, making is not: a project or task must not come out twice.
    Redirects are not followed, so that the token goes nowhere else.
    """

    def __init__(self, credentials: Credentials) -> None:
        self.url = credentials.url.rstrip("/")
        client = needs("label_studio_sdk.client", "annotate")
        self._httpx = needs("httpx", "annotate")
        self._api_error = needs("label_studio_sdk.core.api_error", "annotate").ApiError
        here = is_loopback(urlsplit(self.url).hostname or "")  # a proxy has no business there
        self._http = self._httpx.Client(
            timeout=_SECONDS, follow_redirects=False, trust_env=not here
        )
        try:
            with self._answering("to log in"):
                self.sdk = client.LabelStudio(
                    base_url=self.url, api_key=credentials.token, httpx_client=self._http
                )
                self.me: str = self.sdk.users.whoami().email
        except BaseException:
            self._http.close()
            raise

    def __enter__(self) -> "Studio":
        return self

    def __exit__(self, *given: object) -> None:
        self._http.close()

    def accounts(self) -> dict[int, str]:
        """Return the addresses of all accounts by their ids."""
        with self._answering("for the accounts"):
            return {user.id: user.email for user in self.sdk.users.list()}

    def project(self, title: str) -> int | None:
        """Return the id of the project of a title, its configuration checked, or None."""
        with self._answering("for its projects"):
            found = [p for p in self.sdk.projects.list(title=title) if p.title == title]
            if not found:
                return None
            config = self.sdk.projects.get(found[0].id).label_config
        if len(found) > 1:
            ids = ", ".join(str(each.id) for each in found)
            what = f'{len(found)} projects are called "{shorten(title)}" (ids {ids})'
            raise DataError("same-title", what, "rename all but one", Place(self.url))
        self._check_config(config, found[0].id)
        return int(found[0].id)

    def create(self, title: str, *, prelabel: bool) -> int:
        """Make a project; ``prelabel`` shows predictions, and an annotator starts from one."""
        if not _SHORTEST <= len(title) <= _TITLE_LIMIT:
            what = f'a title has {_SHORTEST} to {_TITLE_LIMIT} characters, not "{shorten(title)}"'
            raise UsageError("title-length", what, "give --project another one")
        with self._answering("to make a project"):
            project = self.sdk.projects.create(
                title=title,
                description="Made by goldwire. Its labelling configuration must stay as it is.",
                label_config=labelling_config(),
                show_collab_predictions=prelabel,
                maximum_annotations=1,
                request_options={"max_retries": 0},
            )
        return int(project.id)

    def tasks(self, project: int, fields: Sequence[str]) -> Iterator[dict[str, Any]]:
        """Yield a project's tasks with these fields, page by page, in the order of their ids."""
        with self._answering("for the tasks"):
            whole = "all" if {"annotations", "predictions"} & {*fields} else "task_only"
            listed = self.sdk.tasks.list(
                project=project, fields=whole, include=",".join(fields), page_size=_PAGE
            )
            for task in listed:
                yield dict(task)  # its own conversion warns of types that the server mixes

    def add(self, project: int, tasks: Sequence[dict[str, Any]]) -> None:
        """Add tasks to a project: the server takes all of them or none."""
        with self._answering("to take tasks"):
            self.sdk.projects.import_tasks(
                id=project, request=list(tasks), request_options={"max_retries": 0}
            )

    def task_url(self, project: int, task: int) -> str:
        """Return the address at which a task is seen."""
        return f"{self.url}/projects/{project}/data?task={task}"

    def _check_config(self, config: str, project: int) -> None:
        """Refuse a configuration other than ours: what it lacks would be lost on the way."""
        if _plain_config(config) == _plain_config(labelling_config()):
            return
        place = Place(f"{self.url}/projects/{project}/settings/labeling")
        cure = "restore what goldwire annotate config prints, or give --project another title"
        raise DataError("other-config", _difference(config), cure, place)

    @contextmanager
    def _answering(self, wish: str) -> Iterator[None]:
        """Turn what the SDK and its HTTP client raise into messages, without what was sent."""
        place = Place(self.url)
        try:
            yield
        except self._api_error as error:
            raise self._refusal(error.status_code, error.body, wish) from None
        except self._httpx.TimeoutException:
            what = f"the server gave no answer in {_SECONDS} s when asked {wish}"
            raise UsageError("no-answer", what, _WAIT, place) from None
        except (self._httpx.HTTPError, OSError) as error:
            what = f"no server answers when asked {wish} ({shorten(str(error), 80)})"
            raise UsageError("no-server", what, _WAIT, place) from None

    def _refusal(self, status: int | None, body: Any, wish: str) -> UsageError:
        place = Place(self.url)
        if status in (401, 403):
            what = f"the server refuses the token: {_detail(body)}"
            return UsageError("refused-token", what, _TOKEN, place)
        if not isinstance(body, dict) and (status or 0) < 500:
            what = f"what answers there is no Label Studio (status {status})"
            return UsageError("no-label-studio", what, "check the address", place)
        what = f"the server answered with status {status} when asked {wish}: {_detail(body)}"
        return UsageError("server-refused", what, "see the server's log", place)


def _detail(body: Any) -> str:
    """Return what a server says of a refusal, short."""
    if not isinstance(body, dict):
        return "it says nothing of why"
    found = body.get("validation_errors") or body.get("detail") or ""
    return shorten(str(found), 200) or "it says nothing of why"


def _plain_config(config: str) -> str:
    try:
        return ElementTree.canonicalize(config, strip_text=True)
    except ElementTree.ParseError:
        return config


def _difference(config: str) -> str:
    """Return in a few words what a configuration lacks, or has beyond ours."""
    theirs, ours = (_parts(each) for each in (config, labelling_config()))
    found = [
        f"{verb} {', '.join(sorted(names)[:5])}{' …' if len(names) > 5 else ''}"
        for verb, names in (("lacks", ours - theirs), ("has also", theirs - ours))
        if names
    ]
    said = f": it {' and '.join(found)}" if found else ""
    return f"the project's labelling configuration is not goldwire's{said}"


def _parts(config: str) -> set[str]:
    """Return the controls and labels of a configuration."""
    try:
        root = ElementTree.fromstring(config)
    except ElementTree.ParseError:
        return set()
    found = set()
    for control in root.iter():
        name = control.get("name") or control.tag
        found |= {name} if control.get("name") else set()
        found |= {f"{name}/{each.get('value')}" for each in control if each.get("value")}
    return found
