"""The tables: which event is heard by whom, and which message still matters.

Read it as the whole of "B happens because A happened". Listeners run in the order given.
A lead's change may breach, resolve or withdraw a promise; that second event is told from here too:

    LeadChanged -> tracking.read_again -> TimerBreached … -> both teams are told

A step of a ladder may give the lead away; that is a change of the lead like any other:

    StepReached -> escalation.act -> LeadAssigned -> its owner is told, its clocks are read
"""

from collections.abc import Mapping
from functools import partial

from alignment.accounts.events import ColleagueInvited, OpeningHoursChanged
from alignment.config import Settings
from alignment.events import Event, subscribe
from alignment.journal.keeping import keep
from alignment.leads import digest_lines as lead_lines
from alignment.leads import notices as lead_notices
from alignment.leads.acts import ON_A_LEAD
from alignment.leads.events import (
    LeadAssigned,
    LeadChanged,
    LeadHandedOff,
    LeadReopened,
    LeadReturned,
)
from alignment.leads.topic import LEAD
from alignment.metrics.summaries import pictures, telling
from alignment.notifications import digests, invitations, nightly, testing, weekly
from alignment.notifications.acts import Acts
from alignment.notifications.channels import queries as channels
from alignment.notifications.digests import Source
from alignment.notifications.office import Office, StillMatters, office_of
from alignment.plans import mailing, reminders
from alignment.plans.topic import TASK
from alignment.sla import escalation, excuse_notices, repinning, tracking
from alignment.sla import notices as sla_notices
from alignment.sla.acts import ON_A_CLOCK
from alignment.sla.events import (
    BreachResolved,
    BreachWithdrawn,
    ExcuseAnswered,
    ExcuseAsked,
    ExcuseTakenBack,
    StepReached,
    TimerBreached,
    TimerWarned,
)
from alignment.sla.mornings import lines as sla_lines
from alignment.sla.topic import CLOCK

DIGEST = (
    Source(lines=reminders.lines, said=reminders.write_down),
    Source(lines=sla_lines.lines),
    Source(lines=lead_lines.lines),
)
"""What stands in a person's daily digest; within a section in this order, what is due first."""

NUMBERS_OF_DAY, NUMBERS_OF_WEEK = telling.of_day, telling.of_week
"""What stands in the mails with both teams' numbers."""

PICTURES = {
    weekly.WEEKLY: pictures.kept_and_missed,
    nightly.NIGHTLY: pictures.kept_and_missed,
}
"""By kind of message: the pictures in it, drawn when it is written."""

STILL_MATTERS: Mapping[str, StillMatters] = {
    invitations.INVITATION: invitations.still_open,
    lead_notices.ASSIGNED: lead_notices.still_waiting,
    lead_notices.RETURNED: lead_notices.still_returned,
    sla_notices.WARNED: sla_notices.still_running,
    sla_notices.ESCALATED: escalation.still_open,
    excuse_notices.ASKED: excuse_notices.still_asked,
    weekly.WEEKLY: weekly.still_matters,
    nightly.NIGHTLY: nightly.still_matters,
    digests.DAILY: partial(digests.still_matters, sources=DIGEST),
    "plan_mailed": mailing.still_matters,
    channels.TESTED: testing.only_once,
}
"""By kind of message: why it need not be sent any more. Kinds not named here always matter."""

ACTS: Acts = {
    lead_notices.ASSIGNED: ON_A_LEAD,
    sla_notices.WARNED: ON_A_CLOCK,
    sla_notices.BREACHED: ON_A_CLOCK,
    sla_notices.ESCALATED: ON_A_CLOCK,
}
"""By kind of message: what its reader can do about it from the message itself."""

TOPICS = {topic.name: topic for topic in (LEAD, CLOCK, TASK)}
"""What mails are about, and what can be done about it from a mail."""

ACTED_ON = {
    lead_notices.ASSIGNED: LEAD.name,
    sla_notices.WARNED: CLOCK.name,
    sla_notices.BREACHED: CLOCK.name,
    sla_notices.ESCALATED: CLOCK.name,
}
"""By kind of message: what its subject is, where its mail has buttons."""

LATE_WORDS = {invitations.INVITATION: invitations.join_path}
"""By kind of message: words that are never stored, such as a link to join."""

UNHEARD = frozenset(
    {
        "AgreementDrafted",
        "AgreementEnded",
        "AgreementSigned",
        "BreachExcused",
        "CauseSaid",
        "ChannelAdded",
        "ChannelRemoved",
        "ChannelSwitchedOff",
        "ChannelSwitchedOn",
        "ColleagueJoined",
        "DaysOffAdded",
        "DaysOffRemoved",
        "InvitationWithdrawn",
        "PasswordChanged",
        "PersonDeactivated",
        "PersonPlaced",
        "PersonReactivated",
        "PlanChanged",
        "PlanClosed",
        "PlanMailed",
        "PlanReopened",
        "PlanStarted",
        "PreferencesChanged",
        "ReminderPutOff",
        "ReminderWoken",
        "ShadowStarted",
        "ShadowStopped",
        "SchedulerStoodStill",
        "SignedIn",
        "SignedOut",
        "TaskAdded",
        "TaskChanged",
        "TaskDone",
        "TaskHandedOver",
        "TaskMoved",
        "TaskUndone",
        "WorkspaceFounded",
    }
)
"""Events that only the journal hears: nothing else happens because of them."""


def connect() -> None:
    """Hang every listener on its event; doing it again changes nothing."""
    subscribe(Event, keep)
    subscribe(ColleagueInvited, invitations.invite_by_mail)
    subscribe(LeadChanged, tracking.read_again)
    subscribe(OpeningHoursChanged, repinning.move_into_hours)
    subscribe(LeadHandedOff, lead_notices.tell_new_owner)
    subscribe(LeadAssigned, lead_notices.tell_new_owner)
    subscribe(LeadReopened, lead_notices.tell_new_owner)
    subscribe(LeadReturned, lead_notices.tell_marketing)
    subscribe(TimerWarned, sla_notices.warn_owner)
    subscribe(TimerBreached, sla_notices.tell_both_teams)
    subscribe(StepReached, escalation.act)
    subscribe(BreachResolved, sla_notices.tell_it_is_done)
    subscribe(BreachWithdrawn, sla_notices.take_back)
    subscribe(ExcuseAsked, excuse_notices.tell_who_answers)
    subscribe(ExcuseAnswered, excuse_notices.tell_who_asked)
    subscribe(ExcuseTakenBack, excuse_notices.tell_who_asked)


def mail_office(settings: Settings) -> Office:
    """Where mail is written and sent from, knowing what the slices know."""
    return office_of(
        settings,
        still_matters=STILL_MATTERS,
        late_words=LATE_WORDS,
        pictures=PICTURES,
        acts=ACTS,
        topics=TOPICS,
        acted_on=ACTED_ON,
        shows_secrets=settings.demo,
    )
