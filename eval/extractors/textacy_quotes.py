"""Direct quotations as textacy finds them over a spaCy pipeline.

``textacy:NAME`` takes the pipelines that ``spacy:NAME`` does, with a parser and a tagger, of a
language for which textacy has reporting verbs. Content lies between the quotation marks, which
are given apart; cue and source are the words from the first to the last of textacy's tokens.
The speaker is a mention: the one entity of the pipeline that lies in the source, or the source.

textacy pairs quotation marks as they come and refuses a text in which their number is odd. Then
each line is read alone, and those that are refused again have no quotes: the prediction's
``meta`` counts them under ``refused_lines``.
"""

import re
from collections.abc import Iterator, Sequence
from typing import Any

from goldwire.eval.extractors import Extractor
from goldwire.eval.extractors.late import require, versions
from goldwire.eval.extractors.spacy_pipeline import Pipeline
from goldwire.schemas.errors import UsageError
from goldwire.schemas.extras import needs
from goldwire.schemas.labels import labels
from goldwire.schemas.record import Mention, Quote, Record, Span

_LINE = re.compile(r"[^\n]*\S[^\n]*")


def make(argument: str) -> Extractor:
    """Return textacy's quotations over an installed pipeline as an extractor."""
    require("quotes", "textacy", "spacy")
    pipeline = Pipeline(argument, "textacy")
    version = f"{versions('textacy')}, {pipeline.version}"

    def extract(article: Record) -> Record:
        return _Reading(article, pipeline).prediction()

    return Extractor(f"textacy:{pipeline.shown}", version, ("quotes",), extract)


class _Reading:
    """The quotes of one article, and the mentions of those who speak, by where they stand."""

    def __init__(self, article: Record, pipeline: Pipeline) -> None:
        self.article, self.pipeline = article, pipeline
        self.mentions: dict[tuple[int, int], Mention] = {}
        self.quotes: list[Quote] = []
        self.refused = 0

    def prediction(self) -> Record:
        """Read the whole text, or its lines one by one if it is refused."""
        text = self.article.text or ""
        if not self._read(text, 0):
            for line in _LINE.finditer(text):
                self.refused += not self._read(line.group(), line.start())
        return Record(
            id=self.article.id,
            quotes=self.quotes,
            mentions=list(self.mentions.values()),
            meta={"refused_lines": self.refused} if self.refused else None,
        )

    def _read(self, text: str, offset: int) -> bool:
        """Add the quotes of a stretch; False if textacy refuses it."""
        doc = self.pipeline(text)
        _require_parse(doc, self.pipeline)
        find = needs("textacy.extract", "quotes").direct_quotations
        try:
            found = list(find(doc))
        except ValueError:
            return False
        for each in found:
            between = each.content[1:-1]
            if between.text.strip():
                self.quotes.append(self._quote(each, between, doc, offset))
        return True

    def _quote(self, found: Any, between: Any, doc: Any, offset: int) -> Quote:
        opening, closing, inner = found.content[0], found.content[-1], between.text
        start = offset + between.start_char + len(inner) - len(inner.lstrip())
        return Quote(
            id=f"q{len(self.quotes) + 1}",
            type="direct",
            content=[Span(start=start, end=start + len(inner.strip()))],
            cue=[Span(start=start, end=end) for start, end in _runs(found.cue, offset)],
            source=Span(start=offset + found.speaker[0].idx, end=offset + _end(found.speaker[-1])),
            speaker=self._speaker(found.speaker, doc, offset),
            marks=[Span(start=offset + m.idx, end=offset + _end(m)) for m in (opening, closing)],
        )

    def _speaker(self, tokens: Sequence[Any], doc: Any, offset: int) -> str | None:
        first, last = tokens[0].i, tokens[-1].i
        named = [each for each in doc.ents if each.start <= last and first < each.end]
        start, end, label = tokens[0].idx, _end(tokens[-1]), None
        if len(named) == 1:
            start, end, label = named[0].start_char, named[0].end_char, named[0].label_
        place = offset + start, offset + end
        mention = Mention(
            id=f"m{len(self.mentions) + 1}",
            start=place[0],
            end=place[1],
            type=label if label in labels()["mention"] else None,
        )
        return self.mentions.setdefault(place, mention).id


def _end(token: Any) -> int:
    return int(token.idx) + len(token)


def _runs(tokens: Sequence[Any], offset: int) -> Iterator[tuple[int, int]]:
    """Yield the stretches of tokens that stand next to each other: "was … saying" is two."""
    first = last = tokens[0]
    for token in tokens[1:]:
        if token.i != last.i + 1:
            yield offset + first.idx, offset + _end(last)
            first = token
        last = token
    yield offset + first.idx, offset + _end(last)


def _require_parse(doc: Any, pipeline: Pipeline) -> None:
    known = needs("textacy.constants", "quotes").REPORTING_VERBS
    if doc.lang_ not in known:
        what = f'textacy finds no quotes in language "{doc.lang_}"'
        raise UsageError("no-quotes", what, f"use a pipeline of {', '.join(sorted(known))}")
    if len(doc) and not (doc.has_annotation("DEP") and doc.has_annotation("LEMMA")):
        what = f"{pipeline.shown} does not parse, tag and lemmatise"
        raise UsageError("no-quotes", what, "name a pipeline that does")
