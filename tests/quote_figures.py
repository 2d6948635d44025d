"""Figures of quotes.char and the parts of matched quotes, with what they list checked."""

from goldwire.eval.measure import Measure
from goldwire.eval.quote_parts import chain, cue, quote_characters, quote_type, source
from goldwire.eval.quotes import MARKS

JUDGES = (quote_characters, cue, source, quote_type, chain)


def figures(judge, pair, options=""):
    outcome = judge(pair, Measure.parse(f"quotes.x{options}"))
    missed, spurious = map(len, (outcome.missed, outcome.spurious))
    if judge is quote_characters:
        missed, spurious = (size(pair.text, each) for each in (outcome.missed, outcome.spurious))
    assert (missed, spurious) == (
        outcome.gold - outcome.matched,
        outcome.predicted - outcome.matched,
    )
    return outcome.gold, outcome.predicted, outcome.matched


def counts(char):
    return not char.isspace() and char not in MARKS


def size(text, items):
    return sum(counts(char) for item in items for char in text[slice(*item.spans[0])])
