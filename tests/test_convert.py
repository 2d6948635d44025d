"""Files of other formats as a user brings them: converted, scored, and refused with a cure."""

import json
from contextlib import suppress

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import goldwire
from goldwire.corpus.convert import read_any, write_any
from goldwire.schemas.errors import UsageError
from goldwire.schemas.formats import FORMATS, Format, located, named
from goldwire.schemas.record import Mention, Record

TEXT = "Ann Lee left Oslo.\nBo stayed ."
GOLD = Record(
    id="d",
    scheme="mine",
    text=TEXT,
    mentions=[
        Mention(start=0, end=7, type="PER"),
        Mention(start=13, end=17, type="LOC"),
        Mention(start=19, end=21, type="PER"),
    ],
)
FOUND = Record(id="d", scheme="mine", text=TEXT, mentions=GOLD.mentions[:2])
CONLL = """-DOCSTART- -X- -X- O

Ann NNP B-NP B-PER
Lee NNP I-NP I-PER
left VBD B-VP O
Oslo NNP B-NP {}
. . O O

"""


@pytest.mark.parametrize("name", FORMATS)
def test_each_name_has_its_module(name):
    form = named(name)
    assert isinstance(form, Format)
    assert form.name == name


def test_an_unknown_format_names_the_near_one():
    with pytest.raises(UsageError, match='no format is named "bratt"; did you mean "brat"'):
        named("bratt")


@pytest.mark.parametrize(
    ("name", "ending"),
    [
        ("bigbio", ".json"),
        ("bigbio", ".jsonl"),
        ("brat", ""),
        ("conll2003", ".conll"),
        ("conll2012", ".txt"),
        ("docred", ".json"),
        ("goldwire", ".jsonl"),
        ("label-studio", ".json"),
        ("spacy", ".json"),
        ("webannotation", ".json"),
    ],
)
def test_scores_are_the_same_in_every_format(name, ending, goldwire, tmp_path):
    """3 gold names, 2 predicted and right: P 1, R 2/3, F1 4/5."""
    gold, run = tmp_path / f"gold{ending}", tmp_path / f"run{ending}"
    for path, record in ((gold, GOLD), (run, FOUND)):
        source = tmp_path / f"{path.stem}-own.jsonl"
        source.write_bytes(msgspec.json.encode(record) + b"\n")
        status, out, err = goldwire("convert", source, path, "--to", name, "--lossy")
        assert (status, out) == (0, f"1 record in {path}\n"), err
    status, out, err = goldwire("score", run, "--gold", gold, "-m", "mentions.strict", "--json")
    assert (status, err) == (0, "")
    row = json.loads(out)["scores"]["mentions.strict"]
    assert (row["gold"], row["predicted"], row["matched"], row["f1"]) == (3, 2, 2, 0.8)


def test_conll_predictions_are_scored_over_conll_gold(goldwire, tmp_path):
    gold, run = tmp_path / "gold.txt", tmp_path / "run.txt"
    gold.write_text(CONLL.format("B-LOC"))
    run.write_text(CONLL.format("O"))
    status, out, err = goldwire("score", run, "--gold", gold, "-m", "mentions.strict", "--json")
    assert (status, err) == (0, "")
    row = json.loads(out)["scores"]["mentions.strict"]
    assert (row["gold"], row["predicted"], row["matched"]) == (2, 1, 1)


def test_what_a_format_cannot_hold_is_said_before_anything_is_written(goldwire, tmp_path):
    status, out, err = goldwire("convert", "corpus", tmp_path / "out.conll", "--to", "conll2003")
    assert (status, out) == (2, "")
    assert "conll2003 can't hold: " in err
    assert "quotes" in err
    assert err.endswith("not all can be converted; --lossy leaves it out [lossy]\n")
    assert list(tmp_path.iterdir()) == []


def test_what_is_there_is_not_overwritten(goldwire, write, tmp_path):
    source, target = write("a.jsonl", GOLD), tmp_path / "b.jsonl"
    target.write_text("mine")
    status, _, err = goldwire("convert", source, target, "--to", "goldwire")
    assert status == 2
    assert "b.jsonl: this is there already; name another file or folder [output-exists]" in err
    assert target.read_text() == "mine"


def test_the_corpus_goes_to_folders_and_to_lines_and_back(goldwire, tmp_path):
    whole = goldwire_records()
    assert goldwire("convert", "corpus", tmp_path / "lines.jsonl", "--to", "goldwire")[0] == 0
    assert goldwire("convert", tmp_path / "lines.jsonl", tmp_path / "x", "--to", "goldwire")[0] == 0
    for path in (tmp_path / "lines.jsonl", tmp_path / "x"):
        assert read_any(path, {}) == whole


def goldwire_records():
    return goldwire.load()


def test_predictions_take_their_texts_from_gold(goldwire, write, tmp_path):
    bare = Record(id="d", mentions=GOLD.mentions)
    source, gold = write("p.jsonl", bare), write("g.jsonl", GOLD)
    status, _, err = goldwire("convert", source, tmp_path / "out", "--to", "brat")
    assert status == 2
    assert "the record has no text; give the articles with --texts [no-text]" in err
    arguments = (source, tmp_path / "out", "--to", "brat", "--texts", gold, "--lossy")
    status, _, err = goldwire("convert", *arguments)
    assert status == 0
    assert set(err.splitlines()) == {
        "brat can't hold: that entities were not attempted",
        "brat can't hold: that relations were not attempted",
    }
    assert (tmp_path / "out" / "d.txt").read_text() == TEXT


def test_a_format_may_be_named_before_the_path(tmp_path):
    path = tmp_path / "odd.name"
    path.write_text(CONLL.format("B-LOC"))
    form, found = located(f"conll2003:{path}")
    assert form
    assert (form.name, found) == ("conll2003", path)
    assert located(f"goldwire:{path}") == (None, path)


@given(st.binary(max_size=200), st.sampled_from(FORMATS))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=150)
def test_no_bytes_make_a_traceback(tmp_path, raw, name):
    path = tmp_path / "any.txt"
    path.write_bytes(raw)
    with suppress(goldwire.GoldwireError):
        read_any(f"{name}:{path}", {})


@pytest.mark.parametrize("name", ["lines.jsonl", "folder", "gold.json"])
def test_goldwires_own_forms_hold_everything(name, tmp_path):
    record = goldwire.load()[0]
    path = tmp_path / name
    path.parent.mkdir(exist_ok=True)
    write_any([record], "goldwire", path)
    assert read_any(path, {}) == [record]


def test_an_article_that_is_there_is_kept(goldwire, write, tmp_path):
    source = write("a.jsonl", GOLD)
    (tmp_path / "article.txt").write_text("mine")
    status, _, err = goldwire("convert", source, tmp_path / "gold.json", "--to", "goldwire")
    assert status == 2
    assert "article.txt: an article is there already; name a file in another folder" in err
    assert (tmp_path / "article.txt").read_text() == "mine"
    assert not (tmp_path / "gold.json").exists()


def test_two_records_are_no_gold_json(goldwire, write, tmp_path):
    other = msgspec.structs.replace(GOLD, id="e")
    source = write("a.jsonl", GOLD, other)
    status, _, err = goldwire("convert", source, tmp_path / "gold.json", "--to", "goldwire")
    assert (status, "a .json file holds one record, these are 2" in err) == (2, True)
    assert goldwire("convert", source, tmp_path / "out", "--to", "goldwire")[0] == 0
    assert sorted(path.name for path in (tmp_path / "out" / "articles").iterdir()) == ["d", "e"]


CONLL_2012 = """#begin document (a); part 000
a 0 0 Ann NNP * - - - - (PERSON) (0)
a 0 1 left VBD * - - - - * -
a 0 2 her PRP$ * - - - - * (0)|(1
a 0 3 house NN * - - - - * {}

#end document
"""


def test_chains_whose_mentions_have_no_type_are_gold(goldwire, tmp_path):
    """Gold links Ann and her; the run also lacks the chain of one mention, her house."""
    gold, run = tmp_path / "gold.conll", tmp_path / "run.conll"
    gold.write_text(CONLL_2012.format("1)"))
    run.write_text(CONLL_2012.format("-").replace("(0)|(1", "(0)"))
    measures = ("mentions.strict", "coref.muc", "coref.b3[singletons=drop]", "coref.b3")
    asked = [each for name in measures for each in ("-m", name)]
    status, out, err = goldwire("score", run, "--gold", gold, *asked, "--json")
    assert (status, err) == (0, "")
    scores = json.loads(out)["scores"]
    assert [scores[name]["f1"] for name in measures[:3]] == [1, 1, 1]
    assert scores["mentions.strict"]["gold"] == 1  # Ann alone has a type
    assert (scores["coref.b3"]["recall"], scores["coref.b3"]["precision"]) == (2 / 3, 1)
