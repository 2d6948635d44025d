"""What is to be counted for the figures that are wanted."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from goldwire.eval.items import Facts
from goldwire.eval.measure import Measure
from goldwire.eval.table import MEASURES
from goldwire.schemas.label_map import LabelMap
from goldwire.schemas.labels import Labels, own_labels


@dataclass(frozen=True, slots=True)
class Plan:
    """The measures to count in each document, and what judging needs beside gold.

    ``typed`` are counted once per type too; ``listed`` are those whose errors are wanted,
    ``zoned`` those whose counts by zone are, ``sized`` those without options whose gold is to
    be counted, ``layers`` those whose repeated predictions, and those inside boilerplate, are.
    ``labels`` are those of gold's scheme.
    """

    counted: tuple[Measure, ...]
    typed: tuple[Measure, ...] = ()
    listed: tuple[Measure, ...] = ()
    zoned: tuple[Measure, ...] = ()
    sized: tuple[Measure, ...] = ()
    layers: tuple[str, ...] = ()
    maps: Mapping[str, LabelMap] = field(default_factory=dict)
    seen: Facts = frozenset()
    labels: Labels = field(default_factory=own_labels)

    @property
    def allowed(self) -> Labels:
        """The labels that a prediction may have: those of gold, and those that a map knows."""
        if not self.maps:
            return self.labels
        mapped = (label for each in self.maps.values() for label in each.known)
        return {**self.labels, "mention": self.labels["mention"].union(mapped)}


def components(measure: Measure) -> tuple[Measure, ...]:
    """Return the measures that ``measure`` is the mean of, or itself; types are not known here."""
    of = MEASURES[measure.name].of
    return tuple(Measure(name, measure.options) for name in of) or (measure,)


def is_macro(measure: Measure) -> bool:
    """Whether a measure is the mean over types."""
    return measure.option("average") == ("macro",)


def plan(
    wanted: Iterable[Measure],
    typed: Iterable[Measure] = (),
    listed: Iterable[Measure] = (),
) -> Plan:
    """Return what must be counted so that ``wanted`` have figures, each once."""
    wanted = list(wanted)
    macro = [measure.where(average="micro") for measure in wanted if is_macro(measure)]
    micro = [measure for measure in wanted if not is_macro(measure)]
    parts = [part for measure in micro for part in components(measure)]
    return Plan(
        counted=tuple(dict.fromkeys((*parts, *(m for m in listed if MEASURES[m.name].judge)))),
        typed=tuple(dict.fromkeys((*typed, *macro))),
        listed=tuple(dict.fromkeys(listed)),
    )
