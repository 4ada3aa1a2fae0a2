from collections.abc import Mapping

from alignment.sla.promises.agreement_scope import AgreementScope, scope_targets
from alignment.sla.promises.segments import Condition, Operator, Segment
from alignment.sla.promises.standard_targets import accept_or_return
from alignment.sla.promises.targets import target_for

MARKETING, EMEA, US = 1, 2, 3
LARGE = Segment(
    name="Large",
    conditions=(Condition(fact="amount", operator=Operator.AT_LEAST, number=1_000_000),),
)


def scope(
    agreement_id: int, *, sales: int, rank: int = 100, segment: Segment | None = None
) -> AgreementScope:
    return AgreementScope(
        rank=rank,
        agreement_id=agreement_id,
        marketing_team_id=MARKETING,
        sales_team_id=sales,
        segment=segment or Segment(),
    )


OF_EMEA, OF_US = scope(1, sales=EMEA), scope(2, sales=US)
OF_LARGE = scope(3, sales=EMEA, rank=1, segment=LARGE)
PROMISES = (accept_or_return(hours=4),)


def holds(
    ours: AgreementScope, facts: Mapping[str, object], *, beside: tuple[AgreementScope, ...] = ()
) -> bool:
    return target_for(facts, scope_targets(PROMISES, ours, earlier=beside)) is not None


def test_a_lead_of_our_sales_team_is_ours_and_another_teams_is_not() -> None:
    assert holds(OF_EMEA, {"sales_team": EMEA, "marketing_team": MARKETING})
    assert not holds(OF_EMEA, {"sales_team": US, "marketing_team": MARKETING})


def test_a_lead_of_another_marketing_team_is_not_ours() -> None:
    assert not holds(OF_EMEA, {"sales_team": EMEA, "marketing_team": 9})


def test_a_lead_of_no_known_team_belongs_to_the_first_agreement() -> None:
    assert holds(OF_EMEA, {}, beside=(OF_US,))
    assert not holds(OF_US, {}, beside=(OF_EMEA,))


def test_of_two_agreements_between_the_same_teams_the_first_by_rank_has_the_lead() -> None:
    large = {"sales_team": EMEA, "amount": 2_000_000}
    small = {"sales_team": EMEA, "amount": 500}

    assert holds(OF_LARGE, large, beside=(OF_EMEA,))
    assert not holds(OF_EMEA, large, beside=(OF_LARGE,))
    assert holds(OF_EMEA, small, beside=(OF_LARGE,))
    assert not holds(OF_LARGE, small, beside=(OF_EMEA,))


def test_a_promise_to_a_segment_keeps_its_own_conditions() -> None:
    (promise,) = scope_targets(PROMISES, OF_EMEA)

    assert promise.segment.name == PROMISES[0].segment.name
    assert promise.segment.depends_on_facts
    assert not PROMISES[0].segment.depends_on_facts
