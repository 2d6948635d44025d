"""Any local transformers model for token classification: what it labels becomes mentions.

``hf:DIR`` takes a folder as ``save_pretrained`` makes it: config.json, a fast tokenizer and
weights as safetensors. Nothing is fetched, no code of the model's is run and no pickle is read.

A long text is read in windows that overlap by a quarter; each token is judged in the window
where it stands furthest from an edge. A word (letters and digits together, any other sign alone)
has the label of its first token, and words are joined by the prefixes of BIO, IOB1, BILOU and
BIOES; labels without a prefix are joined where equal ones stand side by side.

A label that is one of our 18 types, in whatever case and with spaces or hyphens, becomes it.
Any other stays as it is, such as the PER and MISC of CoNLL-2003: those are to be scored under a
label map, ``-m 'mentions.strict[map=conll4]'``, which knows them. To guess here which LOC is a
GPE would be the adapter's answer and not the model's.
"""

import hashlib
import re
from functools import cached_property
from pathlib import Path
from typing import Any, NamedTuple

from goldwire.eval.extractors import Extractor
from goldwire.eval.extractors.late import cannot_load, require, versions
from goldwire.schemas.errors import UsageError
from goldwire.schemas.extras import needs
from goldwire.schemas.labels import labels
from goldwire.schemas.record import Mention, Record

_WORD = re.compile(r"\w+|[^\w\s]")
_TAG = re.compile(r"([BILMEUS])-(.+)", re.DOTALL)
_UNNAMED = re.compile(r"LABEL_\d+")
_LONGEST = 512
"""Tokens of a window where neither tokenizer nor model says how many it takes."""
_NAMED = ("config.json", "tokenizer.json", "tokenizer_config.json")


class _Judged(NamedTuple):
    """A token: where it stands, how far from the edges of its window, and its label."""

    start: int
    end: int
    margin: int
    label: str


class Model:
    """A model and its tokenizer in a folder, loaded when first asked."""

    def __init__(self, argument: str) -> None:
        self.folder = Path(argument)
        self.name = self.folder.resolve().name
        weights = sorted(self.folder.glob("*.safetensors")) if argument else []
        if not (argument and (self.folder / "config.json").is_file()):
            cure = "name a folder that save_pretrained made"
            raise UsageError(
                "no-model", f"hf: there is no model in {argument or 'no folder'}", cure
            )
        if not weights:
            cure = "save it by save_pretrained, which writes them"
            raise UsageError("no-safetensors", f"hf: {self.name} has no *.safetensors", cure)
        named = [path for each in _NAMED if (path := self.folder / each).is_file()]
        self.version = f"sha256 {_hash([*named, *weights])}, {versions('transformers', 'torch')}"

    @cached_property
    def _loaded(self) -> tuple[Any, Any]:
        transformers = needs("transformers", "hf")
        transformers.utils.logging.disable_progress_bar()
        safe = {"local_files_only": True, "trust_remote_code": False}
        tell = {"use_safetensors": True, "output_loading_info": True}
        cure = "name a model for token classification"
        try:
            tokenizer = transformers.AutoTokenizer.from_pretrained(self.folder, **safe)
            kind = transformers.AutoModelForTokenClassification
            model, told = kind.from_pretrained(self.folder, **safe, **tell)
        except Exception as error:  # each library that reads a part has errors of its own
            cannot_load(f"hf:{self.name}", error, cure)
        if unset := sorted(map(str, [*told["missing_keys"], *told["mismatched_keys"]])):
            what = f"hf: {self.name} has no weights for {unset[0]}, which would be chance"
            raise UsageError("no-weights", what, cure)
        if not tokenizer.is_fast:
            what = f"hf: the tokenizer of {self.name} gives no offsets"
            raise UsageError("slow-tokenizer", what, "save a fast one with it")
        if all(_UNNAMED.fullmatch(label) for label in model.config.id2label.values()):
            what = f"hf: the labels of {self.name} have no names"
            raise UsageError("no-labels", what, "give its config an id2label")
        return tokenizer, model.eval()

    def tokens(self, text: str) -> list[_Judged]:
        """Return the tokens of a text in order, each as the best of its windows judges it."""
        torch = needs("torch", "hf")
        tokenizer, model = self._loaded
        limit = _limit(tokenizer, model.config)
        windows = tokenizer(
            text,
            truncation=True,
            max_length=limit,
            stride=limit // 4,
            return_overflowing_tokens=True,
            return_offsets_mapping=True,
            return_special_tokens_mask=True,
        )
        names = [name for name in tokenizer.model_input_names if name in windows]
        best: dict[tuple[int, int], _Judged] = {}
        for row, offsets in enumerate(windows["offset_mapping"] if text.strip() else ()):
            given = {name: torch.tensor([windows[name][row]]) for name in names}
            with torch.inference_mode():
                found = model(**given).logits[0].argmax(-1).tolist()
            for place, (ends, number) in enumerate(zip(offsets, found, strict=True)):
                margin = min(place, len(offsets) - 1 - place)
                known = best.get(ends)
                special = windows["special_tokens_mask"][row][place]
                if not special and (known is None or margin > known.margin):
                    best[ends] = _Judged(ends[0], ends[1], margin, model.config.id2label[number])
        return sorted(best.values())


def _hash(paths: list[Path]) -> str:
    import numpy as np

    found = hashlib.sha256()
    for path in paths:
        if path.stat().st_size:  # mapped, not read: weights are large
            found.update(np.memmap(path, dtype=np.uint8, mode="r").data)
    return found.hexdigest()[:12]


def _limit(tokenizer: Any, config: Any) -> int:
    """Return how many tokens a window takes; some models need two positions for themselves."""
    positions = getattr(config, "max_position_embeddings", None) or 0
    known = [int(tokenizer.model_max_length), positions - 2 if positions > 2 else _LONGEST]
    return min(known)


def make(argument: str) -> Extractor:
    """Return a local model for token classification as an extractor of mentions."""
    require("hf", "transformers", "torch", "safetensors")
    model = Model(argument)

    def extract(article: Record) -> Record:
        text = article.text or ""
        return Record(id=article.id, mentions=mentions(text, model.tokens(text)))

    return Extractor(f"hf:{model.name}", model.version, ("entities",), extract)


def mentions(text: str, tokens: list[_Judged]) -> list[Mention]:
    """Return what labelled tokens name, a word by its first token, words joined by prefixes."""
    found: list[Mention] = []
    waiting, is_open, place = "", False, 0
    for word in _WORD.finditer(text):
        while place < len(tokens) and tokens[place].end <= word.start():
            place += 1
        hit = place < len(tokens) and tokens[place].start < word.end()
        prefix, label = _tag(tokens[place].label if hit else "O")
        if is_open and label == waiting and prefix not in "BUS":
            found[-1].end = word.end()
        elif label:
            found.append(Mention(start=word.start(), end=word.end(), type=_ours(label)))
        waiting, is_open = label, bool(label) and prefix not in "LEUS"
    return found


def _tag(given: str) -> tuple[str, str]:
    """Return prefix and label: "B" and "PER" for B-PER, "I" and "PER" for PER, none for O."""
    if given == "O":
        return "I", ""
    match = _TAG.fullmatch(given)
    return (match[1], match[2]) if match else ("I", given)


def _ours(label: str) -> str:
    name = re.sub(r"[\s-]", "_", label).upper()
    return name if name in labels()["mention"] else label
