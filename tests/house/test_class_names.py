"""One name stands for one thing."""

from collections import defaultdict

from tests.house.source import HOUSE, classes_in, name_of, tree_of


def test_no_two_files_have_a_class_of_the_same_name() -> None:
    places = defaultdict(list)
    for path in HOUSE:
        for node in classes_in(tree_of(path)):
            places[node.name].append(name_of(path))

    assert {name: files for name, files in places.items() if len(set(files)) > 1} == {}
