"""placeholder"""

from goldwire.corpus.records import Records
from goldwire.eval.plan import Plan
from goldwire.schemas.reading import Block
from typing import Any


def lean(gold: Records, block: Block, plan: Plan) -> Any:
    return None
