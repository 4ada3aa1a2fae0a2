from dataclasses import replace
from datetime import timedelta
from fractions import Fraction

from alignment.sla.clock.schedule import ScheduledStep
from alignment.sla.clock.stopwatch import Reading, TimerState
from alignment.sla.promises.standard_targets import accept_or_return, decide
from alignment.sla.promises.targets import EscalationStep, RecipientRole
from alignment.worktime.calendar import Calendar
from tests.sla.lead_histories import HOUR, berlin, latest_reading, reading, told

FOUR_HOURS = accept_or_return(hours=4)


def test_a_lead_handed_off_before_easter_is_due_on_tuesday_at_one() -> None:
    easter = reading(told("handed_off 25 18:00"), FOUR_HOURS, "26 12:00")

    assert easter.due_at == berlin("30 13:00")
    assert easter.warn_at == berlin("30 12:00")
    assert easter.state is TimerState.RUNNING
    assert easter.left == 4 * HOUR


def test_deciding_is_due_at_the_same_wall_time_so_many_working_days_later() -> None:
    history = told("accepted 24 15:00")

    assert reading(history, decide(working_days=2), "24 16:00").due_at == berlin("30 15:00")


def test_escalation_climbs_before_and_after_due_in_open_time() -> None:
    half, day_after = (
        EscalationStep(when=Fraction(1, 2), to=RecipientRole.OWNER),
        EscalationStep(when=timedelta(hours=8), to=RecipientRole.BOTH_LEADS),
    )
    promise = replace(FOUR_HOURS, steps=(half, day_after))
    history = told("handed_off 22 09:00")

    late = reading(history, promise, "22 14:00")

    assert late.scheduled_steps == (ScheduledStep(at=berlin("22 11:00"), step=half),)
    assert late.next_at == berlin("23 13:00")
    assert len(reading(history, promise, "23 13:00").scheduled_steps) == 2


def test_an_always_open_clock_counts_every_hour() -> None:
    found = latest_reading(
        told("handed_off 27 22:00"), FOUR_HOURS, Calendar.always(), berlin("27 23:00")
    )

    assert isinstance(found, Reading)
    # The clocks go forward at two that night.
    assert found.due_at == berlin("28 03:00")


def test_a_step_at_due_is_reached_at_due_even_when_that_is_closing_time() -> None:
    at_once = EscalationStep(when=timedelta(), to=RecipientRole.BOTH_LEADS)
    promise = replace(FOUR_HOURS, steps=(at_once,))

    late = reading(told("handed_off 22 13:00"), promise, "22 17:01")

    assert late.scheduled_steps == (ScheduledStep(at=berlin("22 17:00"), step=at_once),)


def test_time_past_due_in_working_days_is_counted_in_open_time() -> None:
    late = reading(told("accepted 22 15:00"), decide(working_days=1), "24 10:00")

    assert (late.due_at, late.left) == (berlin("23 15:00"), -3 * HOUR)
