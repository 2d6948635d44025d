"""A system's results as Hugging Face's Hub reads them, written by its own library."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from goldwire.eval.leaderboard.view import is_time
from goldwire.eval.table import HEADLINES
from goldwire.schemas.extras import needs
from goldwire.schemas.leaderboard import Entry, Leaderboard
from goldwire.schemas.plain import shorten

_TASKS = {
    "entities": ("token-classification", "named entity recognition"),
    "relations": ("text-classification", "relation extraction"),
    "quotes": ("token-classification", "quotation attribution"),
    "boilerplate": ("token-classification", "boilerplate removal"),
}
_RATIOS = ("f1", "precision", "recall")
_LONGEST = 300


@dataclass(frozen=True)
class Dataset:
    """The dataset's place on the Hub: its name, its commit, and a link to where figures are."""

    id: str
    revision: str | None = None
    url: str | None = None


def results(board: Leaderboard, dataset: Dataset) -> dict[str, bytes]:
    """Return two files per system: what was measured and is defined, nothing else.

    ``goldwire.yaml`` goes into the model's folder ``.eval_results``; ``model-index.yaml`` is for
    the front matter of its card. Raises UsageError if huggingface_hub is missing.
    """
    hub = needs("huggingface_hub", "data")
    dump = needs("huggingface_hub.utils", "data").yaml_dump
    found = {}
    for each in board.systems:
        entries = list(_entries(hub, each, dataset))
        if not entries:
            continue
        listed = dump(hub.eval_result_entries_to_yaml(entries), sort_keys=False)
        name = shorten(each.name, _LONGEST)
        measured = list(_measured(hub, each, dataset))
        card = hub.ModelCardData(model_name=name, eval_results=measured)
        folder = folder_of(each.name)
        found[f"{folder}/goldwire.yaml"] = listed.encode()
        found[f"{folder}/model-index.yaml"] = f"{card.to_yaml()}\n".encode()
    return found


def folder_of(name: str) -> str:
    """Return where the results of a system are written, within the leaderboard's folder."""
    return f"results/{name}"


def _entries(hub: Any, each: Entry, dataset: Dataset) -> Iterator[Any]:
    """Yield the headline of each layer that the system attempts, as the Hub's benchmarks do."""
    for layer, measure in HEADLINES.items():
        value = each.score.scores[str(measure)].f1
        if value is not None:
            yield hub.EvalResultEntry(
                dataset_id=dataset.id,
                task_id=layer,
                value=value,
                dataset_revision=dataset.revision,
                date=each.run.time if is_time(each.run.time) else None,
                source_url=dataset.url,
                source_name=None if dataset.url is None else "goldwire leaderboard",
                notes=_note(each, str(measure)),
            )


def _measured(hub: Any, each: Entry, dataset: Dataset) -> Iterator[Any]:
    """Yield F1, precision and recall under each headline, as a model card's index has them."""
    for layer, measure in HEADLINES.items():
        figures = each.score.scores[str(measure)]
        for kind in _RATIOS:
            value = getattr(figures, kind)
            if value is not None:
                task, name = _TASKS[layer]
                yield hub.EvalResult(
                    task_type=task,
                    task_name=name,
                    dataset_type=dataset.id,
                    dataset_name="goldwire",
                    dataset_config=layer,
                    dataset_split="test",
                    dataset_revision=dataset.revision,
                    metric_type=kind,
                    metric_name=f"{measure} {kind}",
                    metric_value=value,
                    source_url=dataset.url,
                    source_name=None if dataset.url is None else "goldwire leaderboard",
                )


def _note(each: Entry, measure: str) -> str:
    """Return what the figure is, and what it rests on."""
    given = each.score.receipt
    articles = f"{given.articles} source article{'' if given.articles == 1 else 's'}"
    made = shorten(f"{each.run.extractor} {each.run.version or ''}".strip(), _LONGEST)
    found = each.score.scores[measure]
    sure = f"95 % interval {found.low:.4f} to {found.high:.4f}" if found.low is not None else ""
    parts = (
        f"F1 of {measure} (0 to 1)",
        sure or f"no interval: {found.interval}",
        articles,
        f"goldwire {given.goldwire}",
        f"gold {given.gold[:12]}",
        f"guidelines {given.guidelines}",
        f"by {made}",
    )
    return "; ".join(parts)
