"""One text and what stands in it, for mention measures worked by hand."""

from goldwire.eval.align import align
from goldwire.eval.count import count
from goldwire.eval.lookup import measure
from goldwire.schemas.errors import Place
from goldwire.schemas.label_map import label_map, shipped
from goldwire.schemas.labels import own_labels

TEXT = "Ann Lee of Oslo met the mayor on Monday.\nGive now to The Globe.\nShe left Oslo."
# Tokens:  Ann Lee of Oslo met the mayor on Monday . | Give now to The Globe . | She left Oslo .
ANN = {"text": "Ann Lee", "type": "PERSON", "level": "NAM"}  # 2 tokens, 6 characters
LONG = {"text": "Ann Lee of Oslo", "type": "PERSON", "level": "NAM"}  # 4 tokens, 12 characters
OSLO = {"text": "Oslo", "type": "GPE", "level": "NAM"}  # 1 token, 4 characters
AGAIN = {"text": "Oslo#2", "type": "GPE", "level": "NAM"}
MAYOR = {"text": "the mayor", "type": "PERSON", "level": "NOM"}  # 2 tokens, 8 characters
MONDAY = {"text": "Monday", "type": "DATE", "level": "VALUE"}  # 1 token, 6 characters
GLOBE = {"text": "The Globe", "type": "ORG", "level": "NAM"}  # 2 tokens, 8 characters
APPEAL = [{"text": "Give now to The Globe.", "type": "appeal"}]
MAPS = {name: label_map(name) for name in shipped()}
KNOWN = {**own_labels(), "mention": own_labels()["mention"].union(MAPS["conll4"].known)}


def bare(item, **changed):
    """A mention as a system gives it: no level unless it is said."""
    return {key: value for key, value in item.items() if key != "level"} | changed


def counted(record, name, gold, predicted, mutual=False, text=TEXT, boilerplate=()):
    """Return the counts of a measure for mentions given by their words, over one text."""
    sides = (
        record(text, mentions=gold, boilerplate=list(boilerplate)),
        record(text, mentions=predicted),
    )
    pair = align(*sides, Place(), KNOWN).pair
    pair.maps, pair.mutual = MAPS, mutual
    return count(pair, [measure(name, MAPS)])[str(measure(name, MAPS))].counts[:3]
