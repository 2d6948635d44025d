"""What tests of formats of one token a line share: there and back, and what must be lost."""

import re
from collections import Counter

import msgspec

from goldwire.schemas.errors import GoldwireError
from goldwire.schemas.record import Record

OTHERS = {
    "conll2003": "-DOCSTART- -X- -X- O\n\nBo NNP I-NP I-PER\n. . O O\n",
    "conll2003 in tabs": "Bo\tB-PER\nleft\tO\n",
    "conll2012": "#begin document (x); part 000\nx 0 0 Bo XX (TOP*) - - - - * -\n\n#end document\n",
    "brat": "T1\tPER 0 2\tBo\nR1\tknows Arg1:T1 Arg2:T2\n",
    "brat of one line": "T1\tPER 0 2\tO\n",
    "text of one line": "Vitamin B\n",
    "text": "Bo left.\nHe took O\n",
    "bigbio": '{"id": "1", "document_id": "x", "passages": [], "entities": []}\n',
    "docred": '[{"title": "x", "sents": [["Bo", "left"]], "vertexSet": [], "labels": []}]',
    "label-studio": '[{"id": 1, "data": {"text": "Bo"}, "annotations": []}]',
    "spacy": '{"text": "Bo", "ents": [{"start": 0, "end": 2, "label": "PER"}]}',
    "webannotation": '{"@context": "http://www.w3.org/ns/anno.jsonld", "type": "Annotation"}',
    "goldwire": '{"id": "x", "text": "Bo", "mentions": []}\n',
    "gold.json": '{\n"id": "x",\n"mentions": [\n  {"start": 0, "end": 2}\n]\n}\n',
    "empty": "",
    "blank": "\n\n",
}
"""Small files of all formats, to be told apart."""


def there_and_back(form, records, path, texts=None):
    """Return what is read of records that are written."""
    form.write(records, path)
    return [record for _, record in form.read(path, texts or {})]


def message(form, path, raw, texts=None):
    """Return what is said of a file that can't be read."""
    path.write_bytes(raw if isinstance(raw, bytes) else raw.encode())
    try:
        read = list(form.read(path, texts or {}))
    except GoldwireError as error:
        return re.sub(re.escape(f"{path}:") + "([0-9])", r"line \1", str(error)).replace(
            str(path), path.name
        )
    raise AssertionError(f"it was read: {read}")


def read(form, path, raw, texts=None):
    """Return the records of a file."""
    path.write_bytes(raw if isinstance(raw, bytes) else raw.encode())
    return [record for _, record in form.read(path, texts or {})]


def trimmed(text, start, end):
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    return start, end


def continuous(record, lost):
    """Return the mentions of one part that is not white space, trimmed, and note the others."""
    found = []
    for mention in record.mentions or ():
        start, end = trimmed(record.text, mention.start, mention.end)
        if mention.parts:
            lost["discontinuous mentions"] += 1
        elif start == end:
            lost["mentions of white space alone"] += 1
        else:
            lost["white space at the ends of mentions"] += (start, end) != (
                mention.start,
                mention.end,
            )
            found.append((start, end, mention))
    return found


def squeezed(record):
    """Return a record with text and mentions as they are without any white space."""
    before = [0]
    for char in record.text:
        before.append(before[-1] + (not char.isspace()))
    mentions = [
        msgspec.structs.replace(m, start=before[m.start], end=before[m.end])
        for m in record.mentions
    ]
    text = "".join(record.text.split())
    return Record(id=record.id, text=text, mentions=mentions, entities=record.entities)


def said_of(record, lost, held_items, layers):
    """Return what must be said of a random record beside its spacing."""
    said = Counter({f"{what} ({count})" for what, count in lost.items() if count})
    for layer in layers:
        if (items := getattr(record, layer)) is not None:
            said[f"{layer} ({len(items) or 'that there are none'})"] += 1
    for what, count in held_items.items():
        if count:
            said[f"{what} ({count})"] += 1
    return said
