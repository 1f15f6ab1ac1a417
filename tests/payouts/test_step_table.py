"""A batch and a payout: every state × step × role, taken or refused as the table says."""

import pytest

from core.actor import BANK
from payouts import services
from payouts.gateways import BankLine, Instruction, OutcomeUnknown, Receipt
from payouts.models import Payout, PayoutBatch
from payouts.states import PAYOUT_EDGES, BatchState, PayoutState
from tests.step_tables import Row, check, people_of_every_role, row
from tests.worlds_money import PAYING_AT, MoneyWorld

BATCH_ROWS: dict[str, Row] = {
    "approve_batch": row(
        lambda found, actor: services.approve_batch(
            reference=found.reference, actor=actor, now=PAYING_AT
        ),
        "finance",
        "prepared",
    ),
    "withdraw_batch": row(
        lambda found, actor: services.withdraw_batch(
            reference=found.reference, actor=actor, now=PAYING_AT
        ),
        "finance",
        "prepared",
    ),
}
# The bank says it itself, or the clock takes it from the bank's answer or statement.
PAYOUT_ROWS: dict[str, Row] = {
    "settle_payout": row(
        lambda found, actor: services.settle_payout(
            reference=found.reference, bank_reference="SB1", actor=actor, now=PAYING_AT
        ),
        "bank clock",
        "approved sent unknown",
        repeats="settled",
    ),
    "return_payout": row(
        lambda found, actor: services.return_payout(
            reference=found.reference, reason_code="AC04", actor=actor, now=PAYING_AT
        ),
        "bank clock",
        "approved sent unknown settled",
        repeats="returned",
    ),
}


class Bank:
    """A bank that takes everything, or that nobody hears from."""

    def __init__(self, is_heard: bool) -> None:
        self.is_heard = is_heard

    def send(self, instruction: Instruction) -> Receipt:
        """Take the instruction."""
        if not self.is_heard:
            raise OutcomeUnknown("timed out")
        return Receipt("accepted", "SB1")

    def ask(self, end_to_end_id: str) -> Receipt | None:
        """Know nothing."""
        return None

    def statement(self, after: str) -> list[BankLine]:
        """Nothing was booked."""
        return []


@pytest.mark.parametrize("state", BatchState.values)
def test_every_step_of_a_batch_by_every_role(world: MoneyWorld, state: str) -> None:
    batch = world.prepared_batch()
    if state != BatchState.PREPARED:
        end = services.approve_batch if state == BatchState.APPROVED else services.withdraw_batch
        end(reference=batch.reference, actor=world.finance2, now=PAYING_AT)
    found = PayoutBatch.objects.get(pk=batch.pk)
    assert found.state == state
    check(BATCH_ROWS, state, found, people_of_every_role(world.base))


def _in_state(world: MoneyWorld, state: str) -> Payout:
    if state in (PayoutState.PREPARED, PayoutState.WITHDRAWN):
        batch = world.prepared_batch()
        if state == PayoutState.WITHDRAWN:
            services.withdraw_batch(reference=batch.reference, actor=world.finance2, now=PAYING_AT)
        return batch.payouts.get()
    payout = world.approved_payout()
    who = {"reference": payout.reference, "actor": BANK, "now": PAYING_AT}
    if state in (PayoutState.SENT, PayoutState.UNKNOWN):
        services.send_outbox(gateway=Bank(state == PayoutState.SENT), now=PAYING_AT)
    elif state == PayoutState.SETTLED:
        services.settle_payout(**who, bank_reference="SB1")
    elif state == PayoutState.RETURNED:
        services.return_payout(**who, reason_code="AC04")
    return Payout.objects.get(pk=payout.pk)


@pytest.mark.parametrize("state", PayoutState.values)
def test_every_step_of_a_payout_by_every_role(world: MoneyWorld, state: str) -> None:
    found = _in_state(world, state)
    assert found.state == state
    check(PAYOUT_ROWS, state, found, people_of_every_role(world.base))


def test_a_payout_has_no_other_edges() -> None:
    found = {(str(one.source), str(one.target)) for one in Payout().get_all_state_transitions()}
    assert found == {(str(source), str(target)) for source, target in PAYOUT_EDGES}
