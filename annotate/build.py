"""What is built of annotate: gold from its passes, the guidelines' and the card's tables."""

from collections.abc import Iterator
from pathlib import Path

import msgspec

from goldwire.annotate import adjudicate, decisions
from goldwire.annotate.agree import Agreement, agree
from goldwire.corpus.load import load
from goldwire.eval.render import ratio
from goldwire.schemas.derived import Derived, section
from goldwire.schemas.json_schema import schema_file, titled
from goldwire.schemas.labels import labels, relation_types

READER = "reader"
"""The name of a fresh pass that is compared with gold, if there is one."""

GUIDELINES = "annotate/GUIDELINES.md"


def derived(root: Path) -> Iterator[Derived]:
    """Yield annotate's derived parts of a checkout."""
    page = root / GUIDELINES
    for name in labels():
        yield section(page, f"{name} labels", _labels(name))
    yield section(page, "relation types", _relations())
    about = "The output of goldwire annotate agree --json."
    yield schema_file(root, "agreement", titled(msgspec.json.schema(Agreement), "agreement", about))
    yield section(root / "README.md", "agreement", _agreement(adjudicate.finished(root)))


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


_SHOWN = (
    ("names, values, nominals and pronouns, span and type", "mentions.strict[zone=all]"),
    ("coreference, links (MUC)", "coref.muc[zone=all]"),
    ("coreference, mentions (CEAFm)", "coref.ceafm[zone=all]"),
    ("relations", "relations.strict[zone=all]"),
    ("quotes with their speakers, equal content", "quotes.exact[zone=all]"),
    ("quotes with their speakers, half of the content", "quotes.attributed[zone=all]"),
    ("boilerplate, characters", "boilerplate.char"),
)


def _agreement(folders: list[Path]) -> str:
    """Return F1 of the two passes, and of the reader's pass against gold, for each article."""
    lines = []
    for folder in folders:
        passes = {path.stem: load(path)[0] for path in sorted((folder / "passes").glob("*.json"))}
        (gold,) = load(folder)
        a, b = decisions.read(folder)[0].passes
        found = {f"{a} and {b}": agree(passes[a], passes[b])}
        if READER in passes:
            found[f"gold and {READER}"] = agree(gold, passes[READER])
        heads = (f"{who}: {each.name}" for who, each in found.items())
        lines += [f"| {gold.id} | {' | '.join(heads)} |", "|---" * (len(found) + 1) + "|"]
        for label, name in _SHOWN:
            rows = (each.rows[name] for each in found.values())
            cells = (f"{ratio(row.f1)} ({row.both} of {row.a} and {row.b})" for row in rows)
            lines.append(f"| {label} | {' | '.join(cells)} |")
        alphas = (ratio(each.alpha["mentions"]) for each in found.values())
        lines.append(f"| alpha on characters, mentions | {' | '.join(alphas)} |")
        items = (str(len(each.disagreements)) for each in found.values())
        lines.append(f"| items that differ in any field | {' | '.join(items)} |")
    return "\n".join(lines) + "\n"
