"""What the adapters do before and after the systems that they call, without those systems."""

import sys

import pytest

from goldwire.eval.extractors import (
    content,
    hf_tokens,
    openai_model,
    spacy_pipeline,
    textacy_quotes,
)
from goldwire.eval.extractors.hf_tokens import mentions
from goldwire.schemas.errors import UsageError

TEXT = "Ann Lee of Foo-Bar Inc. met Bo"
WORDS = ["Ann", "Lee", "of", "Foo", "-", "Bar", "Inc", ".", "met", "Bo"]


def tokens(*given, text=TEXT, pieces=WORDS):
    """Judged tokens of a text, one a piece, with a label each."""
    found, start = [], 0
    for piece, label in zip(pieces, given, strict=True):
        start = text.index(piece, start)
        found.append(hf_tokens._Judged(start, start + len(piece), 1, label))
        start += len(piece)
    return found


def read(*given, **more):
    text = more.get("text", TEXT)
    found = mentions(text, tokens(*given, **more))
    return [(text[each.start : each.end], each.type) for each in found]


ANN, FOO, BO = ("Ann Lee", "PERSON"), ("Foo-Bar Inc", "ORG"), ("Bo", "PERSON")


@pytest.mark.parametrize(
    ("scheme", "given"),
    [
        ("BIO", "B-PERSON I-PERSON O B-ORG I-ORG I-ORG I-ORG O O B-PERSON"),
        ("IO", "I-PERSON I-PERSON O I-ORG I-ORG I-ORG I-ORG O O I-PERSON"),
        ("no prefix", "PERSON PERSON O ORG ORG ORG ORG O O PERSON"),
        ("BILOU", "B-PERSON L-PERSON O B-ORG I-ORG I-ORG L-ORG O O U-PERSON"),
        ("BIOES", "B-PERSON E-PERSON O B-ORG I-ORG I-ORG E-ORG O O S-PERSON"),
        ("BMES", "B-PERSON E-PERSON O B-ORG M-ORG M-ORG E-ORG O O S-PERSON"),
        ("other case", "B-person I-person O B-Org I-Org I-Org I-Org O O B-Person"),
    ],
)
def test_every_scheme_of_prefixes_is_read(scheme, given):
    assert read(*given.split()) == [ANN, FOO, BO]


def test_neighbours_are_parted_as_their_prefixes_say():
    outside = ["O"] * 8
    assert read("B-PERSON", "B-PERSON", *outside) == [("Ann", "PERSON"), ("Lee", "PERSON")]
    assert read("I-PERSON", "B-PERSON", *outside) == [("Ann", "PERSON"), ("Lee", "PERSON")]
    assert read("B-PERSON", "I-ORG", *outside) == [("Ann", "PERSON"), ("Lee", "ORG")]
    assert read("U-PERSON", "I-PERSON", *outside) == [("Ann", "PERSON"), ("Lee", "PERSON")]
    assert read("O", "I-PERSON", *outside) == [("Lee", "PERSON")]


def test_a_word_has_the_label_of_its_first_piece():
    pieces = ["An", "n", "Le", "e", "of", "Foo", "-", "Bar", "Inc", ".", "met", "B", "o"]
    given = "B-PERSON O I-PERSON B-ORG O B-ORG I-ORG I-ORG I-ORG O O B-PERSON O"
    assert read(*given.split(), pieces=pieces) == [ANN, FOO, BO]


def test_a_piece_over_a_space_or_two_words_labels_what_it_covers():
    text, pieces = "of Rome's wall", ["of", " Rome", "'s", " wall"]
    assert read("O", "B-GPE", "O", "O", text=text, pieces=pieces) == [("Rome", "GPE")]
    assert read("O", "B-GPE", "I-GPE", "O", text=text, pieces=pieces) == [("Rome's", "GPE")]


def test_labels_that_are_ours_become_ours_and_others_stay():
    given = ["B-work of art", "O", "B-Work-Of-Art", "B-PER", "B-Organisation", *["O"] * 5]
    types = [label for _, label in read(*given)]
    assert types == ["WORK_OF_ART", "WORK_OF_ART", "PER", "Organisation"]


def test_no_token_no_mention():
    assert mentions("", []) == mentions(TEXT, []) == []


@pytest.mark.parametrize(
    ("make", "argument", "module", "extra"),
    [
        (spacy_pipeline.make, "en_core_web_sm", "spacy", "spacy"),
        (textacy_quotes.make, "en_core_web_sm", "textacy", "quotes"),
        (hf_tokens.make, "model", "transformers", "hf"),
        (content.make, "justext", "justext", "html"),
        (content.make, "trafilatura", "trafilatura", "html"),
        (content.make, "resiliparse", "resiliparse", "html"),
        (openai_model.make, "some-model", "openai", "llm"),
    ],
)
def test_a_missing_extra_is_named_with_its_install_line(make, argument, module, extra, monkeypatch):
    monkeypatch.setitem(sys.modules, module, None)  # what Python itself takes for "not there"
    with pytest.raises(UsageError) as raised:
        make(argument)
    assert raised.value.code == "missing-extra"
    assert f"{module} is not installed" in str(raised.value)
    assert f"pip install '.[{extra}]'" in str(raised.value)


def test_an_unknown_content_extractor_is_named_with_the_near_one():
    with pytest.raises(UsageError, match='did you mean "trafilatura"'):
        content.make("trafilatur")
    with pytest.raises(UsageError, match="use one of justext, resiliparse, trafilatura"):
        content.make("")


def test_the_page_holds_the_lines_and_no_markup_of_theirs():
    made = content.page('Tom & "Jo"\n\n  <script>x</script>\r\nEnd', 'en"><b>')
    assert made.count("<p>") == 2
    assert "<h1>Tom &amp; &quot;Jo&quot;</h1>" in made
    assert "<p>&lt;script&gt;x&lt;/script&gt;</p>\n<p>End</p>" in made
    assert "<b>" not in made
    assert "<p>" not in content.page("", "en")
