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
) -> Receipt:
    """Return the receipt of figures over ``gold`` for a run."""
    return Receipt(
        goldwire=VERSION,
        gold=gold.identity.gold,
        corpus=gold.identity.corpus,
        articles=len(gold),
        guidelines=gold.identity.guidelines,
        status=gold.identity.status,
        extractor=run.extractor if run else None,
        extractor_version=run.version if run else None,
        maps={name: each.sha256 for name, each in sorted(maps.items())} if maps else None,
        train=train.identity.gold if train is not None else None,
    )
