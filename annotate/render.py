"""Agreement as a person reads it."""

from collections.abc import Iterator

from goldwire.annotate.agree import Agreement
from goldwire.annotate.compare import Disagreement, words
from goldwire.eval.render import ratio
from goldwire.schemas.plain import plain, shorten
from goldwire.schemas.record import Record


def as_text(found: Agreement, article: Record) -> str:
    """Return the table, the coefficients, and every item that only one pass has."""
    width = max(len(name) for name in found.rows)
    lines = [f"{found.name}: A is {plain(found.a)}, B is {plain(found.b)}", ""]
    lines.append(f"{'measure':{width}}  precision  recall      F1     A     B  both")
    for name, row in found.rows.items():
        ratios = f"{ratio(row.precision):>9}  {ratio(row.recall):>6}  {ratio(row.f1):>6}"
        lines.append(f"{name:{width}}  {ratios}  {row.a:4}  {row.b:4}  {row.both:4}")
    lines += ["", "Krippendorff's alpha on characters"]
    lines += [f"  {name:{width - 2}}  {_coefficient(value)}" for name, value in found.alpha.items()]
    lines += ["", "Cohen's kappa on the labels of equal spans"]
    lines += [f"  {name:{width - 2}}  {_coefficient(value)}" for name, value in found.kappa.items()]
    lines += ["", f"items that differ: {len(found.disagreements)}"]
    return "\n".join(
        [*lines, *(line for each in found.disagreements for line in _lines(each, article))]
    )


def _coefficient(value: float | None) -> str:
    return "–" if value is None else f"{value:9.4f}"


def _lines(each: Disagreement, article: Record) -> Iterator[str]:
    """Yield where two passes differ, and only the fields in which they do."""
    yield f'  {each.layer} {plain(each.key)}  "{shorten(each.text)}"'
    if each.a is None or each.b is None:
        yield f"    only in {'B' if each.a is None else 'A'}"
        return
    for key in sorted(each.a.keys() | each.b.keys()):
        mine, theirs = each.a.get(key), each.b.get(key)
        if mine != theirs and key not in ("name", "wikidata"):
            yield f"    {key}: A {_short(article, mine)}, B {_short(article, theirs)}"


def _short(article: Record, value: object) -> str:
    return f'"{shorten(words(article, value), 100)}"'
