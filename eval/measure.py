"""The measure as a value: a name and options, whose printed form parses back to it.

>>> str(Measure.parse("mentions.strict[type=GPE,level=VALUE,NAM]"))
'mentions.strict[level=NAM,VALUE,type=GPE]'
"""

import re
from dataclasses import dataclass
from functools import cache
from typing import Self

from goldwire.schemas.errors import UsageError

_FORM = re.compile(r"([a-z]+\.[a-z0-9]+)(?:\[([^\[\]]*)\])?")
_DEFAULTS = {
    "zone": ("article",),
    "args": ("all",),
    "nil": ("in",),
    "singletons": ("keep",),
    "average": ("micro",),
}
_FILTERS = ("type", "level", "family", "args")


@dataclass(frozen=True, slots=True)
class Measure:
    """A measure with its options, sorted; options at their default are left out.

    Options filter gold and prediction alike: each names the values that are kept. Only
    ``average`` does not: it says what the ratios are means over.
    """

    name: str
    options: tuple[tuple[str, tuple[str, ...]], ...] = ()

    @classmethod
    def of(cls, name: str, **options: str | tuple[str, ...]) -> Self:
        """Return the measure with options given as keywords."""
        return cls(name).where(**options)

    @classmethod
    def parse(cls, text: str) -> Self:
        """Return the measure that ``text`` names; raises UsageError if it has not the form."""
        name, options = parts(text)
        return cls(name).where(**options)

    def where(self, **options: str | tuple[str, ...]) -> Self:
        """Return this measure with more options, each replacing one of the same name."""
        merged = dict(self.options)
        for key, given in options.items():
            values = (given,) if isinstance(given, str) else tuple(sorted(set(given)))
            merged.pop(key, None)
            if values != _DEFAULTS.get(key):
                merged[key] = values
        return type(self)(self.name, tuple(sorted(merged.items())))

    def option(self, key: str) -> tuple[str, ...]:
        """Return the values of an option, its default if it is not set, or ()."""
        return dict(self.options).get(key, _DEFAULTS.get(key, ()))

    @property
    def filters(self) -> dict[str, tuple[str, ...]]:
        """The options that compare a property of an item."""
        return {key: values for key, values in self.options if key in _FILTERS}

    @property
    def of_any_type(self) -> Self:
        """This measure without the option ``type``."""
        return type(self)(self.name, tuple(each for each in self.options if each[0] != "type"))

    @property
    def whole(self) -> Self:
        """This measure without options and over every zone: what ``kept`` is a share of."""
        return type(self)(self.name).where(zone="all")

    def __str__(self) -> str:
        return _shown(self)


@cache
def _shown(measure: Measure) -> str:
    inner = ",".join(f"{key}={','.join(values)}" for key, values in measure.options)
    return f"{measure.name}[{inner}]" if inner else measure.name


def parts(text: str) -> tuple[str, dict[str, tuple[str, ...]]]:
    """Return the name and the options that ``text`` gives; UsageError if it has not the form."""
    found = _FORM.fullmatch(text.replace(" ", ""))
    chosen: dict[str, list[str]] = {}
    option = ""
    for word in (found[2] or "").split(",") if found and found[2] is not None else ():
        key, equals, value = word.rpartition("=")
        option = key if equals else option
        if not option or not value or (equals and option in chosen):
            found = None
            break
        chosen.setdefault(option, []).append(value)
    if not found:
        raise UsageError(
            "measure-form",
            f'"{text}" is not the form of a measure',
            "write it as in mentions.strict[type=GPE,level=NAM,VALUE]",
        )
    return found[1], {key: tuple(values) for key, values in chosen.items()}
