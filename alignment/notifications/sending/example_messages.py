"""One example of every notice, rendered exactly as real ones are, for previews."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from alignment.notifications import notice_kinds
from alignment.notifications.actions.buttons import WHOLE_MESSAGE, ActionButtons, Button
from alignment.notifications.actions.definitions import Topic
from alignment.notifications.actions.secret_texts import HIDDEN_PATH
from alignment.notifications.channels.base import OutgoingMessage
from alignment.notifications.digests.sections import DigestSection
from alignment.notifications.downtime.lateness import Lateness
from alignment.notifications.formatting import to_json_values
from alignment.notifications.models import Delivery
from alignment.notifications.outbox.templates import Reader
from alignment.notifications.sending.checks import PreparedDelivery
from alignment.notifications.sending.claims import Claim
from alignment.notifications.sending.delivery_context import DeliveryContext
from alignment.notifications.sending.rendering import render_message
from alignment.notifications.sending.summaries import CATCH_UP, SUMMARY

Words = Mapping[str, Any]
DIGEST_THREAD = "task-1"
"""What the line of the example's digest is about that has buttons."""
NO_CODE = "····"
A_DAY, AN_HOUR = timedelta(days=1), timedelta(hours=1)
SUMMARY_EXAMPLES: Mapping[str, Sequence[str]] = {
    SUMMARY: ("timer_breached", "lead_assigned", "lead_returned"),
    CATCH_UP: ("timer_breached", "timer_breached", "lead_assigned"),
}
"""Letters that are no kind of their own: they tell several messages at once."""
TITLES: Mapping[str, str] = {
    SUMMARY: "Several messages in one",
    CATCH_UP: "What happened while the scheduler was stopped",
} | {kind.name: kind.title for kind in notice_kinds.KINDS.values()}
"""Every letter that goes out, by name, in the words of the preferences."""
LINK_WORDS = {"invitation": "join_path", "sign_in_link": "sign_in_path"}
"""By kind of letter to a bare address: the link in it, made when it is sent."""


@dataclass(frozen=True, kw_only=True)
class ExampleReader:
    """For whom the examples are written, and when."""

    workspace_id: int
    id: int
    reader: Reader
    now: datetime


def example_message(
    name: str,
    to: ExampleReader,
    context: DeliveryContext,
    *,
    words: Words | None = None,
    by_mail: bool = True,
) -> OutgoingMessage:
    """The example of one letter, addressed to this reader; nothing is stored and nothing goes.

    ``words`` are those of a real one; what does not go by mail has neither its buttons nor code.
    """
    items = [
        PreparedDelivery(
            delivery=_delivery(kind, to, number=number, words=words),
            send_time_words={LINK_WORDS[kind]: HIDDEN_PATH} if kind in LINK_WORDS else {},
            lateness=_example_lateness(to.now) if name == CATCH_UP and number else None,
            buttons=_buttons(kind, context) if by_mail else None,
        )
        for number, kind in enumerate(SUMMARY_EXAMPLES.get(name, (name,)))
    ]
    claim = Claim(token="", reader=to.reader, items=items)
    return render_message(claim, context, now=to.now).message


def example_words(kind: str, *, now: datetime) -> dict[str, Any]:
    """What a slice would say in a message of this kind, as the outbox stores it."""
    stored: dict[str, Any] = to_json_values(_WORDS[kind](now))
    return stored


def _delivery(kind: str, to: ExampleReader, *, number: int, words: Words | None) -> Delivery:
    is_to_address = kind in LINK_WORDS
    return Delivery(
        id=number,
        workspace_id=to.workspace_id,
        key=f"example:{kind}",
        kind=kind,
        recipient_id=None if is_to_address else to.id,
        address=to.reader.address,
        subject_id=0,
        words=dict(words) if words else example_words(kind, now=to.now),
        thread="" if is_to_address else f"example-{number}",
        message_id=f"{kind}.example",
        created_at=to.now,
        due_at=to.now,
    )


def _buttons(kind: str, office: DeliveryContext) -> ActionButtons | None:
    """The buttons that such a message has for who may press all of them."""
    if kind == "daily_digest":
        return _topic_buttons(DIGEST_THREAD, office.actions.topics.get("task"))
    return _topic_buttons(WHOLE_MESSAGE, office.actions.topic_by_kind.get(kind))


def _topic_buttons(thread: str, topic: Topic | None) -> ActionButtons | None:
    if topic is None:
        return None
    buttons = tuple(Button(label=action.label, path=HIDDEN_PATH) for action in topic.actions)
    return ActionButtons(by_thread={thread: buttons}, code=NO_CODE)


def _example_lateness(now: datetime) -> Lateness:
    return Lateness(since=now - 2 * A_DAY, from_at=now - 3 * A_DAY, until_at=now - AN_HOUR)


def _lead(_now: datetime) -> dict[str, Any]:
    return {"lead": "Ada Byron", "company": "Globex", "link": "/leads"}


def _assigned(now: datetime) -> Words:
    due = {"promise": "Accept or return", "due_at": now + AN_HOUR, "is_missed": False}
    given = {"by": "Mona", "source": "Webinar", "stage": "handed_off", "owner_id": 1}
    return _lead(now) | given | due


def _returned(now: datetime) -> Words:
    note = "The number is somebody else's."
    return _lead(now) | {"by": "Sam", "reason": "inaccurate data", "note": note}


def _clock(now: datetime, *, due_in: timedelta, stopped_at: datetime | None = None) -> Words:
    return _lead(now) | {
        "promise": "First answer",
        "owed_by": "Sales",
        "owner": "Sam",
        "started_at": now + due_in - 4 * AN_HOUR,
        "due_at": now + due_in,
        "stopped_at": stopped_at,
    }


def _escalated(now: datetime) -> Words:
    told = [{"who": "Sam, Mona", "what": "past due", "at": now - 4 * AN_HOUR}]
    return {
        **_clock(now, due_in=-4 * AN_HOUR),
        "when": "it is 4 h of open time past due",
        "is_missed": True,
        "why_not": "",
        "told": told,
    }


def _passed_on(now: datetime) -> Words:
    return {**_clock(now, due_in=AN_HOUR), "owner": "Olga"}


def _handed_over(now: datetime) -> Words:
    lines = [
        _line("Ada Byron · Globex", "First answer", due_at=now + AN_HOUR),
        _line("Write the one-pager", "a task of Spring launch", due_on=now.date()),
    ]
    return {"person": "Sam", "by": "Mona", "count": 2, "lines": lines, "more": 0}


def _queued(now: datetime) -> Words:
    lines = [_line("Ada Byron · Globex", "First answer", due_at=now + AN_HOUR)]
    told = {"person": "Sam", "by": "Mona", "team": "Sales", "link": "/leads?owner=none"}
    return told | {"count": 1, "lines": lines, "more": 0}


def _signature(now: datetime) -> Words:
    return {
        "agreement": "Marketing and sales",
        "number": 2,
        "signer": "Mona",
        "signer_id": 0,
        "signed_for": "Marketing",
        "team": "Sales",
        "takes_effect_on": (now + 7 * A_DAY).date(),
        "link": "/agreements",
    }


def _excuse(now: datetime, *, answer: str = "", state: str = "asked") -> Words:
    return {
        **_clock(now, due_in=-A_DAY),
        "from_at": None,
        "until_at": None,
        "agreement": "Marketing and sales",
        "reason": "The telephones were out of order until noon.",
        "asked_by": "Sam",
        "answered_by": "Mona" if answer else "",
        "answer": answer,
        "state": state,
        "link": "/board",
    }


def _digest(now: datetime) -> Words:
    due_at, today = now - AN_HOUR, now.date()
    lines = {
        "overdue": _line("First answer: Globex", "Ada Byron, from a webinar", due_at=due_at),
        "today": _line("Write the one-pager", "Spring launch", thread=DIGEST_THREAD, due_on=today),
        "decision": _line("An excuse waits for your team", "Sales, Initech"),
        "meanwhile": _line("Umbrella", "Called by Tim on Tue 2 Mar 2027"),
        "information": _line("Hooli came back to marketing", "bad timing"),
    }
    sections = [
        {**DigestSection(name).words(), "count": 1, "lines": [line], "more": 0}
        for name, line in lines.items()
    ]
    return {"on": today, "sections": sections}


def _line(title: str, about: str, **more: object) -> dict[str, Any]:
    line = {"title": title, "words": about, "link": "/", "thread": ""}
    return {**line, "due_on": None, "due_at": None, **more}


def _numbers(now: datetime, *, columns: Sequence[str]) -> dict[str, Any]:
    days = [now.date() - number * A_DAY for number in range(4, -1, -1)]
    return {
        "headline": "12 handed off, 9 accepted; kept by marketing 3 of 4, by sales 11 of 13",
        "columns": list(columns),
        "sides": [
            {"side": "marketing", "rows": _rows({"Handed off": ["12", "48"]})},
            {"side": "sales", "rows": _rows({"Accepted": ["9", "41"], "Returned": ["2", "5"]})},
        ],
        "chart": [
            {"on": on, "side": side, "outcome": outcome, "count": count}
            for on in days
            for side in ("marketing", "sales")
            for outcome, count in (("kept", 3), ("missed", 1))
        ],
        "picture_words": "Promises of five days: each side kept 15 and missed 5.",
    }


def _rows(values: Mapping[str, Sequence[str]]) -> list[dict[str, Any]]:
    rows = [{"name": name, "values": list(those)} for name, those in values.items()]
    return [*rows, {"name": "All promises", "values": ["3 of 4", "88 %"]}]


def _nightly(now: datetime) -> Words:
    to_come = {"marketing": 2, "sales": 5}
    dates = {"on": now.date(), "next_on": now.date() + A_DAY}
    return _numbers(now, columns=("That day", "Week so far")) | dates | {"to_come": to_come}


def _weekly(now: datetime) -> Words:
    dates = {"from_on": now.date() - 7 * A_DAY, "until_on": now.date() - A_DAY}
    return _numbers(now, columns=("Last week", "Week before")) | dates


def _quota(now: datetime, **more: object) -> Words:
    return {
        "agreement": "Handoff of new leads",
        "promise": "Leads a month",
        "period": f"{now:%B %Y}",
        "owed_by": "Marketing",
        "result": "60 of 100 leads handed off",
        "due_at": now,
        "link": "/agreements/1",
        **more,
    }


def _plan(now: datetime) -> Words:
    on = now.date()
    yours = {"title": "Write the one-pager", "due_on": on, "is_overdue": False, "note": ""}
    sams = {"title": "Call ten guests", "due_on": on - A_DAY, "is_overdue": True, "note": ""}
    return {
        "plan": "Spring launch",
        "plan_id": 1,
        "goal": "Forty qualified leads from the launch.",
        "due_on": on + 30 * A_DAY,
        "by": "Mona",
        "tasks": 5,
        "done": 3,
        "yours": [yours | _of_plan(1)],
        "others": [{"name": "Sam", "lines": [sams | _of_plan(2)]}],
    }


def _task_news(now: datetime) -> Words:
    task = {"title": "Call ten guests", "note": "", "due_on": now.date(), "is_overdue": False}
    news = {"news": "given", "by": "Mona", "link": "/plans/1#task-2"}
    return task | _of_plan(2) | news


def _of_plan(task_id: int) -> dict[str, Any]:
    return {"task_id": task_id, "plan": "Spring launch", "plan_id": 1}


def _invitation(now: datetime) -> Words:
    return {"name": "Vera", "inviter": "Olga", "team": "Sales", "expires_at": now + 7 * A_DAY}


def _channel(_now: datetime, **more: object) -> Words:
    return {"label": "#leads in Slack", "link": "/account/channels", **more}


_WORDS: Mapping[str, Callable[[datetime], Words]] = {
    "timer_breached": partial(_clock, due_in=-AN_HOUR),
    "quota_missed": _quota,
    "quota_behind": partial(_quota, expected="75"),
    "timer_escalated": _escalated,
    "timer_warned": partial(_clock, due_in=AN_HOUR),
    "lead_assigned": _assigned,
    "lead_passed_on": _passed_on,
    "work_handed_over": _handed_over,
    "leads_queued": _queued,
    "lead_returned": _returned,
    "signature_awaited": _signature,
    "excuse_asked": _excuse,
    "excuse_answered": partial(_excuse, answer="That is how it was.", state="granted"),
    "breach_resolved": lambda now: _clock(now, due_in=-3 * AN_HOUR, stopped_at=now - AN_HOUR),
    "breach_withdrawn": partial(_clock, due_in=-3 * AN_HOUR),
    "daily_digest": _digest,
    "weekly_summary": _weekly,
    "nightly_numbers": _nightly,
    "plan_mailed": _plan,
    "task_news": _task_news,
    "invitation": _invitation,
    "sign_in_link": lambda _now: {"name": "Sam"},
    "channel_disabled": partial(
        _channel, reason="Nothing went through for five days.", is_browser=False
    ),
    "channel_added": partial(_channel, by="Olga", channel="chat", team="Sales"),
    "channel_test": partial(_channel, by="Olga"),
    "plain": lambda _now: {"about": "lead assigned"},
}
