"""Rows that name somebody whom an earlier row has named."""

from alignment.integrations.imports.duplicate_rows import find_duplicate_rows, fingerprint


def test_a_row_repeats_the_first_one_that_was_taken():
    repeats, total = find_duplicate_rows([(2, ["a"]), (3, ["b"]), (4, ["a"]), (5, ["a"])])
    repeats.claim_names(2)
    repeats.claim_names(3)

    assert total == 4
    assert [repeats.earlier_row(row) for row in (3, 4, 5)] == [None, 2, 2]


def test_a_row_that_was_not_taken_gives_its_name_to_nobody():
    repeats, _ = find_duplicate_rows([(2, ["a"]), (3, ["a"]), (4, ["a"])])
    repeats.claim_names(3)

    assert (repeats.earlier_row(3), repeats.earlier_row(4)) == (3, 3)


def test_any_of_two_names_is_enough():
    repeats, _ = find_duplicate_rows(
        [(2, ["id 1", "mail a"]), (3, ["id 2", "mail a"]), (4, ["id 2"])]
    )
    repeats.claim_names(2)

    assert (repeats.earlier_row(3), repeats.earlier_row(4)) == (2, None)


def test_nameless_rows_are_counted_and_repeat_nobody():
    repeats, total = find_duplicate_rows([(2, []), (3, [])])
    repeats.claim_names(2)

    assert (repeats.earlier_row(3), total) == (None, 2)


def test_a_fingerprint_is_the_same_in_every_process():
    assert fingerprint("mail ada@byron.example") == 13585261736156439791
