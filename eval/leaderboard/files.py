"""All files of a leaderboard's folder."""

import re

import msgspec

from goldwire.eval.leaderboard.markdown import markdown
from goldwire.eval.leaderboard.pages import pages
from goldwire.eval.leaderboard.results import Dataset, results
from goldwire.schemas.errors import UsageError
from goldwire.schemas.leaderboard import Leaderboard

_ID = re.compile(r"[\w.-]+/[\w.-]+", re.ASCII)
_URL = re.compile(r"https://[^\s/@?#]+(/[^\s@?#]*)?", re.ASCII)


def files(board: Leaderboard, dataset: Dataset | None = None) -> dict[str, bytes]:
    """Return the files by name: the same board gives the same bytes.

    ``index.html`` and a page per layer, ``leaderboard.md``, ``leaderboard.json``, and with
    ``dataset`` a folder ``results`` (see ``results``).
    """
    listed = msgspec.json.format(msgspec.json.encode(board), indent=2)
    carded = results(board, dataset) if dataset else {}
    linked = {name.split("/")[1] for name in carded}
    return {
        **pages(board, linked),
        "leaderboard.md": markdown(board).encode(),
        "leaderboard.json": listed + b"\n",
        **carded,
    }


def hub_dataset(name: str | None, revision: str | None, url: str | None) -> Dataset | None:
    """Return the dataset that results are of, None if it was not named; UsageError for nonsense."""
    if name is None:
        if revision or url:
            cure = "add --dataset, or leave them out"
            raise UsageError("unused-option", "--revision and --url are for --dataset", cure)
        return None
    if not _ID.fullmatch(name):
        cure = "give OWNER/NAME as the Hub has it"
        raise UsageError("dataset-name", f'"{name}" is no name of a dataset', cure)
    if revision is not None and not re.fullmatch(r"[0-9a-f]{40}", revision):
        cure = "give the commit's 40 hexadecimal digits"
        raise UsageError("revision", f'"{revision}" is no commit', cure)
    if url is not None and not _URL.fullmatch(url):
        cure = "give one without user, query or fragment"
        raise UsageError("link", f'"{url}" is no https link', cure)
    return Dataset(name, revision, url)
