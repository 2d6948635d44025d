"""The wheel holds all that the main job needs: installed elsewhere, it scores from there."""

import subprocess
import sys
import venv
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent


@pytest.mark.real
def test_the_wheel_does_the_main_job_in_another_folder(tmp_path):
    def run(*command):
        done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        return done.stdout

    run(sys.executable, "-m", "pip", "wheel", "-q", "--no-deps", "-w", str(tmp_path), str(ROOT))
    (wheel,) = tmp_path.glob("*.whl")
    venv.create(tmp_path / "env", with_pip=True)
    python = tmp_path / "env" / "bin" / "python"
    run(str(python), "-m", "pip", "install", "-q", str(wheel))
    goldwire = str(tmp_path / "env" / "bin" / "goldwire")
    assert "mean of the four" in run(goldwire, "score", "--run", "rules")
    assert "problems: 0" in run(goldwire, "corpus", "check")
    listed = run(str(python), "-c", "import goldwire; print(goldwire.__file__)")
    assert str(tmp_path) in listed
    names = run(sys.executable, "-m", "zipfile", "-l", str(wheel))
    assert "goldwire/eval/extractors/prompt.md" in names
    assert "reading.html" not in names  # built of what is there
    assert "Content-Security-Policy" in run(goldwire, "show", "--html")
    tops = {line.split("/")[0] for line in names.splitlines()[1:]}
    assert all(top.startswith("goldwire") for top in tops)
