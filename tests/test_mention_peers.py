"""Mentions against nervaluate, seqeval and scikit-learn, and where they differ."""

import random
from collections import Counter
from functools import cache

import pytest
from nervaluate import Evaluator
from seqeval.metrics import f1_score, precision_score, recall_score
from seqeval.scheme import IOB2
from sklearn.metrics import precision_recall_fscore_support

from goldwire.eval.items import Pair
from goldwire.eval.measure import Measure
from goldwire.eval.score import score
from goldwire.eval.table import MEASURES
from goldwire.eval.taxonomy import kinds, tally
from goldwire.schemas.errors import Place
from goldwire.schemas.reading import Predictions
from goldwire.schemas.record import Mention, Record

GOLD_TYPES = ("GPE", "ORG", "PERSON")
TYPES = (*GOLD_TYPES, "LAW")
"""Gold has no LAW: it is a label that only predictions have."""
WORDS = ("Ann", "Lee", "of", "Oslo", ",", "said", "🎁", "x")
SCHEMES = {
    "strict": "mentions.strict",
    "exact": "mentions.exact",
    "partial": "mentions.partial",
    "ent_type": "mentions.type",
}
"""The measure that is each scheme of SemEval-2013, as nervaluate names it."""


class Document:
    """One random text in tokens, with (first, last + 1, type) of tokens on each side."""

    def __init__(self, seed, gold=None, predicted=None):
        rng = random.Random(seed)
        self.tokens = rng.choices(WORDS, k=rng.randint(6, 18))
        self.gold = disjoint(rng, len(self.tokens), GOLD_TYPES) if gold is None else gold
        if predicted is None:
            noisy = [changed(rng, each, len(self.tokens)) for each in self.gold]
            noisy += disjoint(rng, len(self.tokens), TYPES)
            predicted = without_overlap(noisy)
        if rng.random() < 0.05:
            predicted = []
        self.predicted = predicted
        self.starts = [sum(map(len, self.tokens[:n])) + n for n in range(len(self.tokens))]

    def offsets(self, entity):
        first, end, label = entity
        return self.starts[first], self.starts[end - 1] + len(self.tokens[end - 1]), label

    def records(self, name):
        text = " ".join(self.tokens)
        return tuple(
            Record(id=name, text=text, mentions=mentions(map(self.offsets, side)))
            for side in (self.gold, self.predicted)
        )


def mentions(spans):
    return [Mention(start=start, end=end, type=label) for start, end, label in spans]


def disjoint(rng, size, types):
    """Spans of one to three tokens, side by side or apart; often none."""
    made, here = [], 0
    rate = rng.choice((0, 0.2, 0.4, 0.7))
    while here < size:
        length = min(rng.randint(1, 3), size - here)
        if rng.random() < rate:
            made.append((here, here + length, rng.choice(types)))
        here += length
    return made


def changed(rng, entity, size):
    first, end, label = entity
    what = rng.randrange(6)
    if what == 0:
        label = rng.choice(TYPES)
    elif what == 1:
        first = max(0, first - 1)
    elif what == 2:
        end = min(size, end + 1)
    return first, end, label


def without_overlap(entities):
    kept = []
    for first, end, label in entities:
        if all(end <= low or high <= first for low, high, _ in kept):
            kept.append((first, end, label))
    return sorted(kept)


@cache
def corpora(number, size=20):
    """Corpora of random documents of which no two spans of a side overlap."""
    return [[Document(s * 1000 + n) for n in range(1 + s % size)] for s in range(number)]


def ours(documents, *measures):
    """The figures of measures, by their names."""
    pairs = [each.records(f"d{number}") for number, each in enumerate(documents)]
    run = Predictions([(Place(), predicted) for _, predicted in pairs])
    return score([gold for gold, _ in pairs], run, measures).scores


def triple(figures):
    """Precision, recall and F1, with 0 for 0/0 as the peers give it."""
    return tuple(each or 0 for each in (figures.precision, figures.recall, figures.f1))


# ---------------------------------------------------------------- nervaluate


def as_dicts(spans):
    """Spans as nervaluate takes them: by their last character."""
    return [{"start": start, "end": end - 1, "label": label} for start, end, label in spans]


def nervaluate(gold, predicted, tags=TYPES):
    """Its figures for documents given as lists of half-open spans."""
    sides = [as_dicts(each) for each in gold], [as_dicts(each) for each in predicted]
    return Evaluator(*sides, tags=list(tags), loader="dict").evaluate()


def compared(documents, shuffled=None):
    sides = [
        [list(map(each.offsets, getattr(each, side))) for each in documents]
        for side in ("gold", "predicted")
    ]
    for side in sides if shuffled else ():
        for spans in side:
            shuffled.shuffle(spans)
    return nervaluate(*sides)


def numbers(result):
    return result.precision, result.recall, result.f1


def one(gold, predicted, text="x" * 300):
    """Credit of each scheme for one document: (nervaluate's, ours)."""
    made = nervaluate([gold], [predicted])["overall"]
    pair = Pair(
        Record(id="d", text=text, mentions=mentions(gold)),
        Record(id="d", text=text, mentions=mentions(predicted)),
    )
    found = {}
    for scheme, name in SCHEMES.items():
        theirs = made[scheme].correct + made[scheme].partial / 2
        found[scheme] = theirs, MEASURES[name].judge(pair, Measure(name)).matched
    return found


def test_nervaluate_without_overlap_within_a_side():
    """Strict, exact and partial are equal, also by type; over some 1,500 documents."""
    rows = [
        Measure.of(name, **options)
        for scheme, name in SCHEMES.items()
        if scheme != "ent_type"
        for options in ({}, *({"type": label} for label in TYPES))
    ]
    compared_rows = 0
    for documents in corpora(150):
        expected, found = compared(documents), ours(documents, *rows)
        for scheme, name in SCHEMES.items():
            if scheme == "ent_type":
                continue
            whole = expected["overall"][scheme]
            assert triple(found[name]) == pytest.approx(numbers(whole), abs=1e-9)
            assert (found[name].gold, found[name].predicted) == (whole.possible, whole.actual)
            for label, by_scheme in expected["entities"].items():
                row = found[f"{name}[type={label}]"]
                assert triple(row) == pytest.approx(numbers(by_scheme[scheme]), abs=1e-9)
                compared_rows += row.gold > 0
    assert compared_rows > 1000


def test_nervaluate_strict_tells_the_same_kinds_without_overlap_within_a_side():
    """Its incorrect ones are our three kinds of wrong ones: they are paired as we pair them."""
    for seed in range(1500):
        document = Document(seed)
        gold, predicted = document.records("d")
        outcome = MEASURES["mentions.strict"].judge(
            Pair(gold, predicted), Measure("mentions.strict")
        )
        found = tally(outcome, list(kinds("mentions.strict", outcome)))
        wrong = found.wrong_type + found.wrong_boundary + found.wrong_type_and_boundary
        theirs = compared([document])["overall"]["strict"]
        assert (found.right, wrong, found.missed, found.spurious) == (
            *(theirs.correct, theirs.incorrect),
            *(theirs.missed, theirs.spurious),
        )


def test_nervaluate_type_is_equal_where_no_span_touches_two():
    equal = 0
    for seed in range(1500):
        document = Document(seed)
        result = compared([document])["overall"]["ent_type"]
        found = ours([document], Measure("mentions.type"))["mentions.type"]
        assert result.correct <= found.matched
        if plain(document):
            assert triple(found) == pytest.approx(numbers(result), abs=1e-9)
            equal += 1
    assert equal > 500


def plain(document):
    pairs = [
        (number, other)
        for number, (first, end, _) in enumerate(document.gold)
        for other, (low, high, _) in enumerate(document.predicted)
        if first < high and low < end
    ]
    return all(max(Counter(side).values(), default=0) <= 1 for side in zip(*pairs, strict=True))


def test_nervaluate_is_never_above_where_spans_overlap():
    """Nested, crossing and equal spans in any order: its credit is ours or less."""
    less = Counter()
    for seed in range(1500):
        rng = random.Random(seed)

        def spans(types, rng=rng):
            made = set()
            for _ in range(rng.randint(0, 6)):
                start = rng.randrange(25)
                made.add((start, start + rng.randint(1, 9), rng.choice(types)))
            return sorted(made)

        gold, predicted = spans(GOLD_TYPES), spans(TYPES)
        predicted = sorted({*predicted, *(each for each in gold if rng.random() < 0.5)})
        rng.shuffle(gold)
        rng.shuffle(predicted)
        for scheme, (theirs, best) in one(gold, predicted).items():
            assert theirs <= best, scheme
            less[scheme] += theirs < best
    assert min(less[scheme] for scheme in SCHEMES) > 10


AB, A, B = (0, 10, "ORG"), (0, 5, "ORG"), (6, 10, "ORG")


def test_nervaluate_takes_the_first_overlap_and_depends_on_order():
    """Gold is AB alone. If A comes first, it takes AB, and the right AB is spurious."""
    first = one([AB], [A, AB])
    assert first["strict"] == first["exact"] == (0, 1)
    assert first["partial"] == (0.5, 1)
    other = one([AB], [AB, A])
    assert other["strict"] == other["exact"] == other["partial"] == (1, 1)


def test_nervaluate_depends_on_order_without_overlap_within_a_side():
    """Gold A, B; "4-7" touches both, "0-1" only A: two halves, unless the first takes A."""
    both, left = (4, 7, "ORG"), (0, 1, "ORG")
    assert one([A, B], [left, both])["partial"] == (1, 1)
    assert one([A, B], [both, left])["partial"] == (0.5, 1)


def test_nervaluate_type_gives_less_without_overlap_within_a_side():
    # A wrong type takes the name before the right one comes, in the order of the text.
    assert one([AB], [(0, 2, "GPE"), (3, 10, "ORG")])["ent_type"] == (0, 1)
    # 4-18 goes to 10-20, whose edges are nearer (6 + 2 < 4 + 13); 19-25 touches that alone.
    gold, predicted = [A, (10, 20, "ORG")], [(4, 18, "ORG"), (19, 25, "ORG")]
    assert one(gold, predicted)["ent_type"] == (1, 2)


def test_nervaluate_needs_one_percent_of_the_gold_span():
    for length, theirs in ((100, 1), (101, 0)):
        gold, predicted = [(0, length, "ORG")], [(length - 1, length + 9, "ORG")]
        assert one(gold, predicted)["ent_type"] == (theirs, 1)
        assert one(gold, predicted)["partial"] == (theirs / 2, 0.5)


def test_nervaluate_has_inclusive_ends():
    """Given half-open ends it sees spans that only meet as overlapping, and gives more."""
    gold, predicted = ([{"start": s, "end": e, "label": "ORG"}] for s, e in ((0, 5), (5, 9)))
    made = Evaluator([gold], [predicted], tags=["ORG"], loader="dict").evaluate()["overall"]
    assert (made["partial"].partial, made["ent_type"].correct) == (1, 1)
    right = one([(0, 5, "ORG")], [(5, 9, "ORG")])
    assert right["partial"] == right["ent_type"] == (0, 0)


def test_nervaluate_drops_unlisted_labels_and_counts_repeated_predictions():
    gold, predicted = [A], [A, (6, 10, "LAW")]
    listed = nervaluate([gold], [predicted])["overall"]["strict"]
    unlisted = nervaluate([gold], [predicted], GOLD_TYPES)["overall"]["strict"]
    # Ours is the first of the two, whatever labels gold has.
    assert (listed.precision, unlisted.precision) == (0.5, 1)
    repeated = nervaluate([gold], [[A, A]])["overall"]["strict"]
    assert (repeated.actual, repeated.precision) == (2, 0.5)
    pair = Pair(
        Record(id="d", text="x" * 20, mentions=mentions(gold)),
        Record(id="d", text="x" * 20, mentions=mentions([A, A, predicted[1]])),
    )
    found = MEASURES["mentions.strict"].judge(pair, Measure("mentions.strict"))
    assert (found.gold, found.predicted, found.matched) == (1, 2, 1)


def test_nervaluate_gives_0_for_nothing():
    result = nervaluate([[]], [[]])["overall"]["strict"]
    assert numbers(result) == (0, 0, 0)
    found = ours([Document(0, [], [])], Measure("mentions.strict"))["mentions.strict"]
    assert (found.precision, found.recall, found.f1) == (None, None, None)


# ---------------------------------------------------------------- seqeval


STRICT = {"mode": "strict", "scheme": IOB2}


def tags(document, entities, begin="B"):
    """IOB2 tags of a document's tokens, or IO tags if a name begins with I too."""
    made = ["O"] * len(document.tokens)
    for first, end, label in entities:
        made[first:end] = [f"I-{label}"] * (end - first)
        made[first] = f"{begin}-{label}"
    return made


def sequences(documents, begin="B"):
    return [
        [tags(each, getattr(each, side), begin) for each in documents]
        for side in ("gold", "predicted")
    ]


def seqeval(gold, predicted, average="micro", **options):
    """Its precision, recall and F1; with average=None of each type, sorted."""
    options |= {"average": average, "zero_division": 0}
    return tuple(
        score_(gold, predicted, **options) for score_ in (precision_score, recall_score, f1_score)
    )


@pytest.mark.parametrize("options", [{}, STRICT])
def test_seqeval_on_valid_tags(options):
    """Micro and by type; over some 1,500 documents."""
    rows = [Measure.of("mentions.strict", **o) for o in ({}, *({"type": t} for t in TYPES))]
    for documents in corpora(150):
        found = ours(documents, *rows)
        sides = sequences(documents)
        micro = seqeval(*sides, **options)
        assert triple(found["mentions.strict"]) == pytest.approx(micro, abs=1e-9)
        used = {label for d in documents for *_, label in (*d.gold, *d.predicted)}
        by_type = seqeval(*sides, None, **options)
        for number, label in enumerate(sorted(used)):
            row = found[f"mentions.strict[type={label}]"]
            expected = tuple(column[number] for column in by_type)
            assert triple(row) == pytest.approx(expected, abs=1e-9)


def test_seqeval_macro_is_over_the_types_of_both_sides():
    """Ours is over those of gold: equal, unless predictions have a type that gold lacks."""
    macro = Measure.of("mentions.strict", average="macro")
    for seed in range(40):
        documents = [Document(seed * 1000 + n) for n in range(25)]
        figures = triple(ours(documents, macro)[str(macro)])
        # LAW is a fourth type, with 0, 0 and 0: seqeval gives three quarters of ours.
        expected = [each * 3 / 4 for each in figures]
        assert seqeval(*sequences(documents), "macro") == pytest.approx(expected, abs=1e-9)
        for each in documents:
            each.predicted = [entity for entity in each.predicted if entity[2] != "LAW"]
        figures = triple(ours(documents, macro)[str(macro)])
        assert min(figures) > 0
        assert seqeval(*sequences(documents), "macro") == pytest.approx(figures, abs=1e-9)


@pytest.mark.parametrize(
    ("found", "default", "strict"),
    [
        # A lone I- begins an entity by default, and is none in strict mode.
        (["I-ORG", "I-ORG", "O"], 1.0, 0.0),
        # Valid: one figure.
        (["B-ORG", "I-ORG", "O"], 1.0, 1.0),
    ],
)
def test_seqeval_reads_invalid_tags_in_two_ways(found, default, strict):
    """Spans have no such sequences: what is read from tags must be decided before."""
    gold = [["B-ORG", "I-ORG", "O"]]
    assert seqeval(gold, [found])[2] == default
    assert seqeval(gold, [found], **STRICT)[2] == strict


def test_seqeval_on_a_change_of_type_counts_other_numbers_by_mode():
    gold, found = [["B-ORG", "O", "O"]], [["B-ORG", "I-GPE", "O"]]
    # Default: ORG and GPE, one right of two. Strict: ORG alone, one right of one.
    assert seqeval(gold, found)[0] == 0.5
    assert seqeval(gold, found, **STRICT)[0] == 1.0


# ---------------------------------------------------------------- scikit-learn


def flat(documents):
    """The IO tags of all tokens of both sides."""
    return [[tag for each in side for tag in each] for side in sequences(documents, begin="I")]


def test_scikit_learn_on_io_tags_is_token_micro():
    for documents in corpora(150):
        sides = flat(documents)
        wanted = sorted({*sides[0], *sides[1]} - {"O"})
        found = ours(documents, Measure("mentions.token"))["mentions.token"]
        if not wanted:
            assert found.f1 is None
            continue
        expected = precision_recall_fscore_support(
            *sides, labels=wanted, average="micro", zero_division=0
        )[:3]
        assert triple(found) == pytest.approx(expected, abs=1e-9)


def test_scikit_learn_on_characters_is_char_micro():
    for documents in corpora(40):
        sides = []
        for side in ("gold", "predicted"):
            made = []
            for each in documents:
                one_tag = tags(each, getattr(each, side), begin="I")
                made += [
                    tag for tag, token in zip(one_tag, each.tokens, strict=True) for _ in token
                ]
            # White space inside a name has no tag: it counts nowhere.
            sides.append(made)
        wanted = sorted({*sides[0], *sides[1]} - {"O"})
        found = ours(documents, Measure("mentions.char"))["mentions.char"]
        if wanted:
            expected = precision_recall_fscore_support(
                *sides, labels=wanted, average="micro", zero_division=0
            )[:3]
            assert triple(found) == pytest.approx(expected, abs=1e-9)


def test_spans_that_cut_tokens_cover_them_whole():
    """Some characters off every edge change no token."""
    for seed in range(300):
        rng = random.Random(seed)
        document = Document(seed)
        gold, predicted = document.records("d")
        judge = MEASURES["mentions.token"].judge
        before = judge(Pair(gold, predicted), Measure("mentions.token")).counts
        for mention, (first, end, _) in zip(predicted.mentions, document.predicted, strict=True):
            mention.start += rng.randrange(len(document.tokens[first]))
            low = document.starts[end - 1] if end - 1 > first else mention.start
            mention.end = rng.randint(low + 1, mention.end)
        assert judge(Pair(gold, predicted), Measure("mentions.token")).counts == before


def test_scikit_learn_macro_over_the_labels_of_gold():
    """Of tokens by IO tags, and of mentions by one row per span and type."""
    shown = 0
    measures = [Measure.of(f"mentions.{name}", average="macro") for name in ("token", "strict")]
    for documents in corpora(150):
        found = ours(documents, *measures)
        spans = set()
        for number, each in enumerate(documents):
            spans |= {(number, 0, *entity) for entity in each.gold}
            spans |= {(number, 1, *entity) for entity in each.predicted}
        keys = sorted({(number, *entity) for number, _, *entity in spans})
        vectors = [
            [f"I-{key[-1]}" if (key[0], side, *key[1:]) in spans else "O" for key in keys]
            for side in (0, 1)
        ]
        for measure, sides in zip(measures, (flat(documents), vectors), strict=True):
            figures = found[str(measure)]
            if figures.f1 is None:
                continue
            expected = precision_recall_fscore_support(
                *sides, labels=sorted({*sides[0]} - {"O"}), average="macro", zero_division=0
            )[:3]
            assert triple(figures) == pytest.approx(expected, abs=1e-9)
            shown += 1
    assert shown > 150


def test_macro_is_not_shown_below_five_items_per_type():
    """Three types with 5, 5 and 4 gold items have a median of 5, with 4, 4 and 9 of 4."""
    macro = Measure.of("mentions.strict", average="macro")
    for sizes, shown in (((5, 5, 4), True), ((4, 4, 9), False)):
        labels = [label for label, n in zip(GOLD_TYPES, sizes, strict=True) for _ in range(n)]
        documents = [
            Document(n, [(0, 1, label)], [(0, 1, label)]) for n, label in enumerate(labels)
        ]
        found = ours(documents, macro)[str(macro)]
        assert (found.f1 is not None) == shown
