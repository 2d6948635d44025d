"""The figures of scores as tables for the page; nothing is computed here but what is in them."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from goldwire.eval.entrants import Entrant, notes_of
from goldwire.eval.measure import Measure
from goldwire.eval.one_sided import lists_items, one_sided
from goldwire.eval.render import UNDEFINED, between, ratio
from goldwire.eval.report.overlay import KINDS, RIGHT
from goldwire.eval.table import HEADLINES, layer
from goldwire.schemas.comparison import OneSided
from goldwire.schemas.errors import LONGEST
from goldwire.schemas.plain import plain, shorten
from goldwire.schemas.score import Figures, Score

Targets = Mapping[tuple[str, ...], int]
"""The number of the first finding of something that goes wrong: a layer, a type, a kind."""
TOO_FEW = "no intervals, and systems can't be ranked"
"""The end of a note that the page says in its own words."""
Groups = list[tuple[str, int]]
"""What stands above several columns, and how many those are."""
MANY = 3
"""Systems above which a table has one column for each."""
MOST_ROWS = 1000
MOST_ITEMS = 200
MOST_SIDED = 3000
"""Rows of a table that grows with the corpus, of a list of items, of all such lists."""


@dataclass(slots=True)
class Cell:
    """One cell: what it shows, what it sorts by, and where its link leads if it has one."""

    text: str
    value: float | str | None = None
    target: int | None = None
    system: int | None = None
    more: str = ""

    @property
    def numeric(self) -> bool:
        """Whether it is a number, or a dash in place of one."""
        return not isinstance(self.value, str)


@dataclass(slots=True)
class Table:
    """A table that sorts; ``about`` says what its rows are, ``cut`` what it leaves out."""

    name: str
    caption: str
    head: list[str]
    rows: list[list[Cell]]
    about: str = ""
    cut: str = ""
    groups: Groups = field(default_factory=list)


def called(each: Entrant) -> str:
    """Return a system's name for the page."""
    return shorten(each.name, 40)


def words(text: str, target: int | None = None) -> Cell:
    """Return a cell of words."""
    return Cell(shorten(text, 80), plain(text[:80]).lower(), target)


def number(value: float | None, shown: str | None = None, more: str = "") -> Cell:
    """Return a cell of a number; one that is undefined comes last however it is sorted."""
    text = UNDEFINED if value is None else f"{value:g}" if shown is None else shown
    return Cell(text, value, more=more)


def f1(found: Figures) -> Cell:
    """Return a cell of F1, with its interval if there is one."""
    return number(found.f1, ratio(found.f1), between(found.low, found.high))


def _columns(entrants: Sequence[Entrant], names: list[str]) -> tuple[list[str], Groups]:
    """Return the heads of each system's columns, and what stands above them.

    Of many systems F1 alone is shown, below their names.
    """
    if len(entrants) > MANY:
        return [called(each) for each in entrants], []
    return names * len(entrants), [("", 3), *((called(each), len(names)) for each in entrants)]


def headlines(entrants: Sequence[Entrant], measures: Sequence[Measure], to: Targets) -> Table:
    """Return the first table: a row a measure, the figures of each system in its columns."""
    rows, many = [], len(entrants) > MANY
    for each in measures:
        part = layer(each)
        figures = [entrant.score.scores[str(each)] for entrant in entrants]
        gold = next((f.gold for f in figures if f.gold is not None), None)
        row = [words(part, target=to.get((part,))), words(str(each)), number(gold)]
        for found in figures:
            ratios = (found.precision, found.recall)
            row += [number(each, ratio(each)) for each in ratios if not many] + [f1(found)]
        rows.append(row)
    if all(each.score.headline for each in entrants):
        row = [words("mean"), words("of the four F1"), number(None)]
        for score in (each.score for each in entrants):
            ends = between(score.mean_low, score.mean_high)
            row += [number(None)] * (0 if many else 2)
            row.append(number(score.mean, ratio(score.mean), ends))
        rows.append(row)
    head, groups = _columns(entrants, ["precision", "recall", "F1"])
    caption = "By layer, F1" if many else "By layer"
    return Table("layers", caption, ["layer", "measure", "gold", *head], rows, groups=groups)


def types(entrants: Sequence[Entrant], measures: Sequence[Measure], to: Targets) -> Table:
    """Return the rows by type of the first table's measures that the scores have."""
    names = {name for each in entrants for name in each.score.scores}
    rows, many = [], len(entrants) > MANY
    for whole in measures:
        typed = (Measure.parse(name) for name in sorted(names) if name.startswith(whole.name))
        for each in (m for m in typed if m.of_any_type == whole and len(m.option("type")) == 1):
            figures = [entrant.score.scores.get(str(each)) or Figures() for entrant in entrants]
            gold = next((f.gold for f in figures if f.gold is not None), None)
            label, part = each.option("type")[0], layer(each)
            row = [words(part), words(label, target=to.get((part, label))), number(gold)]
            for entrant, found in zip(entrants, figures, strict=True):
                known = found if part in entrant.score.layers else Figures()
                counts = (known.predicted, known.matched)
                row += [number(each) for each in counts if not many] + [f1(known)]
            rows.append(row)
    head, groups = _columns(entrants, ["predicted", "right", "F1"])
    caption = "By type, F1" if many else "By type"
    return Table("types", caption, ["layer", "type", "gold", *head], rows, groups=groups)


def kinds(entrants: Sequence[Entrant], measures: Sequence[Measure], to: Targets) -> Table:
    """Return how many items of each system are of each kind, as ``--errors`` counts them."""
    rows = []
    for each in measures:
        name, part = str(each), layer(each)
        for system, entrant in enumerate(entrants):
            score = entrant.score
            if not lists_items(name, entrant) or score.scores[name].f1 is None:
                continue
            counts = Counter(e.kind for e in score.errors or () if e.measure == name)
            told = name in (score.kinds or {})
            row = [words(part), words(entrant.name, target=to.get((part, "", str(system))))]
            row[1].system = system
            row.append(number(score.scores[name].matched))
            for kind in KINDS[1:]:
                known = told or kind in ("missed", "spurious")
                cell = number(counts[kind] if known else None)
                cell.target, cell.system = to.get((part, kind, str(system))), system
                row.append(cell)
            rows.append(row)
    return Table("kinds", "By kind of error", ["layer", "system", RIGHT, *KINDS[1:]], rows)


def every(entrants: Sequence[Entrant]) -> Table:
    """Return all figures of all systems, one row each."""
    names = dict.fromkeys(name for each in entrants for name in each.score.scores)
    rows = []
    for name in names:
        for each in entrants:
            found = each.score.scores.get(name)
            if found is None:
                continue
            ratios = (found.precision, found.recall, found.f1)
            counts = (found.gold, found.predicted, found.matched)
            row = [words(name), words(each.name), *(number(r, ratio(r)) for r in ratios)]
            row.append(number(found.low, between(found.low, found.high) or UNDEFINED))
            row += [number(c) for c in counts]
            rows.append(row)
    head = ["measure", "system", "precision", "recall", "F1", "95 % of F1"]
    return Table("every", "Every figure", [*head, "gold", "predicted", "matched"], rows)


def documents(ids: Sequence[str], counts: Sequence[Counter[str]], entrants: Sequence[Entrant],
              places: Mapping[str, int]) -> Table:  # fmt: skip
    """Return how many errors each document has; ``ids`` are in order, most errors first."""
    rows = []
    for name in ids[:MOST_ROWS]:
        row = [words(name, target=places.get(name))]
        rows.append([*row, *(number(each[name]) for each in counts)])
    cut = f"The {MOST_ROWS:,} documents with most errors of {len(ids):,}."
    head = ["document", *map(called, entrants)]
    about = "Errors of the measures of the first table; a name leads to the text if it is shown."
    cut = cut if len(ids) > MOST_ROWS else ""
    return Table("documents", "By document", head, rows, about, cut)


def sided(
    entrants: Sequence[Entrant], measures: Sequence[Measure]
) -> Iterator[tuple[Entrant, Entrant, list[OneSided]]]:
    """Yield for each two systems what the first has and the other has not."""
    names = [str(each) for each in measures]
    for one in entrants:
        for other in entrants:
            if one is not other:
                both = (n for n in names if _defined(n, one.score) and _defined(n, other.score))
                items = [each for name in both for each in one_sided(name, one, other)]
                yield one, other, [each for each in items if each.system == one.name]


def _defined(name: str, score: Score) -> bool:
    return score.scores[name].f1 is not None


def one_sided_table(
    order: int,
    one: Entrant,
    other: Entrant,
    items: Sequence[OneSided],
    place: Mapping[object, int],
    most: int = MOST_ITEMS,
) -> Table:
    """Return what one system has and the other has not, item by item."""
    rows = []
    for each in items[:most]:
        key = each.measure, each.document, each.start, each.end, each.type, each.item
        what = words("right" if each.kind == "found" else "spurious", target=place.get(key))
        where = number(each.start)
        part = layer(Measure.parse(each.measure))
        texts = (part, each.type or UNDEFINED, each.item, each.document)
        rows.append([what, where, *map(words, texts)])
    kinds = Counter(each.kind for each in items)
    caption = (
        f"{called(one)} has, {called(other)} has not: {kinds['found']} right, "
        f"{kinds['spurious']} spurious"
    )
    cut = f"The first {most} of {len(items):,}." if len(items) > most else ""
    head = ["what", "at", "layer", "type", "item", "document"]
    return Table(f"sided-{order}", caption, head, rows, cut=cut)


def reasons(entrants: Sequence[Entrant], measures: Iterable[Measure]) -> list[str]:
    """Return why figures have no interval, each reason once."""
    found: dict[str, list[str]] = {}
    for entrant in entrants:
        for each in measures:
            figures = entrant.score.scores[str(each)]
            if figures.low is None and figures.f1 is not None:
                found.setdefault(figures.interval, []).append(f"{called(entrant)}, {layer(each)}")
    few = len(found) == 1
    return [why if few else f"{why} ({'; '.join(which)})" for why, which in found.items()]


def notes(entrants: Sequence[Entrant]) -> list[str]:
    """Return what must be said beside the figures, each once with the systems that it is of."""
    found: dict[str, list[str]] = {}
    for line in notes_of(entrants):
        owner = next((e for e in entrants if line.startswith(f"{e.name}: ")), None)
        said = line if owner is None else line.removeprefix(f"{owner.name}: ")
        found.setdefault(said, []).extend([called(owner)] if owner else [])
    return [
        shorten(said, LONGEST) + (f" ({', '.join(names)})" if names else "")
        for said, names in found.items()
        if not said.endswith(TOO_FEW)
    ]


def first_measures(score: Score) -> list[Measure]:
    """Return the measures of the first table: the headlines, or those that were asked for."""
    if score.headline:
        return [*HEADLINES.values()]
    return [Measure.parse(name) for name in score.scores]
