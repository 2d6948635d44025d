"""Laws that hold for every measure of the table, on random documents."""

import copy
import random

import msgspec
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.metrics import precision_recall_fscore_support

from goldwire.corpus.checks import require
from goldwire.eval.measure import Measure
from goldwire.eval.score import score
from goldwire.eval.table import BESIDE, HEADLINES, MEASURES
from goldwire.schemas.errors import Place
from goldwire.schemas.labels import canonical
from goldwire.schemas.reading import Predictions
from goldwire.schemas.record import Boilerplate, Entity, Mention, Quote, Record, Relation, Span

WORDS = ("Ann", "Bo", "said", "it", "rained", "in", "Oslo", "“yes”", "\n", "🎁")
TYPES = ("PERSON", "GPE", "ORG")
RELATIONS = ("leader_of", "affiliated_with", "met_with", "capital_of", "located_in", "led_by")


def content(text: str, quote: Quote) -> frozenset[int]:
    covered = {n for span in quote.content for n in range(span.start, span.end)}
    return frozenset(n for n in covered if text[n].strip() and text[n] not in "“”")


class Maker:
    """Random items over one random text; gold has levels, optional items and alternatives."""

    def __init__(self, seed: int, gold: bool) -> None:
        self.rng = random.Random(seed)
        self.gold = gold
        self.text = " ".join(random.Random(seed // 2).choices(WORDS, k=40))

    def span(self) -> dict[str, int]:
        start = self.rng.randrange(len(self.text) - 1)
        return {"start": start, "end": self.rng.randint(start + 1, min(len(self.text), start + 12))}

    def remarks(self) -> dict[str, object]:
        chosen = self.rng.choices((None, "optional", "k"), (8, 1, 1))[0] if self.gold else None
        return {"optional": chosen == "optional", "alternatives": chosen if chosen == "k" else None}

    def mentions(self) -> list[Mention]:
        levels = ("NAM", "NOM", "VALUE") if self.gold else ("NAM", "NOM", None, None)
        made = [
            Mention(
                id=f"m{n}",
                type=self.rng.choice(TYPES),
                level=self.rng.choice(levels),
                entity=self.rng.choice(("e0", "e1", "e2")),
                **self.span(),
                **self.remarks(),
            )
            for n in range(self.rng.randint(0, 6))
        ]
        return list({(m.start, m.end, m.type): m for m in made}.values())

    def relations(self, entities: list[str]) -> list[Relation]:
        made = [
            Relation(
                head=self.rng.choice(entities),
                type=self.rng.choice(RELATIONS[:-1] if self.gold else RELATIONS),
                tail=self.rng.choice(entities),
                **self.remarks(),
            )
            for _ in range(self.rng.randint(0, 4) if entities else 0)
        ]
        return list({canonical(r.head, r.type, r.tail): r for r in made}.values())

    def quotes(self, entities: list[str]) -> list[Quote]:
        types = ("direct", "indirect") if self.gold else ("direct", "indirect", None)
        made = [
            Quote(
                id=f"q{n}",
                content=[Span(**self.span()) for _ in range(self.rng.randint(1, 2))],
                speaker=self.rng.choice((None, *entities)),
                type=self.rng.choice(types),
                **self.remarks(),
            )
            for n in range(self.rng.randint(0, 3))
        ]
        # Sound gold has each content once, and no content of marks and spaces alone.
        solid = [(q.speaker, content(self.text, q), q) for q in made]
        return list({(who, what): q for who, what, q in solid if what}.values())


def random_record(seed: int, name: str = "doc", gold: bool = True) -> Record:
    """A sound record with every layer; seeds 2n and 2n + 1 share their text."""
    maker = Maker(seed, gold)
    mentions = maker.mentions()
    entities = sorted({mention.entity for mention in mentions})
    kinds = range(maker.rng.randint(0, 1))
    return Record(
        id=name,
        text=maker.text,
        mentions=mentions,
        entities=[Entity(id=each) for each in entities],
        relations=maker.relations(entities),
        quotes=maker.quotes(entities),
        boilerplate=[Boilerplate(type="appeal", **maker.span()) for _ in kinds],
    )


EVERY = [*HEADLINES.values(), *BESIDE, *map(Measure, MEASURES)]


def totals(gold, predicted, measures=None):
    """Gold, predicted and matched of every measure, and of the rows by type."""
    found = {}
    for wanted in ((), EVERY) if measures is None else (measures,):
        records = [(Place(), copy.deepcopy(each)) for each in predicted]
        found |= score(gold, Predictions(records), wanted).scores
    return {n: (f.gold, f.predicted, f.matched) for n, f in found.items()}


def pair(seed):
    """Gold, and a prediction over the same text that agrees in part."""
    gold = random_record(2 * seed)
    predicted = random_record(2 * seed + 1, gold=False)
    rng = random.Random(seed)
    known = {each.id for each in predicted.entities}
    predicted.entities += [Entity(id=e.id) for e in gold.entities if e.id not in known]
    shared = [copy.deepcopy(each) for each in gold.mentions if rng.random() < 0.6]
    for number, each in enumerate(shared):
        each.id, each.optional, each.alternatives = f"s{number}", False, None
    predicted.mentions += shared
    for layer in ("relations", "quotes"):
        kept = [copy.deepcopy(each) for each in getattr(gold, layer) if rng.random() < 0.6]
        for number, each in enumerate(kept):
            each.id, each.optional, each.alternatives = f"{layer}{number}", False, None
        setattr(predicted, layer, getattr(predicted, layer) + kept)
    return gold, predicted


SEEDS = st.integers(0, 10**6)


def test_no_measure_is_forgotten():
    gold = random_record(2)
    assert {name.partition("[")[0] for name in totals([gold], [gold])} == set(MEASURES)


@given(SEEDS)
def test_identity_scores_1_on_every_measure(seed):
    gold = random_record(2 * seed)
    require(copy.deepcopy(gold), Place())
    for name, (wanted, given_, matched) in totals([gold], [gold]).items():
        assert wanted == given_ == matched, name


@given(SEEDS)
def test_matched_is_at_most_either_side_and_figures_follow(seed):
    gold, predicted = pair(seed)
    found = score([gold], Predictions([(Place(), predicted)]), EVERY)
    for figures in found.scores.values():
        assert 0 <= figures.matched <= min(figures.gold, figures.predicted)
        if figures.gold + figures.predicted:
            assert figures.f1 == 2 * figures.matched / (figures.gold + figures.predicted)
        else:
            assert figures.f1 is None


@given(SEEDS, st.randoms(use_true_random=False))
def test_ids_and_order_never_matter(seed, rng):
    gold, predicted = pair(seed)
    expected = totals([gold], [predicted])
    for record in (gold, predicted):
        text = msgspec.json.encode(record).decode()
        names = [entity.id for entity in record.entities]
        for number, name in enumerate(rng.sample(names, len(names))):
            text = text.replace(f'"{name}"', f'"new-{number}"')
        changed = msgspec.json.decode(text, type=Record)
        for layer in ("mentions", "entities", "relations", "quotes", "boilerplate"):
            items = getattr(changed, layer)
            setattr(record, layer, rng.sample(items, len(items)))
    assert totals([gold], [predicted]) == expected


@given(SEEDS, SEEDS)
def test_documents_add_up(one, other):
    pairs = [pair(one), pair(other)]
    for number, (gold, predicted) in enumerate(pairs):
        gold.id = predicted.id = f"doc-{number}"
    apart = [totals([gold], [predicted]) for gold, predicted in pairs]
    together = totals([gold for gold, _ in pairs], [predicted for _, predicted in pairs])
    for name, sums in together.items():
        parts = [each.get(name, (0, 0, 0)) for each in apart]
        assert sums == tuple(np.sum(parts, axis=0)), name


@given(SEEDS, SEEDS)
def test_a_missing_document_is_all_missed(one, other):
    gold, predicted = pair(one)
    absent = random_record(2 * other, "absent")
    empty = Record(id="absent", mentions=[], entities=[], relations=[], quotes=[], boilerplate=[])
    assert totals([gold, absent], [predicted]) == totals([gold, absent], [predicted, empty])


@given(SEEDS)
def test_a_spurious_answer_never_helps(seed):
    gold, predicted = pair(seed)
    before = totals([gold], [predicted])
    worse = copy.deepcopy(predicted)
    # Longer than any gold mention, so they match none, not even by span alone.
    worse.mentions.append(Mention(id="x1", type="LAW", start=0, end=len(gold.text)))
    worse.mentions.append(Mention(id="x2", type="LANGUAGE", start=1, end=len(gold.text)))
    worse.relations.append(Relation(head="x1", type="owner_of", tail="x2"))
    worse.quotes.append(Quote(id="x3", content=[Span(start=0, end=len(gold.text))], speaker="x1"))
    after = totals([gold], [worse])
    for name, (wanted, given_, matched) in after.items():
        old = before.get(name, (0, 0, 0))
        assert matched * (old[0] + old[1]) <= old[2] * (wanted + given_) or not any(old), name


@given(SEEDS)
def test_optional_gold_neither_rewards_nor_punishes(seed):
    """With an item optional, giving its match or not gives the same precision and recall."""
    gold, predicted = pair(seed)
    gold.boilerplate = []
    for each in gold.mentions:
        each.optional, each.alternatives = True, None
    given_ = [as_prediction(each) for each in gold.mentions]
    without = copy.deepcopy(predicted)
    without.mentions, without.relations, without.quotes = [], [], []
    with_them = copy.deepcopy(without)
    with_them.mentions = given_
    name = "mentions.strict[level=NAM,VALUE]"
    assert totals([gold], [with_them])[name] == totals([gold], [without])[name] == (0, 0, 0)


def as_prediction(mention):
    return Mention(id=f"p{mention.id}", type=mention.type, start=mention.start, end=mention.end)


@given(SEEDS)
def test_swapping_sides_swaps_precision_and_recall(seed):
    one, other = random_record(2 * seed, gold=False), random_record(2 * seed + 1, gold=False)
    for record in (one, other):
        record.boilerplate = []
    for name in (
        "mentions.strict",
        "mentions.type",
        "boilerplate.char",
        "coref.muc",
        "coref.ceafm",
    ):
        bare = [Measure(name)]
        wanted, given_, matched = totals([one], [other], bare)[name]
        assert totals([other], [one], bare)[name] == (given_, wanted, matched)


@settings(max_examples=300)
@given(SEEDS)
def test_mentions_equal_scikit_learn_on_indicator_vectors(seed):
    """Without optional items and boilerplate, strict matching is set overlap."""
    gold, predicted = random_record(2 * seed, gold=False), random_record(2 * seed + 1, gold=False)
    gold.boilerplate = []
    keys = [{(m.start, m.end, m.type) for m in each.mentions} for each in (gold, predicted)]
    universe = sorted(keys[0] | keys[1])
    if not keys[0] or not keys[1] or len(keys[0]) < len(gold.mentions):
        return
    vectors = [[int(key in side) for key in universe] for side in keys]
    precision, recall, f1, _ = precision_recall_fscore_support(
        *vectors, average="binary", zero_division=0
    )
    measure = [Measure("mentions.strict")]
    found = score([gold], Predictions([(Place(), predicted)]), measure).scores["mentions.strict"]
    assert (found.precision, found.recall, found.f1) == pytest.approx(
        (precision, recall, f1), abs=1e-9
    )


@given(SEEDS)
def test_boilerplate_equals_scikit_learn_on_characters(seed):
    gold, predicted = pair(seed)
    solid = [n for n, char in enumerate(gold.text) if not char.isspace()]
    vectors = [
        [int(any(b.start <= n < b.end for b in each.boilerplate)) for n in solid]
        for each in (gold, predicted)
    ]
    found = score([gold], Predictions([(Place(), predicted)])).scores["boilerplate.char"]
    if not any(vectors[0]) or not any(vectors[1]):
        return
    expected = precision_recall_fscore_support(*vectors, average="binary", zero_division=0)[:3]
    assert (found.precision, found.recall, found.f1) == pytest.approx(expected, abs=1e-9)


def test_canonical_is_stable():
    for label in RELATIONS:
        once = canonical("b", label, "a")
        assert canonical(*once) == once
