"""THIRD_PARTY.md lists what is installed to run."""

from scripts import third_party


def test_the_list_of_third_party_parts_is_up_to_date():
    written = (third_party.ROOT / "THIRD_PARTY.md").read_text()

    assert written == third_party.page(), "run: .venv/bin/python scripts/third_party.py"


def test_every_part_states_a_licence():
    terms = [third_party.licence(name) for name in third_party.python_parts()]

    assert terms
    assert all(terms)
