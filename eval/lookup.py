"""From the names of measures to measures: what is unknown is refused with what is near."""

from collections.abc import Mapping
from fnmatch import fnmatch

from goldwire.eval.measure import Measure, parts
from goldwire.eval.table import LISTS, MEASURES
from goldwire.schemas.errors import UsageError
from goldwire.schemas.label_map import LabelMap, label_map
from goldwire.schemas.labels import Labels, own_labels
from goldwire.schemas.near import did_you_mean

_ONE_VALUE = ("zone", "args", "nil", "singletons", "average", "map")


def measures(
    given: str,
    maps: Mapping[str, LabelMap] | None = None,
    trained: bool = False,
    labels: Labels | None = None,
) -> list[Measure]:
    """Return the measures that ``given`` names; a ``*`` in the name stands for any letters.

    It stands for the measures that take the options given, and not for relations.ign unless
    there are facts of training data (``trained``). ``labels`` are those of gold's scheme if it
    is not goldwire's.

    >>> [str(each) for each in measures("mentions.*t[type=GPE]")]
    ['mentions.strict[type=GPE]', 'mentions.exact[type=GPE]']
    """
    name, bracket, options = given.partition("[")
    if "*" not in name:
        return [measure(given, maps, labels)]
    names = [each for each in MEASURES if fnmatch(each, name.strip())]
    if not trained and len(names) > 1:
        names = [each for each in names if each != "relations.ign"]
    if not names:
        cure = did_you_mean(name.replace("*", ""), MEASURES) or f"use one of {', '.join(MEASURES)}"
        raise UsageError("unknown-measure", f'no measure matches "{name}"', cure)
    asked = parts(names[0] + bracket + options)[1].keys()
    taking = [each for each in names if asked <= MEASURES[each].options().keys()]
    return [measure(each + bracket + options, maps, labels) for each in taking or names[:1]]


def measure(
    given: str, maps: Mapping[str, LabelMap] | None = None, labels: Labels | None = None
) -> Measure:
    """Return the measure that ``given`` names; UsageError names the near ones if none does.

    ``maps`` are label maps beside those that come with goldwire, for ``map=``; ``labels`` those
    of gold's scheme if it is not goldwire's.

    >>> str(measure("relations.strict[args=all]"))
    'relations.strict'
    """
    wanted, (_, options) = Measure.parse(given), parts(given)
    if wanted.name not in MEASURES:
        cure = did_you_mean(wanted.name, MEASURES) or f"use one of {', '.join(MEASURES)}"
        raise UsageError("unknown-measure", f'no measure is named "{wanted.name}"', cure)
    allowed = MEASURES[wanted.name].options()
    if labels and labels != own_labels() and "type" in allowed:
        allowed["type"] = tuple(sorted(labels[LISTS[MEASURES[wanted.name].layer]]))
    if "map" in allowed:
        allowed["map"] += tuple(maps or ())
    for option, values in options.items():
        if option not in allowed:
            known = f"it takes {', '.join(allowed)}" if allowed else "it takes none"
            cure = did_you_mean(option, allowed) or known
            raise UsageError("unknown-option", f'{wanted.name} has no option "{option}"', cure)
        if option == "type" and (scheme := wanted.option("map")):
            allowed["type"] = _scheme(scheme[0], maps or {}).labels
        _known_values(option, values, allowed[option])
    return wanted


def _known_values(option: str, values: tuple[str, ...], allowed: tuple[str, ...]) -> None:
    for value in sorted(set(values) - set(allowed)):
        cure = did_you_mean(value, allowed) or f"use one of {', '.join(allowed)}"
        raise UsageError("unknown-option", f'{option} has no value "{value}"', cure)
    if option in _ONE_VALUE and len(values) > 1:
        cure = f"give one of {', '.join(allowed)}"
        raise UsageError("unknown-option", f"{option} takes one value", cure)


def _scheme(name: str, maps: Mapping[str, LabelMap]) -> LabelMap:
    return maps[name] if name in maps else label_map(name)
