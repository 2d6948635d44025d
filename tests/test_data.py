"""The corpus as data: byte for byte, through Parquet and `datasets`, offline and streaming."""

import hashlib
import json
import random
import shutil
from pathlib import Path

import datasets
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from goldwire.annotate.adjudicate import derived as gold_derived
from goldwire.annotate.build import derived as annotate_derived
from goldwire.corpus.build import CONFIGS, PARQUET
from goldwire.corpus.build import derived as corpus_derived
from goldwire.corpus.load import load
from goldwire.eval.build import derived as eval_derived
from goldwire.eval.score import score
from goldwire.schemas.derived import build, stale
from goldwire.schemas.errors import DataError
from goldwire.schemas.json_schema import derived as schema_derived
from goldwire.schemas.parquet import encode_parquet, read_parquet
from goldwire.schemas.reading import read_run

ROOT = Path(__file__).parent.parent
NESTED = ("mentions", "entities", "relations", "quotes", "zones", "boilerplate")


@pytest.fixture(autouse=True)
def offline(monkeypatch):
    monkeypatch.setattr(datasets.config, "HF_HUB_OFFLINE", True)


@pytest.fixture
def checkout(tmp_path):
    copy = tmp_path / "goldwire"
    copy.mkdir()
    for name in ("annotate", "corpus", "schemas"):
        shutil.copytree(ROOT / name, copy / name)
    shutil.copytree(ROOT / "eval" / "baselines", copy / "eval" / "baselines")
    for page in ("README.md", "eval/MEASURES.md"):
        shutil.copy(ROOT / page, copy / page)
    return copy


def everything(root):
    parts = (gold_derived, schema_derived, corpus_derived, eval_derived, annotate_derived)
    return [each for part in parts for each in part(root)]


def rows(path, cache, config="gold", **options):
    return datasets.load_dataset(str(path), config, split="test", cache_dir=str(cache), **options)


def test_the_article_is_byte_for_byte_the_source():
    text = (ROOT / "corpus/articles/independent-2022-05-08-assad-tehran/article.txt").read_bytes()
    digest = hashlib.sha256(text).hexdigest()
    assert digest == "284407d22c2a050376a7bddffe8ad79feda18728c4afc1038f0e97a632d525db"
    assert load()[0].text == text.decode("utf-8")


def test_gold_is_stand_off():
    gold = (ROOT / "corpus/articles/independent-2022-05-08-assad-tehran/gold.json").read_text()
    assert "text" not in json.loads(gold)
    assert '"text"' not in gold


def test_default_config_equals_gold_with_typed_features(tmp_path):
    loaded = datasets.load_dataset(str(ROOT), cache_dir=str(tmp_path))
    assert list(loaded) == ["test"]
    mention = loaded["test"].features["mentions"].feature
    assert mention["start"] == datasets.Value("int32")
    assert mention["parts"].feature["end"] == datasets.Value("int32")
    assert loaded["test"].features["quotes"].feature["content"].feature["start"].dtype == "int32"
    assert loaded["test"].features["boilerplate"].feature["optional"] == datasets.Value("bool")
    row, record = loaded["test"][0], load()[0]
    assert row["text"] == record.text
    for layer in NESTED:
        assert len(row[layer]) == len(getattr(record, layer)) > 0


@pytest.mark.parametrize("config", CONFIGS)
def test_every_config_streams_what_it_loads_and_no_id_dangles(tmp_path, config):
    whole = rows(ROOT, tmp_path, config)
    assert next(iter(rows(ROOT, tmp_path, config, streaming=True))) == whole[0]
    shown = set(whole.column_names) & set(NESTED)
    expected = set(CONFIGS[config][1]) or {*NESTED, "meta"}
    assert shown == expected & set(NESTED)
    if shown & {"relations", "quotes"}:
        assert shown >= {"mentions", "entities"}


def test_rows_of_the_data_set_are_predictions_that_score_1(tmp_path):
    path = tmp_path / "rows.jsonl"
    with path.open("w") as stream:
        for row in rows(ROOT, tmp_path):
            stream.write(json.dumps(row) + "\n")
    found = score(load(), read_run(path))
    assert found.mean == 1.0
    parquet = tmp_path / "rows.parquet"
    rows(ROOT, tmp_path).to_parquet(parquet)
    assert score(load(), read_run(parquet)) == found


def test_parquet_gives_back_the_records(tmp_path):
    records = load()
    records[0].meta = {"free": [1, {"x": None}]}
    records[0].quotes = None
    records[0].relations = []
    path = tmp_path / "r.parquet"
    path.write_bytes(encode_parquet(records))
    assert [record for _, record in read_parquet(path)] == records
    assert load(path) == records


@pytest.mark.parametrize(
    ("content", "code"), [(b"", "empty-file"), (b"not parquet at all", "not-parquet")]
)
def test_what_is_no_parquet_is_refused(tmp_path, content, code):
    path = tmp_path / "r.parquet"
    path.write_bytes(content)
    with pytest.raises(DataError) as caught:
        list(read_parquet(path))
    assert caught.value.code == code


def test_a_damaged_parquet_is_refused_whatever_is_damaged(tmp_path):
    whole = (ROOT / PARQUET).read_bytes()
    path = tmp_path / "r.parquet"
    rng = random.Random(0)
    refused = 0
    for _ in range(60):
        raw = bytearray(whole)
        for place in rng.sample(range(len(raw)), 5):
            raw[place] ^= rng.randrange(1, 256)
        path.write_bytes(raw)
        try:
            list(read_parquet(path))
        except DataError:
            refused += 1
    assert refused > 20


def test_unknown_and_repeated_columns_are_refused(tmp_path):
    path = tmp_path / "r.parquet"
    for names, code in ((["id", "mention"], "unknown-key"), (["id", "id"], "repeated-key")):
        pq.write_table(pa.Table.from_arrays([pa.array(["one"])] * 2, names=names), path)
        with pytest.raises(DataError) as caught:
            list(read_parquet(path))
        assert caught.value.code == code


def test_a_folder_that_is_not_named_as_its_record_is_refused(checkout):
    articles = checkout / "corpus/articles"
    shutil.copytree(next(articles.iterdir()), articles / "copy")
    with pytest.raises(DataError, match="folder-name"):
        load(checkout)


def test_a_corpus_without_articles_is_refused(tmp_path):
    (tmp_path / "articles").mkdir()
    with pytest.raises(DataError, match="there is no article"):
        load(tmp_path)


def test_a_checkout_a_corpus_an_article_and_a_file_are_all_gold(checkout):
    article = next((checkout / "corpus/articles").iterdir())
    for path in (checkout, checkout / "corpus", article, article / "gold.json"):
        assert load(path) == load()


def test_build_repairs_a_parquet_that_is_none(checkout):
    (checkout / PARQUET).write_bytes(b"junk")
    assert build(everything(checkout)) == [checkout / PARQUET]


def test_nothing_derived_is_stale():
    assert stale(everything(ROOT)) == []


def test_build_repairs_what_is_stale_and_a_second_one_changes_nothing(checkout):
    assert stale(everything(checkout)) == []
    schema = checkout / "schemas/json/score.schema.json"
    schema.write_text("{}")
    (checkout / PARQUET).unlink()
    page = checkout / "README.md"
    page.write_text(page.read_text().replace("| 0.8571 |", "| 0.9571 |"))
    assert set(stale(everything(checkout))) == {schema, checkout / PARQUET, page}
    assert len(build(everything(checkout))) == 3
    assert stale(everything(checkout)) == []
    assert schema.read_bytes() == (ROOT / "schemas/json/score.schema.json").read_bytes()
    assert page.read_bytes() == (ROOT / "README.md").read_bytes()


def test_edited_gold_is_not_served_from_the_cache(checkout, tmp_path):
    cache = tmp_path / "cache"
    before = rows(checkout, cache)[0]
    gold = checkout / "corpus/articles/independent-2022-05-08-assad-tehran/gold.json"
    gold.write_text(gold.read_text().replace('"type": "LOC"', '"type": "FAC"', 1))
    assert stale(everything(checkout))
    build(everything(checkout))
    after = rows(checkout, cache)[0]
    assert before["mentions"] != after["mentions"]


def test_a_page_without_its_section_is_refused(checkout):
    page = checkout / "README.md"
    page.write_text(page.read_text().replace("<!-- /baselines -->", ""))
    before = page.read_bytes()
    with pytest.raises(DataError, match="baselines"):
        build(everything(checkout))
    assert page.read_bytes() == before
