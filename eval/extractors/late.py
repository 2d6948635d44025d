"""What adapters share: saying what is missing at once, importing what is heavy later."""

from importlib.metadata import version
from importlib.util import find_spec
from typing import NoReturn

from goldwire.schemas.errors import UsageError
from goldwire.schemas.extras import needs


def require(extra: str, *modules: str) -> None:
    """Raise UsageError with the install line of ``extra`` if a module of it is not there.

    None that is there is imported.
    """
    for module in modules:
        if find_spec(module) is None:
            needs(module, extra)


def versions(*distributions: str) -> str:
    """Return the installed versions as a receipt shows them: ``spacy 3.8.1, thinc 8.3.2``."""
    return ", ".join(f"{name} {version(name)}" for name in distributions)


def cannot_load(name: str, error: Exception, cure: str) -> NoReturn:
    """Raise UsageError for a model that is there and can't be loaded."""
    lines = str(error).strip().splitlines()
    reason = lines[0] if lines else type(error).__name__
    raise UsageError("cannot-load", f"{name} can't be loaded: {reason}", cure) from error
