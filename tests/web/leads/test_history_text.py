"""What happened to a lead, as the two teams say it."""

from typing import Any

import pytest

from alignment.leads.disposition import Disposition
from alignment.leads.event_kinds import EventKind
from alignment.leads.handoff import ReturnReason
from alignment.leads.models import LeadEvent
from alignment.web.leads.history_text import (
    VERBS,
    HistoryLine,
    history_sentence,
    reason_text,
    side_of_event,
)
from alignment.web.leads.labels import OUTCOMES, RETURN_REASONS
from tests.factories import MONDAY_NINE

SAM, MONA = 1, 2
PEOPLE = {SAM: "Sam", MONA: "Mona"}


def line(kind: str, *, by: int | None = None, owner: int | None = None) -> LeadEvent:
    return LeadEvent(
        workspace_id=1,
        lead_id=7,
        kind=EventKind(kind),
        at=MONDAY_NINE,
        recorded_at=MONDAY_NINE,
        dedupe_key=kind,
        by_id=by,
        owner_id=owner,
    )


@pytest.mark.parametrize(
    ("told", "words"),
    [
        (line("handed_off", by=MONA, owner=SAM), "Mona handed it off to you"),
        (line("accepted", by=SAM, owner=SAM), "You accepted it"),
        (line("called", by=SAM), "You called"),
        (line("fixed", by=MONA), "Mona put it right and handed it off again"),
        (line("handed_off"), "Handed off"),
        (line("won"), "Won"),
        (line("assigned", by=99, owner=MONA), "Somebody gave it to Mona"),
    ],
)
def test_a_line_is_told_to_its_reader(told: LeadEvent, words: str):
    assert history_sentence(told, PEOPLE, reader_id=SAM) == words


def test_everything_that_happens_has_its_words():
    assert set(VERBS) == set(EventKind)
    assert set(RETURN_REASONS) == set(ReturnReason)
    assert set(OUTCOMES) == set(Disposition)


@pytest.mark.parametrize(
    ("kind", "side"),
    [
        ("handed_off", "marketing"),
        ("withdrawn", "marketing"),
        ("returned", "sales"),
        ("won", "sales"),
        ("mailed_automatically", ""),
        ("merged", ""),
    ],
)
def test_each_line_stands_on_the_side_of_who_acts(kind: str, side: str):
    assert side_of_event(EventKind(kind)) == side


def test_a_reason_from_a_file_is_shown_as_it_came():
    assert reason_text("no_fit") == "No fit"
    assert reason_text("wrong_country") == "wrong country"
    assert reason_text("") == ""


@pytest.mark.parametrize(
    ("columns", "words"),
    [
        ({}, ""),
        ({"is_repeated": True}, "the same handoff told again: it counts once"),
        ({"is_by_outsider": True}, "stops no clock: not by the team that owes it"),
        ({"undone_at": MONDAY_NINE}, "does not count since two records were merged"),
        ({"undone_at": MONDAY_NINE, "dedupe_key": None}, "taken back"),
    ],
)
def test_a_line_that_does_not_count_says_why(columns: dict[str, Any], words: str):
    event = line("handed_off")
    for name, value in columns.items():
        setattr(event, name, value)

    shown = HistoryLine(event=event, words="", side="", reason="", changes="", may_undo=False)

    assert shown.why_not_counted == words
