"""What annotators may be called: their names are those of files and accounts."""

import re

from goldwire.schemas.errors import UsageError
from goldwire.schemas.plain import shorten

NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,63}")


def require_name(name: str) -> None:
    """Raise UsageError for what can't be the name of an annotator."""
    if not NAME.fullmatch(name):
        what = f'"{shorten(name)}" is no name of an annotator'
        cure = "use small letters, digits and hyphens, at most 64, no hyphen first"
        raise UsageError("annotator-name", what, cure)
