"""The receipt: what figures rest on."""

import hashlib
from collections.abc import Iterable, Sequence

from goldwire.schemas.record import Record, Run
from goldwire.schemas.score import Receipt
from goldwire.schemas.version import VERSION
from goldwire.schemas.writing import canonical_bytes


def corpus_hash(records: Sequence[Record]) -> str:
    """Return the SHA-256 over ids and texts: what an extractor was given."""
    bare = [Record(id=record.id, text=record.text) for record in records]
    return hashlib.sha256(canonical_bytes(bare)).hexdigest()


def gold_hash(records: Sequence[Record]) -> str:
    """Return the SHA-256 over whole records, texts and annotations."""
    return hashlib.sha256(canonical_bytes(records)).hexdigest()


def receipt(gold: Sequence[Record], run: Run | None) -> Receipt:
    """Return the receipt of figures over ``gold`` for a run."""
    return Receipt(
        goldwire=VERSION,
        gold=gold_hash(gold),
        corpus=corpus_hash(gold),
        articles=len(gold),
        guidelines=_all(record.guidelines_version for record in gold),
        status=_all(record.annotation.status if record.annotation else None for record in gold),
        extractor=run.extractor if run else None,
        extractor_version=run.version if run else None,
    )


def _all(values: Iterable[str | None]) -> str:
    return ", ".join(sorted({value or "none" for value in values}))
