"""CoNLL-2012: files and their records, faults, chains against scorch, round trips."""

import io
from collections import Counter

import pytest
from foreign_records import records
from hypothesis import given
from hypothesis import strategies as st
from scorch import conll as scorch
from token_files import OTHERS, continuous, message, read, said_of, squeezed, there_and_back

from goldwire.schemas.errors import DataError, Place, UsageError
from goldwire.schemas.formats import brackets, named
from goldwire.schemas.formats.tokens import BUILT
from goldwire.schemas.record import Entity, Mention, Record, Span

FORM = named("conll2012")
LOSSLESS = {"conll2012": {"text": BUILT}}

PARTS = """#begin document (nw/AP_0512); part 000
nw/AP_0512   0   0    Oslo   NNP  (TOP(S(NP(NP*   -    -   -   Ann#1  (ORG(GPE)     (ARG0*   (3|(7)
nw/AP_0512   0   1  Museum   NNP             *)   -    -   -   Ann#1         *)         *)       3)
nw/AP_0512   0   2   opens   VBZ          (VP*  open  01   1   Ann#1          *       (V*)        -
nw/AP_0512   0   3      it   PRP       (NP*)))  -    -   -   Ann#1           *     (ARG1*)     (12)

nw/AP_0512   0   0      It   PRP        (TOP*   -    -   -   Bo#2             *     (3)
nw/AP_0512   0   1      in   IN             *   -    -   -   Bo#2             *       -
nw/AP_0512   0   2    Oslo   NNP            *   -    -   -   Bo#2         (GPE)     (7)
nw/AP_0512   0   3     now   RB            *)   -    -   -   Bo#2        (DATE)       -

#end document
#begin document (nw/AP_0512); part 001
nw/AP_0512   1   0   Rain    NN        (TOP*)   -    -   -    -               *       -

#end document
"""
FIRST = Record(
    id="nw-ap-0512",
    text="Oslo Museum opens it\nIt in Oslo now",
    mentions=[
        Mention(start=0, end=11, type="ORG", entity="3"),
        Mention(start=0, end=4, type="GPE", entity="7"),
        Mention(start=18, end=20, entity="12"),
        Mention(start=21, end=23, entity="3"),
        Mention(start=27, end=31, type="GPE", entity="7"),
        Mention(start=32, end=35, type="DATE"),
    ],
    entities=[Entity(id="3"), Entity(id="7"), Entity(id="12")],
    meta={"conll2012": {"name": "nw/AP_0512", "text": BUILT}},
)
SECOND = Record(
    id="nw-ap-0512-001",
    text="Rain",
    mentions=[],
    entities=[],
    meta={"conll2012": {"name": "nw/AP_0512", "part": 1, "text": BUILT}},
)


@pytest.fixture
def path(tmp_path):
    return tmp_path / "file.conll"


def one(*cells, end="#end document\n"):
    """Return a document of one sentence: each word w with its names and its chains."""
    rows = [f"d 0 {n} w XX * - - - - {cell}\n" for n, cell in enumerate(cells)]
    return f"#begin document (d); part 000\n{''.join(rows)}\n{end}"


def test_a_document_in_two_parts(path):
    path.write_text(PARTS)
    found = list(FORM.read(path, {}))
    assert [record for _, record in found] == [FIRST, SECOND]
    assert [place for place, _ in found] == [Place(str(path), 1), Place(str(path), 13)]


def test_parts_get_their_name_and_number_back(path):
    assert not list(FORM.losses(FIRST))
    assert not list(FORM.losses(SECOND))
    assert there_and_back(FORM, [FIRST, SECOND], path) == [FIRST, SECOND]
    lines = path.read_text().split("\n")
    assert [line for line in lines if line.startswith("#")] == [
        "#begin document (nw/AP_0512); part 000",
        "#end document",
        "#begin document (nw/AP_0512); part 001",
        "#end document",
    ]


@pytest.mark.parametrize(
    "change",
    [
        lambda text: text.replace("\n", "\r\n"),
        lambda text: "\t".join(text.split("  ")),
        lambda text: f"\n{text}\n \n",
        lambda text: text.replace("; part 000", ";").replace("#begin", "# begin"),
        lambda text: text.replace("; part 001", ";part 1").replace(
            "#end document", "#end document "
        ),
        lambda text: text.replace("    -\n", "    _\n").replace("-   Bo#2             *", "- - _"),
        lambda text: text.replace("(GPE) ", "(GPE*) ").replace("(3|(7)", "(7)|(3"),
    ],
    ids=["CRLF", "tabs", "blank lines", "no part", "part 1", "underscores", "stars"],
)
def test_writings_of_equal_meaning_give_equal_records(path, change):
    changed = change(PARTS)
    assert changed != PARTS
    assert read(FORM, path, changed) == [FIRST, SECOND]


def test_a_known_text_is_found_exactly(path):
    text = "Oslo\u00a0Museum opens\u2028it \r\n It in Oslo now\n"
    first, _ = read(FORM, path, PARTS, {"nw-ap-0512": text})
    assert (first.text, first.meta) == (text, {"conll2012": {"name": "nw/AP_0512"}})
    said = [text[mention.start : mention.end] for mention in first.mentions]
    assert said == ["Oslo\u00a0Museum", "Oslo", "it", "It", "Oslo", "now"]
    assert message(FORM, path, PARTS, {"nw-ap-0512": text.replace("in", "at")}) == (
        'line 8: the token "in" is not what the text has there ("at Oslo now\\n"); '
        "give the text that was tokenised [other-text]"
    )
    assert message(FORM, path, PARTS, {"nw-ap-0512-001": "Rain again"}) == (
        'line 14: the text goes on after the last token ("again"); '
        "give the text that was tokenised [other-text]"
    )


def spans(record):
    """Return mentions as words from and to, type and entity; each word is "w"."""
    return [(m.start // 2, (m.end + 1) // 2, m.type, m.entity) for m in record.mentions]


@pytest.mark.parametrize(
    ("cells", "found"),
    [
        # One name and two chains: the first chain is the name's.
        (["(PER) (1)|(2)"], [(0, 1, "PER", "1"), (0, 1, None, "2")]),
        # Two names, the outer one first, and two chains, in their order.
        (["(ORG(GPE*)) (2)|(1)"], [(0, 1, "ORG", "2"), (0, 1, "GPE", "1")]),
        (["(ORG(GPE* (2|(1", "*)) 1)|2)"], [(0, 2, "ORG", "2"), (0, 2, "GPE", "1")]),
        (["(ORG(GPE*)) (2)"], [(0, 1, "ORG", "2"), (0, 1, "GPE", None)]),
        # Chains may cross, and one chain may be nested in itself.
        (["* (1", "* (2", "* 1)", "* 2)"], [(0, 3, None, "1"), (1, 4, None, "2")]),
        (["* (1|(1)", "* 1)"], [(0, 2, None, "1"), (0, 1, None, "1")]),
        (["* (1", "* (1)", "* 1)"], [(0, 3, None, "1"), (1, 2, None, "1")]),
        (["* (1", "* (1)|1)"], [(0, 2, None, "1"), (1, 2, None, "1")]),
        (["* (1|1)"], [(0, 1, None, "1")]),
        # A name without a star, and names that end together.
        (["(A -", "(B -", "*)) -"], [(0, 3, "A", None), (1, 3, "B", None)]),
    ],
)
def test_cells(path, cells, found):
    (record,) = read(FORM, path, one(*cells))
    assert spans(record) == found
    assert not list(FORM.losses(record))
    assert there_and_back(FORM, [record], path) == [record]


NAMES = "expected (TYPE*, *, *) or (TYPE) [unknown-cell]"
CHAINS = "expected (12), (12, 12) or -, with | between [unknown-cell]"
PAIRS = "open and close every bracket in one sentence [brackets]"
BEGIN = "write it as #begin document (NAME); part 000"
SHARED = "give all lines of a sentence the columns of the shared task, the chain last [columns]"
UTF8 = "save it as UTF-8 without a byte order mark"


@pytest.mark.parametrize(
    ("cells", "said"),
    [
        (["PER -"], f'line 2: "PER" is no cell of names; {NAMES}'),
        (["B-PER -"], f'line 2: "B-PER" is no cell of names; {NAMES}'),
        (["** -"], f'line 2: "**" is no cell of names; {NAMES}'),
        (["(* -"], f'line 2: "(*" is no cell of names; {NAMES}'),
        (["(A* -", "* -"], f'line 2: "(A" is not closed in its sentence; {PAIRS}'),
        (["(A* -", "(B* -", "*) -"], f'line 2: "(A" is not closed in its sentence; {PAIRS}'),
        (["* -", "*) -"], f'line 3: "*)" closes what is not open; {PAIRS}'),
        (["(A*)) -"], f'line 2: "(A*))" closes what is not open; {PAIRS}'),
        (
            ["(A(A*)) -"],
            'line 2: two brackets "A" open and close at the same words; keep one [repeated-span]',
        ),
        (["* 3"], f'line 2: "3" is no cell of chains; {CHAINS}'),
        (["* (x)"], f'line 2: "(x)" is no cell of chains; {CHAINS}'),
        (["* (3)|"], f'line 2: "(3)|" is no cell of chains; {CHAINS}'),
        (["* (3)(4)"], f'line 2: "(3)(4)" is no cell of chains; {CHAINS}'),
        (["* (\u0663)"], f'line 2: "(\u0663)" is no cell of chains; {CHAINS}'),
        (["* -", "* (3", "* (4)"], f'line 3: "(3" is not closed in its sentence; {PAIRS}'),
        (["* (3", "* 4)"], f'line 3: "4)" closes what is not open; {PAIRS}'),
        (
            ["* (3)|(3)"],
            'line 2: two brackets "3" open and close at the same words; keep one [repeated-span]',
        ),
        (
            ["* (3", "* 3)|(3", "* 3)"],
            'line 3: in "3)|(3" chain 3 closes and opens: its mentions cross; '
            "let them be nested or apart [crossing]",
        ),
    ],
)
def test_cells_that_cannot_be_read(path, cells, said):
    assert message(FORM, path, one(*cells)) == said


def test_a_mention_does_not_go_over_the_end_of_a_sentence(path):
    raw = one("* (3", "* -").replace("d 0 1", "\nd 0 0")
    assert message(FORM, path, raw) == f'line 2: "(3" is not closed in its sentence; {PAIRS}'


def test_one_mention_in_two_chains_is_two_mentions_and_comes_back_as_such(path):
    (record,) = read(FORM, path, one("(PER) (1)|(2)", "* (1)", "* (2)"))
    assert record.entities == [Entity(id="1"), Entity(id="2")]
    assert there_and_back(FORM, [record], path) == [record]


ROW = "d 0 0 w XX * - - - - * -\n"
DOC = "#begin document (d); part 000\n"


@pytest.mark.parametrize(
    ("raw", "said"),
    [
        (
            one("* -", end=""),
            "line 1: the document (d); part 000 has no end; "
            "write #end document after its last line [no-end]",
        ),
        (
            one("* -", end="") + one("* -"),
            "line 1: the document (d); part 000 has no end; "
            "write #end document after its last line [no-end]",
        ),
        (one("* -") * 2, 'line 5: part 000 of "d" stands twice; keep one [repeated-document]'),
        (
            one("* -") + one("* -").replace("d 0 0", "D 0 0").replace("(d)", "(D)"),
            'line 5: "D" and "d" would both be the record "d"; rename one of them [same-id]',
        ),
        (ROW, f"line 1: the line is outside of any document; {BEGIN} before it [no-begin]"),
        (
            one("* -") + "#end document\n",
            f"line 5: the line is outside of any document; {BEGIN} before it [no-begin]",
        ),
        *(
            (
                f"#begin document {rest}\n",
                f"line 1: the document's name or part can't be told; {BEGIN}, "
                "no white space in NAME [begin]",
            )
            for rest in ("d", "(d e); part 000", "(d); part one", "()", "(d); part 1234567890")
        ),
        ("", f"file.conll: the file has no document; {BEGIN} [empty-file]"),
        ("\n\n", f"file.conll: the file has no document; {BEGIN} [empty-file]"),
        (f"{DOC}d 0 0 w\n", f"line 2: expected at least 12 columns, found 4; {SHARED}"),
        (
            f"{DOC}{ROW}{ROW.replace('0 0', '0 1').replace('* -', '* * -', 1)}",
            f"line 3: expected 12 columns, found 13; {SHARED}",
        ),
        (one("* -")[:51], f"line 2: expected at least 12 columns, found 10; {SHARED}"),
        *(
            (
                f"{DOC}{row}",
                f'line 2: the line is of {whose}, but stands in "d", part 0; '
                "let both say the same [other-document]",
            )
            for row, whose in (
                (ROW.replace("d 0", "e 0"), '"e", part 0'),
                (ROW.replace("d 0", "d 1"), '"d", part 1'),
                (ROW.replace("d 0", "d x"), '"d", part x'),
            )
        ),
        *(
            (
                f"{DOC}{ROW}\n{line}",
                f'line 4: "{line}" neither begins nor ends a document, nor has it a word; '
                "write #end document, or remove the line [comment]",
            )
            for line in ("# a comment", "#end docu", "#end")
        ),
        *(
            (
                f"{DOC}{rows}",
                f"line {line}: expected word number {expected}, found {found}; "
                "count words from 0 in each sentence, with a blank line after it [word-number]",
            )
            for rows, line, expected, found in (
                (ROW.replace("0 0", "0 1"), 2, 0, 1),
                (ROW * 2, 3, 1, 0),
                (ROW + ROW.replace("0 0", "0 2"), 3, 1, 2),
                (f"{ROW}\n{ROW.replace('0 0', '0 1')}", 4, 0, 1),
            )
        ),
        (one("* -").replace("w", "\0"), "line 2: the line holds a NUL byte; remove it [nul]"),
        (
            one("* -").encode("utf-16"),
            "file.conll: expected UTF-8, found NUL bytes or the mark of UTF-16 or UTF-32; "
            f"{UTF8} [not-utf-8]",
        ),
        (
            one("* -").encode("utf-8-sig"),
            f"file.conll: starts with a byte order mark; {UTF8} [byte-order-mark]",
        ),
        (
            one("* -").replace("w", "\u00e9").encode("latin-1"),
            f"line 2: holds bytes that are not UTF-8; {UTF8} [not-utf-8]",
        ),
    ],
)
def test_what_cannot_be_read(path, raw, said):
    assert message(FORM, path, raw) == said


def test_a_very_long_part_number_is_a_plain_error(path):
    assert "[other-document]" in message(FORM, path, DOC + ROW.replace("d 0", f"d {'9' * 5000}"))


@st.composite
def sentences(draw):
    """Return chains of a sentence: spans that do not cross within one chain."""
    count = draw(st.integers(1, 8))
    found = []
    for start, length, chain in draw(
        st.lists(
            st.tuples(st.integers(0, count - 1), st.integers(1, 4), st.integers(0, 3)),
            max_size=8,
        )
    ):
        new = (start, min(count, start + length), str(chain))
        same = [each for each in found if each[2] == new[2]]
        crossing = [
            e for e in same if e[0] < new[0] < e[1] < new[1] or new[0] < e[0] < new[1] < e[1]
        ]
        if new not in found and not crossing:
            found.append(new)
    return count, sorted(found, key=lambda each: (each[0], -each[1]))


@given(made=sentences())
def test_chains_are_read_as_scorch_reads_them(made):
    count, found = made
    cells = brackets.chain_cells(found, count)
    read_back = brackets.chains(cells, [Place()] * count)
    assert sorted(read_back) == sorted(found)
    rows = [f"d 0 {n} w {cell}" for n, cell in enumerate(cells)]
    oracle = scorch.parse_block(rows)
    theirs = [(int(start), int(end) + 1, e) for e in oracle for start, end in oracle[e]]
    assert sorted(theirs) == sorted(found)


def test_whole_files_are_read_as_scorch_reads_them(path):
    first, second = read(FORM, path, PARTS)
    lines = io.StringIO(path.read_text())
    (name, chains), (_, none) = scorch.parse_file(line.strip() for line in lines)
    assert (name, none) == ("nw/AP_0512-000", {})
    ours = Counter(mention.entity for mention in first.mentions if mention.entity)
    assert {chain: len(found) for chain, found in chains.items()} == ours
    assert second.entities == []


def crosses(one, other):
    (a, b), (c, d) = sorted((one[:2], other[:2]))
    return a < c < b < d


def expected_of(record):
    """Return the mentions that a file can hold, by the stated rules, and what is lost."""
    lost = Counter()
    fit = []
    for start, end, mention in continuous(record, lost):
        fit.append((start, end, mention.type, mention.entity))
    told = []
    for span in dict.fromkeys(each[:2] for each in fit):
        with_entity = [each for each in fit if each[:2] == span and each[3]]
        owners, types, kept = [], [], []
        for each in [*with_entity, *(e for e in fit if e[:2] == span and not e[3])]:
            if each[2] in types:
                lost["mentions equal in span"] += 1
                continue
            types.append(each[2])
            if each[3] in owners:
                lost["entities of mentions equal in span"] += 1
                each = (*each[:3], None)
            if each[3]:
                owners.append(each[3])
            kept.append(each)
        told += kept
    kept = []
    for each in sorted(told, key=lambda each: (each[0] - each[1], each[0])):
        if any(crosses(each, other) for other in kept):
            lost["mentions crossing others"] += 1
        else:
            kept.append(each)
    return kept, lost


def as_sets(record):
    """Return mentions with, for an entity, the spans of all its mentions."""
    groups = {}
    for m in record.mentions:
        groups.setdefault(m.entity, set()).add((m.start, m.end, m.type))
    none = groups.pop(None, set())
    return none, {frozenset(each) for each in groups.values()}, len(record.entities)


@pytest.fixture(scope="session")
def place(tmp_path_factory):
    return tmp_path_factory.mktemp("conll2012") / "d.conll"


@given(record=records())
def test_round_trip_of_random_records(place, record):
    found, lost = expected_of(record)
    kept = [Mention(start=s, end=e, type=type_, entity=owner) for s, e, type_, owner in found]
    owners = {each.entity for each in kept if each.entity}
    wanted = Record(
        id="d", text=record.text, mentions=kept, entities=[Entity(id=each) for each in owners]
    )
    of_items = {
        "ids of mentions": len(record.mentions),
        "levels of mentions": sum(m.level is not None for m in record.mentions),
        "entities without mentions": len(record.entities) - len(owners),
        "ids of entities": len(owners),
        "types of entities": len(record.entities),
    }
    must = said_of(record, lost, of_items, ("zones", "boilerplate", "relations", "quotes"))
    said = Counter(FORM.losses(record))

    (exact,) = there_and_back(FORM, [record], place, {"d": record.text})
    assert (exact.text, exact.meta) == (record.text, None)
    assert as_sets(exact) == as_sets(wanted)
    assert sorted((m.start, -m.end) for m in exact.mentions) == [
        (m.start, -m.end) for m in exact.mentions
    ]

    (back,) = there_and_back(FORM, [record], place)
    assert as_sets(squeezed(back)) == as_sets(squeezed(wanted))
    assert back.meta == LOSSLESS
    if back.text != record.text:
        must["spacing of the text"] += 1
    assert said == must

    assert not list(FORM.losses(back))
    assert there_and_back(FORM, [back], place) == [back]


@given(record=records(), data=st.data())
def test_round_trip_of_mentions_without_type(place, record, data):
    """Chains beside names: no type, or no entity; a second round trip changes nothing."""
    for mention in record.mentions:
        if mention.entity and data.draw(st.booleans()):
            mention.type = None
    (back,) = there_and_back(FORM, [record], place)
    assert not list(FORM.losses(back))
    assert there_and_back(FORM, [back], place) == [back]
    (exact,) = there_and_back(FORM, [record], place, {"d": record.text})
    given_ = Counter((m.type, m.entity is None) for m in record.mentions)
    gone = sum(
        int(said.partition("(")[2][:-1])
        for said in FORM.losses(record)
        if said.startswith(("mentions", "discontinuous"))
    )
    assert len(exact.mentions) == given_.total() - gone


def test_what_is_written(path):
    text = "Oslo Museum\nis it."
    record = Record(
        id="a-1",
        text=text,
        mentions=[
            Mention(start=0, end=11, type="ORG", entity="big"),
            Mention(start=0, end=4, type="GPE", entity="0"),
            Mention(start=15, end=17, entity="big"),
        ],
    )
    FORM.write([record, Record(id="b", text=" ")], path)
    assert path.read_text() == (
        "#begin document (a-1); part 000\n"
        "a-1 0 0 Oslo XX (TOP* - - - - (ORG(GPE*) (1|(0)\n"
        "a-1 0 1 Museum XX *) - - - - *) 1)\n\n"
        "a-1 0 0 is XX (TOP* - - - - * -\n"
        "a-1 0 1 it XX * - - - - * (1)\n"
        "a-1 0 2 . XX *) - - - - * -\n\n"
        "#end document\n"
        "#begin document (b); part 000\n"
        "#end document\n"
    )


def placed(*found):
    """Return a record of four words with mentions: first and last word, type and entity."""
    mentions = [
        Mention(start=2 * first, end=2 * last + 1, type=type_, entity=entity)
        for first, last, type_, entity in found
    ]
    owners = dict.fromkeys(m.entity for m in mentions if m.entity)
    entities = [Entity(id=owner) for owner in owners]
    meta = {"conll2012": {"text": BUILT}}
    return Record(id="d", text="a b c d", mentions=mentions, entities=entities, meta=meta)


@pytest.mark.parametrize(
    ("given_", "kept", "said"),
    [
        # Names that cross: the longest stays, then the first. Chains may cross names.
        (
            [(1, 2, "A", None), (0, 1, "B", None), (2, 3, "C", None)],
            [(0, 1, "B", None), (2, 3, "C", None)],
            ["mentions crossing others (1)"],
        ),
        ([(0, 1, "A", None), (1, 2, None, "1")], [(0, 1, "A", None), (1, 2, None, "1")], []),
        (
            [(0, 1, None, "1"), (1, 3, None, "1"), (1, 2, None, "2")],
            [(1, 3, None, "1"), (1, 2, None, "2")],
            ["mentions crossing others (1)"],
        ),
        # Equal in span: one type once, one entity once, none without type if one is unlinked.
        (
            [(0, 1, "A", "1"), (0, 1, "A", None)],
            [(0, 1, "A", "1")],
            ["mentions equal in span (1)"],
        ),
        (
            [(0, 1, "A", "1"), (0, 1, "B", "1"), (0, 1, "C", "2")],
            [(0, 1, "A", "1"), (0, 1, "C", "2"), (0, 1, "B", None)],
            ["entities of mentions equal in span (1)"],
        ),
        (
            [(0, 1, "A", "1"), (0, 1, None, "1"), (0, 1, None, "2")],
            [(0, 1, "A", "1"), (0, 1, None, "2")],
            ["mentions equal in span (1)"],
        ),
        (
            [(0, 1, None, "1"), (0, 1, "A", None), (3, 3, None, "1")],
            [(0, 1, "A", None), (3, 3, None, "1")],
            ["mentions equal in span (1)"],
        ),
        ([(0, 1, None, None)], [], ["mentions with neither type nor entity (1)"]),
        (
            [(0, 0, "A*", None), (1, 1, "", None)],
            [],
            ["mentions whose type is empty or holds brackets, stars or white space (2)"],
        ),
    ],
)
def test_which_mentions_stay(path, given_, kept, said):
    record, expected = placed(*given_), placed(*kept)
    assert list(FORM.losses(record)) == said
    assert there_and_back(FORM, [record], path) == [expected]


def test_losses_are_said():
    record = Record(
        id="d",
        text="Bo left Oslo",
        mentions=[
            Mention(id="m1", start=0, end=2, type="PER", level="NAM", entity="e1"),
            Mention(start=0, end=12, parts=[Span(start=0, end=2), Span(start=8, end=12)]),
            Mention(start=8, end=12, type="GPE", entity="07", value="x"),
        ],
        entities=[Entity(id="e1", type="PER", name="Bo"), Entity(id="07"), Entity(id="5")],
        relations=[],
        meta={"conll2012": {"name": "e", "part": 3, "line": 4}},
    )
    assert list(FORM.losses(record)) == [
        "relations (that there are none)",
        "meta",
        "name of the document",
        "discontinuous mentions (1)",
        "ids of mentions (1)",
        "levels of mentions (1)",
        "values of mentions (1)",
        "entities without mentions (1)",
        "ids of entities (2)",
        "types of entities (1)",
        "names of entities (1)",
    ]
    assert list(FORM.losses(Record(id="d", text="Bo"))) == [
        "mentions (that they were not attempted)",
        "entities (that they were not attempted)",
    ]


@pytest.mark.parametrize("own", [{"name": "x y"}, {"part": True}, {"part": -1}, {"part": 10**9}])
def test_a_name_that_cannot_be_written_is_the_id(path, own):
    record = Record(id="d", text="Bo", mentions=[], entities=[], meta={"conll2012": own})
    assert list(FORM.losses(record)) == ["name of the document"]
    (back,) = there_and_back(FORM, [record], path)
    assert (back.id, back.meta) == ("d", LOSSLESS)


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
    assert path.read_text() == "old"
    assert [each.name for each in path.parent.iterdir()] == [path.name]


def test_looks():
    found = [name for name, raw in OTHERS.items() if FORM.looks(None, raw.encode())]
    assert found == ["conll2012"]
    assert FORM.looks(None, PARTS.encode())
    assert FORM.looks(None, f"\n{PARTS}".encode())
    assert not FORM.looks(None, PARTS.encode("utf-16"))
