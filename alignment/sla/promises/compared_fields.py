"""PURE. The fields of targets and quotas, each with its description, for comparing versions."""

from collections.abc import Callable, Mapping
from typing import Any

from alignment.leads.event_kinds import backdating_limit_words
from alignment.sla.promises import descriptions as say
from alignment.sla.promises.quotas import Quota
from alignment.sla.promises.targets import Target

FieldDescriptions = Mapping[str, Callable[[Any], str]]


def target_fields(people: Mapping[int, str]) -> FieldDescriptions:
    """What is what, in the order in which people ask; ``people`` gives names."""
    descriptions: dict[str, Callable[[Target], str]] = {
        "name": lambda x: x.name,
        "owed by": lambda x: x.owed_by.value,
        "time": say.describe_allowed_time,
        "hours": lambda x: say.CLOCKS[x.clock_of],
        "segment": lambda x: x.segment.name,
        "leads": lambda x: say.describe_segment(x.segment),
        "place among its segments": lambda x: str(x.rank),
        "starts when": lambda x: say.describe_event_kinds(x.starts_on),
        "kept when": lambda x: say.describe_event_kinds(x.stops_on),
        "ends unkept when": lambda x: say.describe_event_kinds(x.cancels_on),
        "needed": lambda x: say.describe_times(x.times),
        "required fields": lambda x: say.describe_fields(x.required_fields),
        "answers before the start": lambda x: "count" if x.counts_early else "do not count",
        "another owner": lambda x: "gets the whole time" if x.per_owner else "gets what is left",
        "owners who may get the whole time": lambda x: str(x.max_restarts),
        "warns at": lambda x: say.percent_in_words(x.warn_share),
        "pauses when": lambda x: say.describe_event_kinds(x.pauses_on),
        "goes on when": lambda x: say.describe_event_kinds(x.resumes_on),
        "pauses": lambda x: say.describe_pause_limit(x.pause_limit),
        "paused for": lambda x: say.describe_pause_reasons(x.pause_reasons),
        "paused by": lambda x: say.describe_people(x.pause_people, people),
        "when missed": lambda x: say.describe_escalation(x.steps, people),
        "touches dated back": lambda x: backdating_limit_words(x.dated_back_limit_days),
    }
    return descriptions


def quota_fields() -> FieldDescriptions:
    descriptions: dict[str, Callable[[Quota], str]] = {
        "name": lambda x: x.name,
        "owed by": lambda x: x.owed_by.value,
        "promises": say.describe_goal,
        "segment": lambda x: x.segment.name,
        "leads": lambda x: say.describe_segment(x.segment),
        "required fields": lambda x: say.describe_fields(x.required_fields),
    }
    return descriptions
