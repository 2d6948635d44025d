"""quotes.char and the parts of matched quotes on random documents."""

import copy
import functools
import random

import msgspec
import numpy as np
import pytest
from quote_figures import JUDGES, counts, figures
from sklearn.metrics import multilabel_confusion_matrix

from goldwire.eval.items import Pair
from goldwire.eval.measure import Measure
from goldwire.eval.quote_parts import quote_characters
from goldwire.schemas.record import Boilerplate, Entity, Mention, Quote, Record, Span

WORDS = ("Ann", "Bo", "said", "it", "rained", "in", "Oslo", "“yes”", "\n", "🎁", "\u2003")
OPTIONS = ("", "[zone=all]", "[zone=boilerplate]", "[type=direct]", "[type=indirect,zone=all]")


class Maker:
    """Random quotes over a random text, by speakers whose mentions both sides have."""

    def __init__(self, seed):
        self.rng = random.Random(seed)
        self.text = " ".join(self.rng.choices(WORDS, k=25))
        self.people = [
            Mention(id=f"m{n}", type="ORG", entity=f"e{n}", **self.ends(6)) for n in "abc"
        ]
        # One span names one person, else who is meant would be a matter of ties.
        self.people = list({(m.start, m.end): m for m in self.people}.values())

    def ends(self, most=14):
        start = self.rng.randrange(len(self.text) - 1)
        end = self.rng.randint(start + 1, min(len(self.text), start + most))
        return {"start": start, "end": end}

    def quote(self, near, types, remarks):
        """A new quote, or one that repeats some of another one's properties, or a piece of it."""
        speakers = (None, *(mention.entity for mention in self.people))
        made = Quote(
            content=[Span(**self.ends()) for _ in range(self.rng.randint(1, 2))],
            speaker=self.rng.choice(speakers),
            type=self.rng.choice(types),
            cue=[Span(**self.ends(5)) for _ in range(self.rng.randint(0, 2))],
            source=self.rng.choice((None, Span(**self.ends(5)))),
            optional=remarks and self.rng.random() < 0.15,
            alternatives=self.rng.choice((None, None, None, "k")) if remarks else None,
        )
        if near and self.rng.random() < 0.8:
            other = self.rng.choice(near)
            for name in ("content", "speaker", "type", "cue", "source"):
                if self.rng.random() < 0.8:
                    setattr(made, name, copy.deepcopy(getattr(other, name)))
            if self.rng.random() < 0.3:
                span = self.rng.choice(made.content)
                start = self.rng.randint(span.start, span.end - 1)
                made.content = [Span(start=start, end=self.rng.randint(start + 1, span.end))]
        return made

    def quotes(self, near=(), types=("direct", "indirect"), remarks=True):
        made = [self.quote(near, types, remarks) for _ in range(self.rng.randint(0, 4))]
        made = list({(q.speaker, solid(self.text, q)): q for q in made}.values())
        made = [quote for quote in made if solid(self.text, quote)]
        for number, each in enumerate(made):
            each.id = f"q{number}"
            each.within = self.rng.choice((None, *(f"q{n}" for n in range(len(made)))))
        return made

    def record(self, quotes, zones=0):
        people = copy.deepcopy(self.people)
        return Record(
            id="doc",
            text=self.text,
            mentions=people,
            entities=[Entity(id=mention.entity) for mention in people],
            quotes=quotes,
            boilerplate=[Boilerplate(type="appeal", **self.ends(30)) for _ in range(zones)],
        )


def solid(text, quote):
    """The characters of a quote that count."""
    offsets = {n for span in quote.content for n in range(span.start, span.end)}
    return frozenset(n for n in offsets if counts(text[n]))


@functools.cache
def random_records(seed, remarks=True):
    """Gold, and a prediction that repeats some of it."""
    maker = Maker(seed)
    gold = maker.record(maker.quotes(remarks=remarks), zones=seed % 2)
    types = ("direct", "indirect", None) if remarks else ("direct", "indirect")
    return gold, maker.record(maker.quotes(gold.quotes, types, remarks))


def random_pair(seed, mutual=False, remarks=True):
    return Pair(*random_records(seed, remarks), mutual)


def without_alternatives(seed):
    gold, predicted = map(copy.deepcopy, random_records(seed))
    for each in (*gold.quotes, *predicted.quotes):
        each.alternatives = None
    return gold, predicted


def pairs_of(text, quotes, inside, zone):
    keep = {"all": range(len(text)), "boilerplate": inside}.get(zone)
    return {
        (n, quote.speaker)
        for quote in quotes
        for n in solid(text, quote)
        if (n not in inside if keep is None else n in keep)
    }


@pytest.mark.parametrize("options", OPTIONS)
def test_characters_equal_scikit_learn_on_indicator_vectors(options):
    """Without remarks, and with types declared, it is set overlap: one vector a document."""
    measure = Measure.parse(f"quotes.char{options}")
    kinds, zone = measure.option("type"), measure.option("zone")[0]
    found, vectors = [], np.zeros((2, 2000, 800), dtype=np.int8)
    for seed in range(2000):
        pair = random_pair(seed, remarks=False)
        inside = {n for zone in pair.gold.boilerplate for n in range(zone.start, zone.end)}
        names = {name: n for n, name in enumerate((None, "ea", "eb", "ec"))}
        for side, record in enumerate((pair.gold, pair.predicted)):
            kept = [quote for quote in record.quotes if not kinds or quote.type in kinds]
            for n, who in pairs_of(pair.text, kept, inside, zone):
                vectors[side, seed, n * 4 + names[who]] = 1
        found.append(figures(quote_characters, pair, options))
    tables = multilabel_confusion_matrix(*vectors, samplewise=True)
    right, wrong, lost = tables[:, 1, 1], tables[:, 0, 1], tables[:, 1, 0]
    expected = np.stack((right + lost, right + wrong, right), axis=1)
    assert np.count_nonzero(expected[:, 2]) > 100
    np.testing.assert_array_equal(np.array(found), expected)


def slowly(pair, options):
    """quotes.char by sets, for gold without alternatives."""
    measure = Measure.parse(f"quotes.char{options}")
    kinds, zone = measure.option("type"), measure.option("zone")[0]
    inside = {n for zone in pair.gold.boilerplate or () for n in range(zone.start, zone.end)}

    def held(quotes, *types, optional=(False, True)):
        chosen = [q for q in quotes if q.type in types and q.optional in optional]
        return pairs_of(pair.text, chosen, inside, zone)

    every = {"direct", "indirect", None}
    kept = {*kinds, None} if kinds else every
    ignored = set()
    for quotes in (pair.gold.quotes, pair.predicted.quotes)[: 1 + pair.mutual]:
        ignored |= held(quotes, *kept, optional=(True,)) - held(quotes, *kept, optional=(False,))
        ignored |= (
            held(quotes, *every - kept, optional=(True,))
            - held(quotes, *every, optional=(False,))
            - held(quotes, *kept)
        )
    sure = (False,) if pair.mutual else (False, True)
    wanted = held(pair.gold.quotes, *kept, optional=(False,))
    given = held(pair.predicted.quotes, *kept - {None}, optional=sure)
    for pair_ in held(pair.predicted.quotes, *{None} & kept, optional=sure):
        elsewhere = held(pair.gold.quotes, *every - kept, optional=(False,))
        if pair_ not in elsewhere or pair_ in held(pair.gold.quotes, *kept, optional=(False,)):
            given.add(pair_)
    wanted, given = wanted - ignored, given - ignored
    return len(wanted), len(given), len(wanted & given)


@pytest.mark.parametrize("options", OPTIONS)
@pytest.mark.parametrize("mutual", [False, True])
def test_characters_equal_sets_with_remarks_and_silence(options, mutual):
    for seed in range(250):
        pair = Pair(*without_alternatives(seed), mutual)
        assert figures(quote_characters, pair, options) == slowly(pair, options), seed


@pytest.mark.parametrize("judge", JUDGES)
def test_identity_scores_1(judge):
    total = 0
    for seed in range(120):
        gold = random_pair(seed).gold
        for options in OPTIONS:
            wanted, given, matched = figures(judge, Pair(gold, copy.deepcopy(gold)), options)
            assert wanted == given == matched, (seed, options)
            total += matched
    assert total > 20


@pytest.mark.parametrize("mutual", [False, True])
@pytest.mark.parametrize("judge", JUDGES)
def test_ids_and_order_never_matter(judge, mutual):
    for seed in range(120):
        pair, rng = random_pair(seed, mutual), random.Random(seed)
        moved = Pair(shuffled(pair.gold, rng), shuffled(pair.predicted, rng), mutual)
        for options in OPTIONS:
            expected = figures(judge, pair, options)
            assert figures(judge, moved, options) == expected, (seed, options)


def shuffled(record, rng):
    text = msgspec.json.encode(record).decode()
    for name in ("ea", "eb", "ec", "q0", "q1", "q2", "q3"):
        text = text.replace(f'"{name}"', f'"{rng.random()}"')
    made = msgspec.json.decode(text, type=Record)
    for items in (made.mentions, made.entities, made.quotes):
        rng.shuffle(items)
    return made


@pytest.mark.parametrize("judge", JUDGES)
def test_swapping_annotators_swaps_precision_and_recall(judge):
    for seed in range(120):
        pair = Pair(*without_alternatives(seed), mutual=True)
        pair.gold.boilerplate = []
        options = ("", "[zone=all]") if judge is not quote_characters else ("", "[type=direct]")
        for option in options:
            wanted, given, matched = figures(judge, pair, option)
            turned = Pair(pair.predicted, pair.gold, mutual=True)
            assert figures(judge, turned, option) == (given, wanted, matched), (seed, option)
