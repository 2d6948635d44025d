"""An invented story with annotations that pass every check of gold."""

import msgspec

from goldwire.schemas.record import Evidence, Record

TEXT = """Bridge closes after flood
Town counts the cost as water falls
The old bridge over the Lenn closed on Monday after the worst flood in nearly 20 years, \
the mayor of Harwell said.
“Nobody may cross it before spring,” Mira Holt told the Harwell Post. \
She met engineers of Volden Rail in Oslo last week.
Sign up for our newsletter and never miss a story.
The council, which Holt leads, wants Volden Rail to pay for the repair. \
The company did not answer.
"""
MENTIONS = (
    ("bridge", "FAC", "NOM", "bridge"),
    ("the Lenn", "LOC", "NAM", "lenn"),
    ("Monday", "DATE", "VALUE", "monday"),
    ("the worst flood in nearly 20 years", "EVENT", "NOM", "flood"),
    ("nearly 20 years", "DATE", "VALUE", "years"),
    ("the mayor of Harwell", "PERSON", "NOM", "holt"),
    ("Harwell", "GPE", "NAM", "harwell"),
    ("Mira Holt", "PERSON", "NAM", "holt"),
    ("the Harwell Post", "ORG", "NAM", "post"),
    ("She", "PERSON", "PRO", "holt"),
    ("engineers of Volden Rail", "PERSON", "NOM", "engineers"),
    ("Volden Rail", "ORG", "NAM", "volden"),
    ("Oslo", "GPE", "NAM", "oslo"),
    ("The council", "ORG", "NOM", "council"),
    ("Holt#2", "PERSON", "NAM", "holt"),
    ("Volden Rail#2", "ORG", "NAM", "volden"),
    ("The company", "ORG", "NOM", "volden"),
)


def placed(words, **fields):
    """A span where words stand, ``words#2`` where they stand for the second time."""
    words, _, again = words.partition("#")
    start = TEXT.index(words)
    start = TEXT.index(words, start + 1) if again else start
    return {"start": start, "end": start + len(words), **fields}


def story():
    """The story with its annotations."""
    lines = TEXT.splitlines()
    kinds = ("headline", "dek", "paragraph", "paragraph", "boilerplate", "paragraph")
    entities = {
        name: (words.partition("#")[0], kind) for words, kind, _, name in reversed(MENTIONS)
    }
    found = {
        "id": "bridge",
        "text": TEXT,
        "zones": [placed(line, type=kind) for line, kind in zip(lines, kinds, strict=True)],
        "boilerplate": [placed(lines[4], type="promotion")],
        "mentions": [
            placed(words, type=kind, level=level) | {"id": f"m{number}"} | {"entity": entity}
            for number, (words, kind, level, entity) in enumerate(MENTIONS, 1)
        ],
        "entities": [
            {"id": name, "type": kind, "name": words, "wikidata": {"nil_reason": "not-looked-up"}}
            for name, (words, kind) in entities.items()
        ],
        "relations": [
            {
                "id": "r1",
                "head": "holt",
                "type": "leader_of",
                "tail": "harwell",
                "evidence": [placed("the mayor of Harwell")],
                "certainty": "stated",
            },
            {"head": "holt", "type": "met_with", "tail": "engineers"},
        ],
        "quotes": [
            {
                "id": "q1",
                "type": "direct",
                "content": [placed("Nobody may cross it before spring,")],
                "cue": [placed("told")],
                "source": placed("Mira Holt"),
                "speaker": "holt",
                "addressee": "post",
            }
        ],
    }
    return msgspec.convert(found, Record)


def whole():
    """The story with all that gold must have: values, and evidence of each relation."""
    record = story()
    values = {"Monday": ("2026-11-02", None), "nearly 20 years": ("P20Y", "LESS_THAN")}
    for mention in record.mentions:
        words = TEXT[mention.start : mention.end]
        mention.value, mention.mod = values.get(words, (None, None))
    met = record.relations[1]
    met.id, met.certainty = "r2", "stated"
    met.evidence = [Evidence(**placed("She met engineers of Volden Rail"))]
    return record
