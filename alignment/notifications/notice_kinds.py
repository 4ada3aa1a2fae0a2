"""PURE. The table of notice kinds: on which mailing list each is, how it is grouped, and whether it
may break quiet hours.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from alignment.notifications.channel_kinds import ChannelKind


class MailingList(StrEnum):
    """What a reader may leave as a whole (RFC 8058)."""

    ALERTS = "alerts"
    DIGEST = "digest"
    MINUTES = "minutes"
    REPORTS = "reports"


class GroupingMode(StrEnum):
    """How messages of a kind reach one person by one channel."""

    INSTANT = "instant"
    """At once, up to ``burst`` in ``group_wait``; what is more is told in one summary."""
    GROUPED = "grouped"
    """After ``group_wait`` all that came, and no more often than every ``group_interval``."""
    JOINING = "joining"
    """With the next summary of any kind; alone only after ``group_interval``."""
    ALONE = "alone"
    """By itself, whatever else waits."""


@dataclass(frozen=True, kw_only=True)
class NoticeKind:
    """One kind of message. ``many`` follows a number: "12 leads were given to you"."""

    name: str
    title: str
    plural: str
    list: MailingList
    grouping: GroupingMode
    rank: int = 50
    """Where several are told together, the lowest comes first."""
    group_wait: timedelta = timedelta(seconds=60)
    group_interval: timedelta = timedelta(minutes=5)
    burst: int = 5
    breaks_quiet: bool = False
    """Goes on days off of the team, and in the quiet hours of those who allow it."""
    at_chosen_hour: bool = False
    """Its readers chose the hour themselves, so that nothing else holds it back."""
    is_for_one: bool = False
    """Speaks to one person ("yours now"): a team's channel is told to whom."""
    goes_to_substitutes: bool = False
    """Asks for something to be done: where it still waits for somebody who is deactivated, who acts
    for that person gets it."""
    team_titles: tuple[str, str] | None = None
    """``title`` and ``many`` for a team's channel, where those speak to one person."""
    is_selectable: bool = True
    """Whether people choose its ways; it is not where it is about the mail itself."""
    default_channels: tuple[ChannelKind, ...] = (ChannelKind.EMAIL,)


_NOTICE_KINDS = (
    NoticeKind(
        name="timer_breached",
        goes_to_substitutes=True,
        title="A promise was missed",
        plural="promises were missed",
        list=MailingList.ALERTS,
        grouping=GroupingMode.INSTANT,
        rank=10,
        breaks_quiet=True,
    ),
    NoticeKind(
        name="quota_missed",
        title="A promise over a period was missed",
        plural="promises over a period were missed",
        list=MailingList.ALERTS,
        grouping=GroupingMode.GROUPED,
        rank=12,
    ),
    NoticeKind(
        name="quota_behind",
        title="A promise over a period is behind pace",
        plural="promises over a period are behind pace",
        list=MailingList.ALERTS,
        grouping=GroupingMode.GROUPED,
        rank=22,
    ),
    NoticeKind(
        name="timer_escalated",
        goes_to_substitutes=True,
        title="A promise still waits",
        plural="promises still wait",
        list=MailingList.ALERTS,
        grouping=GroupingMode.GROUPED,
        rank=15,
        group_interval=timedelta(minutes=15),
    ),
    NoticeKind(
        name="timer_warned",
        goes_to_substitutes=True,
        title="A promise is nearly due",
        plural="promises are nearly due",
        list=MailingList.ALERTS,
        grouping=GroupingMode.GROUPED,
        rank=20,
        breaks_quiet=True,
    ),
    NoticeKind(
        name="lead_assigned",
        is_for_one=True,
        title="A lead is yours now",
        plural="leads were given to you",
        team_titles=("A lead was given out", "leads were given out"),
        list=MailingList.ALERTS,
        grouping=GroupingMode.INSTANT,
        rank=30,
        breaks_quiet=True,
    ),
    NoticeKind(
        name="work_handed_over",
        is_for_one=True,
        title="What a colleague who left had to do is yours now",
        plural="colleagues' open work was handed over to you",
        team_titles=("A colleague's work was handed over", "colleagues' open work was handed over"),
        list=MailingList.ALERTS,
        grouping=GroupingMode.INSTANT,
        rank=30,
        breaks_quiet=True,
    ),
    NoticeKind(
        name="leads_queued",
        goes_to_substitutes=True,
        title="Leads of a colleague who left wait for somebody of your team",
        plural="times leads of a colleague who left wait for somebody of your team",
        list=MailingList.ALERTS,
        grouping=GroupingMode.INSTANT,
        rank=32,
        breaks_quiet=True,
    ),
    NoticeKind(
        name="lead_passed_on",
        is_for_one=True,
        title="A lead went to somebody else",
        plural="leads went to somebody else",
        list=MailingList.ALERTS,
        grouping=GroupingMode.INSTANT,
        rank=35,
    ),
    NoticeKind(
        name="lead_returned",
        goes_to_substitutes=True,
        title="A lead came back to marketing",
        plural="leads came back to marketing",
        list=MailingList.ALERTS,
        grouping=GroupingMode.INSTANT,
        rank=40,
    ),
    NoticeKind(
        name="task_news",
        title="A task is yours now, or due sooner",
        plural="tasks are yours now, or due sooner",
        list=MailingList.DIGEST,
        grouping=GroupingMode.GROUPED,
        rank=45,
        group_wait=timedelta(minutes=5),
        group_interval=timedelta(minutes=30),
    ),
    NoticeKind(
        name="signature_awaited",
        title="An agreement waits for your team's signature",
        plural="agreements wait for your team's signature",
        list=MailingList.ALERTS,
        grouping=GroupingMode.INSTANT,
        rank=55,
    ),
    NoticeKind(
        name="excuse_asked",
        title="An excuse waits for your team",
        plural="excuses wait for your team",
        list=MailingList.ALERTS,
        grouping=GroupingMode.GROUPED,
        rank=60,
    ),
    NoticeKind(
        name="excuse_answered",
        title="An excuse you asked for was answered",
        plural="excuses you asked for were answered",
        team_titles=("An excuse was answered", "excuses were answered"),
        list=MailingList.ALERTS,
        grouping=GroupingMode.GROUPED,
        rank=70,
    ),
    NoticeKind(
        name="breach_resolved",
        title="What was missed is done",
        plural="missed promises are done now",
        list=MailingList.ALERTS,
        grouping=GroupingMode.JOINING,
        rank=80,
    ),
    NoticeKind(
        name="breach_withdrawn",
        title="A promise no longer counts as missed",
        plural="promises no longer count as missed",
        list=MailingList.ALERTS,
        grouping=GroupingMode.JOINING,
        rank=80,
    ),
    NoticeKind(
        name="daily_digest",
        title="Your day: what is overdue, due and waits for you",
        plural="daily digests",
        list=MailingList.DIGEST,
        grouping=GroupingMode.ALONE,
        at_chosen_hour=True,
    ),
    NoticeKind(
        name="weekly_summary",
        title="Both teams' numbers of the week",
        plural="summaries of the week",
        list=MailingList.REPORTS,
        grouping=GroupingMode.ALONE,
        at_chosen_hour=True,
    ),
    NoticeKind(
        name="nightly_numbers",
        title="Both teams' numbers of the day",
        plural="evenings' numbers",
        list=MailingList.REPORTS,
        grouping=GroupingMode.ALONE,
    ),
    NoticeKind(
        name="plan_mailed",
        title="A plan was mailed to you",
        plural="plans were mailed to you",
        list=MailingList.MINUTES,
        grouping=GroupingMode.ALONE,
    ),
    NoticeKind(
        name="invitation",
        title="An invitation to join",
        plural="invitations to join",
        list=MailingList.ALERTS,
        grouping=GroupingMode.ALONE,
        breaks_quiet=True,
        is_selectable=False,
    ),
    NoticeKind(
        name="sign_in_link",
        title="A link to sign in",
        plural="links to sign in",
        list=MailingList.ALERTS,
        grouping=GroupingMode.ALONE,
        rank=5,
        breaks_quiet=True,
        is_selectable=False,
    ),
    NoticeKind(
        name="channel_disabled",
        title="A channel was switched off",
        plural="channels were switched off",
        list=MailingList.ALERTS,
        grouping=GroupingMode.ALONE,
        is_selectable=False,
    ),
    NoticeKind(
        name="channel_added",
        title="A channel of your team was set up",
        plural="channels of your team were set up",
        list=MailingList.ALERTS,
        grouping=GroupingMode.ALONE,
        is_selectable=False,
    ),
    NoticeKind(
        name="channel_test",
        title="A test of a channel",
        plural="tests of channels",
        list=MailingList.ALERTS,
        grouping=GroupingMode.ALONE,
        breaks_quiet=True,
        is_selectable=False,
    ),
    # What stands in for a letter that could not be written must not depend on another template.
    NoticeKind(
        name="plain",
        title="A message that could not be written in full",
        plural="messages could not be written in full",
        list=MailingList.ALERTS,
        grouping=GroupingMode.ALONE,
        breaks_quiet=True,
        is_selectable=False,
    ),
)

KINDS: Mapping[str, NoticeKind] = {kind.name: kind for kind in _NOTICE_KINDS}
"""By name; a letter of a kind that is not here cannot be put into the outbox."""


def kind_of(name: str) -> NoticeKind:
    """The kind of a stored message; one that an earlier release knew goes by itself."""
    return KINDS.get(name) or NoticeKind(
        name=name,
        title=name.replace("_", " ").capitalize(),
        plural="messages",
        list=MailingList.ALERTS,
        grouping=GroupingMode.ALONE,
    )
