"""The tables of the guidelines, built from the closed lists."""

from collections.abc import Iterator
from pathlib import Path

from goldwire.schemas.derived import Derived, section
from goldwire.schemas.labels import labels, relation_types

GUIDELINES = "annotate/GUIDELINES.md"


def derived(root: Path) -> Iterator[Derived]:
    """Yield annotate's derived parts of a checkout."""
    page = root / GUIDELINES
    for name in labels():
        yield section(page, f"{name} labels", _labels(name))
    yield section(page, "relation types", _relations())


def _labels(name: str) -> str:
    lines = ["| | is | for example | but |", "|---|---|---|---|"]
    for label, entry in labels()[name].items():
        lines.append(f"| {label} | {entry.definition} | {entry.example} | {entry.counterexample} |")
    return "\n".join(lines) + "\n"


def _relations() -> str:
    lines = [
        "| | from | to | is | for example | but | implies |",
        "|---|---|---|---|---|---|---|",
    ]
    for name, entry in relation_types().items():
        kind = "symmetric; " if entry.symmetric else ""
        family = "event; " if entry.family == "event" else ""
        cells = (
            name,
            ", ".join(entry.head),
            ", ".join(entry.tail),
            f"{family}{kind}{entry.definition}",
            entry.example,
            entry.counterexample,
            ", ".join(entry.implies) or "–",
        )
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines) + "\n"
