"""Ids of records for documents that foreign files call as they like."""

import re

from goldwire.schemas.errors import DataError, Place

_VALID = re.compile(r"[a-z0-9][a-z0-9-]{0,63}")
_OTHER = re.compile(r"[^a-z0-9]+")


def article_id(name: str, taken: dict[str, str], place: Place) -> str:
    """Return the id of a record for a document of that name, and note it in ``taken``.

    A name that is an id already stays. Else it is the name in small letters, all but letters and
    digits of ASCII made ``-``, at most 64 characters. Two names that become one id are DataError
    ``same-id``; the same name twice is ``repeated-document``. ``taken`` has each id with the name
    that it was made from.

    >>> article_id("PMID_9717637.txt", {}, Place())
    'pmid-9717637-txt'
    """
    made = name
    if not _VALID.fullmatch(name):
        made = _OTHER.sub("-", name.lower()).strip("-")[:64].rstrip("-") or "document"
    if taken.get(made) == name:
        raise DataError("repeated-document", f'"{name}" stands twice', "keep one", place)
    if made in taken:
        what = f'"{name}" and "{taken[made]}" would both be the record "{made}"'
        raise DataError("same-id", what, "rename one of them", place)
    taken[made] = name
    return made
