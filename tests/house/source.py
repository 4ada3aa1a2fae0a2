"""The code as text and as trees, for tests that read it."""

import ast
import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
HOUSE = sorted((ROOT / "alignment").rglob("*.py"))
TESTS = sorted((ROOT / "tests").rglob("*.py"))


def name_of(path: Path) -> str:
    return str(path.relative_to(ROOT))


def module_of(path: Path) -> str:
    """``alignment.leads.intake``; a package by its own name."""
    return ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")


@cache
def tree_of(path: Path) -> ast.Module:
    return ast.parse(path.read_text())


def calls_in(path: Path) -> list[ast.Call]:
    return [node for node in ast.walk(tree_of(path)) if isinstance(node, ast.Call)]


def imports_of(path: Path, modules: frozenset[str]) -> Iterator[tuple[str, ast.alias, str]]:
    """Of every import of these modules, at the top or in a function: module, words, name taken.

    The name is empty where the module itself is imported.
    """
    for node in ast.walk(tree_of(path)):
        if isinstance(node, ast.Import):
            yield from ((words.name, words, "") for words in node.names if words.name in modules)
        elif isinstance(node, ast.ImportFrom) and node.module:
            for words in node.names:
                whole = f"{node.module}.{words.name}"
                if whole in modules:
                    yield whole, words, ""
                elif node.module in modules:
                    yield node.module, words, words.name


@cache
def contracts() -> list[dict[str, Any]]:
    """The import contracts of pyproject.toml."""
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text())
    found: list[dict[str, Any]] = settings["tool"]["importlinter"]["contracts"]
    return found


def classes_in(tree: ast.Module) -> list[ast.ClassDef]:
    return [node for node in tree.body if isinstance(node, ast.ClassDef)]
