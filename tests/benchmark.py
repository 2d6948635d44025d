"""Time and memory of scoring, beside peers in the same run; their figures must be equal.

``python tests/benchmark.py`` makes its own workload, prints a table of ratios, and with
``--write`` puts it into eval/BENCHMARKS.md. It is no test: nothing asserts a time.
"""

import gc
import platform
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

import click
import msgspec
import numpy as np
import orjson
from workload import TYPES, documents, mentions_alone

import goldwire
from goldwire.corpus.records import Records
from goldwire.schemas.score import TOKENS

OVERLAPS = ("mentions.strict", "mentions.exact", "mentions.type", "mentions.partial")
HEADLINES = (
    "mentions.strict[level=NAM,VALUE]",
    "relations.strict[args=named]",
    "quotes.attributed",
    "boilerplate.char",
)
COREF = ("coref.muc", "coref.b3", "coref.ceafm", "coref.ceafe", "coref.lea", "coref.blanc")
PAGE = Path(__file__).parent.parent / "eval" / "BENCHMARKS.md"
Row = tuple[str, float, str, str, str]
"""What was timed, documents a second, the ratio, what it is a ratio to, and what it should be."""


def cpu(job: Callable[[], Any], times: int = 5) -> tuple[float, Any]:
    """Return the least CPU time in seconds of some runs, and what the last one gave."""
    best, result = float("inf"), None
    for _ in range(times):
        result = None
        start = time.process_time()
        result = job()
        best = min(best, time.process_time() - start)
    return best, result


def wall(command: list[str], times: int = 15) -> float:
    """Return the median seconds that a command takes."""
    taken = []
    for _ in range(times):
        start = time.perf_counter()
        subprocess.run(command, check=True, capture_output=True)
        taken.append(time.perf_counter() - start)
    return float(np.median(taken))


def write(folder: Path, pairs: Iterable[tuple[Any, Any]]) -> tuple[Path, Path]:
    """Write gold and predictions, one document a line."""
    gold, run = folder / "gold.jsonl", folder / "run.jsonl"
    with gold.open("wb") as one, run.open("wb") as other:
        for mine, theirs in pairs:
            one.write(msgspec.json.encode(mine) + b"\n")
            other.write(msgspec.json.encode(theirs) + b"\n")
    return gold, run


class Workload:
    """Gold that has been read, and a run file over it."""

    def __init__(self, folder: Path, pairs: Iterable[tuple[Any, Any]]) -> None:
        folder.mkdir()
        gold, self.run = write(folder, pairs)
        self.gold = Records(goldwire.load(gold))
        self.lines = self.run.read_bytes().splitlines()
        gc.freeze()  # orjson alone has no gold that the collector would look at
        self.floor = cpu(self._parse, 9)[0]
        self.kept = cpu(self._keep, 9)[0]
        gc.unfreeze()

    def _parse(self) -> None:
        with self.run.open("rb") as lines:
            for line in lines:
                orjson.loads(line)

    def _keep(self) -> int:
        with self.run.open("rb") as lines:
            return len([orjson.loads(line) for line in lines])

    def score(self, *measures: str) -> tuple[float, Any]:
        """Return the CPU time of scoring the file, and the score; gold is packed before."""

        def job() -> Any:
            return goldwire.score(self.gold, goldwire.read_run(self.run), measures, resamples=0)

        job()
        return cpu(job, 9)

    def rows(self, name: str, aim: str, *measures: str) -> Iterator[Row]:
        """Yield the ratio of scoring to both ways of parsing."""
        taken, _ = self.score(*measures)
        rate = len(self.lines) / taken
        yield name, rate, f"{taken / self.floor:.1f}", "orjson, each line let go", aim
        yield name, rate, f"{taken / self.kept:.1f}", "orjson, all lines kept", aim


def against_nervaluate(work: Workload, number: int) -> Iterator[Row]:
    """Compare with nervaluate end to end: from the lines of the file to the same figures."""
    import nervaluate  # peers are imported here, so that worker processes start without them

    names = [orjson.loads(line)["id"] for line in work.lines[:number]]
    gold = Records(work.gold[work.gold.row(name)] for name in names)
    true = [
        [{"start": m.start, "end": m.end - 1, "label": m.type} for m in each.mentions]
        for each in gold
    ]
    run = work.run.with_name("part.jsonl")
    run.write_bytes(b"\n".join(work.lines[:number]) + b"\n")

    def theirs() -> Any:
        found = [
            [{"start": m["start"], "end": m["end"] - 1, "label": m["type"]} for m in each]
            for each in (orjson.loads(line)["mentions"] for line in work.lines[:number])
        ]
        return nervaluate.Evaluator(true, found, tags=list(TYPES), loader="dict").evaluate()

    def ours(*measures: str) -> Any:
        return goldwire.score(gold, goldwire.read_run(run), measures, resamples=0)

    ours()
    (mine, score), (other, result) = cpu(lambda: ours(*OVERLAPS)), cpu(theirs, 1)
    for name, scheme in zip(OVERLAPS, ("strict", "exact", "ent_type", "partial"), strict=True):
        if scheme != "ent_type":  # greedy there: see the docstring of mentions.type
            assert abs(score.scores[name].f1 - result["overall"][scheme].f1) < 1e-9, scheme
    for time_of, what in (
        (cpu(lambda: ours("mentions.strict"))[0], "goldwire's for `mentions.strict`"),
        (mine, "goldwire's for the same four"),
    ):
        name = "nervaluate, four schemes at once, figures equal"
        yield name, number / other, f"{other / time_of:.0f}", what, "≥ 30"


def against_scorch(work: Workload, number: int) -> Iterator[Row]:
    """Compare coreference with scorch on parsed clusters, document by document."""
    from scorch.scores import b_cubed, ceaf_e, muc

    gold = Records(work.gold[row] for row in range(number))
    run = work.run.with_name("part.jsonl")
    wanted = {record.id for record in gold}
    lines = [line for line in work.lines if orjson.loads(line)["id"] in wanted]
    run.write_bytes(b"\n".join(lines) + b"\n")
    found = {each.id: each for _, each in goldwire.read_run(run).records}
    sides = [[_clusters(each) for each in (one, found[one.id])] for one in gold]

    def theirs() -> list[float]:
        return [scorer(*pair)[2] for pair in sides for scorer in (muc, b_cubed, ceaf_e)]

    def ours() -> Any:
        return goldwire.score(gold, goldwire.read_run(run), ["coref.conll[zone=all]"], resamples=0)

    ours()
    (mine, _), (other, values) = cpu(ours), cpu(theirs, 1)
    alone = [
        goldwire.score(
            [one], goldwire.run(_Fixed(found[one.id]), [one]), ["coref.b3[zone=all]"], resamples=0
        )
        for one in gold[:50]
    ]
    b3 = [each.scores["coref.b3[zone=all]"].f1 for each in alone]
    assert np.allclose(b3, values[1 : 3 * len(b3) : 3], atol=1e-9)
    yield (
        "scorch, MUC, B³ and CEAFe of clusters in memory, figures equal",
        number / other,
        f"{other / mine:.1f}",
        "goldwire's time from the file",
        "",
    )


class _Fixed:
    """An extractor that gives one record."""

    name, version, layers, sees_gold = "fixed", "1", ("entities",), False

    def __init__(self, record: Any) -> None:
        self.record = record

    def extract(self, article: Any) -> Any:
        return self.record


def _clusters(record: Any) -> list[set[tuple[int, int]]]:
    found: dict[str, set[tuple[int, int]]] = {}
    for each in record.mentions:
        found.setdefault(each.entity, set()).add((each.start, each.end))
    return list(found.values())


class _Tokens:
    """The tokens of goldwire, for rouge_score."""

    def tokenize(self, text: str) -> list[str]:
        import re

        return re.findall(TOKENS, text)


def against_rouge(work: Workload, number: int) -> Iterator[Row]:
    """Compare ROUGE-LSum of the kept text with rouge_score."""
    from rouge_score import rouge_scorer

    gold = Records(work.gold[row] for row in range(number))
    scorer = rouge_scorer.RougeScorer(["rougeLsum"], tokenizer=_Tokens(), split_summaries=False)
    found = {each["id"]: each for each in map(orjson.loads, work.lines)}
    texts = []
    for one in gold:
        ends = found[one.id]["boilerplate"][0]
        texts.append((one.text[one.boilerplate[0].end :], one.text[ends["end"] :]))
    run = work.run.with_name("part.jsonl")
    run.write_bytes(b"".join(orjson.dumps(found[one.id]) + b"\n" for one in gold))

    def theirs() -> list[Any]:
        return [scorer.score(*pair)["rougeLsum"] for pair in texts]

    def ours() -> Any:
        return goldwire.score(gold, goldwire.read_run(run), ["text.rouge"], resamples=0)

    ours()
    (mine, score), (other, values) = cpu(ours), cpu(theirs, 1)
    hits = [
        value.recall * len(_Tokens().tokenize(text))
        for value, (text, _) in zip(values, texts, strict=True)
    ]
    assert abs(sum(hits) - score.scores["text.rouge"].matched) < 1e-6
    yield (
        "rouge_score, ROUGE-LSum of the kept text, figures equal",
        number / other,
        f"{other / mine:.0f}",
        "goldwire's time from the file",
        "",
    )


def against_sacrebleu(articles: int, resamples: int = 1000) -> Iterator[Row]:
    """Compare the bootstrap with sacrebleu's over the same table and the same draws."""
    from sacrebleu.significance import _bootstrap_resample

    from goldwire.eval.resample import bootstrap
    from goldwire.eval.statistic import f1

    random = np.random.default_rng(1)
    gold, matched = random.integers(10, 30, articles), random.integers(0, 10, articles)
    cells = np.stack([gold, gold - 2, matched, matched], axis=1).astype(np.float64)
    (mine, values), (other, (_, theirs)) = (
        cpu(lambda: f1(bootstrap({"f1": cells}, resamples, 12345)["f1"])),
        cpu(lambda: _bootstrap_resample(cells.tolist(), _F1(), resamples), 1),
    )
    assert np.allclose(values, theirs, atol=1e-6)  # it sums in 32 bits
    yield (
        f"{resamples:,} resamples of {articles:,} articles, figures equal to sacrebleu's",
        articles / mine,
        f"{other / mine:.1f}",
        "times as fast as sacrebleu",
        "≥ 2",
    )


class _F1:
    """F1 as a metric of sacrebleu."""

    def _compute_score_from_stats(self, sums: Any) -> float:
        return float(2 * sums[2] / (sums[0] + sums[1]))


def starting() -> Iterator[Row]:
    """Time whole processes over the one article."""
    command = str(Path(sys.executable).parent / "goldwire")
    numpy = wall([sys.executable, "-c", "import numpy"])
    for arguments, aim in ((["score", "--run", "rules"], "≤ 3"), (["--help"], "≤ 2")):
        taken = wall([command, *arguments])
        name = " ".join(["goldwire", *arguments])
        yield (
            f"`{name}`, {taken * 1000:.0f} ms",
            1 / taken,
            f"{taken / numpy:.1f}",
            "`import numpy`",
            aim,
        )


def memory(folder: Path, number: int) -> Iterator[Row]:
    """Measure the peak memory of scoring many documents whose gold is not held."""
    gold, run = write(folder, mentions_alone(number))
    code = (
        "import time, goldwire; start = time.time(); "
        f"goldwire.score(goldwire.prepare({str(gold)!r}), goldwire.read_run({str(run)!r}), "
        "['mentions.strict']); "
        # Not ru_maxrss, which a child process has from its parent.
        "peak = [each for each in open('/proc/self/status') if each.startswith('VmHWM')][0]; "
        "print(int(peak.split()[1]) / 1024, time.time() - start)"
    )
    done = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    peak, taken = map(float, done.stdout.split())
    size = gold.stat().st_size / 1e6
    name = f"{number:,} documents, {size:,.0f} MB of gold not held, with reading and hashing it"
    yield name, number / taken, f"{peak:.0f} MB", "peak memory of the process", "< 150 MB"


def workers(work: Workload) -> Iterator[Row]:
    """Time workers by the clock, starting them included."""
    taken = []
    for number in (1, 2):
        gold = Records(work.gold)
        assert gold.identity
        start = time.perf_counter()
        found = goldwire.read_run(work.run)
        goldwire.score(gold, found, [*HEADLINES, *COREF], workers=number, resamples=0)
        taken.append(time.perf_counter() - start)
    rate = len(work.lines) / taken[1]
    yield (
        f"all layers of {len(work.lines):,} documents, gold unused, 2 workers and their start",
        rate,
        f"{taken[0] / taken[1]:.2f}",
        "times as fast as with 1",
        "",
    )


def measure(folder: Path, number: int, large: int) -> list[Row]:
    """Return all rows."""
    alone = Workload(folder / "mentions", mentions_alone(number))
    whole = Workload(folder / "layers", documents(number // 2))
    rows = [
        *alone.rows("`mentions.strict`", "≤ 1.5", "mentions.strict"),
        *alone.rows("strict, exact, type and partial", "≤ 2", *OVERLAPS),
        *against_nervaluate(alone, min(1000, number)),
        *whole.rows("four headlines and six coreference measures", "≤ 8", *HEADLINES, *COREF),
        *against_scorch(whole, 200),
        *against_rouge(whole, 20),
        *workers(Workload(folder / "many", documents(number))),
        *(row for articles in (40, 1000, number) for row in against_sacrebleu(articles)),
        *starting(),
    ]
    return [*rows, *(memory(folder, large) if large else ())]


def page(rows: list[Row], number: int) -> str:
    """Return the table as it stands in the docs."""
    version = f"Python {platform.python_version()}, {platform.machine()}"
    lines = [
        "# How fast it is",
        "",
        "Made by `python tests/benchmark.py --write` in one run on one machine "
        f"({version}, goldwire {goldwire.__version__}): {number:,} documents of 20 mentions, and "
        f"{number // 2:,} with all layers. CPU time, the least of some runs; gold has been read "
        "and used before, and intervals are left out. Where figures are said to be equal, the run "
        "would have stopped if they were not. An aim that is missed is one. orjson parses the "
        "lines of the same file; each is let go before the next one, or all are kept, as Python "
        "comes: its garbage collector then looks at them again and again. goldwire keeps none.",
        "",
        "| what | documents/s | ratio | to | aim |",
        "|---|---|---|---|---|",
    ]
    lines += [
        f"| {name} | {rate:,.0f} | {ratio} | {to} | {aim} |" for name, rate, ratio, to, aim in rows
    ]
    return "\n".join(lines) + "\n"


@click.command()
@click.option("--documents", "number", default=10_000, show_default=True)
@click.option("--large", default=0, help="Documents for the measurement of memory; 0: leave out.")
@click.option("--write", "keep", is_flag=True, help="Write eval/BENCHMARKS.md.")
def main(number: int, large: int, keep: bool) -> None:
    """Run the benchmark and print its table."""
    with tempfile.TemporaryDirectory() as folder:
        text = page(measure(Path(folder), number, large), number)
    click.echo(text)
    if keep:
        PAGE.write_text(text, "utf-8")


if __name__ == "__main__":
    main()
