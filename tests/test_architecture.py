"""The shape of the tree: one ladder of imports, one place for bytes, only commands print."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
LADDER = ("schemas", "corpus", "eval", "annotate")
MODULES = sorted(path for name in (*LADDER, "src") for path in (ROOT / name).rglob("*.py"))
STARTS = ("main.py", "__main__.py")
MODULE_LINES, FUNCTION_LINES = 400, 45


def is_command(path):
    """Whether a module holds verbs: cli.py, or cli_pages.py and the like beside a full one."""
    return path.name in STARTS or path.match("cli*.py")


def test_there_are_modules():
    assert len(MODULES) > 30


def imported(path):
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: relative import"
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def called(path):
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Call):
            yield ast.unparse(node.func)


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(ROOT)))
class TestModule:
    def test_imports_only_from_its_left(self, path):
        home = path.relative_to(ROOT).parts[0]
        allowed = LADDER[: LADDER.index(home) + 1] if home in LADDER else LADDER
        for name in imported(path):
            parts = name.split(".")
            assert parts[0] not in LADDER, f"bare import of {name}"
            assert parts[0] != "tests"
            if parts[0] == "goldwire" and home in LADDER:
                assert parts[1] in allowed, name

    def test_only_commands_print_or_exit(self, path):
        if not is_command(path):
            assert not {"print", "click.echo", "sys.exit", "exit"} & set(called(path))
            assert not {"click", "sys"} & {name.split(".")[0] for name in imported(path)}

    def test_only_schemas_turns_bytes_into_records_and_back(self, path):
        if path.relative_to(ROOT).parts[0] not in ("schemas", "src"):
            calls = set(called(path))
            assert not {"open", "json.load", "json.loads", "path.open"} & calls
            files = {name for name in calls if name.endswith((".write_text", ".write_bytes"))}
            assert not files

    def test_stays_small(self, path):
        tree = ast.parse(path.read_text("utf-8"))
        assert path.read_text("utf-8").count("\n") <= MODULE_LINES
        for node in ast.walk(tree):
            if isinstance(node, ast.FunctionDef):
                body = node.body[1:] if ast.get_docstring(node) else node.body
                length = body[-1].end_lineno - body[0].lineno + 1 if body else 0
                assert length <= FUNCTION_LINES, f"{node.name} has {length} lines"

    def test_uses_no_pickle(self, path):
        assert not {"pickle", "dill", "marshal"} & {name.split(".")[0] for name in imported(path)}


def modules_after(statement):
    code = f"import sys; {statement}; print(*sys.modules)"
    command = [sys.executable, "-c", code]
    return set(subprocess.run(command, capture_output=True, text=True, check=True).stdout.split())


def test_import_is_light_and_runs_nothing():
    assert not {"numpy", "msgspec", "click", "rich", "datasets"} & modules_after("import goldwire")


def test_help_needs_no_numpy():
    assert not {"numpy", "msgspec", "rich"} & modules_after("import goldwire.cli")


def test_scoring_needs_no_extra():
    statement = (
        "import goldwire; gold = goldwire.load(); "
        "goldwire.score(gold, goldwire.run(goldwire.extractor('rules'), gold))"
    )
    assert not {"pyarrow", "datasets", "pandas", "scipy", "sklearn"} & modules_after(statement)


def test_the_version_is_one():
    import tomllib

    from goldwire.schemas.version import VERSION

    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    assert project["version"] == VERSION


def test_nothing_imports_the_folders_bare():
    """With the checkout on the path a bare import would make a second copy of every class."""
    for path in (ROOT / "tests").rglob("*.py"):
        assert not set(LADDER) & {name.split(".")[0] for name in imported(path)}
