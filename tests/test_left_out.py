"""What a content extractor left out, placed on the source: laws, and cases by hand."""

import re
import time

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

import goldwire
from goldwire.eval.left_out import left_out
from goldwire.schemas.errors import DataError

LOOSE = st.text(st.sampled_from("ab.“\" '\n\t\u00a0é\u200b…"), max_size=60)
WORD = st.text(st.sampled_from("abcdeimnorst’-"), min_size=1, max_size=7)


def solid(text):
    return "".join(text.split())


def without(text, spans):
    for start, end in reversed(spans):
        text = text[:start] + text[end:]
    return text


@st.composite
def sources(draw):
    """Lines of words, each word another: w0ab w1tor …; glued, or with spaces, at random."""
    lines = draw(st.lists(st.lists(WORD, min_size=2, max_size=8), min_size=1, max_size=7))
    number, made = 0, []
    for line in lines:
        words = []
        for word in line:
            words.append(f"{number}{word}{number}")
            number += 1
        made.append(" ".join(words))
    return made


@given(LOOSE, LOOSE)
def test_whatever_is_given_the_spans_are_sound_and_maximal(source, kept):
    spans = left_out(source, kept)
    last = 0
    for n, (start, end) in enumerate(spans):
        assert last <= start < end <= len(source)
        assert not source[start].isspace()
        assert not source[end - 1].isspace()
        assert n == 0 or source[last:start].strip()
        last = end


@given(LOOSE)
def test_all_kept_leaves_nothing_out_and_nothing_kept_leaves_all(source):
    assert left_out(source, source) == []
    shown = source.replace("\u200b", "").strip()
    whole = source.strip()
    if shown == whole:
        start = source.find(whole)
        assert left_out(source, "") == ([(start, start + len(whole))] if whole else [])


@given(sources(), st.data())
def test_any_subset_of_lines_is_placed_exactly(lines, data):
    stay = data.draw(st.lists(st.booleans(), min_size=len(lines), max_size=len(lines)))
    source = "\n".join(lines)
    expected, position, open_run = [], 0, False
    for line, kept in zip(lines, stay, strict=True):
        if not kept:
            start = expected.pop()[0] if open_run else position
            expected.append((start, position + len(line)))
        open_run, position = not kept, position + len(line) + 1
    kept = "\n\n".join(line for line, stays in zip(lines, stay, strict=True) if stays)
    assert left_out(source, kept) == expected
    changed = re.sub(r"\s+", "\u00a0\t\n", kept).replace("’", "'").replace("-", "–")
    assert without(source, left_out(source, changed)).split() == kept.split()


@given(sources(), st.data())
def test_cuts_at_words_inside_lines_are_placed_exactly(lines, data):
    """The kept text may be joined with spaces or lines: what was cut is found all the same."""
    source = "\n".join(lines)
    words = [found.span() for found in re.finditer(r"\S+", source)]
    flags = data.draw(st.lists(st.booleans(), min_size=len(words), max_size=len(words)))
    joint = data.draw(st.sampled_from([" ", "\n", "\n\n", ""]))
    expected, parts = [], []
    for n, ((start, end), kept) in enumerate(zip(words, flags, strict=True)):
        if kept and n and flags[n - 1]:
            parts[-1] += " " + source[start:end]
        elif kept:
            parts.append(source[start:end])
        elif n and not flags[n - 1]:
            expected[-1] = (expected[-1][0], end)
        else:
            expected.append((start, end))
    assume(all(len(solid(part)) > 4 for part in parts))
    assert left_out(source, joint.join(parts)) == expected


@given(sources(), st.data())
def test_one_cut_at_any_character_leaves_what_was_kept(lines, data):
    source = "\n".join(lines)
    start = data.draw(st.integers(0, len(source) - 1))
    end = data.draw(st.integers(start, len(source)))
    kept = source[:start] + source[end:]
    assume(min(len(solid(source[:start])), len(solid(source[end:]))) >= 4)
    spans = left_out(source, kept)
    assert solid(without(source, spans)) == solid(kept)
    assert len(spans) <= 1


@given(sources(), sources())
def test_text_that_is_not_of_the_source_keeps_nothing_of_it(lines, others):
    other = str.maketrans("abcdeimnorst0123456789’-", "zyxwvuqpljkhABCDEFGHIJ_+")
    foreign = "\n".join(others).translate(other)
    source = "\n".join(lines)
    assert left_out(source, f"{foreign}\n{source}\n{foreign}") == []
    assert left_out(source, foreign) == [(0, len(source))]


@pytest.mark.parametrize(
    ("source", "kept", "cut"),
    [
        ("Give now! It helps.Rome fell.\nBy Ann", "Rome  fell.", ["Give now! It helps.", "By Ann"]),
        ("He said “yes”.\nSubscribe", 'He said "yes".', ["Subscribe"]),
        ("Rome fell… at last – it’s over\nAd", "Rome fell... at last - it's over", ["Ad"]),
        ("Cafe\u0301 shut.\nAd", "Café shut.", ["Ad"]),
        ("So\u00adft hy\u200bphen\nAd", "Soft hyphen", ["Ad"]),
        ("One.\nAd\nTwo.\nAd\nThree.", "One.\nTwo.\nThree.", ["Ad", "Ad"]),
        ("One.\nAd\nTwo.", "One. Two.", ["Ad"]),
        ("aaaa foo far from fair foxes", "aaaa from foxes", ["foo far", "fair"]),
        ("Rome ``fell'' on Monday.\nAd", "Rome «fell» on Monday.", ["Ad"]),
        ("Send us 5 dollars. Rome fell on Monday.", "Rome fell on Mond@y.", ["Send us 5 dollars."]),
        ("😀 Ad 😀Rome fell.", "Rome fell.", ["😀 Ad 😀"]),
        ("Give now.\nRome fell.", "By Ann\nRome fell.", ["Give now."]),
        ("a\nxa\nza", "a", ["xa\nza"]),
        ("7a7 8a8 9a9 10a10 11a11 12a12 13a13", "11a11 13a13", ["7a7 8a8 9a9 10a10", "12a12"]),
        ("We came from foo far fix in Rome.", "We came from fix in R()me.", ["foo far"]),
        (
            "See: the fund is open, x\nthe fund is open, y",
            "the fund is open,",
            ["See: the fund is open, x", "y"],
        ),
    ],
)
def test_by_hand(source, kept, cut):
    assert [source[start:end] for start, end in left_out(source, kept)] == cut


def test_the_appeal_of_the_corpus_article_glued_inside_a_line():
    """Gold's boilerplate is found again from the text without it, however that is laid out."""
    gold = goldwire.load()[0]
    expected = [(each.start, each.end) for each in gold.boilerplate]
    kept = without(gold.text, expected)
    for each in (kept, " ".join(kept.split()), kept.replace("\n", "\n\n"), kept.replace("’", "'")):
        assert left_out(gold.text, each) == expected


def test_a_long_text_is_placed_in_bounded_time_or_refused():
    words = [f"w{n}" for n in range(60_000)]
    source = " ".join(words)
    began = time.process_time()
    with pytest.raises(DataError, match="too-long"):
        left_out(source, " ".join(words[1::2]))
    lines = [" ".join(words[n : n + 10]) for n in range(0, 60_000, 10)]
    cut = left_out("\n".join(lines), "\n".join(lines[::2]))
    assert len(cut) == 3000
    assert time.process_time() - began < 20
