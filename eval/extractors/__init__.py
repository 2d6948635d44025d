"""Extractors: what turns an article into a prediction, found by name.

A name is that of an entry point in the group ``goldwire.extractors``, alone or with an argument
(``rules``, ``spacy:en_core_web_sm``, ``cmd:./mine --fast``), or ``package.module:function``. An
entry point is a function that takes the argument ("" if there is none) and returns an Extractor.
"""

from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from typing import TYPE_CHECKING, Any

from goldwire.schemas.errors import UsageError
from goldwire.schemas.near import did_you_mean
from goldwire.schemas.plain import shorten
from goldwire.schemas.record import LAYERS, Record

if TYPE_CHECKING:
    from importlib.metadata import EntryPoint

GROUP = "goldwire.extractors"
OWN = {
    "rules": "goldwire.eval.extractors.rules:make",
    "empty": "goldwire.eval.extractors.controls:make_empty",
    "oracle": "goldwire.eval.extractors.controls:make_oracle",
}
"""Those that need nothing beside goldwire, and no argument: found without a look at packages."""


def _nothing() -> None:
    """Close nothing."""


@dataclass(frozen=True, slots=True)
class Extractor:
    """A named function from an article to a prediction over it.

    The article has id, language and text and nothing else, except for an extractor with
    ``sees_gold``, a control that is given the whole gold record. The prediction is a Record, the
    same as a dict, or its JSON. ``layers`` are those that it attempts, None if it does not say.
    What starts slowly starts in the first call; ``close`` ends what it started, where a run ends
    in order: else its process is killed, with all that it started.
    """

    name: str
    version: str | None
    layers: tuple[str, ...] | None
    extract: Callable[[Record], Any]
    sees_gold: bool = False
    close: Callable[[], None] = _nothing


def extractor(name: str) -> Extractor:
    """Return the extractor of that name, or raise UsageError that names the near ones."""
    if name in OWN:
        module, _, function = OWN[name].partition(":")
        own: Extractor = getattr(import_module(module), function)("")
        return own
    from importlib.metadata import entry_points  # it takes as long as half of a score

    kind, _, argument = name.partition(":")
    known = {each.name: each for each in entry_points(group=GROUP)}
    if kind in known:
        return _made(known[kind], argument, name)
    if argument:
        return _function(kind, argument, name)
    cure = did_you_mean(name, known) or f"use one of {', '.join(sorted(known))}"
    more = "or package.module:function"
    raise UsageError("unknown-extractor", f'no extractor is named "{name}"', f"{cure}, {more}")


def _made(found: "EntryPoint", argument: str, name: str) -> Extractor:
    try:
        make = found.load()
        made: object = make(argument)
    except UsageError:
        raise
    except (Exception, SystemExit) as error:
        cure = f"install what {found.value.partition(':')[0]} needs"
        raise UsageError("broken-extractor", f"{name}: {said(error)}", cure) from None
    if not isinstance(made, Extractor):
        what = f"{name}: {found.value} makes no Extractor"
        raise UsageError("broken-extractor", what, "let it return one")
    return made


def said(error: BaseException) -> str:
    """Return the kind and the message of an exception that may be of any make, in one line."""
    try:
        return shorten(f"{type(error).__name__}: {error}", 300)
    except Exception:
        return type(error).__name__


def _function(module: str, attribute: str, name: str) -> Extractor:
    """Return a Python function as an extractor."""
    try:
        found = import_module(module)
        function = getattr(found, attribute)
    except (Exception, SystemExit) as error:
        cure = "name a package.module:function that can be imported"
        raise UsageError("unknown-extractor", f"{name}: {said(error)}", cure) from None
    if not callable(function):
        raise UsageError("unknown-extractor", f"{name} is no function", "name a function")
    version = getattr(found, "__version__", None)
    if not isinstance(version, str | None):
        what = f"{module}.__version__ is no string"
        raise UsageError("broken-extractor", what, "write it as a string")
    layers = _layers(getattr(function, "layers", None), name)
    return Extractor(name, version, layers, function)


def _layers(given: object, name: str) -> tuple[str, ...] | None:
    """Return the layers that a function declares; UsageError if they are not ours."""
    if given is None:
        return None
    layers = tuple(given) if isinstance(given, list | tuple) else (given,)
    for layer in layers:
        if layer not in LAYERS:
            cure = did_you_mean(str(layer), LAYERS) or f"known are {', '.join(LAYERS)}"
            what = f'{name}.layers: unknown layer "{shorten(str(layer))}"'
            raise UsageError("broken-extractor", what, cure)
    return tuple(map(str, layers))
