"""Random passes over one text, and what an adjudicator may make of them."""

import copy
import random

import msgspec

from goldwire.annotate.compare import LAYERS, Keyed
from goldwire.annotate.decide import proposals
from goldwire.schemas.errors import DataError
from goldwire.schemas.record import (
    Boilerplate,
    Entity,
    Evidence,
    Link,
    Mention,
    Quote,
    Record,
    Relation,
    Span,
    Zone,
)

TEXT = "Ann met 🎁 Bo in Oslo.\r\n“Stay”, she said."
NAMES = ("ann", "bo", "oslo", "m1", "m2", "q1")
TYPES = ("PERSON", "GPE", "ORG")
RELATIONS = ("leader_of", "led_by", "met_with", "located_in")
LINKS = (None, Link(id="Q1"), Link(id="Q2"), Link(nil_reason="generic"))
WORDS = (None, None, None, "in doubt", "")


def span(rng, kind=Span, **fields):
    start = rng.randrange(len(TEXT) - 1)
    end = rng.randint(start + 1, min(len(TEXT), start + 6))
    text = TEXT[start:end] if rng.random() < 0.2 else None
    return kind(start=start, end=end, text=text, **fields)


def spans(rng, least, kind=Span, **fields):
    return [span(rng, kind, **fields) for _ in range(rng.randint(least, 2))]


def remarks(rng):
    return {
        "optional": rng.random() < 0.2,
        "alternatives": rng.choice((None, None, None, "k", "l")),
        "note": rng.choice(WORDS),
        "meta": rng.choice((None, None, {"text": "seen", "n": 1})),
    }


def mention(rng, name):
    kind = {"type": rng.choice(TYPES), "level": rng.choice(("NAM", "NOM"))}
    made = span(rng, Mention, id=name, **kind, **remarks(rng))
    made.entity = rng.choice((None, *NAMES))
    start, end = made.start, made.end
    if end - start > 2 and rng.random() < 0.3:
        made.parts, made.text = (
            [Span(start=start, end=start + 1), Span(start=end - 1, end=end)],
            None,
        )
    elif rng.random() < 0.2:
        made.parts = [Span(start=start, end=end)]
    return made


def relation(rng, ends):
    evidence = [span(rng, Evidence, group=rng.randint(1, 3)) for _ in range(rng.randint(0, 3))]
    kind = {"type": rng.choice(RELATIONS), "certainty": rng.choice((None, "stated", "hedged"))}
    head, tail = rng.choice(ends), rng.choice(ends)
    return Relation(head=head, tail=tail, evidence=evidence, **kind, **remarks(rng))


def quote(rng, number, ends):
    return Quote(
        id=f"q{number}",
        content=spans(rng, 1),
        cue=spans(rng, 0),
        marks=spans(rng, 0),
        type=rng.choice(("direct", "indirect")),
        speaker=rng.choice((None, *ends)),
        addressee=rng.choice((None, *ends)),
        within=rng.choice((None, "q0")) if number else None,
        **remarks(rng),
    )


def entity(rng, name):
    members = rng.sample(NAMES, rng.choice((0, 0, 2)))
    fields = {"type": rng.choice(TYPES), "name": rng.choice((None, "Ann")), "members": members}
    return Entity(id=name, wikidata=rng.choice(LINKS), **fields, **remarks(rng))


def random_pass(rng, prefix="s"):
    mentions = [mention(rng, f"{prefix}{number}") for number in range(rng.randint(0, 6))]
    ends = [*NAMES, *(each.id for each in mentions if not each.entity)]
    return once(
        Record(
            id="d",
            text=TEXT,
            zones=spans(rng, 0, Zone, type="paragraph", note=rng.choice(WORDS)),
            boilerplate=spans(rng, 0, Boilerplate, type="appeal"),
            mentions=mentions,
            entities=[entity(rng, name) for name in NAMES],
            relations=[relation(rng, ends) for _ in range(rng.randint(0, 4))],
            quotes=[quote(rng, number, ends) for number in range(rng.randint(0, 3))],
        )
    )


def once(record):
    """Leave out items that have the key or id of another, and those that name nothing."""
    kept = msgspec.structs.replace(record, **dict.fromkeys(LAYERS))
    known = {None}
    for layer in LAYERS:
        items = getattr(record, layer) or ()
        setattr(kept, layer, [])
        for item in items:
            if layer == "entities":
                item.members = [each for each in item.members if each in {e.id for e in items}]
            if layer == "quotes" and item.within not in {each.id for each in kept.quotes}:
                item.within = None
            getattr(kept, layer).append(item)
            if not _fits(kept, item, known):
                getattr(kept, layer).pop()
            elif layer == "entities" or (layer == "mentions" and not item.entity):
                known.add(item.id)
    return kept


def _fits(record, item, known):
    names = ("entity", "head", "tail", "speaker", "addressee")
    same_id = [each for each in (record.mentions or ()) if each.id == getattr(item, "id", "")]
    same_id += [each for each in (record.quotes or ()) if each.id == getattr(item, "id", "")]
    if any(each is not item and type(each) is type(item) for each in same_id):
        return False
    if any(getattr(item, name, None) not in known for name in names):
        return False
    try:
        Keyed(record, {})
    except DataError:
        return False
    return True


def renamed(record, rng):
    """The same items under other ids, some of which mean something else in the first."""
    new = dict(zip(NAMES, rng.sample((*NAMES, "x", "y"), len(NAMES)), strict=True))
    new |= {each.id: f"t{each.id}" for each in record.mentions}
    made = copy.deepcopy(record)
    for each in made.mentions:
        each.id, each.entity = new[each.id], new.get(each.entity)
    for each in made.entities:
        each.id, each.members = new[each.id], [new[name] for name in each.members]
    for each in made.relations:
        each.head, each.tail = new[each.head], new[each.tail]
    for each in made.quotes:
        each.id, each.within = f"t{each.id}", each.within and f"t{each.within}"
        each.speaker, each.addressee = new.get(each.speaker), new.get(each.addressee)
    return made


def mixed(rng, first, second):
    """Some items of each of two records, some with other remarks, types or links."""
    made = msgspec.structs.replace(first, annotation=None)
    for layer in LAYERS:
        both = [*(getattr(first, layer) or ()), *(getattr(second, layer) or ())]
        chosen = [copy.deepcopy(each) for each in both if rng.random() < 0.7]
        for each in chosen:
            if rng.random() < 0.3:
                for name, value in remarks(rng).items():
                    setattr(each, name, value)
            if layer == "entities" and rng.random() < 0.3:
                each.wikidata = rng.choice(LINKS)
            if layer == "mentions" and rng.random() < 0.1:
                each.type = rng.choice(TYPES)
        setattr(made, layer, chosen)
    return once(made)


def random_adjudication(seed):
    """Two passes that agree in part, and a record made of them as an adjudicator sees them."""
    rng = random.Random(seed)
    a = random_pass(rng)
    b = renamed(mixed(rng, a, random_pass(rng, "u")), rng)
    return a, b, mixed(rng, *proposals(a, b))
