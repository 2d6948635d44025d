"""A file that breaks in its middle: the first fault in the order of the file is named."""

import pytest
from small_documents import doc, json_of, named

from goldwire.corpus.load import prepare
from goldwire.eval.lookup import measure
from goldwire.eval.score import score
from goldwire.schemas.errors import DataError
from goldwire.schemas.reading import Lines, read_run

# A file that breaks in its middle.

MANY = 1000
LEAN = '{"id":"d%03d","mentions":[{"start":0,"end":3,"type":"PERSON"}]}'
FULL = '{"id":"d%03d","mentions":[{"start":0,"end":3,"type":"PERSON"}],"quotes":[]}'
NOT_JSON = '{"id": "d%03d", "mentions": [}'
FAULTS = {
    "not-json": NOT_JSON,
    "unknown-document": '{"id":"x%03d","mentions":[]}',
    "repeated-document": '{"id":"d010","mentions":[]}',
    "unknown-label": '{"id":"d%03d","mentions":[{"start":0,"end":3,"type":"PERSN"}]}',
    "span-past-end": '{"id":"d%03d","mentions":[{"start":0,"end":999,"type":"PERSON"}]}',
    "unknown-key": '{"id":"d%03d","mention":[]}',
}


@pytest.fixture(scope="module")
def thousand():
    return prepare(
        [doc(f"d{n:03}", mentions=named((0,), "PERSON", level="NAM")) for n in range(MANY)]
    )


def broken(path, form, faults):
    lines = [form % n for n in range(MANY)]
    for number, line in faults.items():
        lines[number - 1] = line % (number - 1) if "%" in line else line
    path.write_text("\n".join(lines) + "\n")
    return path


def message_of(gold, path, workers=1, wanted=("mentions.strict",)):
    with pytest.raises(DataError) as caught:
        score(gold, read_run(path), [*map(measure, wanted)], workers=workers)
    return caught.value.code, str(caught.value)


@pytest.mark.parametrize("form", [LEAN, FULL], ids=["columns", "records"])
@pytest.mark.parametrize("code", FAULTS)
def test_a_fault_in_the_middle_is_named_by_its_line(thousand, tmp_path, monkeypatch, form, code):
    path = broken(tmp_path / "p.jsonl", form, {700: FAULTS[code]})
    said = []
    for size in (3000, 2**22):
        monkeypatch.setattr(Lines.blocks, "__defaults__", (size,))
        said += [
            message_of(thousand, path, wanted=names)
            for names in (["mentions.strict"], ["mentions.strict", "names.set"])
        ]
    assert said[0][0] == code
    assert f"{path}:700" in said[0][1]
    assert len(set(said)) == 1


def first_of_two(gold, path, monkeypatch, faults, size):
    monkeypatch.setattr(Lines.blocks, "__defaults__", (size,))
    early, late = faults
    code, message = message_of(gold, broken(path, LEAN, {400: FAULTS[early], 420: FAULTS[late]}))
    assert (code, f"{path}:400" in message) == (early, True)


@pytest.mark.parametrize("size", [300, 2**22], ids=["apart", "together"])
@pytest.mark.parametrize(
    "faults",
    [
        ("unknown-document", "not-json"),
        ("unknown-label", "not-json"),
        ("not-json", "unknown-document"),
        ("not-json", "repeated-document"),
    ],
)
def test_the_first_fault_of_the_file_is_named(thousand, tmp_path, monkeypatch, faults, size):
    first_of_two(thousand, tmp_path / "p.jsonl", monkeypatch, faults, size)


@pytest.mark.parametrize(
    "size",
    [
        300,
        2**22,
    ],
    ids=["apart", "together"],
)
@pytest.mark.parametrize("late", ["not-json", "unknown-document", "unknown-label"])
def test_a_repeat_is_named_before_later_faults(thousand, tmp_path, monkeypatch, late, size):
    faults = "repeated-document", late
    first_of_two(thousand, tmp_path / "p.jsonl", monkeypatch, faults, size)


def test_workers_give_the_same_score_and_the_same_message(thousand, tmp_path, monkeypatch):
    monkeypatch.setattr(Lines.blocks, "__defaults__", (5000,))
    path = broken(
        tmp_path / "bad.jsonl", FULL, {400: FAULTS["unknown-document"], 700: FAULTS["not-json"]}
    )
    assert message_of(thousand, path, workers=2) == message_of(thousand, path)
    path = broken(tmp_path / "good.jsonl", FULL, {})
    alone = score(thousand, read_run(path), errors=True)
    assert score(thousand, read_run(path), errors=True, workers=2) == alone


def test_workers_on_the_command_line(command, mapped):
    gold, run_file = mapped
    arguments = (run_file, "--gold", gold, "-m", "mentions.*[map=conll4]", "--json")
    # values.strict and names.set take no map, so the star stands for mentions alone.
    assert json_of(command(*arguments, "--workers", "2")) == json_of(command(*arguments))
