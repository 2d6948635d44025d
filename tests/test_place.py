"""Answers whose offsets can't be taken as given are placed back on the source."""

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from small_documents import predictions

from goldwire.eval.align import align
from goldwire.eval.place import Source, alike, place_spans
from goldwire.eval.score import score
from goldwire.schemas.errors import DataError, Place
from goldwire.schemas.record import Mention, Record

TEXT = (
    "OSLO — “Peace talks” began on Monday, the Foreign Ministry said.\n"
    "The Foreign Ministry’s spokeswoman, Anne-Marie Ødegård 🎁, met Bo in Oslo.\n"
    "Bo left Oslo; talks would go on, she said."
)


def mention(**fields):
    return Mention(type="ORG", **fields)


def placed(*mentions, text=None, source=TEXT):
    record = Record(id="d", text=text, mentions=list(mentions))
    found = place_spans(record, source)
    words = [None if m.start is None else source[m.start : m.end] for m in record.mentions]
    return words, [each.how for each in found], record.mentions


@pytest.mark.parametrize(
    ("surface", "how", "words"),
    [
        ("Foreign Ministry", "exact", "Foreign Ministry"),
        ("Foreign  Ministry", "normalised", "Foreign Ministry"),
        ("Foreign\nMinistry", "normalised", "Foreign Ministry"),
        ('"Peace talks"', "normalised", "“Peace talks”"),
        ("Ministry's spokeswoman", "normalised", "Ministry’s spokeswoman"),
        ("Anne–Marie Ødegård", "normalised", "Anne-Marie Ødegård"),
        ("Anne-Marie Ødega\u030ard", "normalised", "Anne-Marie Ødegård"),
        ("Anne-Marie Ødegard", "fuzzy", "Anne-Marie Ødegård"),
        ("Foreign Ministery’s spokeswoman", "fuzzy", "Foreign Ministry’s spokeswoman"),
        ("Foreign Minster", "fuzzy", "Foreign Ministry"),
        ("Frgn Mnstr", "nowhere", None),
        ("Osl", "nowhere", None),
        ("slo", "nowhere", None),
        ("Bobo", "nowhere", None),
        ("   ", "nowhere", None),
        ("x" * 500, "nowhere", None),
    ],
)
def test_words_are_sought_as_they_stand_then_made_alike_then_by_likeness(surface, how, words):
    found, ways, _ = placed(mention(text=surface))
    assert (found, ways) == ([words], [how])


def test_repeated_words_stand_in_order_and_no_more_often_than_there_are():
    words, ways, mentions = placed(*(mention(text="Oslo") for _ in range(3)))
    assert words == ["Oslo", "Oslo", None]
    assert ways == ["exact", "exact", "nowhere"]
    assert mentions[0].start < mentions[1].start


def test_an_offset_that_is_wrong_is_a_hint():
    second = TEXT.rindex("Oslo")
    for start in (second - 3, second + 5):
        _, ways, [found] = placed(mention(text="Oslo", start=start, end=start + 4))
        assert (found.start, ways) == (second, ["exact"])


@pytest.mark.parametrize(
    ("unit", "size"),
    [
        ("bytes", lambda part: len(part.encode())),
        ("utf-16", lambda part: len(part.encode("utf-16-le")) // 2),
    ],
)
def test_offsets_in_another_unit_are_turned_into_code_points(unit, size):
    def counted(surface, with_text=True):
        start = TEXT.rindex(surface)
        ends = size(TEXT[:start]), size(TEXT[: start + len(surface)])
        return mention(start=ends[0], end=ends[1], text=surface if with_text else None)

    # Words past the astral character show the unit; what has no words is turned with them.
    given_ = counted("Bo"), counted("Oslo"), counted("talks", with_text=False)
    words, ways, _ = placed(*given_)
    assert words == ["Bo", "Oslo", "talks"]
    assert ways == [unit] * 3


CLEANED = [
    TEXT.replace("“", '"').replace("”", '"').replace("’", "'"),
    TEXT.replace("\n", " "),
    TEXT.replace("\n", "\n\n  "),
    TEXT.partition("\n")[2],
    TEXT[: TEXT.rindex("\n")],
    TEXT.replace("🎁", "").replace("Ø", "O").replace("å", "a"),
]


@pytest.mark.parametrize("own", CLEANED)
@pytest.mark.parametrize("surface", ["Foreign Ministry", "Oslo", "spokeswoman"])
def test_spans_over_a_cleaned_text_are_placed_on_the_source(own, surface):
    start = own.rindex(surface)
    words, ways, [found] = placed(mention(start=start, end=start + len(surface)), text=own)
    assert (words, ways) == ([surface], ["exact"])
    if TEXT.endswith(own[start:]):
        assert found.start == TEXT.rindex(surface)


def test_a_text_that_is_not_of_the_article_is_refused():
    gold = Record(id="d", text=TEXT, mentions=[])
    for own in ("Quite another article about herring.", "", "x" * 5000):
        with pytest.raises(DataError) as raised:
            align(gold, Record(id="d", text=own, mentions=[]), Place())
        assert raised.value.code == "other-text"


def test_what_is_over_no_text_is_an_error_as_ever():
    gold = Record(id="d", text=TEXT, mentions=[])
    with pytest.raises(DataError) as raised:
        align(gold, Record(id="d", mentions=[mention(start=5, end=5000)]), Place())
    assert raised.value.code == "span-past-end"


@given(st.text(alphabet="ab “”'’-–\n\u00ad\ufb01é", max_size=40))
def test_alike_keeps_its_place(text):
    made, offsets = alike(text)
    assert len(made) == len(offsets)
    assert offsets == sorted(offsets)
    assert not any(char.isspace() for char in made)
    assert alike(made)[0] == made


@given(st.data())
def test_words_of_the_source_are_found_where_they_stand(data):
    words = data.draw(st.lists(st.sampled_from(["Ann", "Bo", "Oslo", "talks"]), min_size=3))
    source = Source(" ".join(words))
    number = data.draw(st.integers(0, len(words) - 1))
    how, places = source.places(words[number])
    assert how == "exact"
    assert len(places) == words.count(words[number])
    start = sum(len(word) + 1 for word in words[:number])
    assert (start, start + len(words[number])) in places


def test_the_score_says_what_rests_on_inexact_placements():
    gold = Record(
        id="d",
        text=TEXT,
        mentions=[
            msgspec.convert({"type": "ORG", **ends}, Mention)
            for ends in ({"start": 42, "end": 58}, {"start": 69, "end": 85})
        ],
    )
    assert {TEXT[m.start : m.end] for m in gold.mentions} == {"Foreign Ministry"}
    answer = Record(
        id="d",
        mentions=[
            mention(start=42, end=58),
            mention(text="Foreign  Ministry’s"),
            mention(text="x"),
        ],
    )
    answer.mentions[1].text = "The Foreign  Ministry"
    found = score([gold], predictions(answer), ["mentions.type", "mentions.strict"])
    # "The Foreign Ministry" overlaps the second gold name: right by type, by a span made alike.
    assert found.scores["mentions.type"].matched == 2
    assert found.placed == {"normalised": 1, "nowhere": 1}
    assert "mentions.type: 1 of 2 matches rest on spans placed inexactly" in found.notes
    assert not any(note.startswith("mentions.strict:") for note in found.notes)
    assert (
        "spans whose offsets or words are not the text's, and how they were placed: normalised 1"
    ) in found.notes
