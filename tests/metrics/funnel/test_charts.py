import re
from xml.etree import ElementTree as ET

from alignment.accounts.roles import Side
from alignment.metrics.funnel.breakdown import FunnelBy, load_funnel
from alignment.metrics.funnel.charts import funnel_chart, promises_kept_chart
from alignment.sla.clock.stopwatch import TimerState
from tests.metrics.stories import NOON_OF_LAST_DAY, SPRING, promise, tell

SVG = "{http://www.w3.org/2000/svg}"


def by_month(session, acme):
    return load_funnel(
        session, acme.workspace, by=FunnelBy.MONTH, period=SPRING, now=NOON_OF_LAST_DAY
    )


def words_in(svg):
    return ["".join(x.itertext()) for x in ET.fromstring(svg).iter(f"{SVG}text")]


def keep(session, acme, *, side, due, kept, missed):
    lead = tell(session, acme, "Ada")
    for number in range(kept + missed):
        state = TimerState.MET if number < kept else TimerState.MET_LATE
        promise(session, acme, lead, side=side, due=due, state=state)


def test_each_side_has_its_line_with_its_name_and_last_figure_at_the_end(session, acme):
    keep(session, acme, side=Side.SALES, due="2027-02-10 10:00", kept=1, missed=1)
    keep(session, acme, side=Side.SALES, due="2027-03-10 10:00", kept=9, missed=3)
    keep(session, acme, side=Side.MARKETING, due="2027-03-10 10:00", kept=2, missed=1)

    svg = promises_kept_chart(by_month(session, acme))

    assert svg is not None
    assert {"Marketing 2 of 3", "Sales 75 %", "Feb2027", "Mar", "Apr", "100 %"} <= set(
        words_in(svg)
    )
    assert 'stroke="var(--marketing)"' in svg
    assert 'stroke="var(--sales)"' in svg


def test_a_hollow_point_stands_for_fewer_than_ten(session, acme):
    keep(session, acme, side=Side.SALES, due="2027-02-10 10:00", kept=9, missed=0)
    keep(session, acme, side=Side.SALES, due="2027-03-10 10:00", kept=10, missed=0)

    svg = promises_kept_chart(by_month(session, acme))

    assert svg is not None
    assert svg.count('fill="var(--surface)"') == 1


def test_without_promises_there_is_no_chart_of_them(session, acme):
    tell(session, acme, "Ada", handed_off="2027-03-01 10:00")

    assert promises_kept_chart(by_month(session, acme)) is None


def test_bars_carry_their_numbers_month_by_month(session, acme):
    for day in range(1, 14):
        tell(session, acme, "Ada", handed_off=f"2027-03-{day:02} 10:00")
    tell(session, acme, "Bo", handed_off="2027-04-01 10:00", won="2027-04-02 10:00")

    words = words_in(funnel_chart(by_month(session, acme)))

    assert [x for x in words if x[:1].isalpha()][:1] == ["Handed off"]
    assert words.count("13") == 1
    assert words.count("1") == 3
    assert {"Accepted", "Won"} <= set(words)


def test_a_picture_holds_no_script_and_no_style(session, acme):
    keep(session, acme, side=Side.SALES, due="2027-03-10 10:00", kept=9, missed=3)
    tell(session, acme, "Ada", handed_off="2027-03-01 10:00")
    months = by_month(session, acme)

    for svg in (promises_kept_chart(months), funnel_chart(months)):
        assert svg is not None
        elements = list(ET.fromstring(svg).iter())
        assert {x.tag for x in elements} <= {
            f"{SVG}{tag}" for tag in ("svg", "g", "path", "line", "text", "tspan")
        }
        names = {name for x in elements for name in x.attrib}
        assert not [name for name in names if name in ("style", "href") or re.match("on", name)]


def test_names_stand_clear_of_lines_that_fall_or_rise_behind_them(session, acme):
    keep(session, acme, side=Side.SALES, due="2027-03-10 10:00", kept=10, missed=0)
    keep(session, acme, side=Side.SALES, due="2027-04-10 10:00", kept=6, missed=4)
    keep(session, acme, side=Side.MARKETING, due="2027-03-10 10:00", kept=1, missed=9)
    keep(session, acme, side=Side.MARKETING, due="2027-04-10 10:00", kept=5, missed=5)

    svg = promises_kept_chart(by_month(session, acme))

    assert svg is not None
    points = [float(y) for y in re.findall(r'point" transform="translate\([^,]+,([^)]+)\)', svg)]
    sales, marketing = (
        float(re.findall(rf'translate\([^,]+,([^)]+)\)"[^>]*>{name}', svg)[0])
        for name in ("Sales 60 %", "Marketing 50 %")
    )
    assert len(points) == 4
    assert sales < min(points)
    assert marketing > max(points)
