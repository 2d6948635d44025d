"""quotes.attributed by hand: each expectation is (gold, predicted, matched)."""

import sys

import pytest

from goldwire.eval.items import Pair
from goldwire.eval.quotes import MARKS, SPACES, counting, quote_items
from goldwire.schemas.record import Record

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
    return {"content": [{"text": words} for words in content], "speaker": speaker, **more}


ANN = quote("We won,", "And we won well.", speaker="ann", type="direct")
BO = quote("they lost", speaker="bo", type="indirect")
NOBODY = quote("It rained", type="indirect")
CY = quote("We believe in you", speaker="cy", type="indirect")
GOLD = {
    "mentions": PEOPLE,
    "quotes": [ANN, BO, NOBODY, CY],
    "boilerplate": [{"text": "We believe in you, says Cy.", "type": "appeal"}],
}
NAME = "quotes.attributed"


def said(*quotes, mentions=PEOPLE):
    return {"mentions": mentions, "quotes": list(quotes)}


@pytest.mark.parametrize(
    ("predicted", "expected"),
    [
        # Outside boilerplate gold has Ann's, Bo's and nobody's: 3.
        (said(ANN, BO, NOBODY), (3, 3, 3)),
        # A wrong speaker is a miss and spurious; so is a speaker where gold has none, and
        # none where gold has one.
        (said({**BO, "speaker": "ann"}), (3, 1, 0)),
        (said({**NOBODY, "speaker": "bo"}), (3, 1, 0)),
        (said({**BO, "speaker": None}), (3, 1, 0)),
        # White space and quotation marks do not count: the marks may be inside.
        (said(quote("“We won,”", "“And we won well.”", speaker="ann")), (3, 1, 1)),
        # Fragments inside one gold quote with its speaker are joined: 6 + 13 characters of 19.
        (
            said(quote("We won,", speaker="ann"), quote("And we won well.", speaker="ann")),
            (3, 1, 1),
        ),
        # Not joined under another speaker: "We won," has 6 of 19 characters, under one half.
        (said(quote("We won,", speaker="ann"), quote("And we won well.", speaker="bo")), (3, 2, 0)),
        # "And we won well." alone has 13 of 19 characters: 13/19 >= 1/2.
        (said(quote("And we won well.", speaker="ann")), (3, 1, 1)),
        # "they lost" has 8 characters; with "denied that " before it 18: 8/18 < 1/2.
        (said(quote("denied that they lost", speaker="bo")), (3, 1, 0)),
        # With "that " before it 12: 8/12 >= 1/2. With "lost" alone 4: 4/8 is exactly one half.
        (said(quote("that they lost", speaker="bo")), (3, 1, 1)),
        (said(quote("lost", speaker="bo")), (3, 1, 1)),
        # Inside boilerplate nothing counts.
        (said(CY, quote("in you", speaker="bo")), (3, 0, 0)),
        # A speaker whose mention was cut badly still maps, by overlap.
        (said(BO, mentions=[{"id": "bo", "text": "Bo denied", "type": "ORG"}]), (3, 1, 1)),
        # A speaker that is nowhere in gold is not the absence of one.
        (
            said(
                {**NOBODY, "speaker": "x"}, mentions=[{"id": "x", "text": "rained", "type": "ORG"}]
            ),
            (3, 1, 0),
        ),
        # Equal content twice, type and speaker equal: collapsed.
        (said(BO, BO), (3, 1, 1)),
        # A second, different answer for one quote is spurious.
        (said(BO, {**BO, "speaker": "ann"}), (3, 2, 1)),
        # Content of marks alone is nothing.
        (said(quote("“", speaker="ann")), (3, 1, 0)),
        # Nor is it a fragment of her quote.
        (
            said(quote("“", speaker="ann"), quote("And we won well.", speaker="ann")),
            (3, 2, 1),
        ),
    ],
)
def test_counts(counts, predicted, expected):
    assert counts(NAME, TEXT, GOLD, predicted) == expected


@pytest.mark.parametrize(
    ("name", "predicted", "expected"),
    [
        (NAME + "[zone=all]", said(ANN, BO, NOBODY, CY), (4, 4, 4)),
        (NAME + "[zone=boilerplate]", said(ANN, CY), (1, 1, 1)),
        (NAME + "[type=direct]", said(ANN, BO), (1, 1, 1)),
        # A quote that declares the wrong type leaves one row and enters the other.
        (NAME + "[type=direct]", said({**ANN, "type": "indirect"}), (1, 0, 0)),
        (NAME + "[type=indirect]", said({**ANN, "type": "indirect"}), (2, 1, 0)),
        # One that declares none, and matches gold of another type, leaves the count.
        (NAME + "[type=direct]", said({**BO, "type": None}), (1, 0, 0)),
        (NAME + "[type=indirect]", said({**BO, "type": None}), (2, 1, 1)),
        # One that declares none and matches nothing counts in each row.
        (NAME + "[type=direct]", said(quote("denied", speaker="bo")), (1, 1, 0)),
    ],
)
def test_options(counts, name, predicted, expected):
    assert counts(name, TEXT, GOLD, predicted) == expected


def test_nested_quotes_by_one_speaker_stay_two(counts):
    outer = quote("they lost.\nIt rained", speaker="bo")
    inner = quote("they lost", speaker="bo")
    gold = said(outer, inner)
    # "they lost.It rained" has 17 characters, "they lost" 8: 8/17 < 1/2, so no cross pair.
    assert counts(NAME, TEXT, gold, said(outer, inner)) == (2, 2, 2)
    assert counts(NAME, TEXT, gold, said(inner)) == (2, 1, 1)


def test_the_matching_is_maximal_not_greedy(counts):
    """One prediction fits both gold quotes, the other only the second: both are credited."""
    text = "aaaabbbb x Ann"
    people = [{"id": "ann", "text": "Ann", "type": "PERSON"}]
    gold = {
        "mentions": people,
        "quotes": [quote("aaaabb", speaker="ann"), quote("aabbbb", speaker="ann")],
    }
    # Characters shared of the union: aaaabbbb with either gold 6/8; aaaab with the first
    # 5/6, with the second 3/8. Only aaaab-first and aaaabbbb-second make two pairs.
    wide, narrow = quote("aaaabbbb", speaker="ann"), quote("aaaab", speaker="ann")
    for order in ((wide, narrow), (narrow, wide)):
        assert counts(NAME, text, gold, {"mentions": people, "quotes": list(order)}) == (2, 2, 2)


def test_speakers_map_by_equal_span_before_equal_type(counts):
    text = "Acme News said it won."
    gold = {
        "mentions": [
            {"id": "news", "text": "Acme News", "type": "ORG"},
            {"id": "acme", "text": "Acme", "type": "PERSON"},
        ],
        "quotes": [quote("it won", speaker="news")],
    }
    # The span is that of the paper, the type that of the person inside its name.
    people = [{"id": "x", "text": "Acme News", "type": "PERSON"}]
    predicted = {"mentions": people, "quotes": [quote("it won", speaker="x")]}
    assert counts(NAME, text, gold, predicted) == (1, 1, 1)
    # Without an equal span the equal type decides: "Acme New" as ORG is the paper.
    people = [{"id": "x", "text": "Acme New", "type": "ORG"}]
    predicted = {"mentions": people, "quotes": [quote("it won", speaker="x")]}
    assert counts(NAME, text, gold, predicted) == (1, 1, 1)


def test_quotation_marks_do_not_count(counts):
    """Of the six characters of “ “hi” ” four are marks: 2/2 without them, 2/6 with them."""
    text = "Bo said ““hi””."
    people = [{"id": "bo", "text": "Bo", "type": "PERSON"}]
    gold = {"mentions": people, "quotes": [quote("hi", speaker="bo")]}
    predicted = {"mentions": people, "quotes": [quote("““hi””", speaker="bo")]}
    assert counts(NAME, text, gold, predicted) == (1, 1, 1)


def test_speakers_of_equal_spans_map_by_type_name_whatever_the_order(counts):
    text = "Iran said yes. Then no."
    both = [
        {"id": "gpe", "text": "Iran", "type": "GPE"},
        {"id": "org", "text": "Iran", "type": "ORG"},
    ]
    people = [{"id": "s", "text": "Iran", "type": "PERSON"}]
    predicted = {"mentions": people, "quotes": [quote("yes", speaker="s")]}
    for mentions in (both, both[::-1]):
        gold = {"mentions": mentions, "quotes": [quote("yes", speaker="gpe")]}
        assert counts(NAME, text, gold, predicted) == (1, 1, 1)


def test_the_best_reading_stands_and_keeps_its_type(counts):
    """The prediction is r1 exactly; r0 has 13 characters of which it has 9: also admissible."""
    text = "Ann said that we won well and good."
    people = [{"id": "ann", "text": "Ann", "type": "PERSON"}]
    one = quote("that we won well", speaker="ann", type="indirect", alternatives="k")
    other = quote("we won well", speaker="ann", type="direct", alternatives="k")
    answer = quote("we won well", speaker="ann", type="direct")
    predicted = {"mentions": people, "quotes": [answer]}
    for quotes in ([one, other], [other, one]):
        gold = {"mentions": people, "quotes": quotes}
        assert counts(NAME, text, gold, predicted) == (1, 1, 1)
        assert counts(NAME + "[type=direct]", text, gold, predicted) == (1, 1, 1)
        assert counts(NAME + "[type=indirect]", text, gold, predicted) == (0, 0, 0)


TENS = "aaaaaaaaaa bbbbbbbbbb Ann"
ANN_ALONE = [{"id": "ann", "text": "Ann", "type": "PERSON"}]


def test_fragments_join_the_reading_that_they_fill_best(counts):
    """10 + 8 of the 20 characters of r0, against 10 of the 12 of r1."""
    whole = quote("aaaaaaaaaa bbbbbbbbbb", speaker="ann", alternatives="k")
    short = quote("aaaaaaaaaa bb", speaker="ann", alternatives="k")
    pieces = [quote("aaaaaaaaaa", speaker="ann"), quote("bbbbbbbb", speaker="ann")]
    predicted = {"mentions": ANN_ALONE, "quotes": pieces}
    gold = {"mentions": ANN_ALONE, "quotes": [whole, short]}
    assert counts(NAME, TENS, gold, predicted) == (1, 1, 1)


def test_a_nested_quote_does_not_steal_a_fragment(counts):
    """9 + 3 characters fill 12/20 of the outer quote, 3 fill 3/10 of the inner one."""
    outer = quote("aaaaaaaaaa bbbbbbbbbb", speaker="ann")
    inner = quote("bbbbbbbbbb", speaker="ann")
    pieces = [quote("aaaaaaaaa", speaker="ann"), quote("bbb", speaker="ann")]
    predicted = {"mentions": ANN_ALONE, "quotes": pieces}
    gold = {"mentions": ANN_ALONE, "quotes": [outer, inner]}
    assert counts(NAME, TENS, gold, predicted) == (2, 1, 1)


def test_white_space_neither_tells_apart_nor_leads_out_of_boilerplate(counts):
    gold = {"mentions": PEOPLE, "quotes": [BO], "boilerplate": [{"text": "It rained"}]}
    wide = quote("It rained,", speaker="bo")
    assert counts(NAME, TEXT, gold, said(quote("It rained", speaker="bo"))) == (1, 0, 0)
    assert counts(NAME, TEXT, gold, said(wide)) == (1, 1, 0)
    split = quote("Ann", " said", speaker="bo")
    assert counts(NAME, TEXT, gold, said(split, quote("Ann said", speaker="bo"))) == (1, 1, 0)


def test_exact_content_and_speaker(counts):
    assert counts("quotes.exact", TEXT, GOLD, said(ANN, BO, NOBODY)) == (3, 3, 3)
    assert counts("quotes.exact", TEXT, GOLD, said(quote("that they lost", speaker="bo"))) == (
        3,
        1,
        0,
    )
    assert counts("quotes.exact", TEXT, GOLD, said({**BO, "speaker": "ann"})) == (3, 1, 0)


def test_every_white_space_and_mark_is_known():
    """The mask is made from bytes; it is what asking each character of Unicode gives."""
    text = "".join(map(chr, range(sys.maxunicode + 1)))
    assert {char for char in text[256:] if char.isspace()} == set(SPACES)
    expected = "".join("01"[not (char.isspace() or char in MARKS)] for char in reversed(text))
    assert f"{counting(Pair(Record(id='d', text=text), Record(id='d'))):b}" == expected.lstrip("0")
    assert counting(Pair(Record(id="d", text=""), Record(id="d"))) == 0
    assert counting(Pair(Record(id="d", text="a b\tcde“"), Record(id="d"))) == 0b1110101


def test_no_quotes(counts):
    assert counts(NAME, TEXT, said(), said()) == (0, 0, 0)
    assert counts(NAME, TEXT, said(), said(BO)) == (0, 1, 0)
    assert counts(NAME, TEXT, said(BO), said()) == (1, 0, 0)


def test_several_sources_of_one_content_are_several_quotes(counts):
    both = said(BO, {**BO, "speaker": "ann"})
    assert counts(NAME, TEXT, both, both) == (2, 2, 2)
    assert counts(NAME, TEXT, both, said(BO)) == (2, 1, 1)
    # Without speakers they are one.
    assert counts("quotes.content", TEXT, both, said(BO)) == (1, 1, 1)
    # It is required if one of them is.
    shy = {**BO, "speaker": "ann", "optional": True}
    for gold in (said(BO, shy), said(shy, BO)):
        assert counts("quotes.content", TEXT, gold, said(BO)) == (1, 1, 1)


def test_a_quote_within_a_quote_with_the_same_content_and_speaker_collapses(counts):
    inner, outer = {**BO, "id": "a", "within": "b"}, {**BO, "id": "b"}
    assert counts(NAME, TEXT, said(BO), said(inner, outer)) == (1, 1, 1)


def test_spans_that_touch_are_one(counts):
    touching = quote("they ", "lost", speaker="bo")
    assert counts("quotes.exact", TEXT, said(BO), said(touching)) == (1, 1, 1)
    # "they l" and "ey lost" overlap: the 8 characters count once.
    assert counts(NAME, TEXT, said(BO), said(quote("they l", "ey lost", speaker="bo"))) == (1, 1, 1)


def test_an_item_names_its_quotes_and_shows_its_words(record):
    whole = quote("We won,", "And we won well.", speaker="ann")
    pieces = [quote("And we won well.", speaker="ann"), quote("We won,", speaker="ann")]
    pair = Pair(
        record(TEXT, mentions=PEOPLE, quotes=[whole]),
        record(TEXT, mentions=PEOPLE, quotes=[*pieces, pieces[0]]),
    )
    sides = pair.once(quote_items)
    assert [item.sources for item in sides.gold] == [(pair.gold.quotes[0],)]
    assert sides.gold[0].shown == '"We won, … And we won well." said by Ann'
    (joined,) = sides.predicted
    one, two, three = pair.predicted.quotes
    assert joined.sources == (two, one, three)
    assert joined.shown == '"We won," said by Ann … "And we won well." said by Ann'
    assert sides.collapsed == 1


def test_of_equal_predictions_the_first_by_its_spans_stands(record):
    """They differ by the space before, so the one with it starts first."""
    same, wide = quote("they lost", speaker="bo"), quote(" they lost", speaker="bo")
    for quotes in ([same, wide], [wide, same]):
        pair = Pair(
            record(TEXT, mentions=PEOPLE, quotes=[]),
            record(TEXT, mentions=PEOPLE, quotes=quotes),
        )
        (item,) = quote_items(pair).predicted
        assert TEXT[slice(*item.spans[0])] == " they lost"


CY = "Cy said that Bo said rain falls on us."
CY_BO = [{"text": name, "id": name.lower(), "type": "PERSON"} for name in ("Cy", "Bo")]


@pytest.mark.parametrize("who", ["bo", "cy"])
def test_an_exact_outer_quote_does_not_absorb_the_inner_one(counts, who):
    """The inner answer is a letter short, so it fills the outer quote better than its own."""
    gold = [quote("Bo said rain falls", speaker="cy"), quote("rain falls", speaker=who)]
    given = [gold[0], quote("rain fal", speaker=who)]
    layers = {"mentions": CY_BO, "quotes": gold}, {"mentions": CY_BO, "quotes": given}
    for name in ("quotes.content", "quotes.attributed"):
        assert counts(name, CY, *layers) == (2, 2, 2)
    # One that begins a word too early lies inside the outer quote and not inside its own.
    given[1] = quote("said rain falls", speaker=who)
    assert counts("quotes.content", CY, *layers) == (2, 2, 2)


@pytest.mark.parametrize("optional", [True, False])
def test_optional_quotes_do_not_join_what_required_ones_need(counts, optional):
    text = "Ann Lee left Oslo today and then she will not return soon."
    ann = {"text": "Ann Lee", "id": "a", "type": "PERSON"}
    whole = quote(text[:-1], speaker="a", optional=True)
    gold = [
        quote("Ann Lee left Oslo today", speaker="a"),
        quote("she will not return", speaker="a"),
    ]
    gold += [whole] if optional else []
    pieces = [quote(words, speaker="a") for words in ("Lee left Oslo", "will not ret", "and then")]
    layers = {"mentions": [ann], "quotes": gold}, {"mentions": [ann], "quotes": pieces}
    assert counts("quotes.attributed", text, *layers) == (2, 3, 2)


def test_fragments_join_the_required_quote_and_not_an_optional_part_of_it(counts):
    gold = [quote("We won,", "And we won well.", speaker="ann")]
    pieces = said(quote("We won,", speaker="ann"), quote("And we won well.", speaker="ann"))
    for part in ([], [quote("We won,", speaker="ann", optional=True)]):
        layers = {"mentions": PEOPLE, "quotes": [*gold, *part]}
        assert counts(NAME, TEXT, layers, pieces) == (1, 1, 1)
