"""Label maps: the shipped ones, files of one's own as data, and the laws of following chains."""

import hashlib
import subprocess
import sys
from dataclasses import FrozenInstanceError
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from goldwire.schemas.errors import DataError, UsageError
from goldwire.schemas.label_map import LabelMap, label_map, read_label_map, shipped
from goldwire.schemas.labels import labels

VECTORS = Path(__file__).parent / "vectors" / "maps"
VALID = sorted((VECTORS / "valid").glob("*.tsv"))
INVALID = sorted((VECTORS / "invalid").glob("*.tsv"))
DATA = Path(__file__).parent.parent / "schemas" / "data" / "maps"
OURS = tuple(labels()["mention"])
VALUES = {"DATE", "TIME", "PERCENT", "MONEY", "QUANTITY", "ORDINAL", "CARDINAL"}
CODES = {
    "ambiguous-label",
    "byte-order-mark",
    "empty-map",
    "field-count",
    "label-loop",
    "map-name",
    "missing-label",
    "not-utf-8",
    "repeated-label",
    "wrong-character",
}


def code_in_the_name(path):
    return path.name.split("--")[0].split(".")[0]


def text_of(pairs):
    return "".join(f"{source}\t{target}\n" for source, target in pairs)


@pytest.fixture
def write(tmp_path):
    def make(text, name="mine.tsv"):
        path = tmp_path / name
        path.write_text(text, "utf-8")
        return path

    return make


def test_there_are_vectors():
    assert len(VALID) > 10
    assert len(INVALID) > 30
    assert {code_in_the_name(path) for path in INVALID} == CODES


@pytest.mark.parametrize("path", VALID, ids=lambda path: path.stem)
def test_valid(path):
    found = read_label_map(path)
    assert found.name == path.stem
    assert found.sha256 == hashlib.sha256(path.read_bytes()).hexdigest()
    assert set(OURS) <= set(found.known)
    assert found.labels == tuple(sorted(set(found.labels)))
    assert set(found.labels) <= set(found.known)
    assert found.get("GPE") == "X"  # every valid vector maps GPE to X


@pytest.mark.parametrize("path", INVALID, ids=lambda path: path.stem)
def test_invalid(path):
    with pytest.raises(DataError) as caught:
        read_label_map(path)
    error = caught.value
    assert error.code == code_in_the_name(path)
    assert str(path) in str(error)
    assert error.message
    assert error.cure
    assert str(error).isprintable()
    assert len(str(error)) <= 600


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("field-count--one", ':10: expected a label and its target, found 1 in "LAW"; write - as'),
        ("field-count--three", ':9: expected a label and its target, found 3 in "WORK OF_ART X"'),
        ("wrong-character--comma", ':10: "LAW,TREATY" has a character that no label has, U+002C'),
        ("wrong-character--cyrillic", r'"\u0420ERSON" has a character that no label has, U+0420'),
        ("wrong-character--quotes", "U+0022; a label has A-Z, a-z, 0-9 and _ . : / + -"),
        ("wrong-character--dash-as-source", ":19: - stands as a label, but it is what drops one"),
        ("repeated-label--same-target", ':19: "LAW" has this target in line 10 already'),
        ("repeated-label--dropped-twice", ':19: "LAW" has this target in line 10 already'),
        ("ambiguous-label--two-targets", ':19: "LAW" becomes "X" in line 10 and "Y" here'),
        ("ambiguous-label--kept-and-dropped", ':19: "LAW" becomes "X" in line 10 and "-" here'),
        (
            "missing-label--one",
            "one.tsv: no line for LAW; the map goes from gold's types to",
        ),
        ("missing-label--two", "two.tsv: no line for DATE, TIME; "),
        ("missing-label--misspelt", 'PERSON; line 1 has "PERSOM", did you mean "PERSON"?'),
        ("missing-label--lower-case", 'line 2 has "norp", did you mean "NORP"?'),
        ("label-loop--two", ':1: the targets go in a loop: "PERSON" (line 1) to "NORP" (line 2)'),
        # Lines 2 and 4 only lead to it: the loop is told alone, from its first line on.
        ("label-loop--behind-a-chain", ':5: the targets go in a loop: "ORG" (line 5) to "GPE"'),
        ("label-loop--behind-a-chain", '"GPE" (line 6) to "LAW" (line 11) to "ORG"; '),
        ("label-loop--of-other-sources", '"A" (line 19) to "B" (line 20) to "A"; let one'),
        ("empty-map--nothing", "no line maps a label; "),
        (
            "empty-map--all-dropped",
            "every type of gold's is dropped, which leaves nothing",
        ),
        ("not-utf-8--latin-1", ":19: holds bytes that are not UTF-8; save it as UTF-8"),
        ("byte-order-mark--utf-8", "starts with a byte order mark; save it as UTF-8 without"),
        ("map-name.dotted", '"map-name.dotted" can\'t be the name of a map; name the file by a-z'),
    ],
)
def test_messages(name, words):
    with pytest.raises(DataError) as caught:
        read_label_map(VECTORS / "invalid" / f"{name}.tsv")
    assert words in str(caught.value)


@pytest.mark.parametrize("name", ["Mine.tsv", "_mine", "-.tsv", ".tsv", "a b.tsv", "a,b", "ü.tsv"])
def test_names_that_a_measure_could_not_hold_are_refused(write, name):
    with pytest.raises(DataError, match=r"\[map-name\]"):
        read_label_map(write(text_of((label, "X") for label in OURS), name))


@pytest.mark.parametrize("name", ["mine", "m.txt", "0.tsv", "my-map_2.tsv"])
def test_any_ending_will_do(write, name):
    path = write(text_of((label, "X") for label in OURS), name)
    assert read_label_map(str(path)).name == path.stem


def test_the_name_of_a_shipped_map_is_taken(write):
    """Even for the same bytes: a figure under map=ace must be of the map that all others use."""
    for name in shipped():
        path = write((DATA / f"{name}.tsv").read_text("utf-8"), f"{name}.tsv")
        with pytest.raises(DataError, match=r"comes with goldwire; rename .*\[taken-name\]"):
            read_label_map(path)


def test_a_file_that_is_not_there(tmp_path):
    for path in (tmp_path / "none.tsv", tmp_path):
        with pytest.raises(DataError) as caught:
            read_label_map(path)
        assert caught.value.code in ("no-file", "map-name")


class TestShipped:
    def test_names(self):
        assert shipped() == ("ace", "conll4", "ontonotes18")

    @pytest.mark.parametrize("name", shipped())
    def test_covers_all_of_ours_and_says_where_it_comes_from(self, name):
        found = label_map(name)
        text = (DATA / f"{name}.tsv").read_text("utf-8")
        assert found.name == name
        assert found is label_map(name)
        assert set(OURS) <= set(found.known)
        assert found.sha256 == hashlib.sha256(text.encode()).hexdigest()
        assert "https://" in text
        assert text.startswith("# ")

    def test_conll4(self):
        found = label_map("conll4")
        assert found.labels == ("LOC", "MISC", "ORG", "PER")
        assert {found.get(label) for label in ("GPE", "LOC", "FAC")} == {"LOC"}
        misc = {label for label in OURS if found.get(label) == "MISC"}
        assert misc == {"NORP", "PRODUCT", "EVENT", "WORK_OF_ART", "LAW", "LANGUAGE"}
        assert {label for label in OURS if found.get(label) is None} == VALUES
        assert set(found.known) == {*OURS, "PER", "MISC"}

    def test_ace(self):
        found = label_map("ace")
        assert found.labels == ("FAC", "GPE", "LOC", "ORG", "PER")
        assert (found.get("PERSON"), found.get("NORP")) == ("PER", "GPE")
        names = {"PRODUCT", "EVENT", "WORK_OF_ART", "LAW", "LANGUAGE"}
        assert {label for label in OURS if found.get(label) is None} == VALUES | names
        # Gold can have neither; a prediction of one is no more spurious than one of PRODUCT.
        assert found.get("VEH") is found.get("WEA") is None

    def test_ontonotes18_changes_nothing(self):
        found = label_map("ontonotes18")
        assert found.targets == {label: label for label in OURS}
        assert found.labels == found.known == tuple(sorted(OURS))

    def test_an_unknown_name(self):
        with pytest.raises(UsageError, match=r'"conll"; did you mean "conll4"\?.*unknown-map'):
            label_map("conll")
        with pytest.raises(UsageError, match="use one of ace, conll4, ontonotes18"):
            label_map("../labels")


def test_a_label_that_the_map_does_not_know_is_not_dropped_in_silence():
    with pytest.raises(DataError, match=r'"PERS" under map=conll4; did you mean "PER" or'):
        label_map("conll4").get("PERS")
    with pytest.raises(DataError, match="known are CARDINAL, DATE"):
        label_map("conll4").get("???")


def test_a_map_is_a_value(write):
    path = write(text_of((label, "X") for label in OURS))
    first, second = read_label_map(path), read_label_map(path)
    assert first == second
    assert len({first, second, label_map("ace")}) == 2
    other = LabelMap(first.name, {}, first.sha256)
    assert first != other
    with pytest.raises(FrozenInstanceError):
        first.name = "other"


def test_import_reads_no_data():
    code = (
        "import sys, goldwire.schemas.labels; seen = []; "
        "sys.addaudithook(lambda e, a: seen.append(str(a[0])) if e == 'open' else None); "
        "import goldwire.schemas.label_map as m; "
        "assert not [s for s in seen if s.endswith(('.tsv', '.json'))], seen; "
        "m.label_map('ace'); assert any(s.endswith('ace.tsv') for s in seen)"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


NEW = ("A", "B", "C")
POOL = st.sampled_from((*OURS, *NEW, *NEW, "-", "-"))
PAIRS = st.tuples(
    st.lists(POOL, min_size=len(OURS), max_size=len(OURS)),
    st.lists(st.tuples(st.sampled_from(NEW), POOL), max_size=3, unique_by=lambda pair: pair[0]),
).map(lambda drawn: [*zip(OURS, drawn[0], strict=True), *drawn[1]])
UPWARD = st.tuples(*(st.sampled_from((*OURS[n:], *NEW, "-")) for n in range(len(OURS)))).map(
    lambda targets: list(zip(OURS, targets, strict=True))
)
"""Targets that stand no earlier than their source: these never go in a loop."""


def followed(pairs, label):
    """Return the end of a chain, or "loop": one step at a time, at most as often as lines."""
    table = dict(pairs)
    for _ in range(len(table) + 1):
        if label not in table or table[label] == label:
            return None if label == "-" else label
        label = table[label]
    return "loop"


@pytest.fixture(scope="module")
def scratch(tmp_path_factory):
    return tmp_path_factory.mktemp("maps") / "drawn.tsv"


@settings(deadline=None, max_examples=300)
@given(pairs=st.one_of(PAIRS, UPWARD), random=st.randoms(use_true_random=False))
def test_laws(scratch, pairs, random):
    """Against following one step at a time: the ends, the loops, and what is refused."""
    expected = {source: followed(pairs, source) for source, _ in pairs}
    scratch.write_text(text_of(pairs), "utf-8")
    code = None
    if "loop" in expected.values():
        code = "label-loop"
    elif not any(expected[label] for label in OURS):
        code = "empty-map"
    if code:
        with pytest.raises(DataError) as caught:
            read_label_map(scratch)
        assert caught.value.code == code
        return
    found = read_label_map(scratch)
    assert {source: found.get(source) for source in expected} == expected
    for label in found.known:
        end = found.get(label)
        assert end is None or found.get(end) == end  # mapping twice is mapping once
        assert end is None or end in found.labels
    assert {found.get(label) for label in found.labels} == set(found.labels)
    random.shuffle(pairs)
    scratch.write_text(text_of(pairs), "utf-8")
    assert read_label_map(scratch).targets == found.targets


@settings(deadline=None, max_examples=200)
@given(text=st.one_of(st.text(max_size=80), st.binary(max_size=80)))
def test_any_bytes_are_a_readable_error_or_a_map(scratch, text):
    """A file of few bytes can't hold all of ours, so it is always refused, in one line."""
    scratch.write_bytes(text if isinstance(text, bytes) else text.encode("utf-8", "surrogatepass"))
    with pytest.raises(DataError) as caught:
        read_label_map(scratch)
    assert str(caught.value).isprintable()


def test_a_long_chain_is_followed_in_no_time(write):
    """50 000 steps, written from the end backwards; quadratic work would take minutes."""
    steps = 50_000
    chain = [(f"S{n}", f"S{n + 1}") for n in range(steps)]
    ours = [(label, "S0") for label in OURS]
    found = read_label_map(write(text_of([*reversed(chain), *ours])))
    assert found.labels == (f"S{steps}",)
    found = read_label_map(write(text_of([*chain, *ours])))
    assert found.get("GPE") == f"S{steps}"
    with pytest.raises(DataError, match="label-loop") as caught:
        read_label_map(write(text_of([*chain, (f"S{steps}", "S0"), *ours])))
    assert len(str(caught.value)) <= 600
