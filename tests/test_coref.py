"""coref.* by hand, on the example with which Pradhan et al. (2014) check the CoNLL scorer.

Key {a,b,c} {d,e,f,g}; response {a,b} {c,d} {f,g,h,i}.
"""

import copy
import random

import pytest

from goldwire.eval.contingency import contingency
from goldwire.eval.coref import b3, ceafe, ceafm, coreferent_links, lea, muc, noncoreferent_links
from goldwire.eval.items import Pair
from goldwire.eval.measure import Measure
from goldwire.schemas.record import Boilerplate, Entity, Mention, Record, Span

JUDGES = (muc, b3, ceafm, ceafe, lea, coreferent_links, noncoreferent_links)
TEXT = "a b c d e f g h i on Monday"


def clusters(*names):
    return {
        "entities": [{"id": name} for name in names],
        "mentions": [
            {"text": letter, "type": "PERSON", "entity": name} for name in names for letter in name
        ],
    }


@pytest.fixture
def sums(record):
    """Return gold, predicted and both numerators of a judge for layers given by their words."""

    def make(judge, gold, predicted, mutual=False, **options):
        pair = Pair(record(TEXT, **gold), record(TEXT, **predicted), mutual=mutual)
        return numbers(judge(pair, Measure.of("coref.x", **options)))

    return make


def numbers(outcome):
    correct = outcome.matched if outcome.correct is None else outcome.correct
    return outcome.gold, outcome.predicted, outcome.matched, correct


KEY = clusters("abc", "defg")
RESPONSE = clusters("ab", "cd", "fghi")


@pytest.mark.parametrize(
    ("name", "predicted", "expected"),
    [
        # MUC: the key has 2 + 3 links, the response 1 + 1 + 3. In common: seven mentions a b c
        # d f g less the cells {a,b} {c} {d} {f,g}: 6 - 4 = 2. R = P = .40.
        ("coref.muc", RESPONSE, (5, 5, 2)),
        # CEAFm: {a,b} with {a,b,c} and {f,g,h,i} with {d,e,f,g}: 2 + 2 of 7 and of 8.
        ("coref.ceafm", RESPONSE, (7, 8, 4)),
        ("coref.muc", KEY, (5, 5, 5)),
        ("coref.ceafm", KEY, (7, 7, 7)),
        # All singletons: no link in the response; two entities can be aligned with one each.
        ("coref.muc", clusters(*"abcdefg"), (5, 0, 0)),
        ("coref.ceafm", clusters(*"abcdefg"), (7, 7, 2)),
        # All in one: 6 links; a b c d e f g less two cells is 5; the larger entity aligns.
        ("coref.muc", clusters("abcdefg"), (5, 6, 5)),
        ("coref.ceafm", clusters("abcdefg"), (7, 7, 4)),
        ("coref.muc", {}, (5, 0, 0)),
    ],
)
def test_counts(counts, name, predicted, expected):
    assert counts(name, TEXT, KEY, predicted) == expected


def test_values_are_left_out_and_optional_mentions_leave_both_sides(counts):
    gold = clusters("abc")
    gold["mentions"][2]["optional"] = True
    monday = {"text": "Monday", "type": "DATE"}
    predicted = clusters("abc")
    predicted["mentions"].append(monday)
    for answer in (predicted, clusters("ab")):
        assert counts("coref.ceafm", TEXT, gold, answer) == (2, 2, 2)
        assert counts("coref.muc", TEXT, gold, answer) == (1, 1, 1)


def test_zones(counts):
    gold = clusters("abc", "defg") | {"boilerplate": [{"text": "d e f g"}]}
    assert counts("coref.ceafm", TEXT, gold, KEY) == (3, 3, 3)
    assert counts("coref.ceafm[zone=all]", TEXT, gold, KEY) == (7, 7, 7)
    assert counts("coref.ceafm[zone=boilerplate]", TEXT, gold, KEY) == (4, 4, 4)


def test_of_alternatives_one_reading_stands(counts):
    gold = clusters("ab", "cd")
    gold["mentions"] += [
        {"text": "c d", "type": "PERSON", "entity": "ab", "alternatives": "k"},
        {"text": "e", "type": "PERSON", "entity": "ab", "alternatives": "k"},
    ]
    for reading in ("c d", "e"):
        answer = clusters("ab", "cd")
        answer["mentions"].append({"text": reading, "type": "PERSON", "entity": "ab"})
        assert counts("coref.ceafm", TEXT, gold, answer) == (5, 5, 5)
        assert counts("coref.muc", TEXT, gold, answer) == (3, 3, 3)


@pytest.mark.parametrize(
    ("judge", "expected"),
    [
        (muc, (5, 5, 2, 2)),
        # B3, cells {a,b} {c} {d} {f,g}: over gold sizes 4/3 + 1/3 + 1/4 + 4/4 = 35/12, over
        # predicted sizes 4/2 + 1/2 + 1/2 + 4/4 = 4.
        (b3, (7, 8, 35 / 12, 4)),
        (ceafm, (7, 8, 4, 4)),
        # CEAFe: {a,b} with {a,b,c} 4/5, {f,g,h,i} with {d,e,f,g} 4/8.
        (ceafe, (2, 3, 1.3, 1.3)),
        # LEA: recall 3 x 1/3 + 4 x 1/6, precision 2 x 1/1 + 4 x 1/6.
        (lea, (7, 8, 5 / 3, 8 / 3)),
        # BLANC, links: 3 + 6; 1 + 1 + 6; in common ab and fg.
        (coreferent_links, (9, 8, 2, 2)),
        # Of 21 pairs 9 are links, of 28 pairs 8. a b c d f g make 15 pairs, of which gold links
        # ab ac bc df dg fg and the response ab cd fg: 15 - 7 = 8.
        (noncoreferent_links, (12, 20, 8, 8)),
    ],
)
def test_the_published_example(sums, judge, expected):
    """Pradhan et al. (2014) print B3 .42 .50, CEAFe .65 .43, BLANC R .44 and P .32 of it."""
    assert sums(judge, KEY, RESPONSE) == pytest.approx(expected, abs=1e-12)


@pytest.mark.parametrize(
    ("gold", "predicted", "expected"),
    [
        # A singleton has a link to itself: found where it is a singleton on both sides.
        (clusters("a", "b"), clusters("a", "b"), (2, 2, 2, 2)),
        # Not found in a larger entity; ab has one link, which gold has not.
        (clusters("a", "b"), clusters("ab"), (2, 2, 0, 0)),
        # c is alone on both sides: 1. abd has 3 links, ab is one: gold 2 x 1, response 3 x 1/3.
        (clusters("ab", "c"), clusters("abd", "c"), (3, 4, 3, 2)),
    ],
)
def test_lea_of_singletons(sums, gold, predicted, expected):
    assert sums(lea, gold, predicted) == pytest.approx(expected, abs=1e-12)


def test_equal_singletons_have_no_links_but_are_right_otherwise(sums):
    """The CoNLL scorer prints MUC 0 here, so a mean of .667; ours is 0/0, undefined."""
    single = clusters(*"abc")
    assert sums(muc, single, single) == sums(coreferent_links, single, single) == (0, 0, 0, 0)
    for judge in (b3, ceafm, ceafe, lea, noncoreferent_links):
        assert sums(judge, single, single) == (3, 3, 3, 3)
    one = clusters("a")
    assert sums(noncoreferent_links, one, one) == (0, 0, 0, 0)


def test_singletons_can_be_dropped_from_each_side_on_its_own(sums):
    gold, predicted = clusters("abc", "d", "e"), clusters("ab", "de", "c")
    # abc remains of gold; ab and de of the response. In common: ab.
    assert sums(ceafm, gold, predicted, singletons="drop") == (3, 4, 2, 2)
    assert sums(muc, gold, predicted, singletons="drop") == (2, 2, 1, 1)
    assert sums(ceafm, gold, predicted, singletons="keep") == sums(ceafm, gold, predicted)
    assert sums(ceafm, gold, predicted) == (5, 5, 3, 3)
    # Links between entities: none in gold, ab x de is 4 in the response.
    assert sums(noncoreferent_links, gold, predicted, singletons="drop") == (0, 4, 0, 0)


def test_singletons_are_dropped_after_the_other_filters(sums):
    gold = clusters("abc", "defg") | {"boilerplate": [{"text": "b c d"}]}
    # bc stands in boilerplate: of abc a alone is left, so it leaves too.
    assert sums(ceafm, gold, KEY, singletons="drop") == (3, 3, 3, 3)
    gold = clusters("ab", "cd")
    gold["mentions"][0]["optional"] = True
    assert sums(ceafm, gold, clusters("ab", "cd"), singletons="drop") == (2, 2, 2, 2)
    assert sums(ceafm, gold, clusters("ab", "cd")) == (3, 3, 3, 3)
    gold = levels(clusters("ab", "cd"), a="NAM", b="PRO", c="NAM", d="NAM")
    assert sums(ceafm, gold, gold, level="NAM", singletons="drop") == (2, 2, 2, 2)


def levels(layers, **declared):
    """Declare a level for each mention that is named by its letter."""
    layers = copy.deepcopy(layers)
    for mention in layers["mentions"]:
        if mention["text"] in declared:
            mention["level"] = declared[mention["text"]]
    return layers


NAMED = levels(KEY, a="NAM", b="NAM", c="PRO", d="NAM", e="NOM", f="NAM", g="PRO")


def test_levels_that_are_declared(sums):
    assert sums(ceafm, NAMED, NAMED, level="NAM") == (4, 4, 4, 4)
    assert sums(muc, NAMED, NAMED, level=("NAM", "PRO")) == (4, 4, 4, 4)
    # A prediction that calls a a nominal leaves, so a is missed; one that calls c a name stays.
    other = levels(NAMED, a="NOM", c="NAM")
    assert sums(ceafm, NAMED, other, level="NAM") == (4, 4, 3, 3)


def test_levels_that_are_not_declared(sums):
    # c, e and g have the spans of gold mentions of other levels, so they leave.
    assert sums(ceafm, NAMED, KEY, level="NAM") == (4, 4, 4, 4)
    # h equals nothing in gold: it stays, and is wrong.
    assert sums(ceafm, NAMED, clusters("abch", "defg"), level="NAM") == (4, 5, 4, 4)
    # Gold that declares no level is not filtered out.
    assert sums(ceafm, levels(KEY, c="PRO"), KEY, level="NAM") == (6, 6, 6, 6)
    # Nor does a prediction excuse it, unless both sides are annotators.
    assert sums(ceafm, KEY, NAMED, level="NAM") == (7, 4, 4, 4)
    assert sums(ceafm, KEY, NAMED, mutual=True, level="NAM") == (4, 4, 4, 4)


def test_a_span_that_gold_has_at_several_levels_stays_if_one_is_kept(sums):
    gold = levels(KEY, **dict.fromkeys("abcdefg", "NAM"))
    gold["mentions"].append({"text": "a", "type": "PERSON", "level": "NOM", "entity": "defg"})
    assert sums(ceafm, gold, KEY, level="NAM") == (7, 7, 7, 7)
    assert sums(ceafm, gold, KEY, level="NOM") == (1, 1, 1, 1)


def test_values_of_gold_excuse_undeclared_predictions_under_a_level_only(sums):
    gold = copy.deepcopy(NAMED)
    gold["mentions"].append({"text": "Monday", "type": "DATE", "level": "VALUE"})
    answer = copy.deepcopy(NAMED)
    answer["mentions"].append({"text": "Monday", "type": "EVENT"})
    assert sums(ceafm, gold, answer, level="NAM") == (4, 4, 4, 4)
    assert sums(ceafm, gold, answer) == (7, 8, 7, 7)


def test_levels_between_annotators_are_treated_alike(sums):
    bare = clusters("abch", "defg")
    wanted, given, matched, _ = sums(ceafm, NAMED, bare, mutual=True, level="NAM")
    assert (wanted, given, matched) == (4, 5, 4)
    assert sums(ceafm, bare, NAMED, mutual=True, level="NAM")[:3] == (5, 4, 4)


def test_optional_predictions_count_unless_both_sides_are_annotators(sums):
    answer = clusters("abc", "defg")
    answer["mentions"][0]["optional"] = True
    assert sums(ceafm, KEY, answer) == (7, 7, 7, 7)
    assert sums(ceafm, KEY, answer, mutual=True) == (6, 6, 6, 6)
    answer = clusters("abc", "de")
    answer["mentions"] += [
        {"text": letter, "type": "PERSON", "entity": "de", "alternatives": "k"} for letter in "gi"
    ]
    # i is the reading that gold has not.
    assert sums(ceafm, KEY, answer) == (7, 7, 6, 6)
    assert sums(ceafm, KEY, answer, mutual=True) == (7, 6, 6, 6)


def test_an_optional_reading_does_not_stand_before_a_required_one(sums):
    gold = clusters("bc")
    gold["mentions"] += [
        {"text": "a", "type": "PERSON", "alternatives": "k", "optional": True},
        {"text": "d", "type": "PERSON", "entity": "bc", "alternatives": "k"},
    ]
    assert sums(ceafm, gold, clusters("bc")) == (3, 2, 2, 2)
    assert sums(ceafm, gold, clusters("a", "bc")) == (2, 2, 2, 2)


def test_a_mention_without_an_entity_is_one_of_its_own(sums):
    bare = {"mentions": [{"text": letter, "type": "PERSON"} for letter in "abc"]}
    for judge in JUDGES:
        assert sums(judge, KEY, bare) == sums(judge, KEY, clusters(*"abc"))


def test_a_span_belongs_to_the_first_entity_that_claims_it(sums):
    gold = clusters("ab", "cd")
    # Both claim c: that of a and b begins earlier, whatever the order and the ids.
    for first, second in (("x", "y"), ("y", "x")):
        mentions = [
            {"text": letter, "type": "PERSON", "entity": name}
            for name, letters in ((first, "abc"), (second, "cd"))
            for letter in letters
        ]
        for order in (mentions, mentions[::-1]):
            assert sums(ceafm, gold, {"mentions": order}) == (4, 4, 3, 3)
            assert sums(coreferent_links, gold, {"mentions": order}) == (2, 3, 1, 1)
    # The same span twice in one entity is one mention, whatever the types.
    twice = clusters("ab", "cd")
    twice["mentions"].append({"text": "a", "type": "ORG", "entity": "ab"})
    assert sums(ceafm, gold, twice) == (4, 4, 4, 4)


def test_discontinuous_mentions_match_by_their_parts():
    def side(*parts):
        spans = [Span(start=start, end=end) for start, end in parts]
        split = Mention(start=0, end=9, type="ORG", entity="e", parts=spans)
        return Record(id="doc", mentions=[split, Mention(start=12, end=15, type="ORG", entity="e")])

    halves, whole = [(0, 2), (7, 9)], [(0, 9)]
    bare = Measure("coref.muc")
    assert numbers(muc(Pair(side(*halves), side(*halves[::-1])), bare)) == (1, 1, 1, 1)
    assert numbers(muc(Pair(side(*halves), side(*whole)), bare)) == (1, 1, 0, 0)
    assert numbers(muc(Pair(side(*whole), side()), bare)) == (1, 1, 1, 1)


def test_a_mention_that_could_not_be_placed_is_on_neither_side():
    gold = Record(id="doc", mentions=[Mention(start=0, end=1, type="ORG", entity="e")])
    predicted = copy.deepcopy(gold)
    predicted.mentions.append(Mention(text="nowhere", type="ORG", entity="e"))
    assert numbers(ceafm(Pair(gold, predicted), Measure("coref.ceafm"))) == (1, 1, 1, 1)


def test_layers_that_were_not_attempted_are_misses():
    gold = Record(id="doc", mentions=[Mention(start=0, end=1, type="ORG") for _ in "ab"])
    for judge in JUDGES:
        assert judge(Pair(gold, Record(id="doc")), Measure("coref.x")).predicted == 0
        assert numbers(judge(Pair(Record(id="doc"), Record(id="doc")), Measure("coref.x"))) == (
            (0,) * 4
        )


def test_the_table_is_made_once_for_all_measures_of_equal_options():
    pair = Pair(Record(id="doc", mentions=[]), Record(id="doc", mentions=[]))
    first = contingency(pair, Measure.of("coref.muc", level="NAM"))
    assert contingency(pair, Measure.of("coref.b3", level="NAM")) is first
    assert contingency(pair, Measure("coref.b3")) is not first


OPTIONS = [
    {"zone": zone, "singletons": singletons, **level}
    for zone in ("all", "article", "boilerplate")
    for singletons in ("keep", "drop")
    for level in ({}, {"level": "NAM"}, {"level": ("NOM", "PRO")})
]


def random_side(rng):
    """Return a record with all that the rules speak of: repeated spans, readings, values."""
    mentions = []
    for _ in range(rng.randrange(25)):
        start = rng.randrange(20)
        mentions.append(
            Mention(
                start=start,
                end=start + rng.choice((1, 1, 2)),
                type=rng.choice(("PERSON", "PERSON", "ORG", "DATE")),
                level=rng.choice((None, "NAM", "NOM", "PRO", "VALUE")),
                entity=rng.choice((None, *"uvwxyz")),
                optional=rng.random() < 0.1,
                alternatives=rng.choice("kl") if rng.random() < 0.1 else None,
            )
        )
    zones = [Boilerplate(start=each, end=each + 3) for each in rng.sample((2, 8, 15), 2)]
    return Record(id="doc", mentions=mentions, boilerplate=zones)


def shuffled(record, rng):
    """Return the record with other ids, in another order."""
    record = copy.deepcopy(record)
    names = dict(zip("uvwxyz", rng.sample("stuvwxyzab", 6), strict=True))
    for mention in record.mentions:
        mention.entity = names.get(mention.entity)
    rng.shuffle(record.mentions)
    rng.shuffle(record.boilerplate)
    return record


@pytest.mark.parametrize("part", range(4))
def test_ids_and_the_order_of_input_change_no_digit(part):
    for seed in range(part * 100, part * 100 + 100):
        rng = random.Random(seed)
        gold, predicted = random_side(rng), random_side(rng)
        one = Pair(gold, predicted, mutual=seed % 2 == 0)
        other = Pair(shuffled(gold, rng), shuffled(predicted, rng), mutual=one.mutual)
        for options in OPTIONS:
            wanted = Measure.of("coref.x", **options)
            for judge in JUDGES:
                assert numbers(judge(one, wanted)) == numbers(judge(other, wanted)), (seed, options)


def test_swapping_annotators_swaps_precision_and_recall():
    for seed in range(300):
        rng = random.Random(seed)
        one, other = random_side(rng), random_side(rng)
        other.boilerplate = one.boilerplate
        for options in OPTIONS:
            wanted = Measure.of("coref.x", **options)
            there, back = Pair(one, other, mutual=True), Pair(other, one, mutual=True)
            for judge in JUDGES:
                gold, predicted, matched, correct = numbers(judge(there, wanted))
                assert numbers(judge(back, wanted)) == (predicted, gold, correct, matched), seed


def test_against_itself_everything_is_right():
    for seed in range(100):
        side = random_side(random.Random(seed))
        for mention in side.mentions:
            mention.optional = False
            mention.alternatives = None
        for options in OPTIONS:
            for judge in JUDGES:
                found = numbers(judge(Pair(side, side), Measure.of("coref.x", **options)))
                assert len(set(found)) == 1, (seed, options, judge.__name__)


def two_readings(*places):
    """Mentions of one character each: w0 is of A or of B, w1 of A, w2 of B."""
    mentions = [
        Mention(start=n, end=n + 1, type="GPE", entity=name, **more) for name, n, more in places
    ]
    names = {name for name, _, _ in places}
    return Record(id="d", text="abc", mentions=mentions, entities=[Entity(id=n) for n in names])


@pytest.mark.parametrize("judge", [muc, b3, ceafm])
@pytest.mark.parametrize("with_w0", ["x", "y"])
def test_of_two_entities_for_one_span_the_one_that_was_found_stands(judge, with_w0):
    either = {"alternatives": "k"}
    gold = two_readings(("A", 0, either), ("B", 0, either), ("A", 1, {}), ("B", 2, {}))
    given = two_readings((with_w0, 0, {}), ("x", 1, {}), ("y", 2, {}))
    outcome = judge(Pair(gold, given), Measure("coref.x"))
    assert outcome.gold == outcome.predicted == outcome.matched > 0


def test_an_optional_mention_does_not_take_a_required_one_of_its_span_along():
    gold = two_readings(("A", 0, {}), ("B", 0, {"optional": True}))
    given = two_readings(("x", 0, {}))
    outcome = ceafm(Pair(gold, given), Measure("coref.x"))
    assert (outcome.gold, outcome.predicted, outcome.matched) == (1, 1, 1)
