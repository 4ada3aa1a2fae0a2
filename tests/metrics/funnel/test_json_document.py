import json

from alignment.accounts.roles import Side
from alignment.metrics.funnel.breakdown import FunnelBy, load_funnel
from alignment.metrics.funnel.json_document import funnel_document
from alignment.sla.clock.stopwatch import TimerState
from tests.metrics.stories import NOON_OF_LAST_DAY, SPRING, promise, tell


def told(session, acme, by):
    found = load_funnel(session, acme.workspace, by=by, period=SPRING, now=NOON_OF_LAST_DAY)
    return json.loads(json.dumps(funnel_document(acme.workspace, found)))


def test_a_document_holds_every_number_under_the_key_of_its_definition(session, acme):
    lead = tell(
        session,
        acme,
        "Ada",
        "Fair",
        handed_off="2027-04-01 10:00",
        called="2027-04-01 11:00",
        won="2027-04-02 10:00",
    )
    promise(session, acme, lead, side=Side.SALES, due="2027-04-01 14:00", state=TimerState.MET)
    promise(session, acme, lead, side=Side.SALES, due="2027-04-30 14:00", state=TimerState.RUNNING)

    found = told(session, acme, FunnelBy.MONTH_SOURCE)

    assert found["rows"] == [
        {
            "month": "2027-04",
            "source_id": lead.source_id,
            "source": "Fair",
            "handed_off": 1,
            "entries": 1,
            "leads": 1,
            "kept_by_marketing": {
                "part": 0,
                "whole": 0,
                "ratio": None,
                "open": 0,
                "excused": 0,
                "ratio_without_excused": None,
            },
            "won": 1,
            "conversion": {"part": 1, "whole": 1, "ratio": 1.0, "open": 0},
            "win_rate": {"part": 1, "whole": 1, "ratio": 1.0},
            "accepted": 1,
            "returned": 0,
            "undecided": 0,
            "untouched": 0,
            "median_response": {"seconds": 3_600, "at_least": False},
            "p90_response": {"seconds": 3_600, "at_least": False},
            "kept_by_sales": {
                "part": 1,
                "whole": 1,
                "ratio": 1.0,
                "open": 1,
                "excused": 0,
                "ratio_without_excused": 1.0,
            },
        }
    ]
    assert [x["key"] for x in found["definitions"]] == list(found["total"])


def test_a_document_says_where_when_and_by_what(session, acme):
    found = told(session, acme, FunnelBy.SOURCE)

    assert {name: found[name] for name in ("workspace", "zone", "from", "until", "by")} == {
        "workspace": "Acme",
        "zone": "Europe/Berlin",
        "from": "2027-02-01",
        "until": "2027-04-30",
        "by": "source",
    }
    assert found["apart"] == {"not_handed_off": 0, "won_without_handoff": 0}
    assert found["definitions"][0] == {
        "key": "handed_off",
        "name": "Handed off",
        "means": "Handoffs to sales; a lead that was fixed and handed off again counts again.",
        "owner": "marketing",
        "counted_by": "handed_off",
    }
