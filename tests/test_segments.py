"""Cutting a text where spans begin and end."""

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from goldwire.schemas.segments import segments, steps

ENDS = st.tuples(st.integers(-3, 25), st.integers(-3, 25))
SPANS = st.lists(ENDS, max_size=12)


@given(st.integers(0, 20), SPANS)
def test_the_segments_are_the_text_and_each_has_the_spans_over_it(length, spans):
    found = segments(length, spans)
    assert [n for start, end, _ in found for n in range(start, end)] == list(range(length))
    for start, end, covering in found:
        for offset in range(start, end):
            over = {n for n, (low, high) in enumerate(spans) if low <= offset < high}
            assert set(covering) == over
        assert len(set(covering)) == len(covering)


@given(st.integers(0, 20), SPANS)
def test_the_outermost_comes_first_and_keeps_its_place(length, spans):
    places = {}
    for _, _, covering in segments(length, spans):
        assert list(covering) == sorted(
            covering, key=lambda n: (max(spans[n][0], 0), -min(spans[n][1], length), n)
        )
        for one, other in pairwise(covering):
            assert places.setdefault(frozenset((one, other)), (one, other)) == (one, other)


@given(st.integers(0, 20), SPANS)
def test_neighbours_differ(length, spans):
    """No border where no span has one."""
    found = segments(length, spans)
    borders = {end for pair in spans for end in pair}
    assert all(start in borders for start, _, _ in found[1:])


@given(st.integers(0, 20), SPANS, st.integers(1, 4))
def test_no_more_than_the_deepest_and_each_wholly_or_not_at_all(length, spans, deepest):
    found = segments(length, spans, deepest)
    assert all(len(covering) <= deepest for _, _, covering in found)
    for number in {number for _, _, covering in found for number in covering}:
        start, end = max(spans[number][0], 0), min(spans[number][1], length)
        shown = [(low, high) for low, high, covering in found if number in covering]
        assert (shown[0][0], shown[-1][1]) == (start, end)
        assert sum(high - low for low, high in shown) == end - start
    assert segments(length, spans, 100) == segments(length, spans)


@given(st.integers(0, 20), SPANS)
def test_steps_make_elements_that_are_properly_nested(length, spans):
    text = "".join(map(chr, range(65, 65 + length)))
    stack, said = [], []
    for closed, opened, (start, end) in steps(segments(length, spans)):
        del stack[len(stack) - closed :]
        stack += opened
        said += [(char, tuple(stack)) for char in text[start:end]]
    assert not stack
    expected = [
        (text[offset], covering)
        for start, end, covering in segments(length, spans)
        for offset in range(start, end)
    ]
    assert said == expected


def test_borders():
    assert segments(0, [(0, 4)]) == []
    assert segments(3, []) == [(0, 3, ())]
    assert segments(3, [(1, 1), (3, 9), (2, 1)]) == [(0, 3, ())]
    assert segments(3, [(0, 3), (0, 3)]) == [(0, 3, (0, 1))]


def test_thousands_of_nested_spans_are_cut_to_a_depth():
    spans = [(n, 20_000 - n) for n in range(10_000)]
    found = segments(20_000, spans, 40)
    assert {number for _, _, covering in found for number in covering} == set(range(40))
    assert sum(len(covering) for _, _, covering in found) < 40 * 81
