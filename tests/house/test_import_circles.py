"""No file imports, by whatever way, a file that imports it; an import in a function counts too."""

from graphlib import CycleError, TopologicalSorter

import pytest

from tests.house.source import HOUSE, ROOT, TESTS, imports_of, module_of

FILES = [*HOUSE, *TESTS, *(ROOT / "scripts").rglob("*.py"), *(ROOT / "bench").rglob("*.py")]
MODULES = frozenset(module_of(path) for path in FILES)


def test_no_imports_run_in_a_circle():
    graph = {
        module_of(path): {module for module, *_ in imports_of(path, MODULES)} for path in FILES
    }

    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        pytest.fail(" <- ".join(error.args[1]))
