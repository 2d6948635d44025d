"""Libraries that only some verbs need."""

import importlib
from types import ModuleType

from goldwire.schemas.errors import UsageError


def needs(module: str, extra: str) -> ModuleType:
    """Import a module of an extra, or raise UsageError with the line that installs it."""
    try:
        return importlib.import_module(module)
    except ImportError:
        raise UsageError(
            "missing-extra",
            f"{module.partition('.')[0]} is not installed",
            f"in a checkout: pip install '.[{extra}]'",
        ) from None
