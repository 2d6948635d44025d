"""The built-in extractor: what is generally true of news text, with the standard library.

Capitals, titles, a list of countries, speech verbs and quotation marks, and nothing
learnt. It is a floor to compare with and an example to read, not a good system; it
fails where such rules fail.
"""

import re
from collections.abc import Iterator
from functools import cache
from itertools import count, pairwise
from operator import itemgetter
from pathlib import Path

import msgspec

from goldwire.eval.extractors import Extractor
from goldwire.schemas.record import (
    LAYERS,
    Boilerplate,
    Entity,
    Mention,
    Quote,
    Record,
    Relation,
    Span,
)
from goldwire.schemas.version import VERSION

_MONTHS = "January|February|March|April|May|June|July|August|September|October|November|December"
_DAYS = "Monday|Tuesday|Wednesday|Thursday|Friday|Saturday|Sunday"
_UNITS = "one|two|three|four|five|six|seven|eight|nine|ten"
_ORDINALS = "first|second|third|fourth|fifth|sixth|seventh|eighth|ninth|tenth"
_VALUES = (
    ("MONEY", r"[$€£]\d[\d,.]*\d?(?: (?:million|billion|trillion))?"),
    ("PERCENT", r"\d[\d,.]* ?(?:%|percent\b|per cent\b)"),
    (
        "DATE",
        rf"\b(?:{_MONTHS}) \d{{1,2}}(?:, \d{{4}})?\b|\b\d{{1,2}} (?:{_MONTHS})(?: \d{{4}})?\b",
    ),
    ("DATE", rf"\b(?:{_DAYS})\b|\b(?:{_MONTHS})(?: \d{{4}})\b|\b(?:19|20)\d\d\b"),
    ("DATE", r"\b(?:last|next|this|earlier this) (?:week|month|year|decade)\b"),
    ("DATE", rf"\b(?:\d+|{_UNITS}) (?:days|weeks|months|years|decades)\b"),
    ("ORDINAL", rf"\b(?:{_ORDINALS}|\d+(?:st|nd|rd|th))\b"),
    ("CARDINAL", rf"\b(?:\d[\d,]*|{_UNITS})\b"),
)
_WORD = r"(?:[A-Z][\w-]*[^\W_]|[A-Z]\.(?:[A-Z]\.)+)"
_NAME = re.compile(rf"(?<![\w.]){_WORD}(?: (?:of (?:the )?)?{_WORD})*")
_SENTENCE_START = re.compile(r"(?:^|[.!?]['\"”’]? |\n)[\"“‘']?$")
_SENTENCE = re.compile(r"[^\n]+?(?:[.!?][\"”’']?(?=\s)|(?=\n)|$)")
_LAST = 2**31
_DIRECT = re.compile(r"[“\"]([^“”\"\n]+)[”\"]")


@cache
def _world() -> dict[str, list[str] | dict[str, list[str]]]:
    return msgspec.json.decode((Path(__file__).parent / "world.json").read_bytes())  # type: ignore[no-any-return]


def _list(name: str) -> list[str]:
    return list(_world()[name])


@cache
def _country_of() -> dict[str, str]:
    countries = _world()["countries"]
    assert isinstance(countries, dict)
    adjectives = {word: name for name, words in countries.items() for word in words}
    return adjectives | {name: name for name in countries}


def make(argument: str) -> Extractor:
    """Return the rules as an extractor."""
    return Extractor("rules", VERSION, tuple(LAYERS), extract)


def extract(article: Record) -> Record:
    """Return mentions, entities, relations, quotes and boilerplate by rule."""
    text = article.text or ""
    names = list(_names(text))
    mentions = _typed(names, text) + _values(text)
    mentions = _without_overlaps(mentions)
    entities = _cluster(mentions, text)
    return Record(
        id=article.id,
        mentions=mentions,
        entities=entities,
        relations=_relations(mentions, text),
        quotes=_quotes(mentions, text),
        boilerplate=_boilerplate(text),
    )


def _names(text: str) -> Iterator[tuple[int, int]]:
    """Yield stretches of capitalised words, titles cut off; a lone first word must recur."""
    titles = sorted(_list("titles"), key=len, reverse=True)
    for found in _NAME.finditer(text):
        start, end = found.span()
        while True:
            cut = next((t for t in titles if text[start:end].startswith(t + " ")), None)
            adjective = text[start:end].partition(" ")[0]
            if cut:
                start += len(cut) + 1
            elif adjective in _country_of() and text[start:end] not in _country_of():
                yield start, start + len(adjective)
                start += len(adjective) + 1
            else:
                break
        word = text[start:end]
        if re.fullmatch(f"{_DAYS}|{_MONTHS}", word) or word.lower() in _list("function_words"):
            continue
        first = _SENTENCE_START.search(text[max(0, start - 4) : start]) or start == 0
        known = word in _country_of() or re.search(rf"[\w,] {re.escape(word)}\b", text)
        if word not in titles and (not first or " " in word or known):
            yield start, end


def _typed(names: list[tuple[int, int]], text: str) -> list[Mention]:
    """Give each name a type by its words, its title, and names that were typed before."""
    people: set[str] = set()
    mentions = []
    for start, end in names:
        label = _type(text, start, end, people)
        if label == "PERSON":
            people |= {text[start:end], text[start:end].split()[-1]}
        mentions.append(Mention(start=start, end=end, type=label, level="NAM"))
    return mentions


def _type(text: str, start: int, end: int, people: set[str]) -> str:
    name = text[start:end]
    last = name.split()[-1]
    before = text[max(0, start - 20) : start].split()
    if name in _country_of():
        return "GPE" if _country_of()[name] == name else "NORP"
    if last in _list("organisation_words") or (name.isupper() and len(name) > 1):
        return "ORG"
    if last in _list("place_words"):
        return "LOC"
    if name in people or (before and before[-1] in _list("titles")):
        return "PERSON"
    if before and before[-1] in ("in", "at", "from", "near", "to"):
        return "GPE"
    return "PERSON" if " " in name and not name.startswith("The ") else "ORG"


def _values(text: str) -> list[Mention]:
    return [
        Mention(start=found.start(), end=found.end(), type=label, level="VALUE")
        for label, pattern in _VALUES
        for found in re.finditer(pattern, text)
    ]


def _without_overlaps(mentions: list[Mention]) -> list[Mention]:
    """Keep the earlier and longer of mentions that overlap, and give each an id."""
    kept: list[Mention] = []
    for mention in sorted(mentions, key=lambda m: (m.start or 0, -(m.end or 0))):
        if not kept or (mention.start or 0) >= (kept[-1].end or 0):
            mention.id = f"m{len(kept) + 1}"
            kept.append(mention)
    return kept


def _cluster(mentions: list[Mention], text: str) -> list[Entity]:
    """Group names: adjectives with their country, last names with the full name above."""
    entities: dict[str, Entity] = {}
    for mention in mentions:
        if mention.level != "NAM":
            continue
        name = text[mention.start : mention.end]
        key = _country_of().get(name, name)
        if mention.type == "PERSON":
            key = next((k for k, e in entities.items() if _same_person(e, name)), name)
        if key not in entities:
            label = "GPE" if mention.type == "NORP" else mention.type
            entities[key] = Entity(id=f"e{len(entities) + 1}", type=label, name=key)
        mention.entity = entities[key].id
    return list(entities.values())


def _same_person(entity: Entity, name: str) -> bool:
    return entity.type == "PERSON" and (entity.name or "").split()[-1] == name.split()[-1]


def _relations(mentions: list[Mention], text: str) -> list[Relation]:
    """Read relations off two neighbouring names and the words between them."""
    offices = "|".join(_list("offices"))
    patterns = (
        ("GPE", "PERSON", rf"(?:['’]s)?(?: [a-z]+)? (?:{offices}) ", "led_by"),
        ("NORP", "PERSON", rf" (?:[a-z]+ )?(?:{offices}) ", "led_by"),
        ("GPE", "ORG", r"['’]s (?:[a-z]+ )*", "base_of"),
        ("GPE", "GPE", ", ", "located_in"),
        ("PERSON", "GPE", " (?:visits|visited|is visiting|was visiting) ", "visited"),
        ("PERSON", "PERSON", " (?:meets|met)(?: with)? ", "met_with"),
    )
    names = [mention for mention in mentions if mention.entity]
    found = []
    for left, right in pairwise(names):
        between = text[left.end : right.start]
        for head, tail, pattern, label in patterns:
            if (left.type, right.type) == (head, tail) and re.fullmatch(pattern, between):
                found.append(Relation(head=left.entity or "", type=label, tail=right.entity or ""))
    return found


def _quotes(mentions: list[Mention], text: str) -> list[Quote]:
    """Find text in quotation marks, and what follows a name and a speech verb."""
    verbs = "|".join(_list("speech_verbs"))
    speakers = [m for m in mentions if m.level == "NAM" and m.type in ("PERSON", "ORG", "GPE")]
    numbers = count(1)
    quotes = []
    for sentence in _SENTENCE.finditer(text):
        begin, end = sentence.span()
        here = [m for m in speakers if begin <= (m.start or 0) < end]
        cues = list(re.finditer(rf"\b(?:{verbs})\b", sentence.group()))
        direct = list(_DIRECT.finditer(sentence.group()))
        for found in direct:
            start, stop = begin + found.start(1), begin + found.end(1)
            gaps = [(_gap(mention, start, stop), mention) for mention in here]
            near = min(gaps, key=itemgetter(0), default=(0, None))[1]
            quotes.append(_quote(next(numbers), "direct", start, stop, near))
        if cues and not direct:
            cue = cues[0]
            source = max(
                (m for m in here if (m.end or 0) <= begin + cue.start()),
                key=lambda m: m.end or 0,
                default=None,
            )
            rest = re.match(r"(?: that)? ", text[begin + cue.end() : end])
            start = begin + cue.end() + (rest.end() if rest else 0)
            stop = end - 1 if text[end - 1] in ".!?" else end
            if source and rest and start < stop:
                quotes.append(_quote(next(numbers), "indirect", start, stop, source))
    return quotes


def _gap(mention: Mention, start: int, end: int) -> int:
    """Return how far a mention lies from a stretch; one inside it comes last."""
    left, right = start - (mention.end or 0), (mention.start or 0) - end
    return _LAST if left < 0 and right < 0 else max(left, right)


def _quote(number: int, label: str, start: int, end: int, source: Mention | None) -> Quote:
    return Quote(
        id=f"q{number}",
        type=label,
        content=[Span(start=start, end=end)],
        source=Span(start=source.start, end=source.end) if source else None,
        speaker=source.entity if source else None,
    )


def _boilerplate(text: str) -> list[Boilerplate]:
    """Take whole lines that ask for something or speak of the site."""
    words = "|".join(map(re.escape, _list("appeal_words")))
    return [
        Boilerplate(start=line.start(), end=line.end())
        for line in re.finditer(r"[^\n]+", text)
        if re.search(rf"\b(?:{words})", line.group(), re.IGNORECASE)
    ]
