"""Notify a team that a promise over a period is behind pace, and both teams that it was missed."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlmodel import Session

from alignment.accounts.models import Team, User
from alignment.notifications.models import Delivery
from alignment.notifications.outbox.enqueue import enqueue_many
from alignment.notifications.outbox.notice import Notice
from alignment.sla.events import QuotaBehindPace, QuotaMissed
from alignment.sla.models import Agreement, AgreementVersion, QuotaPeriod, QuotaPeriodState
from alignment.sla.notices.warnings_and_breaches import team_contacts
from alignment.sla.promises.descriptions import describe_amount, describe_result
from alignment.sla.promises.quota_periods import QuotaSpan
from alignment.sla.promises.quotas import Quota, QuotaAttainment
from alignment.sla.quotas import queries
from alignment.sla.quotas.attainment import PeriodAttainment
from alignment.sla.quotas.settling import attainment_of
from alignment.sla.quotas.tracking import quota_of, span_of

QUOTA_MISSED, QUOTA_BEHIND = "quota_missed", "quota_behind"


@dataclass(frozen=True, kw_only=True)
class QuotaSubject:
    """What a message about one quota in one period speaks of."""

    period: QuotaPeriod
    agreement: Agreement
    quota: Quota
    span: QuotaSpan


def quota_subject(session: Session, period: QuotaPeriod) -> QuotaSubject:
    version = session.get_one(AgreementVersion, period.version_id)
    return QuotaSubject(
        period=period,
        agreement=session.get_one(Agreement, period.agreement_id),
        quota=quota_of(period, version),
        span=span_of(period),
    )


def warn_owing_team(session: Session, events: Sequence[QuotaBehindPace]) -> None:
    """The team that can still catch up hears of it, once a step; its leads speak for it."""
    for event in events:
        subject = quota_subject(session, session.get_one(QuotaPeriod, event.quota_period_id))
        attained = attainment_of(session, subject.period, now=event.at)
        team = session.get_one(Team, subject.agreement.team_ids[subject.period.owed_by])
        words = _words(
            session, subject, attained.result_counts, f"/agreements/{subject.agreement.id}"
        )
        _send(
            session,
            QUOTA_BEHIND,
            subject,
            team_contacts(session, team),
            words | {"expected": _expected_words(attained)},
            cause=f"{event.step}",
            now=event.at,
        )


def notify_both_teams(session: Session, events: Sequence[QuotaMissed]) -> None:
    """Who speaks for either team gets the same message, unless a granted period excuses it."""
    for event in events:
        if event.is_excused:
            continue
        period = session.get_one(QuotaPeriod, event.quota_period_id)
        subject = quota_subject(session, period)
        (missed,) = queries.quota_breaches_of(session, period.workspace_id, [period.id])
        words = _words(
            session, subject, (period.actual or 0, period.whole), f"/breaches/{missed.breach.id}"
        )
        teams = [session.get_one(Team, team_id) for team_id in subject.agreement.team_ids.values()]
        people = {user.id: user for team in teams for user in team_contacts(session, team)}
        _send(session, QUOTA_MISSED, subject, people.values(), words, cause="missed", now=event.at)


def why_pace_no_longer_matters(
    session: Session,
    delivery: Delivery,
    *,
    now: datetime,  # noqa: ARG001
) -> str | None:
    """Why a warning of pace no longer matters, if it does not."""
    period = session.get_one(QuotaPeriod, delivery.subject_id)
    return None if period.state is QuotaPeriodState.RUNNING else "The period is over by now."


def _words(
    session: Session, subject: QuotaSubject, counts: tuple[int, int | None], link: str
) -> dict[str, Any]:
    team = session.get_one(Team, subject.agreement.team_ids[subject.period.owed_by])
    return {
        "agreement": subject.agreement.name,
        "promise": subject.quota.name,
        "period": subject.span.words,
        "owed_by": team.name,
        "result": describe_result(subject.quota, *counts),
        "due_at": subject.period.due_at,
        "link": link,
    }


def _expected_words(attained: PeriodAttainment) -> str:
    """What should have come by now; of a share there is no part."""
    result = attained.result
    if not isinstance(result, QuotaAttainment) or result.expected is None:
        return ""
    return describe_amount(attained.quota, round(result.expected))


def _send(
    session: Session,
    kind: str,
    subject: QuotaSubject,
    people: Iterable[User],
    words: dict[str, Any],
    *,
    cause: str,
    now: datetime,
) -> None:
    period = subject.period
    notices = (
        Notice(
            workspace_id=period.workspace_id,
            key=f"{kind}:{period.id}:{cause}:{user.id}",
            kind=kind,
            recipient_id=user.id,
            address=user.email,
            subject_id=period.id,
            words=words,
            thread=f"agreement-{period.agreement_id}",
            due_at=period.due_at if kind == QUOTA_MISSED else None,
        )
        for user in people
    )
    enqueue_many(session, notices, now=now)
