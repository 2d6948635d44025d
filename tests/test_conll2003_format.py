"""CoNLL-2003: files and their records, faults, schemes against seqeval, round trips."""

import random
from collections import Counter

import pytest
from foreign_records import records
from hypothesis import given
from hypothesis import strategies as st
from seqeval import scheme as seqeval_schemes
from seqeval.metrics.sequence_labeling import get_entities
from token_files import (
    OTHERS,
    continuous,
    message,
    read,
    said_of,
    squeezed,
    there_and_back,
)

from goldwire.schemas.errors import DataError, Place, UsageError
from goldwire.schemas.formats import FORMATS, conll2003, named, tags
from goldwire.schemas.formats.tokens import BUILT
from goldwire.schemas.record import Entity, Mention, Quote, Record, Span

FORM = named("conll2003")
LOSSLESS = {"conll2003": {"text": BUILT}}

TWO = """-DOCSTART- -X- -X- O

Ann NNP I-NP I-PER
Bo NNP I-NP B-PER
Lee NNP I-NP I-PER
left VBD I-VP O
Oslo NNP I-NP I-LOC
Nobel NNP I-NP I-ORG
. . O O

Ann NNP I-NP I-PER

-DOCSTART- -X- -X- O

Rain NN I-NP O"""
"""Two documents in IOB1, without a last blank line or line end."""
ANN = [
    Mention(start=0, end=3, type="PER"),
    Mention(start=4, end=10, type="PER"),
    Mention(start=16, end=20, type="LOC"),
    Mention(start=21, end=26, type="ORG"),
    Mention(start=29, end=32, type="PER"),
]
RECORDS = [
    Record(id="doc-1", text="Ann Bo Lee left Oslo Nobel .\nAnn", mentions=ANN, meta=LOSSLESS),
    Record(id="doc-2", text="Rain", mentions=[], meta=LOSSLESS),
]


@pytest.fixture
def path(tmp_path):
    return tmp_path / "file.conll"


def test_a_file_of_two_documents(path):
    path.write_text(TWO)
    found = list(FORM.read(path, {}))
    assert [record for _, record in found] == RECORDS
    assert [place for place, _ in found] == [Place(str(path), 1), Place(str(path), 13)]


IOB2 = ("B-PER", "B-PER", "I-PER", "O", "B-LOC", "B-ORG", "O", "B-PER")
IOBES = ("S-PER", "B-PER", "E-PER", "O", "S-LOC", "S-ORG", "O", "S-PER")
BILOU = ("U-PER", "B-PER", "L-PER", "O", "U-LOC", "U-ORG", "O", "U-PER")


@pytest.mark.parametrize("written", [IOB2, IOBES, BILOU])
def test_schemes_of_equal_meaning_give_equal_records(path, written):
    rows = iter(written)
    lines = [line.rsplit(" ", 1) for line in TWO.split("\n")]
    changed = [
        f"{line[0]} {next(rows)}" if len(line) > 1 and line[0][0] in "ABLlON." else " ".join(line)
        for line in lines
    ]
    assert read(FORM, path, "\n".join(changed)) == RECORDS


@pytest.mark.parametrize(
    "change",
    [
        lambda text: text + "\n",
        lambda text: text + "\n\n\n",
        lambda text: text.replace("\n", "\r\n"),
        lambda text: text.replace(" ", "\t"),
        lambda text: text.replace("\n\n", "\n \t\n\n"),
        lambda text: (
            text.replace(" NNP I-NP", "")
            .replace(" . O O", " O")
            .replace(" VBD I-VP", "")
            .replace(" NN I-NP", "")
        ),
        lambda text: text.replace("-DOCSTART- -X- -X- O\n\n", "-DOCSTART-\n"),
    ],
    ids=["line end", "blank lines", "CRLF", "tabs", "blanks", "two columns", "bare DOCSTART"],
)
def test_writings_of_equal_meaning_give_equal_records(path, change):
    changed = change(TWO)
    assert changed != TWO
    assert read(FORM, path, changed) == RECORDS


def test_a_file_without_docstart_is_called_as_one_with_a_bare_docstart(tmp_path):
    mention = Mention(start=0, end=2, type="PER")
    whole = Record(id="doc-1", text="Bo", mentions=[mention], meta={"conll2003": {"text": BUILT}})
    assert read(FORM, tmp_path / "gold.conll", "Bo B-PER\n") == [whole]
    assert read(FORM, tmp_path / "preds.txt", "-DOCSTART- O\n\nBo B-PER\n") == [whole]


def test_a_docstart_line_names_a_document_and_gets_its_name_back(path):
    raw = "-DOCSTART- AP_0512 -X- O\n\nBo _ _ B-PER\n\n"
    (record,) = read(FORM, path, raw)
    assert (record.id, record.meta) == (
        "ap-0512",
        {"conll2003": {"name": "AP_0512", "text": BUILT}},
    )
    assert not list(FORM.losses(record))
    FORM.write([record], path)
    assert path.read_text() == raw


def test_tags_without_a_type(path):
    (record,) = read(FORM, path, "Bo B\nLee I\nleft O\n")
    assert record.mentions == [Mention(start=0, end=6)]
    assert there_and_back(FORM, [record], path) == [record]


def test_a_document_without_tokens(path):
    first, second = read(FORM, path, "-DOCSTART-\n\n-DOCSTART-\n\nBo O\n")
    assert first == Record(id="doc-1", text="", mentions=[], meta=LOSSLESS)
    assert second.text == "Bo"
    assert message(FORM, path, "-DOCSTART-\n", {"doc-1": "Bo"}) == (
        "line 1: the document has no token, but its text has words; "
        "give the text that was tokenised [other-text]"
    )


def test_tokens_may_hold_other_white_space_and_brackets_are_words(path):
    (record,) = read(FORM, path, "10\u00a0000 B-NUM\n-LRB- O\n\u2028 O\n\U0001f381 B-X\n")
    assert record.text == "10\u00a0000 -LRB- \u2028 \U0001f381"
    assert [(m.start, m.end) for m in record.mentions] == [(0, 6), (15, 16)]


def test_a_known_text_is_found_exactly(path):
    text = "\u00a0Bo\u2028Lee\r\nleft\u00a0 Oslo.\t"
    raw = "Bo B-PER\nLee I-PER\n\nleft O\nOslo B-LOC\n. O\n"
    (record,) = read(FORM, path, raw, {"doc-1": text})
    mentions = [Mention(start=1, end=7, type="PER"), Mention(start=15, end=19, type="LOC")]
    assert record == Record(id="doc-1", text=text, mentions=mentions)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("Bo Lee", 'line 2: the token "left" is not what the text has there ("Lee")'),
        ("Bo", 'line 2: the token "left" is not what the text has there ("")'),
        ("Bo left home", 'line 2: the text goes on after the last token ("home")'),
        ("", 'line 1: the token "Bo" is not what the text has there ("")'),
    ],
)
def test_another_text_is_refused(path, text, said):
    whole = f"{said}; give the text that was tokenised [other-text]"
    assert message(FORM, path, "Bo B-PER\nleft O\n", {"doc-1": text}) == whole


REPAIR = "correct the tag, or name the format conll2003-repaired [invalid-tags]"
SHAPE = "a line has a token, a tag and any columns between, with one space or tab between each two"
UTF8 = "save it as UTF-8 without a byte order mark"
SHOWN = "(line 1, B-PER, shows IOB2)"


@pytest.mark.parametrize(
    ("raw", "said"),
    [
        ("Bo B-PER\nx O\nLee I-PER\n", f"line 3: I-PER goes on with no mention {SHOWN}; {REPAIR}"),
        ("Bo B-PER\nLee I-LOC\n", f"line 2: I-LOC goes on with no mention {SHOWN}; {REPAIR}"),
        ("Bo B-PER\n\nLee I-PER\n", f"line 3: I-PER goes on with no mention {SHOWN}; {REPAIR}"),
        (
            "Bo O\nLee E-PER\n",
            f"line 2: E-PER goes on with no mention (line 2, E-PER, shows IOBES); {REPAIR}",
        ),
        (
            "Bo S-PER\nLee B-PER\nx O\n",
            f"line 3: B-PER is not ended before O (line 1, S-PER, shows IOBES); {REPAIR}",
        ),
        (
            "Bo U-PER\nLee B-PER\n\nx O\n",
            f"line 2: B-PER is not ended in its sentence (line 1, U-PER, shows BILOU); {REPAIR}",
        ),
        (
            "Bo S-PER\nLee L-PER\n",
            "line 2: L-PER is of BILOU, but S-PER is not; "
            "write all tags in one scheme [mixed-schemes]",
        ),
        *(
            (
                f"Bo {tag}\n",
                f'line 1: "{tag}" is not a tag; a tag is O, or one of B I E S L U, - and the type, '
                "such as B-PER [unknown-tag]",
            )
            for tag in ("PER", "b-PER", "B-", "o", "PER-B", "B_PER")
        ),
        ("Bo\n", f"line 1: a column is missing or empty; {SHAPE} [no-column]"),
        ("Bo O\nx  O\n", f"line 2: a column is missing or empty; {SHAPE} [no-column]"),
        (" Bo O\n", f"line 1: a column is missing or empty; {SHAPE} [no-column]"),
        ("Bo O \n", f"line 1: a column is missing or empty; {SHAPE} [no-column]"),
        (
            "Bo NNP O\nx O\n",
            "line 2: expected 3 columns as above, found 2; "
            "give all lines the same columns [columns]",
        ),
        *(
            (
                raw,
                f"line {line}: there are spaces and tabs between columns; "
                "use the same in all lines [mixed-separators]",
            )
            for raw, line in (("Bo O\nx\tO\n", 2), ("Bo\tNN O\n", 1), ("-DOCSTART- O\nx\tO\n", 2))
        ),
        (
            "Bo O\n\n-DOCSTART-\n",
            "line 3: there are tokens before the first -DOCSTART-; "
            "let the file begin with -DOCSTART- [no-docstart]",
        ),
        (
            "-DOCSTART- (1 EU)\n",
            'line 1: a -DOCSTART- line has "EU)"; '
            "write it as -DOCSTART- NAME -X- O, or -X- for the name [docstart]",
        ),
        (
            "-DOCSTART- a -X- O\n-DOCSTART- a -X- O\n",
            'line 2: "a" stands twice; keep one [repeated-document]',
        ),
        (
            "-DOCSTART- a.b -X- O\n-DOCSTART- A-b -X- O\n",
            'line 2: "A-b" and "a.b" would both be the record "a-b"; rename one of them [same-id]',
        ),
        ("", f"file.conll: the file has no token; {SHAPE} [empty-file]"),
        ("\n \n", f"file.conll: the file has no token; {SHAPE} [empty-file]"),
        ("Bo O\nx\0 O\n", "line 2: the line holds a NUL byte; remove it [nul]"),
        (
            "Bo O\rx O\n",
            "line 1: a carriage return stands inside the line; "
            "let all lines end in a line feed [line-end]",
        ),
        (
            "Bo O\n".encode("utf-16"),
            "file.conll: expected UTF-8, found NUL bytes or the mark of UTF-16 or UTF-32; "
            f"{UTF8} [not-utf-8]",
        ),
        (
            "Bo O\n".encode("utf-16-le"),
            "file.conll: expected UTF-8, found NUL bytes or the mark of UTF-16 or UTF-32; "
            f"{UTF8} [not-utf-8]",
        ),
        (
            "Bo O\n".encode("utf-8-sig"),
            f"file.conll: starts with a byte order mark; {UTF8} [byte-order-mark]",
        ),
        (
            "Bo O\nRen\u00e9 B-PER\n".encode("latin-1"),
            f"line 2: holds bytes that are not UTF-8; {UTF8} [not-utf-8]",
        ),
    ],
)
def test_what_cannot_be_read(path, raw, said):
    assert message(FORM, path, raw) == said


def test_a_folder_or_nothing_is_no_file(tmp_path):
    for where in (tmp_path, tmp_path / "none"):
        with pytest.raises(DataError, match="no-file"):
            list(FORM.read(where, {}))


def test_repair_is_asked_for_and_noted(path):
    path.write_text("Bo B-PER\nx O\nLee I-PER\nOslo I-LOC\n")
    ((_, record),) = conll2003.REPAIRED.read(path, {})
    assert [(m.start, m.end, m.type) for m in record.mentions] == [
        (0, 2, "PER"),
        (5, 8, "PER"),
        (9, 13, "LOC"),
    ]
    assert record.meta == {"conll2003": {"text": BUILT, "repaired": 2}}
    assert list(FORM.losses(record)) == ["meta"]
    path.write_text(TWO)
    assert [record for _, record in conll2003.REPAIRED.read(path, {})] == RECORDS


SCHEMES = {
    "IOB1": seqeval_schemes.IOB1,
    "IOB2": seqeval_schemes.IOB2,
    "IOBES": seqeval_schemes.IOBES,
    "BILOU": seqeval_schemes.BILOU,
}


def written(rng, scheme):
    """Return the tags of random adjacent spans, in a scheme, and the spans."""
    found, row, before = [], [], None
    for _ in range(rng.randrange(6)):
        label, length = rng.choice("AB"), rng.randrange(1, 4)
        if rng.random() < 0.4:
            row.append("O")
            before = None
        found.append((len(row), len(row) + length, label))
        first, single, last = {
            "IOB1": ("B" if before == label else "I", "B" if before == label else "I", "I"),
            "IOB2": ("B", "B", "I"),
            "IOBES": ("B", "S", "E"),
            "BILOU": ("B", "U", "L"),
        }[scheme]
        letters = [first, *"I" * (length - 2), last] if length > 1 else [single]
        row += [f"{letter}-{label}" for letter in letters]
        before = label
    return row, found


def parsed(row):
    return [tags.parse(tag, Place()) for tag in row]


@pytest.mark.parametrize("name", SCHEMES)
def test_sequences_in_order_are_told_and_read_as_seqeval_reads_them(name):
    told = 0
    for seed in range(800):
        row, expected = written(random.Random(seed), name)
        found = tags.scheme([parsed(row)])
        assert not list(tags.faults(parsed(row), found)), row
        assert tags.spans(parsed(row)) == expected, row
        oracle = seqeval_schemes.Entities([row], SCHEMES[name]).entities[0]
        assert [(e.start, e.end, e.tag) for e in oracle] == expected, row
        told += found.name == name
        if "L" in name or "ES" in name:
            assert found.name == name or not set("".join(row)) & set("ESLU"), row
        elif expected:
            assert found.name == name, row
    assert told > 600


@pytest.mark.parametrize("letters", ["IB", "IBES", "ES"])
def test_any_sequence_is_repaired_as_seqeval_reads_it(letters):
    faulty = 0
    for seed in range(1500):
        rng = random.Random(seed)
        row = [
            rng.choice(["O", *(f"{letter}-{label}" for letter in letters for label in "AB")])
            for _ in range(rng.randrange(9))
        ]
        expected = [(start, end + 1, label) for label, start, end in get_entities(row)]
        assert tags.spans(parsed(row)) == expected, row
        faulty += bool(list(tags.faults(parsed(row), tags.scheme([parsed(row)]))))
    assert faulty > 300


def test_no_sequence_is_in_order_in_iob1_and_iob2_but_one_without_mentions():
    iob1, iob2 = tags.Scheme("IOB1"), tags.Scheme("IOB2")
    both = 0
    for seed in range(3000):
        rng = random.Random(seed)
        row = parsed(rng.choices(("O", "B-A", "I-A", "B-B", "I-B"), k=rng.randrange(1, 5)))
        told = tags.scheme([row])
        begun = told.name == "IOB2" and told.told_by is not None
        allowed = [not begun and not list(tags.faults(row, iob1)), not list(tags.faults(row, iob2))]
        both += all(allowed)
        assert sum(allowed) < 2 or {tag.letter for tag in row} == {"O"}
    assert both


def expected_of(record):
    """Return the mentions that a file can hold, by the stated rule, and what is lost."""
    lost = Counter()
    fit = continuous(record, lost)
    kept = []
    while fit:
        best = min(fit, key=lambda each: (each[0] - each[1], each[0]))
        kept.append(Mention(start=best[0], end=best[1], type=best[2].type))
        fit.remove(best)
        apart = [each for each in fit if each[1] <= best[0] or each[0] >= best[1]]
        lost["mentions nested in or overlapping others"] += len(fit) - len(apart)
        fit = apart
    return sorted(kept, key=lambda each: each.start), lost


@pytest.fixture(scope="session")
def place(tmp_path_factory):
    return tmp_path_factory.mktemp("conll2003") / "d.conll"


@given(record=records())
def test_round_trip_of_random_records(place, record):
    kept, lost = expected_of(record)
    items = record.mentions
    of_items = {
        "ids of mentions": len(items),
        "levels of mentions": sum(m.level is not None for m in items),
        "entities of mentions": sum(m.entity is not None for m in items),
    }
    layers = ("entities", "zones", "boilerplate", "relations", "quotes")
    must = said_of(record, lost, of_items, layers)
    said = Counter(FORM.losses(record))
    spacing = "spacing of the text"

    (exact,) = there_and_back(FORM, [record], place, {"d": record.text})
    assert exact == Record(id="d", text=record.text, mentions=kept)

    (back,) = there_and_back(FORM, [record], place)
    assert squeezed(back) == squeezed(Record(id="d", text=record.text, mentions=kept))
    assert back.meta == LOSSLESS
    if back.text != record.text:
        must[spacing] += 1
    assert said == must

    assert not list(FORM.losses(back))
    assert there_and_back(FORM, [back], place) == [back]


@given(found=st.lists(records(), min_size=2, max_size=3))
def test_several_records_in_one_file(place, found):
    for number, record in enumerate(found):
        record.id = f"r{number}"
    texts = {record.id: record.text for record in found}
    back = there_and_back(FORM, found, place, texts)
    assert [(r.id, r.text) for r in back] == list(texts.items())
    assert [r.mentions for r in back] == [expected_of(record)[0] for record in found]


def test_what_is_written(path):
    text = "Bo's d\u00e9sert, e\u0301te\u0301\n\n\u2600\ufe0f in New\nYork 3.5"
    mention = Mention(start=text.index("New"), end=text.index("York") + 4, type="GPE")
    record = Record(id="a-1", text=text, mentions=[Mention(start=0, end=2, type="PER"), mention])
    FORM.write([record, Record(id="b", text="")], path)
    assert path.read_text() == (
        "-DOCSTART- a-1 -X- O\n\n"
        "Bo _ _ B-PER\n' _ _ O\ns _ _ O\nd\u00e9sert _ _ O\n, _ _ O\ne\u0301te\u0301 _ _ O\n\n"
        "\u2600\ufe0f _ _ O\nin _ _ O\nNew _ _ B-GPE\nYork _ _ I-GPE\n3 _ _ O\n. _ _ O\n5 _ _ O\n\n"
        "-DOCSTART- b -X- O\n\n"
    )


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r", "\v", "\f", "\x85", "\u2028", "\u2029"])
def test_a_sentence_ends_with_its_line_but_not_inside_a_mention(path, end):
    record = Record(id="d", text=f"a{end}b c", mentions=[])
    (back,) = there_and_back(FORM, [record], path)
    assert back.text == "a\nb c"
    record.mentions = [Mention(start=0, end=len(f"a{end}b"), type="X")]
    (back,) = there_and_back(FORM, [record], path)
    assert (back.text, back.mentions) == ("a b c", [Mention(start=0, end=3, type="X")])
    assert list(FORM.losses(record)) == ["spacing of the text"]


def test_the_longest_stays_and_of_equally_long_ones_the_first(path):
    spans = [(4, 6), (0, 6), (5, 9), (10, 13), (8, 11)]
    mentions = [Mention(start=start, end=end, type="X") for start, end in spans]
    record = Record(id="d", text="one two three", mentions=mentions)
    (back,) = there_and_back(FORM, [record], path, {"d": record.text})
    assert [(m.start, m.end) for m in back.mentions] == [(0, 6), (8, 11)]
    assert "mentions nested in or overlapping others (3)" in FORM.losses(record)


def test_losses_are_said():
    record = Record(
        id="b",
        text="Bo left Oslo",
        language="en",
        mentions=[
            Mention(id="m1", start=0, end=2, type="PER", level="NAM", entity="e1", optional=True),
            Mention(start=0, end=12, parts=[Span(start=0, end=2), Span(start=8, end=12)]),
            Mention(start=2, end=3, type="X"),
            Mention(start=7, end=12, type="GPE", meta={"a": 1}),
            Mention(start=3, end=7, type="a type"),
            Mention(text="Oslo", type="GPE"),
            Mention(start=8, end=13, type="GPE"),
        ],
        entities=[Entity(id="e1")],
        quotes=[],
        relations=None,
        meta={"conll2003": {"name": "A name"}, "other": 1},
    )
    assert list(FORM.losses(record)) == [
        "language",
        "entities (1)",
        "quotes (that there are none)",
        "meta",
        "name of the document",
        "discontinuous mentions (1)",
        "mentions of white space alone (1)",
        "white space at the ends of mentions (1)",
        "mentions without a place in the text (2)",
        "mentions whose type is empty or holds white space (1)",
        "ids of mentions (1)",
        "levels of mentions (1)",
        "entities of mentions (1)",
        "optional marks of mentions (1)",
        "meta of mentions (1)",
    ]
    assert list(FORM.losses(Record(id="d", text="Bo  left"))) == [
        "mentions (that they were not attempted)",
        "spacing of the text",
    ]
    quoted = Record(id="d", text="Bo", mentions=[], quotes=[Quote(content=[Span(start=0, end=2)])])
    assert list(FORM.losses(quoted)) == ["quotes (1)"]


def test_what_cannot_be_written_leaves_the_file_as_it_was(path):
    path.write_text("old")
    good = Record(id="d", text="Bo", mentions=[])
    for bad, code in (
        (Record(id="e", mentions=[]), "no-text"),
        (Record(id="e", text="a\0", mentions=[]), "nul"),
        (good, "repeated-document"),
    ):
        with pytest.raises(DataError, match=code):
            FORM.write([good, bad], path)
    with pytest.raises(UsageError, match="cannot-write"):
        FORM.write([good], path / "none" / "x")
    with pytest.raises(UsageError, match="cannot-write"):
        FORM.write([good], path.parent)
    assert path.read_text() == "old"
    assert [each.name for each in path.parent.iterdir()] == [path.name]


def test_looks():
    assert set(FORMATS) - {"conll2003-repaired"} <= set(OTHERS)
    own = ["conll2003", "conll2003 in tabs"]
    found = [name for name, raw in OTHERS.items() if FORM.looks(None, raw.encode())]
    assert found == own
    assert FORM.looks(None, TWO.encode())
    assert FORM.looks(None, ("Bo NNP B-PER\n" * 6000).encode()[: 2**16])
    assert not FORM.looks(None, TWO.encode("utf-16"))
