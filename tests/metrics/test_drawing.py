from alignment.metrics.drawing import BY_MONTH, svg

BARS = {
    "mark": "bar",
    "encoding": {"x": BY_MONTH, "y": {"field": "count", "type": "quantitative"}},
}


def drawn(*months):
    return svg(BARS | {"data": {"values": [{"month": x, "count": 1} for x in months]}})


def test_the_year_stands_below_the_first_month_and_below_each_january():
    picture = drawn("2026-11", "2026-12", "2027-01", "2027-02")

    assert picture.count(">2026<") == 1
    assert picture.count(">2027<") == 1
    assert ">Dec<" in picture


def test_the_same_content_is_drawn_once():
    assert drawn("2027-03") is drawn("2027-03")
    assert drawn("2027-03") != drawn("2027-04")


def test_words_in_a_chart_are_never_markup():
    picture = svg(BARS | {"title": "<script>alert(1)</script>", "data": {"values": []}})

    assert "<script" not in picture
