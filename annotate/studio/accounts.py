"""The credentials of annotators: one file each in a folder, kept from start to start."""

import secrets
from collections.abc import Sequence
from pathlib import Path

from msgspec.structs import replace

from goldwire.annotate.credentials import Credentials, read, write
from goldwire.annotate.names import NAME, require_name
from goldwire.schemas.errors import DataError, Place, UsageError

_DOMAIN = "goldwire.example"


def require_names(annotators: Sequence[str]) -> None:
    """Raise UsageError for what can be no name of an annotator."""
    for name in annotators:
        require_name(name)


def prepare(folder: Path, annotators: Sequence[str], url: str) -> dict[str, Credentials]:
    """Return the credentials of all annotators by name, those named and those of earlier starts.

    Files that are missing are written; in the others only the address is brought up to date.
    """
    known = {path.stem: read(path) for path in folder.glob("*.json") if NAME.fullmatch(path.stem)}
    if not known and not annotators:
        raise UsageError("no-annotator", "there is no annotator yet", "name one: -a NAME")
    folder.mkdir(mode=0o700, exist_ok=True)
    found = {name: known.get(name) or _new(name, url) for name in sorted({*known, *annotators})}
    for name, credentials in found.items():
        path = folder / f"{name}.json"
        if credentials.email is None or credentials.password is None:
            what = "expected an email and a password"
            cure = "remove the file: a new one is made"
            raise DataError("credentials-form", what, cure, Place(str(path)))
        found[name] = replace(credentials, url=url)
        if found[name] != known.get(name):
            write(path, found[name])
    return found


def _new(name: str, url: str) -> Credentials:
    password, token = secrets.token_urlsafe(18), secrets.token_hex(20)
    return Credentials(url=url, token=token, email=f"{name}@{_DOMAIN}", password=password)


def lines(accounts: dict[str, Credentials]) -> bytes:
    """Return accounts as the process of Label Studio reads them, three fields for each."""
    fields = ((each.email or "", each.password or "", each.token) for each in accounts.values())
    return "\0".join(field for each in fields for field in each).encode()
