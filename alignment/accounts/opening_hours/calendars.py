"""Every SELECT about opening_hours. Workspace or person is the scope."""

import json
from datetime import date
from functools import lru_cache
from typing import Any

from alignment.accounts.models import OpeningHours
from alignment.worktime.calendar import Calendar


def calendar_for(hours: OpeningHours) -> Calendar:
    """The calendar of one version; equal versions share one, so that asking again costs little."""
    return _calendar(
        hours.zone, _as_json(hours.week), _as_json(hours.holidays), _as_json(hours.exceptions)
    )


@lru_cache(maxsize=512)
def _calendar(zone: str, week: str, holidays: str, exceptions: str) -> Calendar:
    return Calendar.weekly(
        zone,
        json.loads(week),
        holidays={date.fromisoformat(on): name for on, name in json.loads(holidays)},
        overrides={date.fromisoformat(on): pairs for on, pairs, _ in json.loads(exceptions)},
    )


def _as_json(content: Any) -> str:
    return json.dumps(content, sort_keys=True)
