"""Decisions from an adjudicated record: gold of them has exactly the items of that record."""

import json
import shutil

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from label_studio_results import FORMAT
from random_passes import random_adjudication

from goldwire.annotate.adjudicate import gold, made, together
from goldwire.annotate.compare import Keyed, compared, keyed
from goldwire.annotate.decide import adopted, decided, proposals
from goldwire.annotate.decisions import Decisions, read, read_decisions, write
from goldwire.corpus.checks.every import dangling_id, duplicate_id
from goldwire.corpus.load import PACKAGED, load
from goldwire.schemas.errors import DataError, GoldwireError, Place
from goldwire.schemas.record import Annotation, Link, Span, Zone
from goldwire.schemas.writing import encode_gold

ARTICLE = next((PACKAGED / "articles").iterdir())
NOTE = Annotation(who="c", kind="person", when="2026-01-31", status="adjudicated")
NONE = Decisions(passes=("a", "b"), guidelines_version="1", annotation=NOTE)
SEEDS = st.integers(0, 10**9)
WHO = ("a, b; adjudicated by c", "person", "2026-01-31")


def known_by(record):
    """All that a record says of each key: fields, names and links, and its note."""
    found = Keyed(record, {})
    return {name: (item, found.notes.get(name)) for name, item in found.items.items()}


@pytest.fixture(scope="session")
def folder_of_all(tmp_path_factory):
    return tmp_path_factory.mktemp("tasks")


def adopt(folder, result, *by, **options):
    """Decide by an adjudicated record, and write it, as pulling does."""
    found = adopted(folder, result, *by, **options)
    write(folder, found)
    return found


def choices(decisions):
    return {each.choice for each in decisions.decisions}


class TestLaws:
    @given(SEEDS)
    def test_gold_has_the_items_of_the_adjudicated_record(self, seed):
        a, b, result = random_adjudication(seed)
        found = decided(a, b, result, NONE)
        assert known_by(together(found, a, b, Place())) == known_by(result)

    @given(SEEDS)
    def test_deciding_again_changes_nothing(self, seed):
        a, b, result = random_adjudication(seed)
        found = decided(a, b, result, NONE)
        for each in found.decisions:
            each.rule, each.why = "M1", f"of {each.key}"
        again = decided(a, b, result, found)
        assert msgspec.json.encode(again) == msgspec.json.encode(found)
        fresh = together(again, a, b, Place())
        assert msgspec.json.encode(decided(a, b, fresh, found)) == msgspec.json.encode(found)

    @given(SEEDS)
    def test_a_changed_mind_gives_the_new_record(self, seed):
        a, b, result = random_adjudication(seed)
        *_, other = random_adjudication(seed + 1)
        before = decided(a, b, other, NONE)
        found = decided(a, b, result, msgspec.structs.replace(before, links={}))
        assert known_by(together(found, a, b, Place())) == known_by(result)

    @given(SEEDS)
    def test_a_pass_that_is_right_in_all_is_chosen(self, seed):
        a, b, _ = random_adjudication(seed)
        one, other = proposals(a, b)
        assert choices(decided(a, b, one, NONE)) <= {"a"}
        assert choices(decided(a, b, other, NONE)) <= {"b"}
        assert choices(decided(a, b, a, NONE)) <= {"a"}

    @given(SEEDS)
    def test_what_passes_agree_on_is_equal_in_what_the_adjudicator_sees(self, seed):
        a, b, _ = random_adjudication(seed)
        before = keyed(a, b)
        shown = proposals(a, b)
        after = [Keyed(each, {}) for each in shown]
        assert [each.items for each in after] == [each.items for each in before]
        assert [each.notes for each in after] == [{}, {}]
        for layer in ("mentions", "relations", "quotes"):
            ids = [
                dict(zip(keys(side, layer), getattr(record, layer) or (), strict=True))
                for side, record in zip(shown, shown, strict=True)
            ]
            for key in ids[0].keys() & ids[1].keys():
                assert ids[0][key].id == ids[1][key].id
                if before[0].items[layer, key] == before[1].items[layer, key]:
                    assert ids[0][key] == ids[1][key]

    @given(seed=SEEDS)
    def test_what_label_studio_gives_back_of_a_proposal_is_that_pass(self, seed, folder_of_all):
        a, b, _ = random_adjudication(seed)
        for choice, record in zip("ab", proposals(a, b), strict=True):
            FORMAT.write([record], folder_of_all / "tasks.json")
            ((_, back),) = FORMAT.read(folder_of_all / "tasks.json", {})
            assert choices(decided(a, b, back, NONE)) <= {choice}

    @given(SEEDS)
    def test_what_is_made_names_only_what_is_there_and_gives_each_id_once(self, seed):
        a, b, result = random_adjudication(seed)
        gold = together(decided(a, b, result, NONE), a, b, Place())
        for record in (*proposals(a, b), gold):
            assert [*dangling_id(record), *duplicate_id(record)] == []


def keys(record, layer):
    return [key for name, key in Keyed(record, {}).items if name == layer]


@pytest.fixture
def folder(tmp_path):
    copy = tmp_path / "corpus" / "articles" / ARTICLE.name
    shutil.copytree(ARTICLE, copy)
    return copy


@pytest.fixture
def result():
    return load(ARTICLE)[0]


def test_the_articles_gold_gives_the_decisions_that_it_is_made_of(result):
    known, a, b = read(ARTICLE)
    found = decided(a, b, result, known)
    content = msgspec.json.format(msgspec.json.encode(found), indent=1) + b"\n"
    assert content == (ARTICLE / "decisions.json").read_bytes()


def test_the_articles_gold_is_made_again_of_passes_and_gold_alone(result):
    known, a, b = read(ARTICLE)
    blank = msgspec.structs.replace(known, decisions=[], links={})
    found = decided(a, b, result, blank)
    record = msgspec.structs.replace(made(found, a, b, Place()), text=None)
    assert encode_gold(record) == (ARTICLE / "gold.json").read_bytes()
    assert found.links == known.links


@pytest.mark.parametrize("pair", [("a", "b"), ("b", "a"), ("a", "c"), ("reader", "b")])
def test_any_two_passes_and_gold_give_gold(pair, result, tmp_path):
    a, b = (load(ARTICLE / "passes" / f"{name}.json")[0] for name in pair)
    found = decided(a, b, result, NONE)
    assert known_by(made(found, a, b, Place())) == known_by(result)
    for choice, record in zip("ab", proposals(a, b), strict=True):
        FORMAT.write([record], tmp_path / "tasks.json")
        ((_, back),) = FORMAT.read(tmp_path / "tasks.json", {})
        for each in (record, back):
            assert choices(decided(a, b, each, NONE)) == {choice}


def decision(folder, key):
    (found,) = [each for each in read_decisions(folder).decisions if each.key == key]
    return found


def test_a_changed_choice_loses_its_rule_and_the_others_keep_theirs(folder, result):
    before = read_decisions(folder)
    result.mentions = [each for each in result.mentions if each.start != 331]
    found = adopt(folder, result, *WHO)
    changed = decision(folder, "331-333 ORG")
    assert (changed.choice, changed.rule, changed.why, changed.note) == ("b", None, None, None)
    rest = [each for each in before.decisions if each.key != changed.key]
    assert [each for each in found.decisions if each.key != changed.key] == rest
    assert read_decisions(folder) == found
    who, kind, when = WHO
    assert found.annotation == Annotation(who=who, kind=kind, when=when, status="adjudicated")
    assert b'"start": 331' not in gold(folder)


def test_adopting_again_writes_the_same(folder, result):
    result.mentions[3].note = "once more"
    adopt(folder, result, *WHO)
    content = (folder / "decisions.json").read_bytes()
    adopt(folder, result, *WHO, passes=("a", "b"))
    assert (folder / "decisions.json").read_bytes() == content


def test_open_decisions_are_closed_and_keep_what_was_noted_of_them(folder, result):
    path = folder / "decisions.json"
    content = json.loads(path.read_text("utf-8"))
    for each in content["decisions"]:
        each |= {"choice": None, "other": None, "note": None}
    path.write_text(json.dumps(content), "utf-8")
    found = adopt(folder, result, *WHO)
    before = {each.key: each for each in read_decisions(ARTICLE).decisions}
    assert found.decisions == list(before.values())


def test_a_decision_on_what_a_pass_says_no_more_is_made_anew(folder, result):
    path = folder / "passes" / "a.json"
    text = path.read_text("utf-8")
    path.write_text(text.replace('"mod": "START"', '"mod": "MID"', 1), "utf-8")
    before = decision(folder, "1482-1489 DATE")
    adopt(folder, result, *WHO)
    after = decision(folder, "1482-1489 DATE")
    assert (after.choice, after.rule, after.a["mod"]) == ("b", None, "MID")
    assert before.rule == "M7"


def test_a_note_and_a_link_are_decisions(folder, result):
    result.mentions[0].note = "why not"
    named = {each.id: each for each in result.entities}
    named["raisi"].wikidata = Link(id="Q1")
    named["sunday"].wikidata = Link(id="Q2")
    found = adopt(folder, result, *WHO)
    assert decision(folder, "0-5 GPE").choice == "a"
    assert decision(folder, "0-5 GPE").note == "why not"
    assert (found.links["raisi"].id, found.links["sunday"].id) == ("Q1", "Q2")
    made_again = msgspec.json.decode(gold(folder))
    assert made_again["mentions"][0]["note"] == "why not"
    links = {each["id"]: each["wikidata"] for each in made_again["entities"]}
    assert (links["raisi"], links["sunday"]) == ({"id": "Q1"}, {"id": "Q2"})


def test_known_links_stay_where_the_record_has_none(folder, result):
    before = read_decisions(folder).links
    for each in result.entities:
        each.wikidata = None if each.id in before else each.wikidata
    assert adopt(folder, result, *WHO).links == before


def test_what_was_written_by_hand_in_another_form_stays(folder, result):
    path = folder / "decisions.json"
    content = json.loads(path.read_text("utf-8"))
    (row,) = [each for each in content["decisions"] if each["key"] == "assad visited tehran"]
    row["other"]["evidence"].reverse()
    row["other"]["optional"] = False
    path.write_text(json.dumps(content), "utf-8")
    adopt(folder, result, *WHO)
    after = decision(folder, "assad visited tehran")
    assert (after.choice, after.rule, after.other) == ("other", "R6", row["other"])


def refused(folder, code, *arguments, **options):
    before = {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    with pytest.raises(GoldwireError) as caught:
        adopt(folder, *arguments, **options)
    assert caught.value.code == code
    assert {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()} == before
    return str(caught.value)


def test_an_adjudication_of_another_text_is_refused(folder, result):
    result.text += " "
    message = refused(folder, "other-text", result, *WHO)
    assert "of another text, not of that of the passes" in message
    result.id = "another"
    assert 'article "another"' in refused(folder, "other-text", result, *WHO)


def test_an_adjudication_without_its_text_is_known_by_its_hash(folder, result):
    result.text = None
    assert adopt(folder, result, *WHO)
    result.sha256 = "0" * 64
    refused(folder, "other-text", result, *WHO)


def test_an_adjudication_that_says_a_thing_twice_is_refused(folder, result):
    result.mentions.append(msgspec.structs.replace(result.mentions[0], id="again"))
    assert "stands twice: 0-5 GPE" in refused(folder, "repeated-item", result, *WHO)


def test_an_adjudication_that_is_not_sound_is_refused(folder, result):
    result.relations[0].head = "nobody"
    assert 'no item has the id "nobody"' in refused(folder, "dangling-id", result, *WHO)


def test_a_quote_within_none_is_refused(folder, result):
    result.quotes[0].within = "nobody"
    assert 'no item has the id "nobody"' in refused(folder, "dangling-id", result, *WHO)


def test_gold_that_could_not_be_read_is_not_decided(folder, result):
    # Alternatives are called by the key of the first, which is longer here than a name may be.
    one = result.quotes[0]
    one.content = [Span(start=n, end=n + 1) for n in range(0, 200, 2)]
    one.alternatives = "k"
    message = refused(folder, "wrong-type", result, *WHO)
    assert message.startswith(f"adjudication of {folder.name}, quotes[")


def test_what_an_item_has_under_meta_is_kept_and_compared():
    a, b, _ = random_adjudication(0)
    a.zones = [Zone(start=0, end=3, type="dek", meta={"text": "A"})]
    b.zones = [Zone(start=0, end=3, type="dek", meta={"text": "B"})]
    one, other = proposals(a, b)
    assert (one.zones, other.zones) == (a.zones, b.zones)
    (found,) = [each for each in decided(a, b, other, NONE).decisions if each.layer == "zones"]
    assert found.choice == "b"


def test_a_layer_that_one_pass_attempted_is_in_gold():
    a, b, _ = random_adjudication(0)
    for one, other in ((a, b), (b, a)):
        one.zones, other.zones = None, []
        one.quotes = other.quotes = None
        shown = proposals(one, other)
        assert [each.zones for each in shown] == [None, []]
        made_of = together(decided(one, other, shown[0], NONE), one, other, Place())
        assert (made_of.zones, made_of.quotes) == ([], None)


@pytest.mark.parametrize(
    ("options", "code"),
    [
        ({"passes": ("a", "c")}, "other-decisions"),
        ({"passes": ("a", "nobody")}, "other-decisions"),
    ],
)
def test_decisions_of_other_passes_are_refused(folder, result, options, code):
    assert 'have passes "a b"' in refused(folder, code, result, *WHO, **options)


@pytest.mark.parametrize(
    ("who", "code"),
    [
        (("", "person", "2026-01-31"), "no-annotator"),
        (("a\nb", "person", "2026-01-31"), "no-annotator"),
        (("\udcff", "person", "2026-01-31"), "no-annotator"),
        (("a", " ", "2026-01-31"), "no-annotator"),
        (("a", "person", "31 January"), "no-day"),
        (("a", "person", "20260131"), "no-day"),
    ],
)
def test_an_annotation_that_says_nothing_is_refused(folder, result, who, code):
    refused(folder, code, result, *who)


def test_a_first_adjudication_needs_its_passes(folder, result):
    (folder / "decisions.json").unlink()
    refused(folder, "no-decisions", result, *WHO)
    with pytest.raises(DataError, match="unknown-pass"):
        adopt(folder, result, *WHO, passes=("a", "nobody"))
    found = adopt(folder, result, *WHO, passes=("a", "b"), guidelines="1.1")
    assert (found.passes, found.annotation.who) == (("a", "b"), WHO[0])
    lines = (ARTICLE / "gold.json").read_text("utf-8").splitlines()
    made_again = gold(folder).decode().splitlines()
    differing = [one for one, other in zip(lines, made_again, strict=True) if one != other]
    assert len(differing) == 1
    assert differing[0].startswith('"annotation"')


def test_an_entity_whose_name_was_chosen_is_decided(folder, result):
    result.entities[0].name = "Another name"
    adopt(folder, result, *WHO)
    found = decision(folder, result.entities[0].id)
    assert (found.layer, found.choice, found.other["name"]) == ("entities", "other", "Another name")
    assert compared(found.a) == compared(found.b)
