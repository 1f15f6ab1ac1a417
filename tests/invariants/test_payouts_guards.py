"""Promises 11, 48, 49 and 52 against raw SQL as the app role, each with its negative twin."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any

import pytest

from payouts.migrations import _guard_sql as guards
from payouts.models import Outbox, Payout, PayoutBatch
from tests.worlds_money import PAYING_AT, MoneyWorld, make_money_world, sql

pytestmark = pytest.mark.django_db(transaction=True)
Guard = Callable[[str, str], AbstractContextManager[None]]
Refused = Callable[..., AbstractContextManager[Any]]

DROP_PAYOUT = "DROP TRIGGER payouts_payout_step ON payouts_payout"
RESTORE_PAYOUT = guards.row_trigger("payouts_payout", "payouts_payout_step", "INSERT OR UPDATE")
DROP_BATCH = (
    "DROP TRIGGER payouts_batch_step ON payouts_payoutbatch;"
    "ALTER TABLE payouts_payoutbatch DROP CONSTRAINT payout_batch_two_people"
)
RESTORE_BATCH = (
    guards.row_trigger("payouts_payoutbatch", "payouts_batch_step", "INSERT OR UPDATE")
    + ";ALTER TABLE payouts_payoutbatch ADD CONSTRAINT payout_batch_two_people "
    "CHECK (approved_by_id IS NULL OR approved_by_id <> prepared_by_id)"
)


@pytest.fixture
def world(transactional_db: None) -> MoneyWorld:
    return make_money_world()


def another_payout(payout: Payout, series: int = 2) -> None:
    """Insert a second payout of the same claim by raw SQL."""
    sql(
        "INSERT INTO payouts_payout (reference, batch_id, claim_id, series, end_to_end_id, "
        "amount_cents, currency, account_holder, account_encrypted, account_digest, "
        "account_last4, state, prepared_at, bank_reference, return_reason) "
        "SELECT 'B-OTHER', batch_id, claim_id, %s, end_to_end_id || 'x', amount_cents, currency, "
        "account_holder, account_encrypted, account_digest, account_last4, 'prepared', "
        "prepared_at, '', '' FROM payouts_payout WHERE id = %s",
        series,
        payout.pk,
    )


def approve_by_sql(batch: PayoutBatch, person_id: int | None) -> None:
    sql(
        "UPDATE payouts_payoutbatch SET state = 'approved', approved_by_id = %s, "
        "approved_at = %s WHERE id = %s",
        person_id,
        PAYING_AT,
        batch.pk,
    )


def test_48_a_claim_has_at_most_one_effective_payout(world: MoneyWorld, refused: Refused) -> None:
    payout = world.prepared_batch().payouts.get()
    with refused("payout that has effect"):
        another_payout(payout)
    assert Payout.objects.count() == 1


def test_48_a_returned_payout_does_not_come_back_to_life(
    world: MoneyWorld, refused: Refused
) -> None:
    payout = world.prepared_batch().payouts.get()
    sql("UPDATE payouts_payout SET state = 'withdrawn'")
    another_payout(payout)
    with refused("no step leads a payout"):
        sql("UPDATE payouts_payout SET state = 'prepared' WHERE id = %s", payout.pk)


def test_48_twin_without_trigger_and_index_a_claim_is_paid_twice(
    world: MoneyWorld, drop_guard: Guard
) -> None:
    drop = DROP_PAYOUT + ";DROP INDEX payout_one_effective_per_claim"
    restore = (
        RESTORE_PAYOUT + ";CREATE UNIQUE INDEX payout_one_effective_per_claim "
        "ON payouts_payout (claim_id) WHERE state IN "
        "('prepared', 'approved', 'sent', 'unknown', 'settled')"
    )
    with drop_guard(drop, restore):
        payout = world.prepared_batch().payouts.get()
        another_payout(payout)
        assert Payout.objects.count() == 2


def test_48_the_index_holds_without_the_trigger(
    world: MoneyWorld, drop_guard: Guard, refused: Refused
) -> None:
    with drop_guard(DROP_PAYOUT, RESTORE_PAYOUT):
        payout = world.prepared_batch().payouts.get()
        with refused("payout_one_effective_per_claim"):
            another_payout(payout)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE payouts_payout SET amount_cents = amount_cents + 1",
        "UPDATE payouts_payout SET end_to_end_id = 'C-0000-0000-9'",
        "UPDATE payouts_payout SET account_digest = 'x'",
        "UPDATE payouts_payout SET state = 'settled', settled_at = now(), bank_reference = 'x'",
        "UPDATE payouts_payout SET state = 'approved'",
        "DELETE FROM payouts_payout",
    ],
)
def test_48_what_a_payout_pays_to_whom_is_fixed(
    world: MoneyWorld, refused: Refused, statement: str
) -> None:
    world.prepared_batch()
    with refused():
        sql(statement)


def test_49_the_key_of_an_outbox_row_never_changes(world: MoneyWorld, refused: Refused) -> None:
    world.approved_payout()
    for change in ("key = 'C-0000-0000-9'", "attempts = -1", "created_at = now()"):
        with refused():
            sql(f"UPDATE payouts_outbox SET {change}")


def test_49_twin_without_the_trigger_an_outbox_row_gets_another_key(
    world: MoneyWorld, drop_guard: Guard
) -> None:
    drop = "DROP TRIGGER payouts_outbox_step ON payouts_outbox"
    restore = guards.row_trigger("payouts_outbox", "payouts_outbox_step", "INSERT OR UPDATE")
    with drop_guard(drop, restore):
        world.approved_payout()
        sql("UPDATE payouts_outbox SET key = 'C-0000-0000-9'")
        assert Outbox.objects.get().key == "C-0000-0000-9"


def test_11_a_batch_needs_two_finance_people(world: MoneyWorld, refused: Refused) -> None:
    batch = world.prepared_batch()
    with refused("two finance people"):
        approve_by_sql(batch, world.finance.person_id)
    with refused("two finance people"):
        approve_by_sql(batch, None)
    with refused("by finance"):
        approve_by_sql(batch, world.reviewer.person_id)
    approve_by_sql(batch, world.finance2.person_id)
    assert PayoutBatch.objects.get().state == "approved"


def test_11_a_payout_is_not_approved_past_its_batch(world: MoneyWorld, refused: Refused) -> None:
    world.prepared_batch()
    with refused("two finance people"):
        sql("UPDATE payouts_payout SET state = 'approved'")


def test_11_twin_without_its_guards_one_person_does_both(
    world: MoneyWorld, drop_guard: Guard
) -> None:
    with drop_guard(DROP_BATCH, RESTORE_BATCH):
        batch = world.prepared_batch()
        approve_by_sql(batch, world.finance.person_id)
        assert PayoutBatch.objects.get().state == "approved"


def test_52_a_statement_line_matches_one_payout_and_is_never_altered(
    world: MoneyWorld, refused: Refused
) -> None:
    payout = world.approved_payout()
    for number in ("1", "2"):
        sql(
            "INSERT INTO payouts_statementline (line_id, kind, end_to_end_id, amount_cents, "
            "bank_reference, reason_code, booked_on, imported_at) "
            "VALUES (%s, 'settled', 'x', 1, 'SB', '', '2020-06-20', now())",
            number,
        )
    match = "UPDATE payouts_statementline SET payout_id = %s, matched_at = now() WHERE line_id = %s"
    sql(match, payout.pk, "1")
    with refused("statement_line_matches_once"):
        sql(match, payout.pk, "2")
    for change in ("payout_id = NULL, matched_at = NULL", "amount_cents = 2"):
        with refused("never altered"):
            sql(f"UPDATE payouts_statementline SET {change} WHERE line_id = '1'")


def test_52_twin_without_the_trigger_a_matched_line_is_altered(
    world: MoneyWorld, drop_guard: Guard
) -> None:
    drop = "DROP TRIGGER payouts_line_step ON payouts_statementline"
    restore = guards.row_trigger("payouts_statementline", "payouts_line_step", "UPDATE")
    with drop_guard(drop, restore):
        sql(
            "INSERT INTO payouts_statementline (line_id, kind, end_to_end_id, amount_cents, "
            "bank_reference, reason_code, booked_on, imported_at) "
            "VALUES ('1', 'settled', 'x', 1, 'SB', '', '2020-06-20', now())"
        )
        sql("UPDATE payouts_statementline SET amount_cents = 2")
        assert sql("SELECT amount_cents FROM payouts_statementline") == [(2,)]


@pytest.mark.parametrize(
    "table", ["payouts_bankexchange", "payouts_bankcallback", "payouts_safetycheck"]
)
def test_what_the_bank_said_is_insert_only(world: MoneyWorld, refused: Refused, table: str) -> None:
    for statement in (f"DELETE FROM {table}", f"UPDATE {table} SET id = id"):
        with refused("permission denied"):
            sql(statement)
