import numpy as np
from sqlmodel import col, select

from alignment.leads.models import Lead
from alignment.metrics.bulk_columns import (
    epoch_seconds,
    first_true_index,
    pack_flags,
    read_columns,
    rows_as_text,
    unpack_flags,
)
from tests.factories import make_lead
from tests.metrics.stories import berlin


def test_rows_become_columns_of_numbers_in_one_order(session, acme):
    make_lead(session, acme, "Ada", score=3, arrived_at=berlin("2027-03-28 01:59"))
    make_lead(session, acme, "Bo", score=-7, arrived_at=berlin("2027-03-28 03:00"))
    told = rows_as_text(
        Lead.score, epoch_seconds(Lead.arrived_at), pack_flags([col(Lead.score) > 0])
    )

    text = session.exec(select(told).where(Lead.workspace_id == acme.id)).one()

    scores, arrived, is_positive = read_columns(text, 3)
    assert dict(zip(scores.tolist(), arrived.tolist(), strict=True)) == {
        3: int(berlin("2027-03-28 01:59").timestamp()),
        -7: int(berlin("2027-03-28 03:00").timestamp()),
    }
    assert dict(zip(scores.tolist(), is_positive.tolist(), strict=True)) == {3: 1, -7: 0}


def test_no_rows_are_empty_columns(session, acme):
    text = session.exec(select(rows_as_text(Lead.id, Lead.score))).one()

    assert [len(column) for column in read_columns(text, 2)] == [0, 0]


def test_several_answers_fit_one_number():
    packed = np.array([0b00, 0b01, 0b10, 0b11])

    first, second = unpack_flags(packed, 2)

    assert first.tolist() == [False, True, False, True]
    assert second.tolist() == [False, False, True, True]


def test_of_several_conditions_the_first_that_holds_is_told(session, acme):
    for score in (1, 5, 9):
        make_lead(session, acme, score=score)
    told = rows_as_text(Lead.score, first_true_index([col(Lead.score) > 7, col(Lead.score) > 3]))

    text = session.exec(select(told)).one()

    assert sorted(zip(*(column.tolist() for column in read_columns(text, 2)), strict=True)) == [
        (1, -1),
        (5, 1),
        (9, 0),
    ]
