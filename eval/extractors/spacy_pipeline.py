"""Any installed spaCy pipeline: its entities become mentions.

``spacy:NAME`` takes a package that is installed (``spacy:en_core_web_sm``) or a folder that a
pipeline was saved to. Mentions have the types of OntoNotes 5, which are ours too. Entities of
any other type, such as PER and MISC of many pipelines that are not for English, are left out;
how many of each is in the prediction's ``meta`` under ``left_out``. Spans stay as the pipeline
gives them, a title or "'s" included. It says nothing of levels, coreference or identity, so
neither do the mentions.
"""

from collections import Counter
from functools import cached_property
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

import msgspec

from goldwire.eval.extractors import Extractor
from goldwire.eval.extractors.late import cannot_load, require, versions
from goldwire.schemas.errors import UsageError
from goldwire.schemas.extras import needs
from goldwire.schemas.labels import labels
from goldwire.schemas.reading import read_bytes
from goldwire.schemas.record import Mention, Record

_INSTALL = "install it, for example with: python -m spacy download en_core_web_sm"


class Pipeline:
    """A spaCy pipeline by its name and version; it is loaded when first called."""

    def __init__(self, argument: str, prefix: str) -> None:
        folder = Path(argument)
        if not argument:
            what = f"{prefix}: names no pipeline"
            raise UsageError("no-pipeline", what, f"write {prefix}:en_core_web_sm")
        if (folder / "meta.json").is_file():
            self.source: Path | str = folder
            self.shown, self.version = folder.resolve().name, _saved(folder)
        else:
            self.source = self.shown = argument.replace("-", "_")
            self.version = f"{self.shown} {_installed(self.shown, prefix)}"
        self.version += f", {versions('spacy')}"

    def __call__(self, text: str) -> Any:
        """Return the text as a spaCy Doc."""
        return self.nlp(text)

    @cached_property
    def nlp(self) -> Any:
        """The pipeline; UsageError if it can't be loaded."""
        spacy = needs("spacy", "spacy")
        try:
            return spacy.load(self.source)
        except Exception as error:  # each component has errors of its own
            cannot_load(self.shown, error, "name a pipeline made for this version of spaCy")


def _installed(name: str, prefix: str) -> str:
    try:
        return version(name)
    except (PackageNotFoundError, ValueError):
        what = f'{prefix}: no pipeline "{name}" is installed'
        raise UsageError("no-pipeline", what, _INSTALL) from None


def _saved(folder: Path) -> str:
    try:
        meta = msgspec.json.decode(read_bytes(folder / "meta.json"), type=dict[str, Any])
    except msgspec.DecodeError as error:
        cannot_load(folder.name, error, "name a folder that nlp.to_disk made")
    return f"{meta.get('lang')}_{meta.get('name')} {meta.get('version')}"


def make(argument: str) -> Extractor:
    """Return an installed pipeline as an extractor of mentions."""
    require("spacy", "spacy")
    pipeline = Pipeline(argument, "spacy")

    def extract(article: Record) -> Record:
        return _prediction(article, pipeline)

    return Extractor(f"spacy:{pipeline.shown}", pipeline.version, ("entities",), extract)


def _prediction(article: Record, pipeline: Pipeline) -> Record:
    doc = pipeline(article.text or "")
    if len(doc) and not doc.has_annotation("ENT_IOB"):
        cure = "name a pipeline with ner or entity_ruler"
        raise UsageError("no-entities", f"{pipeline.shown} finds no entities", cure)
    ours = labels()["mention"]
    mentions = [
        Mention(start=each.start_char, end=each.end_char, type=each.label_)
        for each in doc.ents
        if each.label_ in ours
    ]
    others = Counter(each.label_ for each in doc.ents if each.label_ not in ours)
    left_out = {"left_out": dict(sorted(others.items()))} if others else None
    return Record(id=article.id, mentions=mentions, meta=left_out)
