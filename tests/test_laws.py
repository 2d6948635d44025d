"""Laws that hold for every measure of the table, on random documents."""

import copy
import random

import msgspec
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.metrics import precision_recall_fscore_support

from goldwire.corpus import load as load_module
from goldwire.corpus.checks import require
from goldwire.corpus.load import prepare
from goldwire.corpus.records import Indexed
from goldwire.eval import stream
from goldwire.eval.count import count
from goldwire.eval.measure import Measure
from goldwire.eval.score import score
from goldwire.eval.table import BESIDE, HEADLINES, MEASURES
from goldwire.schemas.errors import Place
from goldwire.schemas.labels import canonical
from goldwire.schemas.reading import Lines, Predictions, read_run
from goldwire.schemas.record import Boilerplate, Entity, Mention, Quote, Record, Relation, Span

WORDS = ("Ann", "Bo", "said", "it", "rained", "in", "Oslo", "“yes”", "\n", "🎁")
TYPES = ("PERSON", "GPE", "ORG")
RELATIONS = ("leader_of", "affiliated_with", "met_with", "capital_of", "located_in", "led_by")


def content(text: str, quote: Quote) -> frozenset[int]:
    covered = {n for span in quote.content for n in range(span.start, span.end)}
    return frozenset(n for n in covered if text[n].strip() and text[n] not in "“”")


class Maker:
    """Random items over one random text; gold has levels, optional items and alternatives."""

    def __init__(self, seed: int, gold: bool) -> None:
        self.rng = random.Random(seed)
        self.gold = gold
        self.text = " ".join(random.Random(seed // 2).choices(WORDS, k=40))

    def span(self) -> dict[str, int]:
        start = self.rng.randrange(len(self.text) - 1)
        return {"start": start, "end": self.rng.randint(start + 1, min(len(self.text), start + 12))}

    def remarks(self) -> dict[str, object]:
        chosen = self.rng.choices((None, "optional", "k"), (8, 1, 1))[0] if self.gold else None
        return {"optional": chosen == "optional", "alternatives": chosen if chosen == "k" else None}

    def mentions(self) -> list[Mention]:
        levels = ("NAM", "NOM", "VALUE") if self.gold else ("NAM", "NOM", None, None)
        made = [
            Mention(
                id=f"m{n}",
                type=self.rng.choice(TYPES),
                level=self.rng.choice(levels),
                entity=self.rng.choice(("e0", "e1", "e2")),
                **self.span(),
                **self.remarks(),
            )
            for n in range(self.rng.randint(0, 6))
        ]
        return list({(m.start, m.end, m.type): m for m in made}.values())

    def relations(self, entities: list[str]) -> list[Relation]:
        made = [
            Relation(
                head=self.rng.choice(entities),
                type=self.rng.choice(RELATIONS[:-1] if self.gold else RELATIONS),
                tail=self.rng.choice(entities),
                **self.remarks(),
            )
            for _ in range(self.rng.randint(0, 4) if entities else 0)
        ]
        return list({canonical(r.head, r.type, r.tail): r for r in made}.values())

    def quotes(self, entities: list[str]) -> list[Quote]:
        types = ("direct", "indirect") if self.gold else ("direct", "indirect", None)
        made = [
            Quote(
                id=f"q{n}",
                content=[Span(**self.span()) for _ in range(self.rng.randint(1, 2))],
                speaker=self.rng.choice((None, *entities)),
                type=self.rng.choice(types),
                **self.remarks(),
            )
            for n in range(self.rng.randint(0, 3))
        ]
        # Sound gold has each content once, and no content of marks and spaces alone.
        solid = [(q.speaker, content(self.text, q), q) for q in made]
        return list({(who, what): q for who, what, q in solid if what}.values())


def random_record(seed: int, name: str = "doc", gold: bool = True) -> Record:
    """A sound record with every layer; seeds 2n and 2n + 1 share their text."""
    maker = Maker(seed, gold)
    mentions = maker.mentions()
    entities = sorted({mention.entity for mention in mentions})
    kinds = range(maker.rng.randint(0, 1))
    return Record(
        id=name,
        text=maker.text,
        mentions=mentions,
        entities=[Entity(id=each) for each in entities],
        relations=maker.relations(entities),
        quotes=maker.quotes(entities),
        boilerplate=[Boilerplate(type="appeal", **maker.span()) for _ in kinds],
    )


TYPED = {"mentions.strict": TYPES, "relations.strict": RELATIONS[:2], "quotes.char": ("direct",)}
EVERY = [
    *HEADLINES.values(),
    *BESIDE,
    *map(Measure, MEASURES),
    *(Measure.of(name, type=each) for name, kinds in TYPED.items() for each in kinds),
]
TRAIN = prepare([random_record(4), random_record(8, "other")])


def scored(gold, predicted, measures=None):
    """The figures of every measure, and of the rows by type."""
    records = [(Place(), copy.deepcopy(each)) for each in predicted]
    return score(gold, Predictions(records), measures or EVERY, train=TRAIN).scores


def totals(gold, predicted, measures=None):
    """The counts of every measure that is no mean."""
    found = scored(gold, predicted, measures).items()
    return {n: (f.gold, f.predicted, f.matched, f.correct) for n, f in found if f.gold is not None}


def pair(seed):
    """Gold, and a prediction over the same text that agrees in part."""
    gold = random_record(2 * seed)
    predicted = random_record(2 * seed + 1, gold=False)
    rng = random.Random(seed)
    known = {each.id for each in predicted.entities}
    predicted.entities += [Entity(id=e.id) for e in gold.entities if e.id not in known]
    shared = [copy.deepcopy(each) for each in gold.mentions if rng.random() < 0.6]
    for number, each in enumerate(shared):
        each.id, each.optional, each.alternatives = f"s{number}", False, None
    predicted.mentions += shared
    for layer in ("relations", "quotes"):
        kept = [copy.deepcopy(each) for each in getattr(gold, layer) if rng.random() < 0.6]
        for number, each in enumerate(kept):
            each.id, each.optional, each.alternatives = f"{layer}{number}", False, None
        setattr(predicted, layer, getattr(predicted, layer) + kept)
    return gold, predicted


ONE_SIDED = (
    *("relations.", "quotes.", "text.rouge", "boilerplate.edge"),
    *("names.", "values.", "links."),
)
"""Whose gold side maps, joins or excuses what the predicted side does not."""
SWAPPING = [Measure(name) for name in MEASURES if not name.startswith(ONE_SIDED)]
SEEDS = st.integers(0, 10**6)


def test_no_measure_is_forgotten():
    gold = random_record(2)
    assert {name.partition("[")[0] for name in scored([gold], [gold])} == set(MEASURES)


@given(SEEDS)
def test_identity_scores_1_on_every_measure(seed):
    gold = random_record(2 * seed)
    require(copy.deepcopy(gold), Place())
    for name, figures in scored([gold], [gold]).items():
        assert {figures.precision, figures.recall, figures.f1} <= {1.0, None}, name
        assert (figures.matched, figures.correct) == (figures.gold, figures.predicted), name
        assert not figures.distance


@given(SEEDS)
def test_matched_is_at_most_either_side_and_figures_follow(seed):
    gold, predicted = pair(seed)
    for figures in scored([gold], [predicted]).values():
        if figures.gold is None:
            continue
        assert 0 <= figures.matched <= figures.gold
        assert 0 <= figures.correct <= figures.predicted
        p, r = figures.precision, figures.recall
        if not figures.gold + figures.predicted:
            assert figures.f1 is None
        elif p and r:
            assert figures.f1 == pytest.approx(2 * p * r / (p + r), abs=1e-12)
        else:
            assert figures.f1 == 0


@given(SEEDS, st.randoms(use_true_random=False))
def test_ids_and_order_never_matter(seed, rng):
    gold, predicted = pair(seed)
    expected = scored([gold], [predicted])
    for record in (gold, predicted):
        text = msgspec.json.encode(record).decode()
        names = [entity.id for entity in record.entities]
        for number, name in enumerate(rng.sample(names, len(names))):
            text = text.replace(f'"{name}"', f'"new-{number}"')
        changed = msgspec.json.decode(text, type=Record)
        for layer in ("mentions", "entities", "relations", "quotes", "boilerplate"):
            items = getattr(changed, layer)
            setattr(record, layer, rng.sample(items, len(items)))
    assert scored([gold], [predicted]) == expected


@given(SEEDS, SEEDS)
def test_documents_add_up(one, other):
    pairs = [pair(one), pair(other)]
    for number, (gold, predicted) in enumerate(pairs):
        gold.id = predicted.id = f"doc-{number}"
    apart = [totals([gold], [predicted]) for gold, predicted in pairs]
    together = totals([gold for gold, _ in pairs], [predicted for _, predicted in pairs])
    for name, sums in together.items():
        parts = [each.get(name, (0, 0, 0, 0)) for each in apart]
        assert sums == pytest.approx(tuple(np.sum(parts, axis=0)), abs=1e-9), name


@given(SEEDS, SEEDS)
def test_a_missing_document_is_all_missed(one, other):
    gold, predicted = pair(one)
    absent = random_record(2 * other, "absent")
    empty = Record(id="absent", mentions=[], entities=[], relations=[], quotes=[], boilerplate=[])
    missing, one_alone = totals([gold, absent], [predicted]), totals([gold], [predicted])
    for name, sums in totals([gold, absent], [predicted, empty]).items():
        if not name.startswith("text."):  # "no boilerplate" keeps the whole text, silence nothing
            assert missing[name] == sums, name
        assert missing[name][1:] == one_alone[name][1:] or name == "text.edit"


@given(SEEDS)
def test_a_spurious_answer_never_helps(seed):
    gold, predicted = pair(seed)
    before = scored([gold], [predicted])
    worse = copy.deepcopy(predicted)
    # Longer than any gold mention, so they match none, not even by span alone.
    worse.mentions.append(Mention(id="x1", type="LAW", start=0, end=len(gold.text)))
    worse.mentions.append(Mention(id="x2", type="LANGUAGE", start=1, end=len(gold.text)))
    worse.relations.append(Relation(head="x1", type="owner_of", tail="x2"))
    worse.quotes.append(Quote(id="x3", content=[Span(start=0, end=len(gold.text))], speaker="x1"))
    for name, after in scored([gold], [worse]).items():
        old = before[name].f1 if name in before else None
        # The long quote has right characters among its wrong ones, the long mention overlaps.
        if old is not None and not name.startswith(("quotes.char", "mentions.partial")):
            assert after.f1 <= old + 1e-12, name


@given(SEEDS)
def test_optional_gold_neither_rewards_nor_punishes(seed):
    """With an item optional, giving its match or not gives the same precision and recall."""
    gold, predicted = pair(seed)
    gold.boilerplate = []
    for each in gold.mentions:
        each.optional, each.alternatives = True, None
    given_ = [as_prediction(each) for each in gold.mentions]
    without = copy.deepcopy(predicted)
    without.mentions, without.relations, without.quotes = [], [], []
    with_them = copy.deepcopy(without)
    with_them.mentions = given_
    name = "mentions.strict[level=NAM,VALUE]"
    assert totals([gold], [with_them])[name] == totals([gold], [without])[name] == (0, 0, 0, 0)


def as_prediction(mention):
    return Mention(id=f"p{mention.id}", type=mention.type, start=mention.start, end=mention.end)


@given(SEEDS)
def test_swapping_sides_swaps_precision_and_recall(seed):
    one, other = random_record(2 * seed, gold=False), random_record(2 * seed + 1, gold=False)
    for record in (one, other):
        record.boilerplate = []
    there, back = totals([one], [other], SWAPPING), totals([other], [one], SWAPPING)
    for name, (wanted, given_, matched, correct) in there.items():
        assert back[name] == pytest.approx((given_, wanted, correct, matched), abs=1e-12), name


@settings(max_examples=300)
@given(SEEDS)
def test_mentions_equal_scikit_learn_on_indicator_vectors(seed):
    """Without optional items and boilerplate, strict matching is set overlap."""
    gold, predicted = random_record(2 * seed, gold=False), random_record(2 * seed + 1, gold=False)
    gold.boilerplate = []
    keys = [{(m.start, m.end, m.type) for m in each.mentions} for each in (gold, predicted)]
    universe = sorted(keys[0] | keys[1])
    if not keys[0] or not keys[1] or len(keys[0]) < len(gold.mentions):
        return
    vectors = [[int(key in side) for key in universe] for side in keys]
    precision, recall, f1, _ = precision_recall_fscore_support(
        *vectors, average="binary", zero_division=0
    )
    measure = [Measure("mentions.strict")]
    found = score([gold], Predictions([(Place(), predicted)]), measure).scores["mentions.strict"]
    assert (found.precision, found.recall, found.f1) == pytest.approx(
        (precision, recall, f1), abs=1e-9
    )


@given(SEEDS)
def test_boilerplate_equals_scikit_learn_on_characters(seed):
    gold, predicted = pair(seed)
    solid = [n for n, char in enumerate(gold.text) if not char.isspace()]
    vectors = [
        [int(any(b.start <= n < b.end for b in each.boilerplate)) for n in solid]
        for each in (gold, predicted)
    ]
    found = score([gold], Predictions([(Place(), predicted)])).scores["boilerplate.char"]
    if not any(vectors[0]) or not any(vectors[1]):
        return
    expected = precision_recall_fscore_support(*vectors, average="binary", zero_division=0)[:3]
    assert (found.precision, found.recall, found.f1) == pytest.approx(expected, abs=1e-9)


def test_canonical_is_stable():
    for label in RELATIONS:
        once = canonical("b", label, "a")
        assert canonical(*once) == once


COLUMNS = [
    Measure.of(f"mentions.{name}", zone=zone, **options)
    for name in ("strict", "exact", "type", "partial")
    for zone in ("all", "article", "boilerplate")
    for options in ({}, {"level": ("NAM", "VALUE")}, {"type": ("GPE", "ORG")}, {"level": "NOM"})
]


@pytest.fixture(scope="module")
def many(tmp_path_factory):
    """Many documents, and three runs of mentions alone over them: lean, with ids, in disorder."""
    folder = tmp_path_factory.mktemp("many")
    gold, runs = [], {"lean": [], "full": [], "disorder": []}
    for seed in range(600):
        one, predicted = pair(seed)
        one.id = f"doc-{seed:03}"
        found = predicted.mentions[: -1 if seed % 3 else None]
        found += [msgspec.structs.replace(m, type="LAW", id=f"l{m.id}") for m in found[:1]]
        for each in found:
            each.entity, each.level = None, each.level if seed % 2 else None
        lean = [Mention(type=m.type, start=m.start, end=m.end, level=m.level) for m in found]
        full = [msgspec.structs.replace(m) for m in found]
        if seed % 4:
            for each in one.mentions:
                each.optional, each.alternatives = False, None
        gold.append(one)
        runs["lean"].append(Record(id=one.id, mentions=lean))
        runs["full"].append(Record(id=one.id, mentions=full))
    runs["disorder"] = random.Random(0).sample(runs["lean"], 400)
    for name, records in runs.items():
        lines = b"".join(msgspec.json.encode(each) + b"\n" for each in records)
        (folder / f"{name}.jsonl").write_bytes(lines)
    return prepare(gold), folder, runs


@pytest.mark.parametrize("name", ["lean", "full", "disorder"])
def test_columns_count_what_matching_counts(many, name):
    """A file of mentions goes by columns, the same records from memory one by one."""
    gold, folder, runs = many
    records = [(Place(), copy.deepcopy(each)) for each in runs[name]]
    expected = score(gold, Predictions(records), COLUMNS)
    found = score(gold, read_run(folder / f"{name}.jsonl"), COLUMNS)
    assert found.scores == expected.scores
    assert found.notes == expected.notes


def test_columns_are_in_use(many, monkeypatch):
    gold, folder, _ = many
    asked = []
    monkeypatch.setattr(stream, "count", lambda *given: asked.append(given) or count(*given))
    score(gold, read_run(folder / "lean.jsonl"), [Measure("mentions.strict")])
    assert 0 < len(asked) < len(gold)


@pytest.mark.parametrize("size", [1, 1000, 2**22])
def test_digits_do_not_depend_on_the_size_of_blocks(many, monkeypatch, size):
    gold, folder, _ = many
    expected = score(gold, read_run(folder / "full.jsonl"), train=TRAIN)
    monkeypatch.setattr(Lines.blocks, "__defaults__", (size,))
    assert score(gold, read_run(folder / "full.jsonl"), train=TRAIN) == expected


def test_digits_do_not_depend_on_the_number_of_workers(many):
    gold, folder, _ = many
    path = folder / "full.jsonl"
    expected = score(gold, read_run(path), EVERY, errors=True, train=TRAIN)
    assert score(gold, read_run(path), EVERY, errors=True, train=TRAIN, workers=3) == expected


def test_gold_that_is_not_held_in_memory_gives_the_same_score(many, monkeypatch):
    gold, folder, _ = many
    lines = b"".join(msgspec.json.encode(each) + b"\n" for each in reversed(gold))
    (folder / "gold.jsonl").write_bytes(lines)
    monkeypatch.setattr(load_module, "LARGE", 0)
    indexed = prepare(folder / "gold.jsonl")
    assert isinstance(indexed, Indexed)
    assert list(indexed) == list(gold)
    for wanted in ([], COLUMNS):
        expected = score(gold, read_run(folder / "lean.jsonl"), wanted)
        assert score(indexed, read_run(folder / "lean.jsonl"), wanted) == expected
