"""Every file is found by its name: small folders, distinct names, tests that mirror the code."""

from collections import Counter
from itertools import combinations
from pathlib import Path

import pytest

from tests.house.source import HOUSE, ROOT, TESTS, contracts, module_of, name_of

FILES_AT_MOST = 20
ENDINGS = "s es d ed y al ly er ers ing ings ion ions ment"
SUFFIXES = ("", *ENDINGS.split())
STEM_AT_LEAST = 3

CALLED_ALIKE: set[tuple[str, str, str]] = set()
"""Folder and two names in it that differ by a suffix only and must; each with its reason."""

WHOLE_PRODUCT = {"acceptance", "browser", "conformance", "faults", "house"}
"""Folders of tests of more than one module."""

FOLLOWS_NO_MODULE = {
    "files/test_real_files.py": "files as other programs write them, through the whole slice",
    "integrations/imports/test_killed_import.py": "a process that dies, at any file",
    "integrations/imports/test_real_files.py": "files as other programs write them",
    "metrics/test_olist.py": "a public data set, counted by another program",
    "notifications/test_every_notice_kind.py": "each kind of notice by each way, without gaps",
    "sla/agreements/test_shadow.py": "an agreement on trial, from its start to its end",
    "sla/clock/test_servicenow.py": "the clock beside another product's published examples",
    "web/test_rights.py": "every page by every role",
    "sla/timers/test_amended_agreement.py": "steps and warnings of one amendment together",
    "web/accounts/test_forgotten_password.py": "from the form by the mail to the new password",
    "web/test_one_rule_on_four_surfaces.py": "page, mail, chat and reply beside each other",
    "worktime/test_against_the_oracle.py": "every calendar beside a slow and obvious one",
}

HOUSE_FOLDERS = sorted({path.parent for path in HOUSE})
FOLDERS = sorted({path.parent for path in [*HOUSE, *TESTS]})


@pytest.mark.parametrize("folder", FOLDERS, ids=name_of)
def test_a_folder_holds_few_files(folder: Path):
    files = [path for path in folder.glob("*.py") if path.name != "__init__.py"]

    assert len(files) <= FILES_AT_MOST


@pytest.mark.parametrize("folder", FOLDERS, ids=name_of)
def test_no_two_names_in_a_folder_differ_by_a_suffix_only(folder: Path):
    inside = [path for path in folder.iterdir() if path.suffix == ".py" or path in FOLDERS]
    names = sorted({path.stem.removeprefix("test_") for path in inside})

    alike = {
        (name_of(folder), one, other)
        for one, other in combinations(names, 2)
        if stems_of(one) & stems_of(other)
    }

    assert alike <= CALLED_ALIKE


def test_names_that_differ_by_a_suffix_are_seen():
    assert stems_of("acts") & stems_of("acting")
    assert stems_of("replay") & stems_of("replaying")
    assert stems_of("pausing") & stems_of("pauses")
    assert stems_of("account") & stems_of("accounts")
    assert not stems_of("sending") & stems_of("settings")


def stems_of(name: str) -> set[str]:
    """What may be left of a name without its ending."""
    stems = {name.removesuffix(suffix) for suffix in SUFFIXES if name.endswith(suffix)}
    return {stem for stem in stems if len(stem) >= STEM_AT_LEAST}


def test_every_folder_of_the_house_has_its_mirror_in_the_tests():
    rooms = [folder.relative_to(ROOT / "alignment") for folder in HOUSE_FOLDERS]

    assert [str(room) for room in rooms if not (ROOT / "tests" / room).is_dir()] == []


def test_a_file_of_tests_stands_where_its_module_stands_and_begins_with_its_name():
    lost = {
        str(path.relative_to(ROOT / "tests"))
        for path in TESTS
        if path.name.startswith("test_")
        and path.relative_to(ROOT / "tests").parts[0] not in WHOLE_PRODUCT
        and not modules_tested_by(path)
    }

    assert lost == FOLLOWS_NO_MODULE.keys()


def modules_tested_by(path: Path) -> list[str]:
    """``test_sweep.py`` and ``test_sweep_concurrency.py`` are both about ``sweep.py``."""
    room = ROOT / "alignment" / path.parent.relative_to(ROOT / "tests")
    name = path.stem.removeprefix("test_") + "_"
    return [module.stem for module in room.glob("*.py") if name.startswith(module.stem + "_")]


def test_a_slice_of_several_rooms_has_an_order_of_rooms():
    parents = Counter(module_of(room).rpartition(".")[0] for room in HOUSE_FOLDERS)
    slices = {name for name, rooms in parents.items() if rooms > 1 and name.count(".") == 1}
    ordered = {name for c in contracts() if c["type"] == "layers" for name in c["containers"]}

    assert slices
    assert slices - ordered == set()
