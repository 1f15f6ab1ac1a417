"""A round: every state × step × role, taken where the table says so, else refused unwritten."""

import pytest

from core.actor import CLOCK
from sharing import services
from sharing.models import Round
from sharing.states import ROUND_EDGES, RoundState
from tests.step_tables import Row, check, people_of_every_role, row
from tests.worlds_money import CLOSING_AT, SHARING_AT, MoneyWorld

ROWS: dict[str, Row] = {
    "propose_round": row(
        lambda found, actor: services.propose_round(
            reference=found.reference, actor=actor, now=SHARING_AT
        ),
        "finance clock",
        "open",
    ),
    "start_collecting": row(
        lambda found, actor: services.start_collecting(
            reference=found.reference, actor=actor, now=SHARING_AT
        ),
        "finance",
        "proposed",
    ),
    "record_failed_debits": row(
        lambda found, actor: services.record_failed_debits(
            reference=found.reference, actor=actor, now=SHARING_AT, memberships=[]
        ),
        "finance",
        "collecting",
    ),
    "close_round": row(
        lambda found, actor: services.close_round(
            reference=found.reference, actor=actor, now=CLOSING_AT
        ),
        "finance",
        "collecting",
    ),
}


def _in_state(world: MoneyWorld, state: str) -> Round:
    world.cleared_claim()
    found = world.open_round()
    who = {"reference": found.reference, "now": SHARING_AT}
    if state != RoundState.OPEN:
        services.propose_round(**who, actor=CLOCK)
    if state in (RoundState.COLLECTING, RoundState.CLOSED):
        services.start_collecting(**who, actor=world.finance)
    if state == RoundState.CLOSED:
        services.close_round(reference=found.reference, actor=world.finance, now=CLOSING_AT)
    return Round.objects.get(pk=found.pk)


@pytest.mark.parametrize("state", RoundState.values)
def test_every_step_of_a_round_by_every_role(world: MoneyWorld, state: str) -> None:
    found = _in_state(world, state)
    assert found.state == state
    check(ROWS, state, found, people_of_every_role(world.base))


def test_a_round_has_no_other_edges() -> None:
    declared = {(str(source), str(target)) for source, target in ROUND_EDGES}
    found = {(str(one.source), str(one.target)) for one in Round().get_all_state_transitions()}
    assert found == declared
