"""The leaderboard as pages that open from disk: no network, readable without a script."""

import base64
from collections.abc import Collection, Iterator
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from goldwire.eval.leaderboard.markdown import LEGEND, RANKS, said
from goldwire.eval.leaderboard.results import folder_of
from goldwire.eval.leaderboard.view import (
    NOT_ATTEMPTED,
    WIDEST,
    Cell,
    anchored,
    figure,
    headline,
    measures,
    rows,
)
from goldwire.eval.render import UNDEFINED
from goldwire.eval.render_compare import differences
from goldwire.eval.table import HEADLINES
from goldwire.schemas.leaderboard import Board, Entry, Leaderboard
from goldwire.schemas.plain import plain, shorten
from goldwire.schemas.reading import read_text
from goldwire.schemas.score import Figures

if TYPE_CHECKING:
    from jinja2 import Environment

_HERE = Path(__file__).parent
_LONGEST = 300
"""Characters of a value in a receipt."""


def pages(board: Leaderboard, results: Collection[str] = ()) -> dict[str, bytes]:
    """Return the pages by file name; ``results`` are the systems with results for a model card."""
    made = _environment()
    shared = {"layers": list(HEADLINES), "headlines": HEADLINES, **_shell()}
    receipts = [_receipt(a, each, each.name in results) for a, each in anchored(board)]
    index = made.get_template("index.html").render(
        **shared, rows=rows(board), receipts=receipts, notes=[*said(board), *_notes(board)]
    )
    found = {"index.html": index}
    for layer in HEADLINES:
        found[f"{layer}.html"] = made.get_template("layer.html").render(
            **shared, layer=layer, receipts=receipts, **_layer(board, layer)
        )
    return {name: page.encode() for name, page in found.items()}


def _environment() -> "Environment":
    from jinja2 import Environment, FileSystemLoader, StrictUndefined
    from markupsafe import Markup

    def shown(value: Any) -> Any:
        """Make text from outside plain; what is markup is ours."""
        return plain(value) if isinstance(value, str) and not isinstance(value, Markup) else value

    return Environment(
        loader=FileSystemLoader(_HERE),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=shown,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def _shell() -> dict[str, Any]:
    """Return style and script, and the policy that allows these two and nothing else."""
    from markupsafe import Markup

    style, script = (read_text(_HERE / name) for name in ("page.css", "page.js"))
    policy = (
        f"default-src 'none'; style-src '{_digest(style)}'; script-src '{_digest(script)}'; "
        "base-uri 'none'; form-action 'none'"
    )
    return {"style": Markup(style), "script": Markup(script), "policy": Markup(policy)}


def _digest(text: str) -> str:
    return f"sha256-{base64.b64encode(sha256(text.encode()).digest()).decode()}"


def _notes(board: Leaderboard) -> list[str]:
    passed = ", ".join(board.passed_over)
    return [*board.notes, *([f"in the folder, but no run files: {passed}"] if passed else [])]


def _layer(board: Leaderboard, layer: str) -> dict[str, Any]:
    """Return what the page of one layer shows."""
    mine, systems = board.layers[layer], {each.name: each for each in board.systems}
    anchors = {each.name: anchor for anchor, each in anchored(board)}
    order = [each.name for each in mine.standings]
    absent = [name for name in systems if name not in order]
    attempting = [systems[name] for name in order]
    lines = [
        (shorten(name, WIDEST), anchors[name], headline(mine, name), systems[name])
        for name in (*order, *absent)
    ]
    found = mine.comparison
    notes = [LEGEND, *([f"no ranks: {mine.unranked}"] if mine.unranked else _ranked(mine))]
    return {
        "measure": mine.measure,
        "standings": [_standing(mine, *each) for each in lines],
        "notes": [*notes, *(found.notes if found else _own_notes(attempting))],
        "differences": [row[1:] for row in differences(found, plain)] if found else [],
        "names": [shorten(name, WIDEST) for name in order],
        "tables": [
            (title, _table(attempting, measures(attempting, layer, typed)))
            for title, typed in (("All measures", False), ("By type", True))
        ],
    }


def _ranked(board: Board) -> Iterator[str]:
    """Yield what a rank is, and which figures have no interval and why."""
    yield RANKS
    for each in board.standings:
        if each.f1 is not None and each.low is None:
            yield f"{shorten(each.name, WIDEST)}: no interval: {each.interval}"


def _own_notes(attempting: list[Entry]) -> list[str]:
    return [note for each in attempting for note in each.score.notes]


def _standing(board: Board, name: str, anchor: str, cell: Cell, entry: Entry) -> dict[str, Any]:
    attempted = cell.instead != NOT_ATTEMPTED
    figures = entry.score.scores[board.measure] if attempted else Figures()
    return {
        "name": name,
        "anchor": anchor,
        "cell": cell,
        "precision": figure(figures.precision, attempted=attempted),
        "recall": figure(figures.recall, attempted=attempted),
        "counts": [figures.gold, figures.predicted, figures.matched],
        "extractor": shorten(entry.run.extractor, WIDEST),
        "version": shorten(entry.run.version or UNDEFINED, WIDEST),
    }


def _table(systems: list[Entry], names: list[str]) -> list[tuple[str, list[Cell]]]:
    """Return rows of measures with a cell for each system."""
    return [(name, [_figure(each, name) for each in systems]) for name in names]


def _figure(entry: Entry, name: str) -> Cell:
    found = entry.score.scores.get(name, Figures())
    return figure(found.f1, found.low, found.high)


def _receipt(anchor: str, each: Entry, carded: bool) -> dict[str, Any]:
    """Return a system's receipt: every field that has a value, and what its run file says."""
    given, run = each.score.receipt, each.run
    maps = {f"map {name}": digest for name, digest in (given.maps or {}).items()}
    facts = {
        "file": each.file,
        "extractor": run.extractor,
        "extractor version": run.version,
        "layers declared": None if run.layers is None else ", ".join(run.layers) or "none",
        "made": run.time,
        "goldwire": given.goldwire,
        "gold (SHA-256)": given.gold,
        "corpus (SHA-256)": given.corpus,
        "source articles": given.articles,
        "documents": given.documents,
        "guidelines": given.guidelines,
        "status of the gold": given.status,
        "tokens": given.tokens,
        **maps,
        "resamples": given.resamples,
        "seed": given.seed,
    }
    shown = {k: shorten(str(v), _LONGEST) for k, v in facts.items() if v is not None}
    return {
        "name": shorten(each.name, WIDEST),
        "anchor": anchor,
        "facts": shown,
        "notes": each.score.notes,
        "results": quote(folder_of(each.name)) if carded else "",
    }
