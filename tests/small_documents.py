"""Documents of numbered words, and scores of them: all spans are words of ``w00 w01 w02 ...``."""

import json
import math

import jsonschema
import msgspec

from goldwire.eval.lookup import measure
from goldwire.eval.score import score
from goldwire.schemas.errors import Place
from goldwire.schemas.json_schema import score_schema
from goldwire.schemas.labels import labels
from goldwire.schemas.reading import Predictions
from goldwire.schemas.record import Record, Run

TEXT = " ".join(f"w{n:02}" for n in range(40))
HEADLINE = "mentions.strict[level=NAM,VALUE]"


EVERY_LAYER = {"mentions": [], "relations": [], "quotes": [], "boilerplate": []}


def words(first, last=None):
    """The offsets of some words, each of three characters and a space."""
    return {"start": 4 * first, "end": 4 * (first if last is None else last) + 3}


def named(numbers, label, **more):
    return [{**words(n), "type": label, **more} for n in numbers]


def quoted(numbers, label):
    return [{"content": [words(n)], "type": label} for n in numbers]


def doc(name="a", **layers):
    return msgspec.convert({"id": name, "text": TEXT, **layers}, Record)


def answer(name="a", **layers):
    return msgspec.convert({"id": name, **layers}, Record)


def predictions(*records, **line):
    found = [(Place("run", n), each) for n, each in enumerate(records, 1)]
    return Predictions(found, Run(extractor="x", **line) if line else None)


def scored(gold, *given, wanted=(), **options):
    gold = gold if isinstance(gold, list) else [gold]
    return score(gold, predictions(*given), [*map(measure, wanted)], **options)


def one(name, gold, *given, **options):
    return scored(gold, *given, wanted=[name], **options).scores[str(measure(name))]


def ratios(figures):
    return figures.precision, figures.recall, figures.f1


SAME = "".join(f"{label} {label}\n" for label in labels()["mention"])
MAPPED_GOLD = [
    *named((0, 1), "PERSON", level="NAM"),
    *named((2, 3), "GPE", level="NAM"),
    *named((4,), "FAC", level="NAM"),
    *named((5,), "ORG", level="NAM"),
    *named((6,), "NORP", level="NAM"),
    *named((7,), "DATE", level="VALUE"),
]
FOREIGN = [
    *named((0, 9), "PER"),
    *named((2, 3, 4), "LOC"),
    *named((6,), "MISC"),
    *named((5,), "MISC"),
]


def no_special_numbers(value):
    if isinstance(value, dict | list):
        return all(map(no_special_numbers, value.values() if isinstance(value, dict) else value))
    return not isinstance(value, float) or math.isfinite(value)


def json_of(done):
    status, out, err = done
    assert (status, err) == (0, "")
    found = json.loads(out)
    assert no_special_numbers(found)
    jsonschema.validate(found, score_schema())
    return found


def refused(done, code):
    """The one line of a refusal."""
    status, out, err = done
    assert (status, out) == (2, "")
    assert err.startswith("goldwire: ")
    assert err.endswith(f"[{code}]\n")
    assert err.count("\n") == 1
    assert "Traceback" not in err
    return err


def related(pairs, label):
    return [{"head": f"e{head}", "type": label, "tail": f"e{tail}"} for head, tail in pairs]


def clustered(*groups, label="PERSON"):
    """Mentions by the words of each entity."""
    return {
        "mentions": [
            {**words(n), "type": label, "level": "NAM", "entity": f"e{number}"}
            for number, group in enumerate(groups)
            for n in group
        ],
        "entities": [{"id": f"e{number}"} for number in range(len(groups))],
    }
