"""The receipt: what figures rest on."""

from collections.abc import Mapping

from goldwire.corpus.records import Records
from goldwire.schemas.label_map import LabelMap
from goldwire.schemas.record import Run
from goldwire.schemas.score import Receipt
from goldwire.schemas.version import VERSION


def receipt(
    gold: Records,
    run: Run | None,
    maps: Mapping[str, LabelMap] | None = None,
    train: Records | None = None,
    resamples: int | None = None,
    seed: int | None = None,
) -> Receipt:
    """Return the receipt of figures over ``gold`` for a run; the last two are of intervals."""
    return Receipt(
        goldwire=VERSION,
        gold=gold.identity.gold,
        corpus=gold.identity.corpus,
        articles=int(gold.sources.max(initial=-1)) + 1,
        documents=len(gold),
        guidelines=gold.identity.guidelines,
        status=gold.identity.status,
        extractor=run.extractor if run else None,
        extractor_version=run.version if run else None,
        maps={name: each.sha256 for name, each in sorted(maps.items())} if maps else None,
        train=train.identity.gold if train is not None else None,
        resamples=resamples,
        seed=seed,
    )
