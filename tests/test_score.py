"""The score of a run: layers, documents, notes, errors, receipt, and its JSON."""

import json
from pathlib import Path

import jsonschema
import msgspec
import pytest

import goldwire
from goldwire.corpus.load import load
from goldwire.eval.lookup import measure
from goldwire.eval.measure import Measure
from goldwire.eval.run import run
from goldwire.eval.score import score
from goldwire.eval.table import BESIDE, HEADLINES, MEASURES
from goldwire.schemas.errors import DataError, Place, UsageError
from goldwire.schemas.json_schema import score_schema
from goldwire.schemas.reading import Predictions, read_run
from goldwire.schemas.record import Mention, Record, Run

VECTORS = Path(__file__).parent / "vectors"
ANN_SPAN = {"start": 0, "end": 3}
ANN = {"start": 0, "end": 3, "type": "PERSON"}


@pytest.fixture
def gold():
    return load(VECTORS / "gold.jsonl")


def predictions(*records, **run_line):
    found = [(Place("run", n), msgspec.convert(each, Record)) for n, each in enumerate(records, 1)]
    return Predictions(found, Run(extractor="x", **run_line) if run_line else None)


def test_the_oracle_scores_exactly_1_on_every_measure_of_the_corpus():
    articles = load()
    found = score(articles, run(goldwire.extractor("oracle"), articles))
    assert len(found.scores) > 30
    for name, figures in found.scores.items():
        has_no_sides = name.startswith("coref.conll")  # a mean of F1s
        assert has_no_sides or (figures.precision, figures.recall) == (1.0, 1.0), name
        assert figures.f1 == 1.0, name
    assert found.mean == 1.0


def test_empty_scores_0_and_its_precision_is_undefined():
    articles = load()
    found = score(articles, run(goldwire.extractor("empty"), articles))
    for figures in found.scores.values():
        if figures.gold is None:  # a mean of ratios, each 0 where it has no denominator
            assert figures.f1 == 0.0
        elif figures.gold:
            assert (figures.precision, figures.recall, figures.f1) == (None, 0.0, 0.0)
    assert found.mean == 0.0


def test_a_layer_that_no_record_attempts_is_undefined_and_so_is_the_mean(gold):
    found = score(gold, predictions({"id": "one", "mentions": [ANN]}))
    # Gold has Ann, Bo, Oslo; one is found: P 1/1, R 1/3, F1 2/(3+1).
    assert found.headline.entities == 0.5
    assert found.headline.relations is found.headline.quotes is found.headline.boilerplate is None
    assert found.mean is None
    quotes = found.scores["quotes.attributed"]
    assert (quotes.precision, quotes.recall, quotes.f1, quotes.gold) == (None, None, None, 1)
    assert any(note.startswith("quotes: not attempted") for note in found.notes)


def test_a_layer_that_one_record_attempts_is_missed_where_it_is_absent(gold):
    found = score(gold, predictions({"id": "two", "quotes": []}, {"id": "one"}))
    assert found.headline.quotes == 0.0


def test_a_layer_that_the_run_declares_is_missed_where_it_is_absent(gold):
    found = score(gold, predictions({"id": "one"}, layers=["quotes"]))
    assert found.headline.quotes == 0.0
    assert found.headline.relations is None


def test_a_layer_that_the_run_does_not_declare_is_not_scored(gold):
    found = score(gold, predictions({"id": "one", "mentions": [ANN]}, layers=["quotes"]))
    assert found.headline.entities is None
    assert found.headline.quotes == 0.0


def test_a_run_can_be_scored_twice(gold, tmp_path):
    path = tmp_path / "p.jsonl"
    path.write_text('{"goldwire_run": {"extractor": "x"}}\n{"id": "one", "mentions": []}\n')
    for found in (read_run(path), run(goldwire.extractor("rules"), gold)):
        assert score(gold, found) == score(gold, found)


def test_documents_that_gold_leaves_open_are_not_counted(gold):
    gold[1].mentions = None
    answer = {"id": "two", "mentions": [{"text": "Nothing", "type": "ORG"}]}
    figures = score(gold, predictions(answer)).scores["mentions.strict[level=NAM,VALUE]"]
    assert (figures.gold, figures.predicted, figures.matched) == (3, 0, 0)


def test_gold_needs_offsets_and_a_document(gold):
    gold[0].mentions[0].start = gold[0].mentions[0].end = None
    gold[0].mentions[0].text = "Ann"
    with pytest.raises(DataError, match=r"mentions\[0\]: gold must have start and end"):
        score(gold, predictions({"id": "one"}))
    with pytest.raises(DataError, match="no document"):
        score([], predictions({"id": "one"}))


def test_options_show_the_share_of_gold_that_they_keep():
    articles = load()
    found = score(articles, run(goldwire.extractor("oracle"), articles)).scores
    everything = sum(1 for m in articles[0].mentions if not m.optional)
    for name in ("mentions.strict[level=NAM,VALUE]", "mentions.strict[level=NAM,VALUE,zone=all]"):
        assert found[name].kept == found[name].gold / everything < 1
    assert found["boilerplate.char"].kept == 1


def test_missing_documents_are_missed_and_said(gold):
    found = score(gold, predictions({"id": "two", "mentions": []}))
    assert found.headline.entities == 0.0
    assert "documents missing, counted as missed: 1 of 2" in found.notes


def test_a_document_with_nothing_to_find_and_nothing_found_is_undefined(gold):
    found = score(gold[1:], predictions({"id": "two", "mentions": []}))
    assert found.headline.entities is None


def test_a_layer_that_gold_lacks_is_undefined():
    bare = [Record(id="one", text="Ann", mentions=[])]
    found = score(bare, predictions({"id": "one", "mentions": [ANN], "quotes": []}))
    assert found.headline.quotes is None
    assert found.headline.entities == 0.0


def test_below_20_articles_there_is_no_interval_and_the_reason_is_given(gold):
    found = score(gold, predictions({"id": "one", "mentions": [ANN]}))
    for figures in found.scores.values():
        assert figures.low is figures.high is None
        assert figures.interval == "fewer than 20 source articles (2)"
    assert any("can't be ranked" in note for note in found.notes)


def test_spans_that_occur_nowhere_are_spurious_and_said(gold):
    mentions = [{"text": "Zoe", "type": "PERSON"}, {"text": "Bo", "type": "PERSON"}]
    found = score(gold, predictions({"id": "one", "mentions": mentions}), errors=True)
    figures = found.scores["mentions.strict[level=NAM,VALUE]"]
    assert (figures.gold, figures.predicted, figures.matched) == (3, 2, 1)
    assert "spans whose text occurs nowhere in their article, as whole words: 1" in found.notes
    zoe = [each for each in found.errors if each.item == '"Zoe"']
    assert [(each.kind, each.line, each.start) for each in zoe] == [("spurious", None, None)]


def test_repeated_predictions_are_said_once_whatever_is_measured(gold):
    answer = {"id": "one", "mentions": [ANN, ANN, ANN], "quotes": [{"content": [ANN_SPAN]}] * 2}
    for wanted in ([], [measure("mentions.exact"), measure("quotes.content")]):
        notes = score(gold, predictions(answer), wanted).notes
        assert "predictions that repeat another one, collapsed into it: 3" in notes


def test_text_alone_is_placed_at_whole_words_in_order():
    gold = [
        Record(
            id="d",
            text="Iranian and Iran and Iran.",
            mentions=[Mention(start=12, end=16, type="GPE"), Mention(start=21, end=25, type="GPE")],
        )
    ]
    iran = {"text": "Iran", "type": "GPE"}
    for times, matched in ((1, 1), (2, 2), (3, 2)):
        found = score(gold, predictions({"id": "d", "mentions": [iran] * times}))
        assert found.scores["mentions.strict[level=NAM,VALUE]"].matched == matched


def test_errors_name_kind_line_and_item(gold):
    wrong = {"start": 11, "end": 17, "type": "GPE"}
    boilerplate = [{"start": 0, "end": 3}]
    answer = {"id": "one", "mentions": [ANN, wrong], "boilerplate": boilerplate}
    found = score(gold, predictions(answer), errors=True)
    listed = [(e.kind, e.line, e.start, e.end, e.type, e.item) for e in found.errors]
    text = gold[0].text
    assert ("missed", 1, 8, 10, "PERSON", '"Bo"') in listed
    assert ("wrong boundary", 1, 14, 18, "GPE", '"Oslo"') in listed
    instead = next(each.found for each in found.errors if each.kind == "wrong boundary")
    assert (instead.start, instead.end, instead.item) == (11, 17, f'"{text[11:17]}"')
    # The appeal is on the second line of the article.
    assert (
        "missed",
        2,
        text.index("Please"),
        len(text),
        "characters",
        '"Please donate 🎁 today."',
    ) in listed
    # Layers that the run does not attempt have no errors.
    named = [str(HEADLINES["entities"]), str(HEADLINES["boilerplate"])]
    assert list(dict.fromkeys(each.measure for each in found.errors)) == named


def test_the_json_follows_its_schema_and_has_no_nan(gold):
    for errors in (False, True):
        found = score(gold, predictions({"id": "one", "mentions": []}), errors=errors)
        text = msgspec.json.encode(found).decode()
        assert "NaN" not in text
        jsonschema.validate(json.loads(text), score_schema())
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate({"headline": {}}, score_schema())


def test_the_receipt_changes_with_gold_and_not_with_order(gold):
    one = score(gold, predictions({"id": "one", "mentions": []})).receipt
    other = score(gold[::-1], predictions({"id": "one", "mentions": []})).receipt
    assert one == other
    gold[0].mentions.pop()
    changed = score(gold, predictions({"id": "one", "mentions": []})).receipt
    assert changed.gold != one.gold
    assert changed.corpus == one.corpus


def test_only_the_wanted_measures_are_scored(gold):
    wanted = [measure("mentions.strict[type=GPE]")]
    found = score(gold, predictions({"id": "one", "mentions": [ANN]}), wanted)
    assert list(found.scores) == ["mentions.strict[type=GPE]"]
    assert found.headline is found.mean is found.leakage is None


@pytest.mark.parametrize("name", [*map(str, HEADLINES.values()), *map(str, BESIDE), *MEASURES])
def test_printed_names_parse_back(name):
    assert str(measure(name)) == name
    assert measure(str(measure(name))) == measure(name)


def test_names_are_one_whatever_the_order_of_options():
    one = measure("mentions.strict[type=GPE,ORG,level=VALUE,NAM]")
    assert one == measure("mentions.strict[level=NAM,VALUE, type=ORG,GPE]")
    assert one == Measure.of("mentions.strict", type=("GPE", "ORG"), level=("NAM", "VALUE"))
    assert measure("relations.strict[args=all,zone=article]") == measure("relations.strict")


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("mention.strict", 'did you mean "mentions.strict"'),
        ("mentions", "is not the form of a measure"),
        ("mentions.strict[]", "is not the form of a measure"),
        ("mentions.strict[GPE]", "is not the form of a measure"),
        ("mentions.strict[type=GPE,type=ORG]", "is not the form of a measure"),
        ("mentions.strict[typ=GPE]", 'did you mean "type"'),
        ("mentions.strict[type=GP]", 'did you mean "GPE"'),
        ("relations.strict[args=all,named]", "args takes one value"),
        ("boilerplate.char[zone=all]", 'boilerplate.char has no option "zone"'),
    ],
)
def test_wrong_names_name_the_near_ones(name, words):
    with pytest.raises(UsageError) as caught:
        measure(name)
    assert words in str(caught.value)
