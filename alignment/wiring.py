"""The tables: which event is heard by whom, and which message still matters.

Read it as the whole of "B happens because A happened". Listeners run in the order given.
"""

from alignment.events import Event, subscribe
from alignment.journal.keeping import keep
from alignment.leads.events import LeadChanged
from alignment.sla import notices as sla_notices
from alignment.sla import tracking
from alignment.sla.events import BreachResolved, BreachWithdrawn, TimerBreached, TimerWarned


def connect() -> None:
    """Hang every listener on its event; doing it again changes nothing."""
    subscribe(Event, keep)
    subscribe(LeadChanged, tracking.read_again)
    subscribe(TimerWarned, sla_notices.warn_owner)
    subscribe(TimerBreached, sla_notices.tell_both_teams)
    subscribe(BreachResolved, sla_notices.tell_it_is_done)
    subscribe(BreachWithdrawn, sla_notices.take_back)
