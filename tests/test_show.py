"""An article with its annotations: in the terminal, and as a page."""

import base64
import hashlib
import re
import unicodedata
from html.parser import HTMLParser
from pathlib import Path

import msgspec
import pytest
from foreign_records import records
from hypothesis import given

from goldwire.corpus.load import load
from goldwire.corpus.reading.laid import overs, rows, shown
from goldwire.corpus.reading.page import page
from goldwire.corpus.reading.terminal import as_text
from goldwire.corpus.reading.view import View
from goldwire.schemas.plain import plain
from goldwire.schemas.record import Entity, Mention, Quote, Record, Relation, Source, Span

ROOT = Path(__file__).parent.parent
ID = "independent-2022-05-08-assad-tehran"
UNSAFE = ("Cc", "Cf", "Cs", "Zl", "Zp")
HOSTILE = "\x1b[31m<script>alert(1)</script>[red]\u202e&\"'\x9b\u2066\x00"


@pytest.fixture(scope="module")
def gold():
    (found,) = load()
    return found


@pytest.fixture(scope="module")
def hostile():
    """Every string of a record is what an attacker would write."""
    text = f"Ann {HOSTILE} Lee\nleft."
    return Record(
        id="d",
        text=text,
        language=HOSTILE,
        scheme=HOSTILE,
        source=Source(
            publisher=HOSTILE,
            url="javascript:alert(1)",
            published="2022-01-01",
            title=HOSTILE,
            rights=HOSTILE,
        ),
        mentions=[
            Mention(id=HOSTILE, start=0, end=len(text), type=HOSTILE, level=HOSTILE, note=HOSTILE),
            Mention(id="m2", start=0, end=3, type="PERSON", entity=HOSTILE, value=HOSTILE),
        ],
        entities=[Entity(id=HOSTILE, type=HOSTILE, name=HOSTILE)],
        relations=[Relation(head=HOSTILE, type=HOSTILE, tail="m2", id=HOSTILE, certainty=HOSTILE)],
        quotes=[Quote(content=[Span(start=0, end=9)], id=HOSTILE, type=HOSTILE, speaker=HOSTILE)],
    )


class Seen(HTMLParser):
    """The elements of a page, and the text of the article's lines."""

    def __init__(self, html):
        super().__init__(convert_charrefs=True)
        self.elements, self.lines, self._depth = [], [], 0
        self.feed(html)
        self.ids = [attributes["id"] for _, attributes in self.elements if "id" in attributes]

    def handle_starttag(self, tag, attrs):
        attributes = dict(attrs)
        self.elements.append((tag, attributes))
        if tag == "div":
            if self._depth or attributes.get("class") == "line":
                self._depth += 1
            if self._depth == 1:
                self.lines.append("")

    def handle_endtag(self, tag):
        if tag == "div" and self._depth:
            self._depth -= 1

    def handle_data(self, data):
        if self._depth:
            self.lines[-1] += data


def named(tag, seen):
    return [attributes for name, attributes in seen.elements if name == tag]


class TestTerminal:
    def test_every_item_of_every_layer_is_there(self, gold):
        text = as_text(gold)
        view = View(gold)
        for mention in gold.mentions:
            assert view.mention_words(mention) in text
        for entity in gold.entities:
            link = entity.wikidata.id or f"none: {entity.wikidata.nil_reason}"
            line = f"{entity.name}  {entity.type}  {entity.id}  wikidata {link}"
            assert line in text
        for relation in gold.relations:
            head, tail = view.named(relation.head), view.named(relation.tail)
            triple = f"{head.words} ({head.number}) ─ {relation.type} → {tail.words}"
            assert re.search(
                rf"^{relation.id} +{re.escape(triple)}.*{relation.certainty}$", text, re.M
            )
            for each in relation.evidence:
                assert f"“{view.words(each)}”" in text
        for quote in gold.quotes:
            assert re.search(rf"^{quote.id} +{quote.type}, line ", text, re.M)
            assert f"content    “{view.words(*quote.content)}”" in text
        for note in filter(None, (i.note for i in (*gold.mentions, *gold.relations))):
            assert note in text
        for fact in (gold.source.rights, gold.source.url, gold.annotation.kind, "guidelines 1.1"):
            assert fact in text

    def test_a_relay_is_a_chain_and_a_quote_has_its_addressee(self, gold):
        text = as_text(gold, ["quotes"])
        chain = "the article → Tasnim (32) “according to” → Ali Khamenei (26) “told”"
        (block,) = re.findall(r"^q11 .*?(?=^q12 )", text, re.M | re.S)
        assert f"chain      {chain}\n" in block
        assert "addressee  Bashar Assad (2)" in block
        assert "speaker    someone who is not named" in text

    def test_nested_mentions_stand_in_brackets(self, gold):
        text = as_text(gold, ["entities"])
        assert " 2  [[Iranian]NORP:3 media]ORG:6 says [Syrian]NORP:1 President" in text
        assert "Whether [it]ORG:9?'s" in text

    def test_lines_have_the_numbers_that_a_list_of_errors_has(self, gold, goldwire, write):
        run = write("none.jsonl", {"id": ID, "mentions": []})
        _, listed, _ = goldwire("score", run, "--errors", "-m", "mentions.strict")
        numbers = re.findall(rf"{ID}:(\d+) +(\d+)-\d+", listed)
        assert len(numbers) > 60
        view = View(gold)
        assert [view.line(int(start)) for _, start in numbers] == [int(line) for line, _ in numbers]

    def test_zones_head_the_text_and_glue_is_seen(self, gold):
        text = as_text(gold, ["boilerplate"])
        glue = " 7  Your support makes all the difference.\n   ── paragraph\n 7  Syrian President"
        assert glue in text
        assert "   ── boilerplate (appeal)\n 3  Your support" in text
        assert re.search(r"lines 3-7 +164-1097 +appeal ", text)

    def test_a_layer_alone(self, gold):
        relations = as_text(gold, ["relations"])
        heads = ("Zones", "Entities", "Relations", "Quotes")
        assert [h for h in heads if f"\n{h}  " in relations] == ["Relations"]
        assert "[Syria]" not in relations
        assert "says]q1.cue [Syrian" in as_text(gold, ["quotes"])

    def test_what_is_not_annotated_is_told_from_what_is_empty(self):
        text = as_text(Record(id="d", text="Ann left.", quotes=[]))
        assert "Quotes  none" in text
        assert "Relations  not annotated" in text
        assert "Entities  not annotated" in text
        assert "\n1  Ann left.\n" in text

    def test_parts_values_alternatives_and_groups(self, record):
        made = record(
            "left wing [and] right wing in May",
            mentions=[
                {"id": "m1", "start": 0, "end": 9, "type": "ORG", "alternatives": "wings"},
                {
                    "start": 0,
                    "end": 26,
                    "parts": [{"text": "left"}, {"text": "right wing"}],
                    "type": "ORG",
                },
                {"text": "May", "type": "DATE", "value": "XXXX-05", "mod": "START"},
            ],
            relations=[
                {
                    "head": "m1",
                    "type": "part_of",
                    "tail": "m1",
                    "evidence": [{"text": "left"}, {"text": "right"}, {"text": "May", "group": 2}],
                }
            ],
        )
        text = as_text(made)
        assert "⟦⟦left⟧ORG(1/2) wing⟧ORG [and] ⟦right wing⟧ORG(2/2) in ⟦May⟧DATE" in text
        assert "left … right wing: 1" in text
        assert "May (START XXXX-05): 1" in text
        assert "one of the alternatives “wings”" in text
        assert re.search(
            r"left wing ─ part_of → left wing\n +line 1 “left” \+ “right”\n +or line 1 “May”", text
        )

    def test_quotes_within_each_other_in_a_circle_end(self):
        quotes = [
            Quote(id=name, content=[Span(start=0, end=3)], within=other)
            for name, other in (("q1", "q2"), ("q2", "q1"))
        ]
        made = Record(id="d", text="Ann left.", quotes=quotes)
        chains = re.findall(r"chain +(.*)", as_text(made))
        assert chains == ["the article → someone who is not named → someone who is not named"] * 2
        assert b"q1" in page(made)

    @pytest.mark.parametrize("width", [20, 80, 120])
    def test_lines_are_no_wider_than_the_terminal(self, gold, width):
        from rich.cells import cell_len

        wide = Record(
            id="d", text="漢字かな交じり文" * 30 + "\U0001f381" * 90 + " end", mentions=[]
        )
        for made in (gold, wide):
            lines = as_text(made, width=width).splitlines()
            assert max(map(cell_len, lines)) <= width
        joined = "".join(
            line.strip().removeprefix("1  ") for line in as_text(wide, width=width).splitlines()
        )
        assert "漢字かな交じり文" * 30 + "\U0001f381" * 90 in joined

    def test_colour_changes_nothing_but_colour(self, gold):
        coloured = as_text(gold, width=80, colour=True)
        assert "\x1b[" in coloured
        assert re.sub(r"\x1b\[[\d;]*m", "", coloured) == as_text(gold, width=80)
        assert "\x1b[0m President \x1b[" in coloured  # the style of the line's number ends with it
        assert "\x1b[2mYour support makes all the difference.\x1b[0m" in coloured

    @given(records())
    def test_any_record(self, made):
        text = as_text(made)
        view = View(made)
        for char in text:
            assert char == "\n" or unicodedata.category(char) not in UNSAFE
        for mention in made.mentions:
            assert plain(view.mention_words(mention)).rstrip() in text
        for number, relation in enumerate(made.relations or (), 1):
            assert relation.type in text, number
        for quote in made.quotes or ():
            assert f"“{plain(view.words(*quote.content))}”" in text
        assert "".join(view.text[s.start : s.end] for s in view.stretches()) == view.text
        counted = [view.text.count("\n", 0, offset) + 1 for offset in range(len(view.text) + 1)]
        assert [view.line(offset) for offset in range(len(view.text) + 1)] == counted
        assert as_text(made, width=30)

    def test_nothing_in_a_record_is_an_order_to_the_terminal(self, hostile):
        text = as_text(hostile)
        assert all(c == "\n" or unicodedata.category(c) not in UNSAFE for c in text)
        assert "[red]" in text
        escapes = set(re.findall(r"\x1b\[?.?", as_text(hostile, width=60, colour=True)))
        assert all(re.match(r"\x1b\[[\d]", each) for each in escapes)

    def test_what_lies_too_deep_is_counted_and_listed(self):
        found = [Mention(id=f"m{n}", start=n, end=400 - n, type="ORG") for n in range(100)]
        made = Record(id="d", text="x" * 400, mentions=found)
        text = as_text(made)
        assert "60 more marks lie too deep in others to be drawn" in text
        assert text.count("[") == 40 + 1
        html = page(made).decode()
        assert "60 spans lie too deep" in html
        links = [a["href"][1:] for a in named("a", Seen(html)) if a["href"].startswith("#m")]
        assert sorted(links) == sorted(f"m{n}-0" for n in range(1, 41))

    def test_a_long_name_stands_in_the_page_once(self):
        text = "Ann " * 100
        found = [Mention(start=4 * n, end=4 * n + 3, type="ORG", entity="e") for n in range(100)]
        entity = Entity(id="e", name="x" * 200_000)
        assert len(page(Record(id="d", text=text, mentions=found, entities=[entity]))) < 300_000


class TestCommand:
    def test_one_article_is_shown_and_piped_as_plain_text(self, goldwire, gold):
        status, out, err = goldwire("show")
        assert (status, out, err) == (0, as_text(gold) + "\n", "")
        assert goldwire("show", ID)[1] == out
        assert "\x1b" not in out

    def test_layers(self, goldwire, gold):
        assert goldwire("show", "--layer", "quotes")[1] == as_text(gold, ["quotes"]) + "\n"
        status, _, err = goldwire("show", "--layer", "quote")
        assert status == 2
        assert "quotes" in err

    def test_an_unknown_id_has_a_cure(self, goldwire):
        status, out, err = goldwire("show", "independent-2022-05-08-asad-tehran")
        assert (status, out) == (2, "")
        assert err.endswith(f'did you mean "{ID}"? [unknown-article]\n')
        assert "without an id lists" in goldwire("show", "\x1b[31m")[2]
        assert "\x1b" not in goldwire("show", "\x1b[31m")[2]

    def test_several_articles_are_listed(self, goldwire, write):
        gold = write(
            "gold.jsonl",
            {
                "id": "b",
                "text": "Ann left.",
                "mentions": [{"start": 0, "end": 3, "type": "PERSON"}],
            },
            {"id": "a", "text": "Bo left.", "quotes": []},
        )
        status, out, _ = goldwire("show", "--gold", gold)
        assert status == 0
        first, second, last = out.splitlines()
        assert re.match(r"a  mentions –, entities –, relations –, quotes 0, boilerplate –", first)
        assert re.match(r"b  mentions 1,", second)
        assert last == "2 articles; goldwire show ID shows one"
        assert "[Ann]PERSON left." in goldwire("show", "b", "--gold", gold)[1]
        assert "there are 2 articles" in goldwire("show", "--gold", gold, "--html")[2]

    def test_gold_of_another_format_and_scheme(self, goldwire, tmp_path):
        (tmp_path / "d.txt").write_text("Ann left Oslo.", "utf-8")
        (tmp_path / "d.ann").write_text(
            "T1\tPER 0 3\tAnn\nT2\tCITY 9 13\tOslo\nR1\tleft Arg1:T1 Arg2:T2\n"
        )
        out = goldwire("show", "--gold", f"brat:{tmp_path}")[1]
        assert "[Ann]PER left [Oslo]CITY." in out
        assert "Ann ─ left → Oslo" in out
        assert "scheme" in out

    def test_a_page_is_written_or_printed(self, goldwire, tmp_path, gold):
        assert goldwire("show", ID, "--html", "-o", tmp_path / "r.html") == (0, "", "")
        assert (tmp_path / "r.html").read_bytes() == page(gold)
        assert goldwire("show", "--html")[1].encode() == page(gold)
        status, _, err = goldwire("show", "-o", tmp_path / "x.html")
        assert status == 2
        assert "unused-option" in err
        assert not (tmp_path / "x.html").exists()
        status, _, err = goldwire("show", "--html", "-o", tmp_path / "no" / "x.html")
        assert status == 2
        assert "cannot-write" in err

    def test_layers_are_the_boxes_that_are_ticked(self, goldwire):
        seen = Seen(goldwire("show", "--html", "--layer", "relations")[1])
        ticked = {each["id"] for each in named("input", seen) if "checked" in each}
        assert ticked == {"show-relations", "show-labels"}


class TestPage:
    def test_the_text_is_whole(self, gold):
        assert "".join(Seen(page(gold).decode()).lines) == gold.text

    @given(records())
    def test_any_record(self, made):
        html = page(made).decode()
        seen = Seen(html)
        # The parser of the standard library leaves "\r" as it is, but none may be there.
        assert "".join(seen.lines) == shown(made.text)
        assert len(set(seen.ids)) == len(seen.ids)
        targets = {each["href"][1:] for each in named("a", seen) if each["href"].startswith("#")}
        assert targets <= set(seen.ids)
        keys = {key for each in seen.elements for key in each[1].get("data-on", "").split()}
        assert keys <= {each[1]["data-k"] for each in seen.elements if "data-k" in each[1]} | set(
            seen.ids
        )
        assert page(msgspec.json.decode(msgspec.json.encode(made), type=Record)).decode() == html

    @given(records())
    def test_elements_are_properly_nested_and_have_the_words_of_their_spans(self, made):
        view = View(made)
        spans = overs(view)
        words = dict.fromkeys(spans, "")
        for row in rows(view, spans):
            stack = []
            for token in row.tokens:
                if token.begin:
                    stack.append(token.begin)
                elif token.end:
                    assert stack.pop() == token.end
                for each in stack:
                    words[each] += token.text
            assert not stack
        assert words == {each: shown(view.text[slice(*each.ends)]) for each in spans}

    def test_each_span_has_its_label_once(self, gold):
        tags = [each["data-t"] for each in named("i", Seen(page(gold).decode()))]
        assert sorted(tags) == sorted(each.label for each in overs(View(gold)))

    def test_all_items_are_listed(self, gold):
        seen = Seen(page(gold).decode())
        for letter, items in (("e", gold.entities), ("r", gold.relations), ("q", gold.quotes)):
            assert {f"{letter}{n}" for n in range(1, len(items) + 1)} <= set(seen.ids)
        assert {f"m{n}-0" for n in range(1, len(gold.mentions) + 1)} <= set(seen.ids)

    def test_it_says_whose_the_text_is_and_who_annotated(self, gold):
        html = page(gold).decode()
        for fact in (gold.source.rights, gold.annotation.kind, gold.sha256, gold.source.title):
            assert fact in html
        assert "version <bdi>1.1</bdi>" in html
        assert "does not say whose the text is" in page(Record(id="d", text="x")).decode()

    def test_links_lead_out_only_on_a_click_and_tell_nothing(self, gold):
        seen = Seen(page(gold).decode())
        outside = [a for a in named("a", seen) if not a["href"].startswith("#")]
        assert len(outside) > 10
        assert all(each["href"].startswith("https://") for each in outside)
        assert all({"noopener", "noreferrer"} <= set(each["rel"].split()) for each in outside)
        assert not {"img", "link", "iframe", "object", "form", "base"} & {
            e[0] for e in seen.elements
        }

    def test_only_its_own_style_and_script_may_act(self, gold):
        html = page(gold).decode()
        policy = next(m["content"] for m in named("meta", Seen(html)) if "http-equiv" in m)
        rules = dict(rule.strip().split(" ", 1) for rule in policy.split(";"))
        assert rules["default-src"] == rules["base-uri"] == rules["form-action"] == "'none'"
        for tag in ("style", "script"):
            (content,) = re.findall(rf"<{tag}>(.*?)</{tag}>", html, re.S)
            digest = base64.b64encode(hashlib.sha256(content.encode()).digest()).decode()
            assert rules[f"{tag}-src"] == f"'sha256-{digest}'"
        assert "unsafe" not in policy

    def test_hostile_text_is_data(self, hostile):
        html = page(hostile).decode()
        seen = Seen(html)
        assert len(named("script", seen)) == 1
        assert not any(
            name == "style" or name.startswith("on") for _, a in seen.elements for name in a
        )
        assert not any(a["href"].startswith("javascript") for a in named("a", seen))
        assert "".join(seen.lines) == shown(hostile.text)
        assert not re.search(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]", html)
        outside = re.sub(r'<div class="line".*?</div>', "", html, flags=re.S)
        assert "\u202e" not in outside
        assert "\u2066" not in outside
        assert all(
            each["dir"] == "auto" for each in named("div", seen) if each.get("class") == "line"
        )

    def test_a_lone_surrogate_makes_no_page_that_is_not_utf_8(self):
        made = Record(id="d", text="a\ud800b", mentions=[Mention(start=0, end=3, type="\ud800")])
        assert rb"a\ud800b" in page(made)

    def test_the_page_in_the_checkout_is_that_of_gold(self, gold):
        """As goldwire build --check has it, and the first link of the card's body leads to it."""
        path = f"corpus/articles/{ID}/reading.html"
        assert (ROOT / path).read_bytes() == page(gold)
        body = (ROOT / "README.md").read_text("utf-8").split("\n# goldwire\n")[1]
        assert re.search(r"\]\((.*?)\)", body)[1] == path
