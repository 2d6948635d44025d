"""Gold of another scheme: its labels come in with it, and nothing is known of its relations."""

import pytest

import goldwire
from goldwire.eval.score import score
from goldwire.schemas.errors import DataError, Place, UsageError
from goldwire.schemas.reading import Predictions
from goldwire.schemas.record import Entity, Mention, Record, Relation

TEXT = "Ann Lee left Oslo. Bo stayed."
ANN, OSLO, BO = (0, 7), (13, 17), (19, 21)


def mention(place, label, **more):
    return Mention(start=place[0], end=place[1], type=label, **more)


def gold(*mentions, **layers):
    return Record(id="d", text=TEXT, scheme="conll2003", mentions=list(mentions), **layers)


def found(records, *mentions, measures=("mentions.strict",), **layers):
    run = Predictions([(Place("run", 1), Record(id="d", mentions=list(mentions), **layers))])
    return score(records, run, measures)


NAMES = (mention(ANN, "PER"), mention(OSLO, "LOC"), mention(BO, "PER"))


def test_labels_are_those_of_gold():
    scores = found([gold(*NAMES)], NAMES[0], mention(OSLO, "PER")).scores
    row = scores["mentions.strict"]
    assert (row.gold, row.predicted, row.matched) == (3, 2, 1)


def test_a_prediction_of_another_label_is_spurious_and_named():
    result = found([gold(*NAMES)], NAMES[0], mention(OSLO, "GPE"))
    row = result.scores["mentions.strict"]
    assert (row.gold, row.predicted, row.matched) == (3, 2, 1)
    said = "labels that gold does not have, so nothing of theirs can be right: GPE"
    assert said in result.notes


def test_types_of_measures_are_those_of_gold():
    scores = found([gold(*NAMES)], *NAMES, measures=["mentions.strict[type=PER]"]).scores
    assert scores["mentions.strict[type=PER]"].gold == 2
    with pytest.raises(UsageError, match='type has no value "GPE"; did you mean "PER"'):
        found([gold(*NAMES)], *NAMES, measures=["mentions.strict[type=GPE]"])


def test_a_shipped_map_brings_predictions_of_ours_to_gold_of_theirs():
    given = mention(ANN, "PERSON"), mention(OSLO, "GPE"), mention(BO, "ORG")
    scores = found([gold(*NAMES)], *given, measures=["mentions.strict[map=conll4]"]).scores
    row = scores["mentions.strict[map=conll4]"]
    assert (row.gold, row.predicted, row.matched) == (3, 3, 2)


def test_a_map_must_have_all_labels_of_gold(tmp_path):
    path = tmp_path / "mine.tsv"
    path.write_text("PER PERSON\n")
    with pytest.raises(DataError, match="no line for LOC"):
        goldwire.read_label_map(path, ["PER", "LOC"])
    path.write_text("PER PERSON\nLOC GPE\n")
    assert goldwire.read_label_map(path, ["PER", "LOC"]).get("LOC") == "GPE"


def test_gold_of_our_own_scheme_stays_closed():
    with pytest.raises(DataError, match='unknown label "PER"'):
        found([Record(id="d", text=TEXT, mentions=[NAMES[0]])], NAMES[0])


@pytest.mark.parametrize("label", ["met_with", "led_by"])
def test_nothing_is_known_of_relations_of_another_scheme(label):
    """``met_with`` is symmetric and ``led_by`` an inverse name among ours, not among theirs."""
    entities = [Entity(id="a"), Entity(id="b")]
    mentions = mention(ANN, "PER", entity="a"), mention(BO, "PER", entity="b")
    whole = gold(*mentions, entities=entities, relations=[Relation(head="a", type=label, tail="b")])
    turned = [Relation(head="b", type=label, tail="a")]
    for relations, matched in ((whole.relations, 1), (turned, 0)):
        scores = found(
            [whole],
            *mentions,
            entities=entities,
            relations=relations,
            measures=["relations.strict", f"relations.strict[type={label}]"],
        ).scores
        assert {row.matched for row in scores.values()} == {matched}


def test_mentions_without_a_type_are_for_coreference_alone():
    entities = [Entity(id="a")]
    pronoun = Mention(start=19, end=21, entity="a")
    whole = gold(mention(ANN, "PER", entity="a"), pronoun, entities=entities)
    scores = found(
        [whole],
        mention(ANN, "PER", entity="a"),
        pronoun,
        entities=entities,
        measures=["mentions.strict", "mentions.exact", "coref.muc"],
    ).scores
    assert scores["mentions.strict"].gold == scores["mentions.exact"].gold == 1
    assert scores["coref.muc"].matched == 1  # one link between two mentions


def test_more_types_than_columns_hold_are_counted_one_by_one():
    names = [mention((n, n + 1), f"T{n}") for n in range(3)]
    texts = [Record(id=f"d{n}", text="x" * 40, scheme="many") for n in range(20)]
    for n, record in enumerate(texts):
        record.mentions = [mention((k, k + 1), f"T{3 * n + k}") for k in range(3)]
    run = [(Place("run", n), Record(id=r.id, mentions=r.mentions)) for n, r in enumerate(texts)]
    row = score(texts, Predictions(run), ["mentions.strict"]).scores["mentions.strict"]
    assert len(names) * 20 == row.gold == row.matched == 60


def test_levels_may_be_declared_where_gold_has_none():
    given = mention(ANN, "PER", level="NAM"), mention(BO, "PER", level="NOM")
    scores = found([gold(*NAMES)], *given, measures=["mentions.strict[level=NAM]"]).scores
    row = scores["mentions.strict[level=NAM]"]
    assert (row.gold, row.predicted, row.matched) == (3, 1, 1)


def test_a_relation_of_another_type_is_spurious_and_named():
    entities, relations = [Entity(id="a")], [Relation(head="a", type="P6", tail="a")]
    whole = gold(mention(ANN, "PER", entity="a"), entities=entities, relations=relations)
    result = found(
        [whole],
        mention(ANN, "PER", entity="a"),
        entities=entities,
        relations=[*relations, Relation(head="a", type="P7", tail="a")],
        measures=["relations.strict"],
    )
    row = result.scores["relations.strict"]
    assert (row.gold, row.predicted, row.matched) == (1, 2, 1)
    assert any(note.endswith("can be right: P7") for note in result.notes)


def test_under_a_map_a_label_that_it_does_not_know_is_refused():
    with pytest.raises(DataError, match='unknown label "XYZ"'):
        found([gold(*NAMES)], mention(ANN, "XYZ"), measures=["mentions.strict[map=conll4]"])
