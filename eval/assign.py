"""One-to-one matching of maximum weight, exact and independent of the order of input."""

from collections import defaultdict
from collections.abc import Callable, Mapping

from goldwire.eval.items import Edges, Item, covered

Readings = Mapping[tuple[int, int], Item]
Credit = Callable[[Item, Item], int]
"""What a pair of gold and prediction earns, in whole numbers above 0."""


def once(one: Item, other: Item) -> int:
    """Return the credit of a pair where each pair has the same."""
    return 1


def assign(
    gold: list[Item],
    predicted: list[Item],
    edges: Edges,
    readings: Readings | None = None,
    credit: Credit = once,
) -> Edges:
    """Return the ``edges`` that together earn most credit, each item at most once.

    Among such sets the one wins that has more exact spans, then more equal types, then
    more shared characters, then gold of smaller start, end and type. All weights are whole
    numbers of any size, so no tie is decided by rounding. ``readings`` gives the item that
    an edge is weighed by where it is not the gold item itself.
    """
    rows, columns = {row for row, _ in edges}, {column for _, column in edges}
    if len(rows) == len(columns) == len(edges):
        return edges
    matched: Edges = []
    for component in _components(edges):
        if len(component) > 1:
            component = _solve(gold, predicted, component, readings or {}, credit)
        matched += component
    return matched


def ladder(one: Item, other: Item) -> tuple[int, int, int]:
    """Return what decides ties, more first: exact span, equal type, shared characters."""
    return (
        int(one.spans == other.spans),
        int(one.facets.get("type") == other.facets.get("type")),
        (_characters(one) & _characters(other)).bit_count(),
    )


def _components(edges: Edges) -> list[Edges]:
    """Part the edges into sets that share no item."""
    root: dict[tuple[int, int], tuple[int, int]] = {}

    def find(node: tuple[int, int]) -> tuple[int, int]:
        while root.setdefault(node, node) != node:
            root[node] = root[root[node]]
            node = root[node]
        return node

    for row, column in edges:
        root[find((0, row))] = find((1, column))
    parts: dict[tuple[int, int], Edges] = defaultdict(list)
    for row, column in edges:
        parts[find((0, row))].append((row, column))
    return list(parts.values())


def _solve(
    gold: list[Item], predicted: list[Item], edges: Edges, readings: Readings, credit: Credit
) -> Edges:
    rows = sorted({row for row, _ in edges}, key=lambda row: gold[row].identity)
    columns = sorted({column for _, column in edges}, key=lambda c: predicted[c].identity)
    ladders = {}
    for row, column in edges:
        sides = readings.get((row, column), gold[row]), predicted[column]
        ladders[row, column] = (credit(*sides), *ladder(*sides))
    weights = _weights(rows, ladders)
    table = [[weights.get((row, column), 0) for column in columns] for row in rows]
    if len(rows) > len(columns):
        turned = [list(line) for line in zip(*table, strict=True)]
        pairs = [(row, column) for column, row in enumerate(maximum(turned))]
    else:
        pairs = list(enumerate(maximum(table)))
    chosen = [(rows[row], columns[column]) for row, column in pairs]
    return [edge for edge in chosen if edge in weights]


def _weights(
    rows: list[int], ladders: Mapping[tuple[int, int], tuple[int, int, int, int]]
) -> dict[tuple[int, int], int]:
    """Pack the criteria into one integer per edge, no sum of which can carry over."""
    size = len(rows) + 1
    most = 1 + len(rows) * max(shared for *_, shared in ladders.values())
    rank = {row: len(rows) - 1 - number for number, row in enumerate(rows)}
    return {
        edge: ((((earned * size + exact) * size + typed) * most + shared) << len(rows))
        + (1 << rank[edge[0]])
        for edge, (earned, exact, typed, shared) in ladders.items()
    }


def _characters(item: Item) -> int:
    return item.characters or covered(item.spans)


def maximum(weights: list[list[int]]) -> list[int]:
    """Return for each row the column of a maximum-weight assignment (rows <= columns).

    The Hungarian method with potentials (Kuhn 1955, Munkres 1957), in whole numbers:
    O(rows^2 * columns). scipy's solver rounds to 53 bits, too few for packed ties, and
    takes longer to import than a score takes to compute.
    """
    columns = len(weights[0])
    row_potential = [0] * (len(weights) + 1)
    column_potential = [0] * (columns + 1)
    owner = [0] * (columns + 1)
    for row in range(1, len(weights) + 1):
        owner[0] = row
        path, last = _augment(weights, row_potential, column_potential, owner)
        while last:
            owner[last] = owner[path[last]]
            last = path[last]
    answer = [0] * len(weights)
    for column in range(1, columns + 1):
        if owner[column]:
            answer[owner[column] - 1] = column - 1
    return answer


def _augment(
    weights: list[list[int]], rows: list[int], columns: list[int], owner: list[int]
) -> tuple[list[int], int]:
    """Find the cheapest path from the new row to a free column, and update potentials."""
    path = [0] * len(columns)
    slack: list[int | None] = [None] * len(columns)
    done = [False] * len(columns)
    here = 0
    while owner[here]:
        done[here] = True
        row = owner[here]
        step, nearest = None, 0
        for column in range(1, len(columns)):
            if done[column]:
                continue
            cost = -weights[row - 1][column - 1] - rows[row] - columns[column]
            known = slack[column]
            if known is None or cost < known:
                slack[column], path[column], known = cost, here, cost
            if step is None or known < step:
                step, nearest = known, column
        assert step is not None
        for column in range(len(columns)):
            if done[column]:
                rows[owner[column]] += step
                columns[column] -= step
            elif (known := slack[column]) is not None:
                slack[column] = known - step
        here = nearest
    return path, here
