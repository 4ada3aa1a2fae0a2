"""The tables: which event is heard by whom, and which message still matters.

Read it as the whole of "B happens because A happened". Listeners run in the order of ``connect``,
one of a base class too: the journal first, then the clocks of a changed lead, then its messages.
A lead's change may breach, resolve or withdraw a promise; that second event is told from here too:

    LeadChanged -> tracking.read_again -> TimerBreached … -> both teams are told

A step of a ladder may give the lead away; that is a change of the lead like any other:

    StepReached -> escalation.act -> LeadAssigned -> its owner is told, its clocks are read
"""

from collections.abc import Mapping
from datetime import datetime
from functools import partial

from sqlmodel import Session

from alignment.accounts.events import (
    ColleagueInvited,
    DaysOffAdded,
    OpeningHoursChanged,
    PersonDeactivated,
    SignInLinkAsked,
)
from alignment.config import Settings
from alignment.events import Event, subscribe
from alignment.journal.recorder import record_events
from alignment.leads.actions import LEAD
from alignment.leads.events import (
    LeadAssigned,
    LeadChanged,
    LeadHandedOff,
    LeadReopened,
    LeadReturned,
)
from alignment.leads.history import agreed_teams
from alignment.leads.notices import digest_lines as lead_lines
from alignment.leads.notices import owners_and_returns as lead_notices
from alignment.metrics.summaries import mail_content, pictures
from alignment.notifications import invitation_notices, sign_in_notices
from alignment.notifications.actions.table import ActionContext, ActionTable
from alignment.notifications.digests import daily, nightly, weekly
from alignment.notifications.digests.sections import DigestSource
from alignment.notifications.endpoints import queries as channels
from alignment.notifications.endpoints import trial_message
from alignment.notifications.outbox import forwarding
from alignment.notifications.sending.delivery_context import (
    DeliveryContext,
    StillMatters,
    build_context,
)
from alignment.offboarding import notices as offboarding_notices
from alignment.offboarding import queue_notices
from alignment.offboarding.events import LeadsQueued, WorkHandedOver
from alignment.plans import mailing, reminders, task_news
from alignment.plans.actions import TASK
from alignment.plans.events import TaskAdded, TaskHandedOver, TaskMoved
from alignment.plans.notices import PLAN_MAILED, TASK_NEWS
from alignment.sla.events import (
    AgreementSigned,
    BreachResolved,
    BreachWithdrawn,
    EscalationStepReached,
    ExcuseAnswered,
    ExcuseAsked,
    ExcuseRevoked,
    QuotaBehindPace,
    QuotaMissed,
    TimerBreached,
    TimerWarned,
)
from alignment.sla.notices import (
    escalations,
    excuse_answers,
    new_owners,
    quota_results,
    returned_leads,
    signatures,
)
from alignment.sla.notices import warnings_and_breaches as sla_notices
from alignment.sla.notices.actions import TIMER
from alignment.sla.notices.digest import section as sla_lines
from alignment.sla.timers import rebasing, refresh
from alignment.sla.versions.agreed_teams import load_agreed_teams

DIGEST_SOURCES = (
    DigestSource(lines=reminders.task_digest_lines, mark_included=reminders.record_reminders),
    DigestSource(lines=sla_lines.promise_lines),
    DigestSource(lines=lead_lines.lead_digest_lines),
)
"""What stands in a person's daily digest; within a section in this order, what is due first."""

DAILY_FIGURES, WEEKLY_FIGURES = mail_content.daily_numbers, mail_content.weekly_numbers
"""What stands in the mails with both teams' numbers."""

PICTURES = {
    weekly.WEEKLY_SUMMARY: pictures.outcome_pictures,
    nightly.NIGHTLY_NUMBERS: pictures.outcome_pictures,
}
"""By kind of message: the pictures in it, drawn when it is written."""

SUPPRESSION_CHECKS: Mapping[str, StillMatters] = {
    invitation_notices.INVITATION: invitation_notices.still_open,
    sign_in_notices.SIGN_IN_LINK: sign_in_notices.still_open,
    lead_notices.ASSIGNED: new_owners.why_no_longer_waiting,
    lead_notices.RETURNED: lead_notices.why_no_longer_returned,
    sla_notices.WARNED: sla_notices.why_warning_no_longer_matters,
    sla_notices.BREACHED: sla_notices.why_breach_no_longer_matters,
    sla_notices.WITHDRAWN: sla_notices.why_withdrawal_no_longer_matters,
    sla_notices.ESCALATED: escalations.why_step_no_longer_matters,
    quota_results.QUOTA_BEHIND: quota_results.why_pace_no_longer_matters,
    signatures.SIGNATURE_AWAITED: signatures.why_signature_no_longer_awaited,
    excuse_answers.EXCUSE_ASKED: excuse_answers.why_question_no_longer_matters,
    weekly.WEEKLY_SUMMARY: weekly.still_matters,
    nightly.NIGHTLY_NUMBERS: nightly.still_matters,
    daily.DAILY_DIGEST: partial(daily.still_matters, sources=DIGEST_SOURCES),
    PLAN_MAILED: mailing.why_no_longer_needed,
    TASK_NEWS: task_news.why_no_longer_news,
    offboarding_notices.WORK_HANDED_OVER: offboarding_notices.why_no_longer_needed,
    queue_notices.LEADS_QUEUED: queue_notices.why_no_longer_needed,
    channels.CHANNEL_TEST: trial_message.tried_once,
}
"""By kind of message: why it need not be sent any more. Kinds not named here always matter."""

ACTIONS = ActionTable(
    topics={topic.name: topic for topic in (LEAD, TIMER, TASK)},
    topic_by_kind={
        lead_notices.ASSIGNED: LEAD,
        sla_notices.WARNED: TIMER,
        sla_notices.BREACHED: TIMER,
        sla_notices.ESCALATED: TIMER,
        TASK_NEWS: TASK,
    },
)
"""What can be done about a lead, clock or task from mail, chat and reply: the one table."""

UNSTORED_WORDS = {
    invitation_notices.INVITATION: invitation_notices.join_path,
    sign_in_notices.SIGN_IN_LINK: sign_in_notices.sign_in_path,
}
"""By kind of message: words that are never stored, such as a link to join."""

JOURNAL_ONLY_EVENTS = frozenset(
    {
        "AgreementDrafted",
        "AgreementEnded",
        "AgreementSigned",
        "BreachExcused",
        "BreachCauseRecorded",
        "BreachMoved",
        "ChannelAdded",
        "ChannelRemoved",
        "ChannelSwitchedOff",
        "ChannelSwitchedOn",
        "ColleagueJoined",
        "DaysOffRemoved",
        "InvitationWithdrawn",
        "PasswordChanged",
        "PersonPlaced",
        "PersonReactivated",
        "PlanChanged",
        "QuotaKept",
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
        "TaskChanged",
        "TaskDone",
        "TaskUndone",
        "TeamAdded",
        "TeamClosed",
        "TeamRenamed",
        "TeamReopened",
        "TimeZoneChanged",
        "WorkspaceFounded",
    }
)
"""Events that only the journal hears: nothing else happens because of them."""


def connect() -> None:
    """Hang every listener on its event; doing it again changes nothing."""
    agreed_teams.answer_with(load_agreed_teams)
    subscribe(Event, record_events)
    subscribe(ColleagueInvited, invitation_notices.send_invitation)
    subscribe(PersonDeactivated, forwarding.forward_to_substitutes)
    subscribe(SignInLinkAsked, sign_in_notices.send_sign_in_link)
    subscribe(LeadChanged, refresh.refresh_changed_leads)
    subscribe(OpeningHoursChanged, rebasing.rebase_onto_hours)
    subscribe(LeadHandedOff, new_owners.notify_new_owners)
    subscribe(LeadAssigned, new_owners.notify_new_owners)
    subscribe(LeadReopened, new_owners.notify_new_owners)
    subscribe(WorkHandedOver, offboarding_notices.notify_new_owners)
    subscribe(LeadsQueued, queue_notices.notify_teams)
    subscribe(LeadReturned, returned_leads.notify_marketing)
    subscribe(TaskAdded, task_news.notify_new_owners)
    subscribe(TaskHandedOver, task_news.notify_new_owners)
    subscribe(TaskMoved, task_news.notify_owners_of_sooner_dates)
    subscribe(DaysOffAdded, task_news.notify_before_days_off)
    subscribe(TimerWarned, sla_notices.warn_owner)
    subscribe(TimerBreached, sla_notices.notify_both_teams)
    subscribe(EscalationStepReached, escalations.act_on_steps)
    subscribe(BreachResolved, sla_notices.notify_resolved)
    subscribe(QuotaBehindPace, quota_results.warn_owing_team)
    subscribe(QuotaMissed, quota_results.notify_both_teams)
    subscribe(BreachWithdrawn, sla_notices.notify_withdrawn)
    subscribe(AgreementSigned, signatures.ask_other_side)
    subscribe(ExcuseAsked, excuse_answers.ask_answering_team)
    subscribe(ExcuseAnswered, excuse_answers.notify_requester)
    subscribe(ExcuseRevoked, excuse_answers.notify_requester)


def delivery_context(settings: Settings) -> DeliveryContext:
    """Where mail is written and sent from, knowing what the slices know."""
    return build_context(
        settings,
        still_matters=SUPPRESSION_CHECKS,
        send_time_words=UNSTORED_WORDS,
        pictures=PICTURES,
        actions=ACTIONS,
        shows_secrets=settings.demo,
    )


def action_context(session: Session, settings: Settings, *, now: datetime) -> ActionContext:
    """What opens the links of our mails and takes the replies to them."""
    return ActionContext(
        session=session,
        actions=ACTIONS,
        secret=settings.secret(),
        now=now,
        reply_domain=settings.reply_domain,
    )
