"""PURE. The parts of which a promise is made, each with its words: together they say all of it."""

from collections.abc import Callable, Mapping
from typing import Any

from alignment.leads.happenings import at_most
from alignment.sla import promise_phrases as say
from alignment.sla.quotas import Quota
from alignment.sla.targets import Target

Parts = Mapping[str, Callable[[Any], str]]


def parts_of_target(people: Mapping[int, str]) -> Parts:
    """What is what, in the order in which people ask; ``people`` gives names."""
    found: dict[str, Callable[[Target], str]] = {
        "name": lambda x: x.name,
        "owed by": lambda x: x.owed_by.value,
        "time": say.allowed,
        "hours": lambda x: say.CLOCKS[x.clock_of],
        "segment": lambda x: x.segment.name,
        "leads": lambda x: say.segment(x.segment),
        "place among its segments": lambda x: str(x.rank),
        "starts when": lambda x: say.happenings(x.starts_on),
        "kept when": lambda x: say.happenings(x.stops_on),
        "ends unkept when": lambda x: say.happenings(x.cancels_on),
        "needed": lambda x: say.times(x.times),
        "required fields": lambda x: say.fields(x.required_fields),
        "answers before the start": lambda x: "count" if x.counts_early else "do not count",
        "another owner": lambda x: "gets the whole time" if x.per_owner else "gets what is left",
        "owners who may get the whole time": lambda x: str(x.max_restarts),
        "warns at": lambda x: say.percent(x.warn_share),
        "pauses when": lambda x: say.happenings(x.pauses_on),
        "goes on when": lambda x: say.happenings(x.resumes_on),
        "pauses": lambda x: say.pause_limit(x.pause_limit),
        "paused for": lambda x: say.reasons(x.pause_reasons),
        "paused by": lambda x: say.people(x.pause_people, people),
        "when missed": lambda x: say.ladder(x.steps, people),
        "touches dated back": lambda x: at_most(x.dated_back_limit_days),
    }
    return found


def parts_of_quota() -> Parts:
    found: dict[str, Callable[[Quota], str]] = {
        "name": lambda x: x.name,
        "owed by": lambda x: x.owed_by.value,
        "promises": say.goal,
        "segment": lambda x: x.segment.name,
        "leads": lambda x: say.segment(x.segment),
        "required fields": lambda x: say.fields(x.required_fields),
    }
    return found
