import pytest

from alignment.errors import Refused
from alignment.sla.promises.segments import Condition, Operator, Segment

GERMAN = Condition(fact="region", operator=Operator.IN, values=("Germany", "Austria"))
FOREIGN = Condition(fact="region", operator=Operator.NOT_IN, values=("Germany",))
HOT = Condition(fact="score", operator=Operator.AT_LEAST, number=80)
SMALL = Condition(fact="amount", operator=Operator.AT_MOST, number=100_000)
NOWHERE = Condition(fact="region", operator=Operator.IS_EMPTY)
FROM_FAIRS = Condition(fact="source", operator=Operator.IN, values=("Trade fair",))


@pytest.mark.parametrize(
    ("condition", "facts", "holds"),
    [
        pytest.param(GERMAN, {"region": "austria "}, True, id="case and spaces do not matter"),
        pytest.param(GERMAN, {"region": "France"}, False, id="another region"),
        pytest.param(GERMAN, {}, False, id="no region is in no list"),
        pytest.param(FOREIGN, {"region": "France"}, True, id="not in the list"),
        pytest.param(FOREIGN, {"region": "GERMANY"}, False, id="in the list"),
        pytest.param(FOREIGN, {"region": None}, True, id="no region is not in the list"),
        pytest.param(HOT, {"score": 80}, True, id="at least is met exactly"),
        pytest.param(HOT, {"score": 79}, False, id="below"),
        pytest.param(HOT, {"score": None}, False, id="no score is not at least"),
        pytest.param(SMALL, {"amount": 100_000}, True, id="at most is met exactly"),
        pytest.param(SMALL, {"amount": 100_001}, False, id="above"),
        pytest.param(SMALL, {}, False, id="no amount is not at most"),
        pytest.param(NOWHERE, {"region": " "}, True, id="blank is empty"),
        pytest.param(NOWHERE, {"region": "France"}, False, id="not empty"),
        pytest.param(FROM_FAIRS, {"source": "trade fair"}, True, id="a name in any case"),
    ],
)
def test_a_condition_asks_one_fact(
    condition: Condition, facts: dict[str, object], holds: bool
) -> None:
    assert condition.holds(facts) is holds


def test_a_segment_has_the_leads_for_which_every_condition_holds() -> None:
    hot_germans = Segment(name="Hot in Germany", conditions=(GERMAN, HOT))

    assert hot_germans.includes({"region": "Germany", "score": 90})
    assert not hot_germans.includes({"region": "Germany", "score": 10})
    assert not hot_germans.includes({"region": "France", "score": 90})


def test_a_segment_without_conditions_is_everything_else() -> None:
    assert Segment().includes({})
    assert Segment().name == "everything else"


@pytest.mark.parametrize(
    ("condition", "sentence"),
    [
        ({"fact": "shoe_size", "operator": Operator.IS_EMPTY}, "cannot depend on 'shoe_size'"),
        ({"fact": "region", "operator": Operator.IN}, "at least one region"),
        ({"fact": "score", "operator": Operator.IN, "values": ("1",)}, "at least one score"),
        ({"fact": "score", "operator": Operator.AT_LEAST}, "Give a number for score"),
        ({"fact": "region", "operator": Operator.AT_MOST, "number": 1}, "number for region"),
    ],
)
def test_a_condition_that_cannot_be_asked_is_refused(
    condition: dict[str, object], sentence: str
) -> None:
    with pytest.raises(Refused, match=sentence):
        Condition(**condition)  # type: ignore[arg-type]


def test_a_segment_needs_a_name() -> None:
    with pytest.raises(Refused, match="Give the segment a name"):
        Segment(name=" ")
