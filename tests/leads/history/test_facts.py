from alignment.leads.history.facts import COLUMNS_READ, filled_fields

NOBODY: dict[str, object] = dict.fromkeys(COLUMNS_READ)


def test_filled_fields_are_told_by_name_and_never_by_value() -> None:
    ada = NOBODY | {
        "name": "Ada Byron",
        "email": "ada@globex.test",
        "company": "",
        "phone": "+49 30 1234",
        "amount_minor": 500_00,
    }

    assert filled_fields(ada, "Fair") == ["amount", "email", "name", "phone", "source"]


def test_a_score_of_nothing_is_a_score() -> None:
    assert filled_fields(NOBODY | {"score": 0}, "") == ["score"]


def test_an_address_or_an_id_in_place_of_a_name_is_no_name() -> None:
    by_address = {"name": "ada@globex.test", "email": "ada@globex.test"}
    by_id = {"name": "A1", "external_id": "A1"}

    assert filled_fields(NOBODY | by_address, "") == ["email"]
    assert filled_fields(NOBODY | by_id, "") == []
