"""Random documents that are sound: gold, and predictions that agree in part."""

import copy
import random

from goldwire.schemas.labels import canonical
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
    for each in predicted.mentions:
        each.type = each.type if rng.random() < 0.95 else None
    for layer in ("relations", "quotes"):
        kept = [copy.deepcopy(each) for each in getattr(gold, layer) if rng.random() < 0.6]
        for number, each in enumerate(kept):
            each.id, each.optional, each.alternatives = f"{layer}{number}", False, None
        setattr(predicted, layer, getattr(predicted, layer) + kept)
    return gold, predicted
