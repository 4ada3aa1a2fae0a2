"""What may be done about a lead at which stage, and what a button invites to."""

import pytest

from alignment.leads.models import Lead, Stage
from alignment.leads.rules import RULES, Verb, is_inviting, stage_refusal
from tests.factories import MONDAY_NINE

SAM, RITA = 1, 2

ALLOWED = {
    Verb.HAND_OFF: "new recycled",
    Verb.ACCEPT: "handed_off",
    Verb.RETURN: "handed_off accepted",
    Verb.CALL: "handed_off accepted returned qualified opportunity unreachable won lost",
    Verb.WRITE: "handed_off accepted returned qualified opportunity unreachable won lost",
    Verb.TOUCH: "handed_off accepted returned qualified opportunity unreachable won lost",
    Verb.DECIDE: "accepted qualified opportunity unreachable",
    Verb.TAKE_OVER: "handed_off accepted qualified opportunity unreachable",
    Verb.GIVE: "handed_off accepted qualified opportunity unreachable",
    Verb.ANSWER: "returned",
    Verb.REOPEN: "won lost unreachable withdrawn recycled",
}


def ada(stage=Stage.HANDED_OFF, **columns):
    return Lead(
        workspace_id=1,
        name="Ada Byron",
        stage=stage,
        owner_id=SAM,
        arrived_at=MONDAY_NINE,
        **columns,
    )


def invited(verb, lead, *, reader_id=RITA, owes=True):
    return is_inviting(verb, lead, reader_id=reader_id, owes=owes)


@pytest.mark.parametrize("verb", Verb)
def test_each_verb_is_refused_at_every_stage_but_its_own(verb):
    assert {stage for stage in Stage if not stage_refusal(verb, ada(stage))} == set(
        ALLOWED[verb].split()
    )


@pytest.mark.parametrize("verb", Verb)
def test_no_button_invites_to_what_is_refused(verb):
    refused = set(Stage) - RULES[verb].stages

    assert not any(invited(verb, ada(stage)) for stage in refused)


def test_a_refusal_names_the_lead_and_how_it_stands():
    assert stage_refusal(Verb.RETURN, ada(Stage.OPPORTUNITY)) == (
        "Ada Byron is opportunity and cannot be returned."
    )


@pytest.mark.parametrize("verb", [Verb.CALL, Verb.WRITE, Verb.TAKE_OVER])
def test_what_counts_for_nobody_else_invites_the_team_that_owes_it_alone(verb):
    assert invited(verb, ada(Stage.UNREACHABLE))
    assert not invited(verb, ada(Stage.UNREACHABLE), owes=False)


def test_anybody_may_write_a_touch_down_while_the_lead_is_with_sales():
    assert invited(Verb.TOUCH, ada(), owes=False)
    assert not invited(Verb.TOUCH, ada(Stage.WON))


def test_nobody_is_invited_to_call_or_mail_who_wants_neither():
    assert not invited(Verb.CALL, ada(do_not_call=True))
    assert not invited(Verb.WRITE, ada(do_not_mail=True))
    assert invited(Verb.WRITE, ada(do_not_call=True))


def test_nobody_takes_over_what_is_his_already():
    assert not invited(Verb.TAKE_OVER, ada(), reader_id=SAM)
