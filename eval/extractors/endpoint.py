"""An HTTP endpoint that is sent an article as JSON and answers with a prediction."""

from base64 import b64encode
from http.client import HTTPException, InvalidURL
from urllib.error import HTTPError, URLError
from urllib.parse import unquote
from urllib.request import HTTPRedirectHandler, OpenerDirector, ProxyHandler, Request, build_opener

import msgspec

from goldwire.eval.extractors import Extractor
from goldwire.schemas.address import safe_parts
from goldwire.schemas.record import Record

_LARGEST = 64 * 1024 * 1024
_SECONDS = 600


class _NoRedirect(HTTPRedirectHandler):
    """Follow no redirect: an article goes where the user sends it, and nowhere else."""

    def redirect_request(self, *given: object, **more: object) -> None:
        return None


class Endpoint:
    """One endpoint, asked once for each article."""

    def __init__(self, url: str, secret: str | None) -> None:
        self.url, self.secret = url, secret
        self.opener: OpenerDirector = build_opener(_NoRedirect, ProxyHandler({}))

    def extract(self, article: Record) -> bytes:
        """Post the article and return the body of the answer."""
        headers = {"Content-Type": "application/json", "Accept": "application/json"}
        if self.secret is not None:
            headers["Authorization"] = f"Basic {self.secret}"
        try:
            request = Request(self.url, msgspec.json.encode(article), headers, method="POST")
            with self.opener.open(request, timeout=_SECONDS) as answer:
                kind = answer.headers.get_content_type()
                body: bytes = answer.read(_LARGEST + 1)
        except HTTPError as error:
            raise OSError(f"the endpoint answered with status {error.code}") from None
        except InvalidURL:
            raise OSError("the URL holds characters that a URL can't hold") from None
        except (URLError, HTTPException, OSError) as error:
            reason = getattr(error, "reason", error)
            raise OSError(f"the endpoint gave no answer: {reason}") from None
        if not kind.endswith("json"):
            raise OSError(f"the endpoint answered with {kind}, not with JSON")
        if len(body) > _LARGEST:
            raise OSError(f"the answer is longer than {_LARGEST >> 20} MB")
        return body


def http(argument: str) -> Extractor:
    """Return an endpoint on this machine as an extractor."""
    return _made(f"http:{argument}")


def https(argument: str) -> Extractor:
    """Return an endpoint as an extractor."""
    return _made(f"https:{argument}")


def _made(url: str) -> Extractor:
    parts = safe_parts(url)
    host, port = parts.hostname or "", parts.port
    shown_host = f"[{host}]" if ":" in host else host
    place = shown_host if port is None else f"{shown_host}:{port}"
    bare = parts._replace(netloc=place, fragment="").geturl()
    secret = None
    if parts.username is not None:
        pair = f"{unquote(parts.username)}:{unquote(parts.password or '')}"
        secret = b64encode(pair.encode()).decode()
    shown = f"{parts.scheme}://{shown_host}{parts.path}"  # user, password, query are left out
    return Extractor(shown, None, None, Endpoint(bare, secret).extract)
