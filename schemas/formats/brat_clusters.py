"""What of brat's lines are one entity: Equiv lines, clusters as lines of their own, links."""

from collections import Counter, defaultdict
from collections.abc import Iterable

from goldwire.schemas.errors import DataError
from goldwire.schemas.formats import brat_meta as names
from goldwire.schemas.formats.brat_lines import Line
from goldwire.schemas.formats.stretches import Ends


def cluster_lines(lines: Iterable[Line]) -> dict[str, str]:
    """Return the lines that name a cluster, each with the line of its mention.

    LitBank writes a mention twice: once with its type, once with the name and number of its
    cluster (``ANN_LEE-3``). Lines are read so if any type of that form shares its span with one
    other line; then all must, or DataError says which does not.
    """
    marks = list(lines)
    places: dict[tuple[Ends, ...], list[Line]] = defaultdict(list)
    for line in marks:
        if not names.CLUSTER.fullmatch(line.type):
            places[tuple(line.spans)].append(line)
    clusters = [line for line in marks if names.CLUSTER.fullmatch(line.type)]
    times = Counter(tuple(line.spans) for line in clusters)
    if not any(len(places[tuple(line.spans)]) == 1 for line in clusters):
        return {}
    for line in clusters:
        if len(places[tuple(line.spans)]) != 1 or times[tuple(line.spans)] != 1:
            what = f'"{line.type}" reads as a cluster, but not one mention stands at its span'
            cure = "give each cluster's line one mention, or write clusters as Equiv lines"
            raise DataError("lone-cluster", what, cure, line.place)
    return {line.id: places[tuple(line.spans)][0].id for line in clusters}


def merged(lines: Iterable[Line]) -> list[tuple[Line, list[str]]]:
    """Return groups of ids; lines that share one are one group, as brat itself has it."""
    groups: list[tuple[Line, list[str]]] = []
    for line in lines:
        ids = [name for _, name in line.args]
        shared = [each for each in groups if not set(ids).isdisjoint(each[1])]
        joined = [name for _, group in shared for name in group]
        if shared:
            shared[0][1][:] = [*joined, *ids]
            groups = [each for each in groups if each not in shared[1:]]
        else:
            groups.append((line, ids))
    return groups


def is_link(kind: str, base: str, number: str) -> bool:
    """Return whether a normalisation is a link to a Wikidata item.

    >>> is_link("Reference", "Wikidata", "Q42"), is_link("Reference", "Wikidata", "P31")
    (True, False)
    """
    return (kind, base) == ("Reference", names.WIKIDATA) and bool(names.ITEM.fullmatch(number))


def links(line: Line) -> bool:
    """Return whether a line is a link to a Wikidata item."""
    base, _, number = (line.db or "").partition(":")
    return is_link(line.type, base, number)
