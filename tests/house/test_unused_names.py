"""Nothing public stands in the code for its tests alone."""

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from tests.house.source import HOUSE, ROOT, classes_in, imports_of, module_of, tree_of

PRODUCT = [
    *HOUSE,
    ROOT / "wsgi.py",
    *(ROOT / "migrations").rglob("*.py"),
    *(ROOT / "scripts").rglob("*.py"),
]
MODULES = frozenset(module_of(path) for path in HOUSE)

FOR_TESTS_AND_TOOLS = {
    "alignment.app.main": "the command, by its entry in pyproject.toml",
    "alignment.sla.promises.quotas.Quality": "a formula of quotas that metrics will show",
    "alignment.sla.promises.quotas.expected_value": "a formula of quotas that metrics will show",
    "alignment.sla.promises.quotas.leads_needed": "a formula of quotas that metrics will show",
    "alignment.wiring.JOURNAL_ONLY_EVENTS": "what a house test holds the wiring to",
}

READ_BY_A_LIBRARY = {"model_config", "exit_code", "regex"}
"""Members that a base class of a library reads."""

CHOSEN_BY_VALUE = {"OTHER", "MONTH_SOURCE"}
"""Members of enums that a person, a form or an address names by their value."""


def test_every_public_name_is_used_by_the_product():
    unused = {
        f"{module_of(path)}.{name}"
        for path in HOUSE
        for name in public_names(tree_of(path))
        if (module_of(path), name) not in names_in_use()
    }

    assert unused == FOR_TESTS_AND_TOOLS.keys()


def test_every_public_member_is_used_by_the_product_or_its_templates():
    unused = {
        f"{module_of(path)}.{owner.name}.{member}"
        for path in HOUSE
        for owner in classes_in(tree_of(path))
        if f"{module_of(path)}.{owner.name}" not in FOR_TESTS_AND_TOOLS
        for member in public_names(owner)
        if member not in words_in_use() | READ_BY_A_LIBRARY | CHOSEN_BY_VALUE
    }

    assert unused == set()


def public_names(tree: ast.Module | ast.ClassDef) -> Iterator[str]:
    """Functions, classes and constants; what a decorator hands to a library is in use by it."""
    for node in tree.body:
        if isinstance(node, ast.Assign | ast.AnnAssign):
            yield from public(assigned_by(node))
        elif isinstance(node, ast.FunctionDef | ast.ClassDef) and not is_registered(node):
            yield from public([node.name])


def public(names: list[str]) -> Iterator[str]:
    return (name for name in names if not name.startswith("_"))


def assigned_by(node: ast.Assign | ast.AnnAssign) -> list[str]:
    targets = node.targets if isinstance(node, ast.Assign) else [node.target]
    return [
        name.id for target in targets for name in ast.walk(target) if isinstance(name, ast.Name)
    ]


def is_registered(definition: ast.FunctionDef | ast.ClassDef) -> bool:
    """A view, a command, a validator: called by whoever the decorator tells of it."""
    if isinstance(definition, ast.ClassDef):
        return False
    plain = re.compile(
        r"(\w+\.)?(cache|contextmanager|property|staticmethod|classmethod|override)$"
    )
    return any(not plain.match(ast.unparse(it)) for it in definition.decorator_list)


@cache
def names_in_use() -> frozenset[tuple[str, str]]:
    return frozenset(use for path in PRODUCT for use in names_used_by(path))


def names_used_by(path: Path) -> Iterator[tuple[str, str]]:
    """Module and name of what a file imports, reaches through a module, or uses of its own."""
    modules: dict[str, str] = {}
    for module, words, name in imports_of(path, MODULES):
        if name:
            yield module, name
        else:
            modules[words.asname or words.name] = module
    for node in ast.walk(tree_of(path)):
        if isinstance(node, ast.Attribute) and ast.unparse(node.value) in modules:
            yield modules[ast.unparse(node.value)], node.attr
    for statement in tree_of(path).body:
        own = getattr(statement, "name", "")
        yield from ((module_of(path), name) for name in names_read(statement) if name != own)


def names_read(node: ast.AST) -> set[str]:
    """The names that are read below a node, in annotations between quotes too."""
    reads = {
        inner.id
        for inner in ast.walk(node)
        if isinstance(inner, ast.Name) and isinstance(inner.ctx, ast.Load)
    }
    quoted = {
        inner.value
        for inner in ast.walk(node)
        if isinstance(inner, ast.Constant) and isinstance(inner.value, str)
    }
    return reads | quoted


@cache
def words_in_use() -> frozenset[str]:
    """Every attribute that the product reads or sets by name, and every word of a template."""
    templates = (path for path in (ROOT / "templates").rglob("*") if path.is_file())
    shown = {word for path in templates for word in re.findall(r"\w+", path.read_text())}
    return frozenset(shown.union(*(members_used_by(path) for path in PRODUCT)))


def members_used_by(path: Path) -> Iterator[str]:
    """Attributes, keywords, and words of short texts: columns of SQL are named in those."""
    for node in ast.walk(tree_of(path)):
        if isinstance(node, ast.Attribute):
            yield node.attr
        elif isinstance(node, ast.keyword) and node.arg:
            yield node.arg
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield from re.findall(r"\w+", node.value) if len(node.value) < 80 else ()
