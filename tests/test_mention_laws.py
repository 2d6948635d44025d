"""Mention measures and kinds of errors on random documents."""

import random

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from goldwire.eval.count import count
from goldwire.eval.items import Pair
from goldwire.eval.lookup import measure
from goldwire.eval.score import score
from goldwire.eval.taxonomy import kinds, tally
from goldwire.schemas.errors import Place
from goldwire.schemas.label_map import label_map, shipped
from goldwire.schemas.reading import Predictions
from goldwire.schemas.record import Boilerplate, Mention, Record

MAPS = {name: label_map(name) for name in shipped()}
TYPES = ("PERSON", "GPE", "LOC", "DATE")
SEEDS = st.integers(0, 10**9)
FILTERS = (
    *("", "[zone=all]", "[zone=boilerplate]", "[type=GPE,LOC]", "[level=NAM,VALUE]"),
    *("[level=NOM,type=PERSON,zone=all]", "[map=conll4]", "[level=NAM,map=conll4,type=LOC]"),
)


def random_pair(seed, remarks=True):
    """Gold with optional items, alternatives and boilerplate; a prediction, some levels told."""
    rng = random.Random(seed)
    text = "".join(rng.choices("ab .\n", (6, 6, 3, 1, 1), k=24))

    def span(most=7):
        start = rng.randrange(len(text) - 1)
        return {"start": start, "end": rng.randint(start + 1, min(len(text), start + most))}

    def mentions(levels, remarks):
        made = [
            Mention(
                type=rng.choice(TYPES),
                level=rng.choice(levels),
                optional=remarks and rng.random() < 0.1,
                alternatives=rng.choice((None, None, "k", "j")) if remarks else None,
                **span(),
            )
            for _ in range(rng.randint(0, 7))
        ]
        return list({(m.start, m.end, m.type): m for m in made}.values())

    gold = mentions(("NAM", "NOM", "VALUE"), remarks)
    predicted = mentions((None, None, "NAM", "NOM"), False)
    shared = [m for m in gold if rng.random() < 0.5]
    predicted += [Mention(start=m.start, end=m.end, type=m.type) for m in shared]
    zones = [Boilerplate(type="appeal", **span(12)) for _ in range(rng.randint(0, 1))]
    sides = Record(id="d", text=text, mentions=gold, boilerplate=zones)
    return Pair(sides, Record(id="d", text=text, mentions=predicted), maps=MAPS)


@given(SEEDS)
def test_kinds_add_up_to_the_counts(seed):
    """gold = right + three wrong + missed; predicted = right + three wrong + spurious."""
    pair = random_pair(seed)
    for options in FILTERS:
        name = f"mentions.strict{options}"
        outcome = count(pair, [measure(name, MAPS)])[str(measure(name, MAPS))]
        errors = list(kinds(name, outcome))
        found = tally(outcome, errors)
        wrong = found.wrong_type + found.wrong_boundary + found.wrong_type_and_boundary
        assert outcome.gold == found.right + wrong + found.missed
        assert outcome.predicted == found.right + wrong + found.spurious
        assert outcome.matched == found.right
        for side, items in ((1, outcome.missed), (2, outcome.spurious)):
            told = [id(error[side]) for error in errors if error[side]]
            assert sorted(told) == sorted(map(id, items))
        for kind, gold, predicted in errors:
            if gold and predicted:
                assert (gold.spans == predicted.spans) == (kind == "wrong type")
                same = gold.facets["type"] == predicted.facets["type"]
                assert same == (kind == "wrong boundary")


def test_a_score_sums_the_kinds_of_its_documents():
    pairs = [random_pair(seed) for seed in range(60)]
    for number, pair in enumerate(pairs):
        pair.gold.id = pair.predicted.id = f"d{number}"
    name = measure("mentions.strict[level=NAM,VALUE]")
    run = Predictions([(Place(), pair.predicted) for pair in pairs])
    scored = score([pair.gold for pair in pairs], run, [name], errors=True)
    sums = [0] * 6
    for pair in pairs:
        outcome = count(Pair(pair.gold, pair.predicted), [name])[str(name)]
        each = msgspec.structs.astuple(tally(outcome, list(kinds(str(name), outcome))))
        sums = [one + other for one, other in zip(sums, each, strict=True)]
    assert list(msgspec.structs.astuple(scored.kinds[str(name)])) == sums
    assert min(sums) > 0


@given(SEEDS)
def test_cover_by_type_adds_up_to_the_whole(seed):
    pair = random_pair(seed)
    for unit in ("token", "char"):
        for options in ("zone=article", "zone=all", "level=NAM", "level=NAM,VALUE"):
            whole = measure(f"mentions.{unit}[{options}]")
            rows = [whole.where(type=each) for each in TYPES]
            found = count(pair, [whole, *rows])
            parts = [found[str(row)].counts for row in rows]
            assert found[str(whole)].counts == tuple(map(sum, zip(*parts, strict=True)))


@given(SEEDS)
def test_zones_add_up_to_the_whole_cover(seed):
    pair = random_pair(seed)
    for unit in ("token", "char"):
        rows = [measure(f"mentions.{unit}[zone={z}]") for z in ("article", "boilerplate", "all")]
        found = count(pair, rows)
        article, boilerplate, whole = (found[str(row)].counts for row in rows)
        assert tuple(map(sum, zip(article, boilerplate, strict=True))) == whole


@given(SEEDS)
def test_partial_is_the_best_of_all_assignments(seed):
    """Against every one-to-one assignment; predictions of equal span and type are one."""
    pair = random_pair(seed, remarks=False)
    gold = [(m.start, m.end) for m in pair.gold.mentions]
    keys = {(m.start, m.end, m.type) for m in pair.predicted.mentions}
    predicted = sorted((start, end) for start, end, _ in keys)[:6]
    pair.predicted.mentions = [
        Mention(start=start, end=end, type=label) for start, end, label in sorted(keys)[:6]
    ]
    found = count(pair, [measure("mentions.partial[zone=all]")])["mentions.partial[zone=all]"]
    assert found.counts[:3] == (len(gold), len(predicted), best(gold, predicted))


def best(gold, predicted):
    if not gold:
        return 0
    (start, end), rest = gold[0], gold[1:]
    tries = [best(rest, predicted)]
    for number, (low, high) in enumerate(predicted):
        if low < end and start < high:
            worth = 1 if (start, end) == (low, high) else 0.5
            tries.append(worth + best(rest, predicted[:number] + predicted[number + 1 :]))
    return max(tries)


@given(SEEDS, st.randoms(use_true_random=False))
def test_order_of_mentions_never_matters(seed, rng):
    """With optional items, alternatives and label maps, which join what becomes equal."""
    wanted = [
        measure(f"{name}{options}", MAPS)
        for name in ("mentions.strict", "mentions.partial", "mentions.token")
        for options in FILTERS
    ]
    wanted += [measure("names.set"), measure("values.strict")]
    pair = random_pair(seed)
    expected = {name: each.counts for name, each in count(pair, wanted).items()}
    for record in (pair.gold, pair.predicted):
        record.mentions = rng.sample(record.mentions, len(record.mentions))
    names = rng.sample(("k", "j"), 2)
    for mention in pair.gold.mentions:
        if mention.alternatives:
            mention.alternatives = names["kj".index(mention.alternatives)]
    pair.made.clear()
    assert {name: each.counts for name, each in count(pair, wanted).items()} == expected
