"""A synthetic workload for benchmarks: articles with all layers, and a system that errs."""

import random
from collections.abc import Iterator
from typing import Any

TYPES = ("PERSON", "ORG", "GPE", "DATE", "NORP")
RELATIONS = ("leader_of", "affiliated_with", "visited", "met_with", "based_in", "part_of")
MENTIONS, ENTITIES, LINKS, QUOTES = 20, 8, 6, 4
LENGTH = 2500
_WORDS = ("the", "minister", "said", "talks", "in", "Oslo", "would", "begin", "on", "Monday")

Layers = dict[str, Any]


def documents(number: int, seed: int = 0) -> Iterator[tuple[Layers, Layers]]:
    """Yield pairs of a gold and a predicted document as plain values, all layers in both."""
    for index in range(number):
        rng = random.Random(seed * 1_000_003 + index)
        gold = _gold(rng, f"doc-{index:07}")
        yield gold, _predicted(rng, gold)


def mentions_alone(number: int, seed: int = 0) -> Iterator[tuple[Layers, Layers]]:
    """Yield pairs that hold nothing but mentions: start, end and type."""
    for gold, predicted in documents(number, seed):
        whole, found = (_bare(side["mentions"]) for side in (gold, predicted))
        yield (
            {"id": gold["id"], "text": gold["text"], "mentions": whole},
            {"id": gold["id"], "mentions": found},
        )


def _bare(mentions: list[Layers]) -> list[Layers]:
    return [{key: each[key] for key in ("start", "end", "type")} for each in mentions]


def _text(rng: random.Random) -> str:
    words: list[str] = []
    length = 0
    while length < LENGTH:
        word = rng.choice(_WORDS)
        words.append(word)
        length += len(word) + 1
    return " ".join(words)


def _gold(rng: random.Random, name: str) -> Layers:
    text = _text(rng)
    kinds = [rng.choice(TYPES) for _ in range(ENTITIES)]
    mentions = []
    for number in range(MENTIONS):
        owner = number if number < ENTITIES else rng.randrange(ENTITIES)
        start = 300 + number * 100 + rng.randrange(60)
        end = start + rng.randint(3, 25)
        where = {"start": start, "end": end, "type": kinds[owner]}
        mentions.append({"id": f"m{number}", **where, "level": "NAM", "entity": f"e{owner}"})
    relations = [
        {
            "id": f"r{number}",
            "head": f"e{rng.randrange(ENTITIES)}",
            "type": RELATIONS[number % len(RELATIONS)],
            "tail": f"e{rng.randrange(ENTITIES)}",
            "evidence": [{"start": 300 + number * 200, "end": 420 + number * 200}],
            "certainty": "stated",
        }
        for number in range(LINKS)
    ]
    quotes = [
        {
            "id": f"q{number}",
            "type": rng.choice(("direct", "indirect")),
            "content": [{"start": 320 + number * 500, "end": 480 + number * 500}],
            "cue": [{"start": 500 + number * 500, "end": 504 + number * 500}],
            "speaker": f"e{rng.randrange(ENTITIES)}",
        }
        for number in range(QUOTES)
    ]
    return {
        "id": name,
        "text": text,
        "boilerplate": [{"start": 0, "end": 250, "type": "appeal"}],
        "mentions": mentions,
        "entities": [{"id": f"e{n}", "type": kind} for n, kind in enumerate(kinds)],
        "relations": relations,
        "quotes": quotes,
    }


def _predicted(rng: random.Random, gold: Layers) -> Layers:
    mentions = [dict(each) for each in gold["mentions"] if rng.random() < 0.9]
    for each in mentions:
        if rng.random() < 0.15:
            each["type"] = rng.choice(TYPES)
        if rng.random() < 0.15:
            each["start"] += 1
        if rng.random() < 0.1:
            each["entity"] = f"e{rng.randrange(ENTITIES)}"
    quotes = [dict(each) for each in gold["quotes"] if rng.random() < 0.8]
    for each in quotes:
        span = each["content"][0]
        each["content"] = [{"start": span["start"], "end": span["end"] - rng.randrange(100)}]
    return {
        "id": gold["id"],
        "boilerplate": [{"start": 0, "end": 250 + rng.choice((0, 0, 7))}],
        "mentions": mentions,
        "entities": gold["entities"],
        "relations": [dict(each) for each in gold["relations"] if rng.random() < 0.7],
        "quotes": quotes,
    }
