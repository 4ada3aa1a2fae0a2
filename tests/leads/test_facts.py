from alignment.leads.facts import READS, known

NOBODY: dict[str, object] = dict.fromkeys(READS)


def test_filled_fields_are_told_by_name_and_never_by_value() -> None:
    ada = NOBODY | {
        "name": "Ada Byron",
        "email": "ada@globex.test",
        "company": "",
        "phone": "+49 30 1234",
        "amount_minor": 500_00,
    }

    assert known(ada, "Fair") == ["amount", "email", "name", "phone", "source"]


def test_a_score_of_nothing_is_a_score() -> None:
    assert known(NOBODY | {"score": 0}, "") == ["score"]


def test_an_address_or_an_id_in_place_of_a_name_is_no_name() -> None:
    by_address = {"name": "ada@globex.test", "email": "ada@globex.test"}
    by_id = {"name": "A1", "external_id": "A1"}

    assert known(NOBODY | by_address, "") == ["email"]
    assert known(NOBODY | by_id, "") == []
