"""What belongs to an item: a quote's way to its speaker and relays, a relation's two arguments.

A trail is written out in words, and says which spans of the text play which part in it.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from goldwire.eval.entities import Clusters, clusters
from goldwire.eval.items import Item, Spans, placed
from goldwire.schemas.plain import shorten
from goldwire.schemas.record import Entity, Mention, Quote, Record, Relation

LONGEST_CHAIN = 20
"""Relays that are written out; a hostile record may have any number."""


@dataclass(slots=True)
class Trail:
    """What belongs to an item: words by what they say, and spans by the part that they play."""

    words: list[tuple[str, str]] = field(default_factory=list)
    parts: dict[str, list[Spans]] = field(default_factory=dict)

    def say(self, what: str, words: str) -> None:
        """Add words, if there are any."""
        if words:
            self.words.append((what, words))

    def mark(self, part: str, *spans: Spans) -> None:
        """Add spans that stand in the text."""
        if found := [each for each in spans if each]:
            self.parts.setdefault(part, []).extend(found)


class Side:
    """One side's record, as trails look things up in it."""

    def __init__(self, record: Record, text: str) -> None:
        self.text = text
        self.clusters: Clusters = clusters(record, text)
        self.entities: dict[str, Entity] = {each.id: each for each in record.entities or ()}
        self.quotes = {each.id: each for each in record.quotes or () if each.id}

    def trail(self, item: Item) -> Trail:
        """Return what belongs to an item of this side."""
        found = Trail()
        for source in item.sources[:1]:
            if isinstance(source, Quote):
                self._quote(source, found)
            elif isinstance(source, Relation):
                self._relation(source, found)
            elif isinstance(source, Mention):
                self._mention(source, found)
        return found

    def name(self, owner: str) -> str:
        """Return what an entity is called: its name, else its longest mention, else its id."""
        entity = self.entities.get(owner)
        if entity and entity.name:
            return shorten(entity.name)
        spans = [spans for spans, _, _ in self.clusters.get(owner, ()) if spans]
        longest = max(spans, key=lambda each: (each[-1][1] - each[0][0], -each[0][0]), default=())
        return shorten(self.words(longest) or owner)

    def words(self, spans: Spans) -> str:
        """Return what the text has at some spans."""
        return " … ".join(self.text[start:end] for start, end in spans)

    def mentions(self, owner: str) -> list[Spans]:
        """Return where an entity is mentioned."""
        return [spans for spans, _, _ in self.clusters.get(owner, ())]

    def chain(self, quote: Quote) -> Iterator[Quote]:
        """Yield the quotes that relay a quote, innermost first; a circle ends."""
        seen = {id(quote)}
        for _ in range(LONGEST_CHAIN):
            outer = self.quotes.get(quote.within or "")
            if outer is None or id(outer) in seen:
                return
            yield outer
            seen.add(id(outer))
            quote = outer

    def _said_by(self, quote: Quote) -> str:
        if quote.speaker is not None:
            return self.name(quote.speaker)
        source = quote.source and self.words(placed(quote.source))
        return shorten(source) if source else "an unnamed source"

    def _quote(self, quote: Quote, found: Trail) -> None:
        relays = list(self.chain(quote))
        found.say(
            "speaker ← relays" if relays else "speaker",
            " ← ".join(self._said_by(each) for each in (quote, *relays)),
        )
        for cue in quote.cue:
            found.say("cue", shorten(self.words(placed(cue)) or cue.text or ""))
            found.mark("cue", placed(cue))
        if quote.source is not None:
            found.say(
                "source", shorten(self.words(placed(quote.source)) or quote.source.text or "")
            )
            found.mark("source", placed(quote.source))
        if quote.speaker is not None:
            found.mark("speaker", *self.mentions(quote.speaker))
        if quote.addressee is not None:
            found.say("to", self.name(quote.addressee))
        for each in relays:
            found.mark("relay", placed(*each.content))
            if each.source is not None:
                found.mark("relay source", placed(each.source))

    def _relation(self, relation: Relation, found: Trail) -> None:
        triple = self.name(relation.head), shorten(relation.type), self.name(relation.tail)
        found.say("triple", " — ".join(triple))
        found.say("certainty", shorten(relation.certainty or ""))
        found.mark("head", *self.mentions(relation.head))
        found.mark("tail", *self.mentions(relation.tail))
        found.mark("evidence", *(placed(each) for each in relation.evidence))

    def _mention(self, mention: Mention, found: Trail) -> None:
        entity: Any = self.entities.get(mention.entity or "")
        if entity is not None:
            link = entity.wikidata.id if entity.wikidata else None
            found.say("entity", self.name(entity.id) + (f" ({link})" if link else ""))
        found.say("level", shorten(mention.level or ""))
