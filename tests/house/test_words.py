"""The glossary names what is there."""

import ast
import re

import pytest

from tests.house.source import HOUSE, ROOT, tree_of

TABLES = (ROOT / "docs" / "words.md").read_text().split("\n## ")[1:]


def rows_of(table: str) -> list[list[str]]:
    """The cells of each line below the heading of a table."""
    lines = [line for line in table.splitlines() if line.startswith("| ")]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines[1:]]


ROWS = [row for table in TABLES for row in rows_of(table)]
CLASSES = {
    node.name
    for path in HOUSE
    for node in ast.walk(tree_of(path))
    if isinstance(node, ast.ClassDef)
}


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row[0])
def test_a_word_of_the_glossary_leads_to_a_class_or_file_that_exists(row: list[str]):
    named = re.findall(r"`([^`]+)`", row[2])

    lost = [
        name for name in named if name not in CLASSES and not (ROOT / "alignment" / name).exists()
    ]

    assert lost == []


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.splitlines()[0])
def test_a_table_of_the_glossary_is_in_the_order_of_the_alphabet(table: str):
    words = [row[0].lower() for row in rows_of(table)]

    assert words
    assert words == sorted(set(words))
