"""What opens a Label Studio: its address, a token, and what a person logs in with.

They come from a file that only its owner can read, or from the environment; never from a command
line. No error and no ``repr`` shows a token or a password, and none quotes the file.
"""

import os
from pathlib import Path

import msgspec
from msgspec import Struct

from goldwire.schemas.address import safe_parts
from goldwire.schemas.decoding import decode
from goldwire.schemas.errors import DataError, GoldwireError, Place, UsageError
from goldwire.schemas.private import read_private, write_private

URL, TOKEN = "LABEL_STUDIO_URL", "LABEL_STUDIO_API_KEY"
"""The environment variables that are read where no file is given."""


class Credentials(
    Struct, forbid_unknown_fields=True, frozen=True, kw_only=True, omit_defaults=True
):
    """An address without a slash at its end, an API token, and optionally a login.

    >>> Credentials(url="http://localhost:8080", token="t", email="a@example.com", password="p")
    Credentials(url='http://localhost:8080', email='a@example.com', …)
    """

    url: str
    token: str
    email: str | None = None
    password: str | None = None

    def __repr__(self) -> str:
        return f"Credentials(url={self.url!r}, email={self.email!r}, …)"

    def __rich_repr__(self) -> list[tuple[str, str | None]]:
        return [("url", self.url), ("email", self.email)]


_DECODER = msgspec.json.Decoder(Credentials)


def read(path: Path | None = None) -> Credentials:
    """Read credentials from a file, or from the environment where none is given.

    A file that others can read, or of another user, is refused.
    """
    if path is None:
        return _of_environment()
    place = Place(str(path))
    raw = read_private(path)
    try:
        found = decode(raw, _DECODER, place)
    except DataError:  # its message may quote the file
        what = 'expected {"url": …, "token": …}, and "email" and "password" or neither'
        cure = "write it again, or get a new one from goldwire annotate serve"
        raise DataError("credentials-form", what, cure, place) from None
    return _checked(found, "url", "token", place)


def write(path: Path, credentials: Credentials) -> None:
    """Write credentials to a file of mode 600, whole or not at all."""
    content = msgspec.json.format(msgspec.json.encode(credentials), indent=1) + b"\n"
    write_private(path, content)


def _of_environment() -> Credentials:
    found = {name: os.environ.get(name, "") for name in (URL, TOKEN)}
    missing = [name for name, value in found.items() if not value]
    if missing:
        what = f"no credentials: {' and '.join(missing)} not set"
        raise UsageError(
            "no-credentials", what, f"give a credentials file, or set {URL} and {TOKEN}"
        )
    return _checked(Credentials(url=found[URL], token=found[TOKEN]), URL, TOKEN, Place())


def _checked(found: Credentials, url: str, token: str, place: Place) -> Credentials:
    """Return credentials that can be sent; ``url`` and ``token`` are what the fields are called."""
    try:
        parts = safe_parts(found.url, url)
    except GoldwireError as error:
        raise UsageError(error.code, error.message, error.cure, place) from None
    rest = (parts.username, parts.password, parts.query, parts.fragment)
    if any(rest) or not _is_graphic(found.url):
        what = f"{url} holds a user, a query, or characters that no URL can hold"
        raise UsageError("url-form", what, "write https://host/path", place)
    if not _is_graphic(found.token):  # else the header is refused, in an error that quotes it
        what = f"{token} is empty or holds characters that no token can hold"
        raise UsageError(
            "token-form", what, "copy it from Label Studio's Account & Settings", place
        )
    return msgspec.structs.replace(found, url=found.url.rstrip("/"))


def _is_graphic(text: str) -> bool:
    return bool(text) and text.isascii() and text.isprintable() and " " not in text
