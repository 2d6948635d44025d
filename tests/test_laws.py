"""Laws that hold for every measure of the table, on random documents."""

import copy

import msgspec
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from random_documents import RELATIONS, TYPES, pair, random_record
from sklearn.metrics import precision_recall_fscore_support

from goldwire.corpus.checks import require
from goldwire.corpus.load import prepare
from goldwire.eval.measure import Measure
from goldwire.eval.score import score
from goldwire.eval.table import BESIDE, HEADLINES, MEASURES
from goldwire.schemas.errors import Place
from goldwire.schemas.labels import canonical
from goldwire.schemas.reading import Predictions
from goldwire.schemas.record import Mention, Quote, Record, Relation, Span

TYPED = {"mentions.strict": TYPES, "relations.strict": RELATIONS[:2], "quotes.char": ("direct",)}
EVERY = [
    *HEADLINES.values(),
    *BESIDE,
    *map(Measure, MEASURES),
    *(Measure.of(name, type=each) for name, kinds in TYPED.items() for each in kinds),
]
TRAIN = prepare([random_record(4), random_record(8, "other")])


def scored(gold, predicted, measures=None):
    """The figures of every measure, and of the rows by type."""
    records = [(Place(), copy.deepcopy(each)) for each in predicted]
    return score(gold, Predictions(records), measures or EVERY, train=TRAIN).scores


def totals(gold, predicted, measures=None):
    """The counts of every measure that is no mean."""
    found = scored(gold, predicted, measures).items()
    return {n: (f.gold, f.predicted, f.matched, f.correct) for n, f in found if f.gold is not None}


ONE_SIDED = (
    *("relations.", "quotes.", "text.rouge", "boilerplate.edge"),
    *("names.", "values.", "links."),
)
"""Whose gold side maps, joins or excuses what the predicted side does not."""
SWAPPING = [Measure(name) for name in MEASURES if not name.startswith(ONE_SIDED)]
SEEDS = st.integers(0, 10**6)


def test_no_measure_is_forgotten():
    gold = random_record(2)
    assert {name.partition("[")[0] for name in scored([gold], [gold])} == set(MEASURES)


@given(SEEDS)
def test_identity_scores_1_on_every_measure(seed):
    gold = random_record(2 * seed)
    require(copy.deepcopy(gold), Place())
    for name, figures in scored([gold], [gold]).items():
        assert {figures.precision, figures.recall, figures.f1} <= {1.0, None}, name
        assert (figures.matched, figures.correct) == (figures.gold, figures.predicted), name
        assert not figures.distance


@given(SEEDS)
def test_matched_is_at_most_either_side_and_figures_follow(seed):
    gold, predicted = pair(seed)
    for figures in scored([gold], [predicted]).values():
        if figures.gold is None:
            continue
        assert 0 <= figures.matched <= figures.gold
        assert 0 <= figures.correct <= figures.predicted
        p, r = figures.precision, figures.recall
        if not figures.gold + figures.predicted:
            assert figures.f1 is None
        elif p and r:
            assert figures.f1 == pytest.approx(2 * p * r / (p + r), abs=1e-12)
        else:
            assert figures.f1 == 0


@given(SEEDS, st.randoms(use_true_random=False))
def test_ids_and_order_never_matter(seed, rng):
    gold, predicted = pair(seed)
    expected = scored([gold], [predicted])
    for record in (gold, predicted):
        text = msgspec.json.encode(record).decode()
        names = [entity.id for entity in record.entities]
        for number, name in enumerate(rng.sample(names, len(names))):
            text = text.replace(f'"{name}"', f'"new-{number}"')
        changed = msgspec.json.decode(text, type=Record)
        for layer in ("mentions", "entities", "relations", "quotes", "boilerplate"):
            items = getattr(changed, layer)
            setattr(record, layer, rng.sample(items, len(items)))
    assert scored([gold], [predicted]) == expected


@given(SEEDS, SEEDS)
def test_documents_add_up(one, other):
    pairs = [pair(one), pair(other)]
    for number, (gold, predicted) in enumerate(pairs):
        gold.id = predicted.id = f"doc-{number}"
    apart = [totals([gold], [predicted]) for gold, predicted in pairs]
    together = totals([gold for gold, _ in pairs], [predicted for _, predicted in pairs])
    for name, sums in together.items():
        parts = [each.get(name, (0, 0, 0, 0)) for each in apart]
        assert sums == pytest.approx(tuple(np.sum(parts, axis=0)), abs=1e-9), name


@given(SEEDS, SEEDS)
def test_a_missing_document_is_all_missed(one, other):
    gold, predicted = pair(one)
    absent = random_record(2 * other, "absent")
    empty = Record(id="absent", mentions=[], entities=[], relations=[], quotes=[], boilerplate=[])
    missing, one_alone = totals([gold, absent], [predicted]), totals([gold], [predicted])
    for name, sums in totals([gold, absent], [predicted, empty]).items():
        if not name.startswith("text."):  # "no boilerplate" keeps the whole text, silence nothing
            assert missing[name] == sums, name
        assert missing[name][1:] == one_alone[name][1:] or name == "text.edit"


@given(SEEDS)
def test_a_spurious_answer_never_helps(seed):
    gold, predicted = pair(seed)
    before = scored([gold], [predicted])
    worse = copy.deepcopy(predicted)
    # Longer than any gold mention, so they match none, not even by span alone.
    worse.mentions.append(Mention(id="x1", type="LAW", start=0, end=len(gold.text)))
    worse.mentions.append(Mention(id="x2", type="LANGUAGE", start=1, end=len(gold.text)))
    worse.relations.append(Relation(head="x1", type="owner_of", tail="x2"))
    worse.quotes.append(Quote(id="x3", content=[Span(start=0, end=len(gold.text))], speaker="x1"))
    for name, after in scored([gold], [worse]).items():
        old = before[name].f1 if name in before else None
        # The long quote has right characters among its wrong ones, the long mention overlaps.
        if old is not None and not name.startswith(("quotes.char", "mentions.partial")):
            assert after.f1 <= old + 1e-12, name


GROUPS = {
    "mentions": ("mentions.", "names.", "values.", "links.", "coref."),
    "relations": ("relations.",),
    "quotes": ("quotes.",),
    "boilerplate": ("boilerplate.", "text."),
}


@pytest.mark.parametrize("layer", GROUPS)
@given(seed=SEEDS)
def test_optional_gold_neither_rewards_nor_punishes(layer, seed):
    """With all items of a layer optional, giving them or not gives the same counts."""
    gold = random_record(2 * seed)
    given_, silent = copy.deepcopy(gold), copy.deepcopy(gold)
    setattr(silent, layer, [])
    if layer == "mentions":
        silent.entities, silent.relations, silent.quotes = [], [], []
    for each in getattr(gold, layer):
        each.optional = True
        if isinstance(each, (Mention, Relation, Quote)):
            each.alternatives = None
    measures = [each for each in EVERY if each.name.startswith(GROUPS[layer])]
    assert scored([gold], [given_], measures) == scored([gold], [silent], measures)


@given(SEEDS, st.permutations(TYPES))
def test_renaming_labels_changes_nothing(seed, order):
    gold, predicted = pair(seed)
    measures = [each for each in EVERY if not each.option("type") and "macro" not in str(each)]
    expected = scored([gold], [predicted], measures)
    names = {None: None, **dict(zip(TYPES, order, strict=True))}
    for each in (*gold.mentions, *predicted.mentions):
        each.type = names[each.type]
    assert scored([gold], [predicted], measures) == expected


@given(SEEDS)
def test_swapping_sides_swaps_precision_and_recall(seed):
    one, other = random_record(2 * seed, gold=False), random_record(2 * seed + 1, gold=False)
    for record in (one, other):
        record.boilerplate = []
    there, back = totals([one], [other], SWAPPING), totals([other], [one], SWAPPING)
    for name, (wanted, given_, matched, correct) in there.items():
        assert back[name] == pytest.approx((given_, wanted, correct, matched), abs=1e-12), name


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
