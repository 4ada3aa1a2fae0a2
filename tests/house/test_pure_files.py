"""A file says PURE. if and only if an import contract holds it to that."""

import ast

from tests.house.source import HOUSE, contracts, module_of, tree_of

CONTRACT = next(c for c in contracts() if c["name"] == "Pure files do arithmetic only")


def test_pure_stands_at_the_head_of_exactly_the_files_under_the_contract():
    under = {module_of(path) for path in HOUSE if is_under_contract(module_of(path))}
    empty = {module_of(path) for path in HOUSE if not path.read_text()}
    marked = {
        module_of(path)
        for path in HOUSE
        if (ast.get_docstring(tree_of(path)) or "").startswith("PURE. ")
    }

    assert marked
    assert marked == under - empty


def test_the_contract_names_each_module_once_in_order():
    named = CONTRACT["source_modules"]

    assert named == sorted(set(named))


def is_under_contract(module: str) -> bool:
    """A package in the contract stands for every file in it."""
    return any(f"{module}.".startswith(f"{named}.") for named in CONTRACT["source_modules"])
