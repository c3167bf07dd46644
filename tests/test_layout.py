"""The house stays as it was drawn: who imports whom, how large things are, what stands at the top."""

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[1]
PACKAGES = ("bot", "handlers", "nlp", "storage")
MAY_IMPORT = {
    "bot": {"bot", "handlers", "nlp", "storage"},
    "handlers": {"handlers", "nlp", "storage"},
    "nlp": {"nlp"},
    "storage": {"storage"},
}
FORBIDDEN_NAMES = {"utils", "helpers", "common", "manager", "service"}
TOP_LEVEL = {
    *PACKAGES, "tests", "pyproject.toml", "config.example.toml", "README.md", "Makefile", ".ci", "LICENSE",
    "CHANGELOG.md", "requirements.lock", "docs", "benchmarks", ".gitignore",
}  # fmt: skip
LOCAL = {".git", ".venv", "var", "config.toml", ".hypothesis"}  # made on a machine, never committed
FILE_LINES, FUNCTION_LINES, NESTING, POSITIONAL = 400, 50, 3, 3
NOT_COUNTED = {"self", "cls", "db"}  # of positional parameters
CLOCKS = {"datetime.now", "datetime.utcnow", "datetime.today", "date.today", "time.time", "time.monotonic"}
BUILDERS = {"select", "insert", "update", "delete", "text"}
NESTS = (ast.If, ast.For, ast.While, ast.With, ast.Try, ast.AsyncFor, ast.AsyncWith, ast.Match)
Function = ast.FunctionDef | ast.AsyncFunctionDef


@cache
def trees() -> dict[str, ast.Module]:
    """Every module of the four packages, by its path from the top; migrations are never edited."""
    paths = [path for package in PACKAGES for path in sorted((ROOT / package).rglob("*.py"))]
    return {
        path.relative_to(ROOT).as_posix(): ast.parse(path.read_text("utf-8"))
        for path in paths
        if "versions" not in path.parts
    }


def functions(tree: ast.Module) -> Iterator[Function]:
    return (node for node in ast.walk(tree) if isinstance(node, Function))


def imports(tree: ast.AST) -> Iterator[ast.Import | ast.ImportFrom]:
    return (node for node in ast.walk(tree) if isinstance(node, ast.Import | ast.ImportFrom))


def imported(tree: ast.Module) -> set[str]:
    names = set()
    for node in imports(tree):
        modules = (
            [alias.name for alias in node.names] if isinstance(node, ast.Import) else [node.module or ""]
        )
        names |= {module.split(".")[0] for module in modules}
    return names


def depth(node: ast.AST, level: int = 0) -> int:
    deepest = level
    for child in ast.iter_child_nodes(node):
        is_elif = isinstance(node, ast.If) and isinstance(child, ast.If) and child in node.orelse
        step = int(isinstance(child, NESTS) and not is_elif)
        deepest = max(deepest, 0 if isinstance(child, Function) else depth(child, level + step))
    return deepest


def positional(function: Function) -> int:
    arguments = (*function.args.posonlyargs, *function.args.args)
    return len([each for each in arguments if each.arg not in NOT_COUNTED])


def test_packages_import_only_downwards() -> None:
    upwards = {
        path: imported(tree) & set(PACKAGES) - MAY_IMPORT[path.split("/")[0]]
        for path, tree in trees().items()
    }

    assert {path: names for path, names in upwards.items() if names} == {}


def test_nothing_is_imported_inside_functions_but_where_commands_must_start_quickly() -> None:
    late = {
        f"{path}:{function.name}"
        for path, tree in trees().items()
        for function in functions(tree)
        if any(imports(function)) and path != "bot/cli.py"
    }

    assert late == set()


def test_files_stay_small() -> None:
    sizes = {path: len((ROOT / path).read_text("utf-8").splitlines()) for path in trees()}

    assert {path: size for path, size in sizes.items() if size > FILE_LINES} == {}


def test_functions_stay_short_flat_and_take_few_positional_arguments() -> None:
    crooked = {
        f"{path}:{function.name}"
        for path, tree in trees().items()
        for function in functions(tree)
        if (function.end_lineno or 0) - function.lineno >= FUNCTION_LINES
        or depth(function) > NESTING
        or positional(function) > POSITIONAL
    }

    assert crooked == set()


def test_modules_are_named_for_what_they_hold() -> None:
    assert {path for path in trees() if Path(path).stem in FORBIDDEN_NAMES} == set()


def test_public_names_of_the_core_say_what_comes_true() -> None:
    silent = {
        f"{path}:{node.name}"
        for path, tree in trees().items()
        if not path.startswith("bot/")
        for node in tree.body
        if isinstance(node, Function | ast.ClassDef) and not node.name.startswith("_")
        if not ast.get_docstring(node)
    }

    assert silent == set()


def test_only_the_clock_reads_the_clock() -> None:
    readers = {
        path
        for path, tree in trees().items()
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and ast.unparse(node.func) in CLOCKS
    }

    assert readers == {"bot/clock.py"}


def test_statements_are_built_in_storage_only() -> None:
    builders = {
        path
        for path, tree in trees().items()
        for node in imports(tree)
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("sqlalchemy")
        if {alias.name for alias in node.names} & BUILDERS
    }

    assert {path for path in builders if not path.startswith("storage/")} == set()


def test_the_top_level_holds_only_what_tools_expect() -> None:
    caches = (".egg-info", "_cache", "__pycache__")
    there = {path.name for path in ROOT.iterdir() if not path.name.endswith(caches)}

    assert there - TOP_LEVEL - LOCAL == set()
