"""Gold and predictions that would run, break or flood a page that let them."""

import json

NAME = "hostile"
SCRIPT = "</script><script>window.hacked = 1; alert(1)</script>"
MARKUP = "<img src=x onerror='window.hacked=1;alert(2)'><b>bold"
STYLE = "</style><style>*{display:none}</style><a href='javascript:alert(3)'>x"
CONTROLS = (
    "\x1b[31mred\x1b]0;title\x07 \u202egnp.exe\u202c \u2066a\u2069 \0 \x0b\x0c \u2028 \u2029 \ufeff"
)
TEXT = (
    f"Ann met {SCRIPT} and {MARKUP}.\r\n{STYLE} said "
    f'"{{{{ 7 * 7 }}}} --> ]]> &amp; &#60;".\n{CONTROLS} end'
)
LONG = "N" * 200_000


def span(words):
    start = TEXT.index(words)
    return {"start": start, "end": start + len(words)}


def gold():
    return {
        "id": NAME,
        "text": TEXT,
        "mentions": [{"id": "m1", **span("Ann"), "type": "PERSON", "level": "NAM", "entity": "e1"}],
        "entities": [{"id": "e1", "type": "PERSON", "name": SCRIPT}],
        "relations": [],
        "quotes": [{"id": "q1", "content": [span(MARKUP)], "type": "direct", "speaker": "e1"}],
        "boilerplate": [],
    }


def answer():
    return {
        "id": NAME,
        "mentions": [
            {"id": "p1", **span(SCRIPT), "type": "ORG", "entity": "x"},
            {"id": "p2", **span(CONTROLS), "type": "GPE", "entity": "y"},
            {"id": "p3", "text": LONG, "type": "ORG", "entity": "z"},
            {"id": "p4", "text": MARKUP + " nowhere", "type": "ORG"},
        ],
        "entities": [
            {"id": "x", "name": SCRIPT + MARKUP},
            {"id": "y", "name": CONTROLS},
            {"id": "z", "name": LONG},
        ],
        "relations": [{"head": "x", "type": "met_with", "tail": "z"}],
        "quotes": [
            {"id": "a", "content": [span(STYLE)], "speaker": "x", "within": "b"},
            {"id": "b", "content": [span(STYLE)], "speaker": "y", "within": "a"},
            {"content": [span(SCRIPT), span(CONTROLS)], "speaker": "z", "cue": [span("said")]},
        ],
        "boilerplate": [span(STYLE)],
    }


def write(folder):
    """Write gold and a run with hostile words in it, and return both paths."""
    paths = folder / "gold.jsonl", folder / f"\u202e\x1b[31m{MARKUP.replace('/', '')[:25]}.jsonl"
    line = {"goldwire_run": {"extractor": SCRIPT, "version": CONTROLS, "layers": None}}
    paths[0].write_text(json.dumps(gold()) + "\n", "utf-8")
    paths[1].write_text(json.dumps(line) + "\n" + json.dumps(answer()) + "\n", "utf-8")
    return paths
