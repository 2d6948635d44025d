"""quotes.char and the parts of matched quotes; each expectation is (gold, predicted, matched)."""

import pytest
from quote_figures import JUDGES, figures

from goldwire.eval.items import Pair
from goldwire.eval.measure import Measure
from goldwire.eval.quote_parts import chain, cue, quote_characters, quote_type, source
from goldwire.schemas.record import Record, Span

TEXT = (
    "“We won,” Ann said. “And we won well.” Bo denied that they lost.\n"
    "It rained, it was reported.\nWe believe in you, says Cy."
)
PEOPLE = [
    {"id": "ann", "text": "Ann", "type": "PERSON"},
    {"id": "bo", "text": "Bo", "type": "PERSON"},
    {"id": "cy", "text": "Cy", "type": "PERSON"},
]


def quote(*content, speaker=None, **more):
    made = {"content": [{"text": words} for words in content], "speaker": speaker, **more}
    for name in ("cue", "source"):
        words = made.get(name)
        if isinstance(words, str):
            made[name] = {"text": words}
    if isinstance(made.get("cue"), dict):
        made["cue"] = [made["cue"]]
    return made


# Characters that are no white space and no marks: 6 + 13 = 19, 8, 8 and 14 in boilerplate.
ANN = quote("We won,", "And we won well.", speaker="ann", type="direct", cue="said", source="Ann")
BO = quote("they lost", speaker="bo", type="indirect", cue="denied", source="Bo")
NOBODY = quote("It rained", type="indirect", cue="was reported")
CY = quote("We believe in you", speaker="cy", type="indirect", cue="says", source="Cy")
GOLD = [ANN, BO, NOBODY, CY]
ADS = [{"text": "We believe in you, says Cy.", "type": "appeal"}]


@pytest.fixture
def sums(record):
    """Return gold, predicted and matched of a judge, for quotes given by their words."""

    def make(judge, gold, predicted, options="", text=TEXT, mutual=False, zones=ADS, people=PEOPLE):
        pair = Pair(
            record(text, mentions=PEOPLE, quotes=gold, boilerplate=zones if text == TEXT else []),
            record(text, mentions=people, quotes=predicted),
            mutual,
        )
        return figures(judge, pair, options)

    return make


class TestCharacters:
    @pytest.mark.parametrize(
        ("predicted", "expected"),
        [
            # 19 + 8 + 8, Cy's left out with the boilerplate.
            (GOLD, (35, 35, 35)),
            ([], (35, 0, 0)),
            # Neither marks nor white space count, nor how the words are cut into quotes;
            # "Ann said." is 8 more.
            ([quote("“We won,” Ann said. “And we won well.”", speaker="ann")], (35, 27, 19)),
            ([quote("“We won,”", speaker="ann"), quote("won,", speaker="ann")], (35, 6, 6)),
            # Spans that touch: "We " and "won,".
            ([quote("We ", "won,", speaker="ann")], (35, 6, 6)),
            # 6 + 4 + 8 characters, of which 8 are his.
            ([quote("denied that they lost", speaker="bo")], (35, 18, 8)),
            # Another speaker, a speaker where gold has none, none where gold has one.
            ([{**BO, "speaker": "ann"}], (35, 8, 0)),
            ([{**NOBODY, "speaker": "bo"}], (35, 8, 0)),
            ([{**BO, "speaker": None}], (35, 8, 0)),
            # One right answer and one wrong for the same characters: 8 pairs each.
            ([BO, {**BO, "speaker": "ann"}], (35, 16, 8)),
            # "in you" lies in boilerplate.
            ([quote("in you", speaker="cy")], (35, 0, 0)),
        ],
    )
    def test_by_hand(self, sums, predicted, expected):
        assert sums(quote_characters, GOLD, predicted) == expected

    @pytest.mark.parametrize(
        ("options", "predicted", "expected"),
        [
            ("[zone=all]", GOLD, (49, 49, 49)),
            ("[zone=boilerplate]", GOLD, (14, 14, 14)),
            # "reported." has 9 characters outside, "We believe" 9 inside.
            ("[zone=boilerplate]", [quote("reported.\nWe believe", speaker="cy")], (14, 9, 9)),
            ("", [quote("reported.\nWe believe", speaker="cy")], (35, 9, 0)),
            ("[type=direct]", [ANN, BO], (19, 19, 19)),
            # A declared type leaves one row and enters the other, right or wrong.
            ("[type=direct]", [{**ANN, "type": "indirect"}], (19, 0, 0)),
            ("[type=indirect]", [{**ANN, "type": "indirect"}], (16, 19, 0)),
            # None declared: in gold of another type it leaves the count, else it stays:
            # "that " before it adds 4 characters that are in no gold.
            ("[type=direct]", [{**BO, "type": None}], (19, 0, 0)),
            ("[type=indirect]", [{**BO, "type": None}], (16, 8, 8)),
            ("[type=direct]", [quote("that they lost", speaker="bo")], (19, 4, 0)),
            # With another speaker it is no answer to that gold: it stays.
            ("[type=direct]", [quote("they lost", speaker="ann")], (19, 8, 0)),
        ],
    )
    def test_options(self, sums, options, predicted, expected):
        assert sums(quote_characters, GOLD, predicted, options) == expected

    def test_silent_characters_stay_where_gold_has_them_in_a_kept_type_too(self, sums):
        """The 8 of "they lost" are direct, in 12, and indirect: they count in both rows."""
        gold = [BO, quote("that they lost", speaker="bo", type="direct")]
        silent = [{**BO, "type": None}]
        assert sums(quote_characters, gold, silent, "[type=direct]") == (12, 8, 8)
        assert sums(quote_characters, gold, silent, "[type=indirect]") == (8, 8, 8)

    def test_several_sources_of_one_content(self, sums):
        """Ann and Bo say the 8 characters: 16 pairs, of which one speaker gives 8."""
        both = [BO, {**BO, "speaker": "ann"}]
        assert sums(quote_characters, both, both) == (16, 16, 16)
        assert sums(quote_characters, both, [BO]) == (16, 8, 8)

    def test_nested_quotes(self, sums):
        """Bo's 8 characters lie in Ann's 12 of "that they lost"; in Ann's own they are once."""
        outer = quote("that they lost", speaker="ann")
        inner = quote("they lost", speaker="bo")
        assert sums(quote_characters, [outer, inner], [outer, inner]) == (20, 20, 20)
        assert sums(quote_characters, [outer, inner], [inner]) == (20, 8, 8)
        own = [outer, quote("they lost", speaker="ann")]
        assert sums(quote_characters, own, [outer]) == (12, 12, 12)
        # A quote within a quote with the same content and speaker adds nothing.
        twice = [{**inner, "id": "a"}, {**inner, "id": "b", "within": "a"}]
        assert sums(quote_characters, [inner], twice) == (8, 8, 8)

    def test_optional_characters_count_on_neither_side(self, sums):
        outer = quote("that they lost", speaker="bo", type="indirect", optional=True)
        # Only "that" is optional alone: it is neither a miss nor spurious; 8 are required.
        for predicted in ([BO], [quote("that they lost", speaker="bo")]):
            assert sums(quote_characters, [outer, BO], predicted) == (8, 8, 8)
        assert sums(quote_characters, [outer], [BO]) == (0, 0, 0)
        # Said by another they are not the optional pair.
        assert sums(quote_characters, [outer], [{**BO, "speaker": "ann"}]) == (0, 8, 0)
        # Optional of whatever type, but not where gold requires it of another type.
        direct = [{**BO, "type": "direct"}]
        assert sums(quote_characters, [outer], direct, "[type=direct]") == (0, 0, 0)
        assert sums(quote_characters, [outer, BO], direct, "[type=direct]") == (0, 8, 0)
        # A prediction's own word that it is optional is nothing, unless it is an annotator's.
        shy = [{**BO, "optional": True}]
        assert sums(quote_characters, [BO], shy) == (8, 8, 8)
        assert sums(quote_characters, [BO], shy, mutual=True) == (0, 0, 0)

    def test_one_reading_stands(self, sums):
        """The reading that is found counts, 12 or 8; the rest of the other is optional."""
        wide = quote("that they lost", speaker="bo", alternatives="k")
        narrow = quote("they lost", speaker="bo", alternatives="k")
        for gold in ([wide, narrow], [narrow, wide]):
            assert sums(quote_characters, gold, [wide]) == (12, 12, 12)
            assert sums(quote_characters, gold, [narrow]) == (8, 8, 8)
            assert sums(quote_characters, gold, []) == (12, 0, 0)

    def test_of_readings_that_nothing_matches_the_speaker_who_has_characters_stands(self, sums):
        """ "lost," is 4 of 17 characters: no match, so content alone can't choose the reading."""
        readings = [
            quote("that they lost.\nIt", speaker=who, alternatives="k") for who in ("ann", "bo")
        ]
        for gold in (readings, readings[::-1]):
            for who in ("ann", "bo"):
                assert sums(quote_characters, gold, [quote("lost", speaker=who)]) == (15, 4, 4)

    def test_speakers_who_are_unmapped_are_one_nobody(self, sums):
        people = [
            {"id": "x", "text": "rained", "type": "ORG"},
            {"id": "y", "text": "lost", "type": "ORG"},
        ]
        predicted = [{**NOBODY, "speaker": "x"}, {**NOBODY, "speaker": "y"}]
        assert sums(quote_characters, GOLD, predicted, people=people) == (35, 8, 0)

    def test_no_quotes(self, sums):
        assert sums(quote_characters, [], []) == (0, 0, 0)
        assert sums(quote_characters, [], [BO]) == (0, 8, 0)
        empty = Pair(Record(id="d", text=TEXT), Record(id="d", text=TEXT))
        for judge in JUDGES:
            assert figures(judge, empty) == (0, 0, 0)

    def test_what_is_listed(self, record):
        pair = Pair(
            record(TEXT, mentions=PEOPLE, quotes=[ANN]),
            record(TEXT, mentions=PEOPLE, quotes=[quote("won", "we won", speaker="ann")]),
        )
        outcome = quote_characters(pair, Measure("quotes.char"))
        # White space is bridged and trimmed: "We", then the comma, "And" after it and "well.";
        # "won" is first in "We won", "we won" in "And we won": found.
        assert [item.shown for item in outcome.missed] == ['"We"', '","', '"And"', '"well."']
        assert outcome.spurious == []


STORY = "Cy wrote: Bo told him Ann had said “they lost” and that it rained in Oslo. He added more."
INNER = quote("they lost", speaker="ann", cue="had said", source="Ann", id="q1", within="q2")
MIDDLE = quote(
    "Ann had said “they lost”", speaker="bo", cue="told", source="Bo", id="q2", within="q3"
)
OUTER = quote(
    "Bo told him Ann had said “they lost”", speaker="cy", cue="wrote", source="Cy", id="q3"
)
RELAYED = [INNER, MIDDLE, OUTER]


def changed(number, **more):
    return [{**each, **more} if n == number else each for n, each in enumerate(RELAYED)]


class TestParts:
    @pytest.mark.parametrize("judge", [cue, source])
    @pytest.mark.parametrize(
        ("predicted", "expected"),
        [
            (GOLD, {cue: (3, 3, 3), source: (2, 2, 2)}),
            # What is not matched has no part: Bo's speaker is wrong here.
            ([ANN, {**BO, "speaker": "ann"}], {cue: (1, 1, 1), source: (1, 1, 1)}),
            ([{**BO, "cue": [], "source": None}], {cue: (1, 0, 0), source: (1, 0, 0)}),
            # A part that gold has not, and one that is another.
            ([{**NOBODY, "source": {"text": "it"}}], {cue: (1, 1, 1), source: (0, 1, 0)}),
            (
                [{**BO, "cue": [{"text": "denied that"}], "source": {"text": "Ann"}}],
                {cue: (1, 1, 0), source: (1, 1, 0)},
            ),
            # White space and marks apart: ". " is not, " " and "”" are. Touching spans too.
            (
                [
                    {
                        **BO,
                        "cue": [{"text": "den"}, {"text": "ied "}],
                        "source": {"text": "” Bo "},
                    }
                ],
                {cue: (1, 1, 1), source: (1, 1, 1)},
            ),
            # Marks alone are no cue.
            ([{**BO, "cue": [{"text": "”"}], "source": {"text": "”"}}], {cue: (1, 0, 0)}),
        ],
    )
    def test_cue_and_source(self, sums, judge, predicted, expected):
        expected = expected.get(judge, expected[cue])
        assert sums(judge, GOLD, predicted) == expected

    def test_parts_follow_the_options_of_attributed(self, sums):
        for judge in (cue, source):
            assert sums(judge, GOLD, GOLD, "[zone=boilerplate]") == (1, 1, 1)
            assert sums(judge, GOLD, GOLD, "[type=direct]") == (1, 1, 1)
            assert sums(judge, GOLD, [{**BO, "type": "direct"}], "[type=direct]") == (0, 0, 0)
        assert sums(quote_type, GOLD, GOLD, "[zone=all]") == (4, 4, 4)
        optional = [{**BO, "optional": True}, ANN]
        assert sums(cue, optional, optional) == (1, 1, 1)

    def test_quotes_of_an_annotator_that_differ_by_their_cue_only_have_an_order(self, sums):
        """One of the two is matched; it is the one whose cue is first in the text."""
        one, other = {**BO, "cue": [{"text": "denied"}]}, {**BO, "cue": [{"text": "that"}]}
        for gold in ([one, other], [other, one]):
            assert sums(cue, gold, [one], mutual=True) == (1, 1, 1)
            assert sums(cue, gold, [other], mutual=True) == (1, 1, 0)

    def test_measures_of_one_pair_keep_their_options_apart(self, record):
        pair = Pair(
            record(TEXT, mentions=PEOPLE, quotes=GOLD, boilerplate=ADS),
            record(TEXT, mentions=PEOPLE, quotes=GOLD),
        )
        for _ in range(2):
            assert figures(cue, pair) == (3, 3, 3)
            assert figures(cue, pair, "[zone=all]") == (4, 4, 4)
            assert figures(cue, pair, "[type=direct]") == (1, 1, 1)

    def test_a_cue_that_stands_nowhere_is_given_and_wrong(self, record):
        pair = Pair(
            record(TEXT, mentions=PEOPLE, quotes=[BO]),
            record(TEXT, mentions=PEOPLE, quotes=[BO]),
        )
        pair.predicted.quotes[0].cue = [Span(text="gainsaid")]
        assert figures(cue, pair) == (1, 1, 0)

    def test_several_sources_of_one_content_have_each_their_own_parts(self, sums):
        both = [BO, {**BO, "speaker": "ann", "source": {"text": "Ann"}}]
        assert sums(source, both, both) == (2, 2, 2)
        assert sums(source, both, [BO, {**both[1], "source": {"text": "Bo"}}]) == (2, 2, 1)

    def test_a_quote_in_a_quote_with_the_same_content(self, sums):
        inner = quote("they lost", speaker="ann", cue="had said", id="a", within="b")
        outer = quote("they lost", speaker="bo", cue="told", id="b")
        assert sums(cue, [inner, outer], [outer, inner], text=STORY) == (2, 2, 2)
        assert sums(chain, [inner, outer], [outer, inner], text=STORY) == (1, 1, 1)
        # Turned round: Ann relays Bo. Bo is now relayed, which he is not in gold.
        turned = [{**inner, "within": None}, {**outer, "within": "a"}]
        assert sums(chain, [inner, outer], turned, text=STORY) == (1, 1, 0)

    @pytest.mark.parametrize(
        ("predicted", "expected"),
        [
            (GOLD, (3, 3, 3)),
            ([{**BO, "type": "direct"}, ANN], (2, 2, 1)),
            ([{**BO, "type": None}, ANN], (2, 1, 1)),
            # Fragments of one gold quote: their type if it is one.
            (
                [
                    quote("We won,", speaker="ann", type="direct"),
                    quote("And we won well.", speaker="ann", type="direct"),
                ],
                (1, 1, 1),
            ),
            (
                [
                    quote("We won,", speaker="ann", type="direct"),
                    quote("And we won well.", speaker="ann", type="mixed"),
                ],
                (1, 0, 0),
            ),
        ],
    )
    def test_type(self, sums, predicted, expected):
        assert sums(quote_type, GOLD, predicted) == expected

    @pytest.mark.parametrize(
        ("one", "other", "expected"),
        [
            # The union of both cues is gold's cue, or more, or the one that is given.
            ("said", "said", (1, 1, 1)),
            ("said", None, (1, 1, 1)),
            ("said", "denied", (1, 1, 0)),
            (None, None, (1, 0, 0)),
        ],
    )
    def test_fragments_give_their_parts_together(self, sums, one, other, expected):
        pieces = [
            quote("We won,", speaker="ann", **({"cue": one} if one else {})),
            quote("And we won well.", speaker="ann", **({"cue": other} if other else {})),
        ]
        for predicted in (pieces, pieces[::-1]):
            assert sums(cue, GOLD, predicted) == expected

    def test_equal_predictions_give_their_parts_together(self, sums):
        """They collapse into one, and which of their cues would stand must not be chance."""
        same, other = BO, {**BO, "cue": [{"text": "that"}]}
        for predicted in ([same, other], [other, same]):
            assert sums(cue, GOLD, predicted) == (1, 1, 0)
        assert sums(cue, GOLD, [same, same]) == (1, 1, 1)


class TestChain:
    @pytest.mark.parametrize(
        ("predicted", "expected"),
        [
            # Ann's chain is Ann, Bo, Cy; Bo's is Bo, Cy; Cy is relayed by nobody.
            (RELAYED, (2, 2, 2)),
            ([], (0, 0, 0)),
            (changed(0, within=None), (2, 1, 1)),
            # Ann, Cy is not Ann, Bo, Cy.
            (changed(0, within="q3"), (2, 2, 1)),
            # A wrong speaker: Bo's quote is unmatched, and Ann's chain wrong.
            (changed(1, speaker=None), (1, 1, 0)),
            # As Cy's it lies inside his own quote and is joined to it: he is relayed by himself.
            (changed(1, speaker="cy"), (1, 2, 0)),
            (changed(2, speaker=None), (2, 2, 0)),
            # Rounds end: Ann, Bo and Bo, Ann. So does a quote within itself: Ann alone.
            (changed(1, within="q1"), (2, 2, 0)),
            (changed(0, within="q1"), (2, 1, 1)),
            # That the relaying quote's own content is wrong is not asked.
            (changed(2, content=[{"text": "more"}]), (2, 2, 2)),
            # Ann, Bo, Cy and Bo, Cy end where they would come round; Cy, Bo is one too many.
            (changed(2, within="q2"), (2, 3, 2)),
        ],
    )
    def test_by_hand(self, sums, predicted, expected):
        assert sums(chain, RELAYED, predicted, text=STORY) == expected

    def test_a_source_that_is_not_named_is_one(self, sums):
        gold = changed(2, speaker=None)
        assert sums(chain, gold, gold, text=STORY) == (2, 2, 2)

    def test_a_relaying_speaker_who_is_unmapped_is_nobody(self, sums):
        people = [*PEOPLE, {"id": "x", "text": "Oslo", "type": "GPE"}]
        predicted = changed(2, speaker="x")
        assert sums(chain, RELAYED, predicted, text=STORY, people=people) == (2, 2, 0)
        none = changed(2, speaker=None)
        assert sums(chain, none, predicted, text=STORY, people=people) == (2, 2, 0)

    @pytest.mark.parametrize(
        ("one", "other", "expected"),
        [
            ("b", "b", (1, 1, 1)),
            ("b", None, (1, 1, 1)),
            (None, None, (1, 0, 0)),
            # Ann, Bo and Ann, Cy: given, and wrong.
            ("b", "c", (1, 1, 0)),
        ],
    )
    def test_fragments_that_are_relayed_decide(self, sums, one, other, expected):
        told = quote("Ann had said “they lost” and that it rained", speaker="bo", id="b")
        wrote = quote("Bo told him", speaker="cy", id="c")
        whole = quote("they lost", "it rained", speaker="ann", id="a", within="b")
        pieces = [
            quote("they lost", speaker="ann", id="a1", within=one),
            quote("it rained", speaker="ann", id="a2", within=other),
        ]
        for predicted in ([*pieces, told, wrote], [wrote, told, *pieces[::-1]]):
            assert sums(chain, [whole, told, wrote], predicted, text=STORY) == expected
