"""Promises 46, 47, 50 and 51 against raw SQL as the app role, each with its negative twin."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any

import pytest
from django.db import connection, transaction

from sharing.migrations import _guard_sql as guards
from sharing.models import JournalEntry, JournalLine, Round
from sharing.services import book, credit, debit, reverse_entry
from sharing.states import Account, EntryKind
from tests.worlds_money import CLOSING_AT, PAYING_AT, MoneyWorld, make_money_world, sql

pytestmark = pytest.mark.django_db(transaction=True)
Guard = Callable[[str, str], AbstractContextManager[None]]
Refused = Callable[..., AbstractContextManager[Any]]


@pytest.fixture
def world(transactional_db: None) -> MoneyWorld:
    return make_money_world()


def insert_entry(world: MoneyWorld, lines: list[tuple[str, int, int]]) -> None:
    """Write a journal entry by raw SQL, in one transaction."""
    with transaction.atomic():
        ((pk,),) = sql(
            "INSERT INTO sharing_journalentry (plan_id, kind, subject, line_count, reason, "
            "occurred_at) VALUES (%s, 'round_due', 'R-TEST', %s, '', %s) RETURNING id",
            world.plan.pk,
            len(lines),
            PAYING_AT,
        )
        for position, (account, debited, credited) in enumerate(lines, start=1):
            sql(
                "INSERT INTO sharing_journalline (entry_id, position, account, debit_cents, "
                "credit_cents) VALUES (%s, %s, %s, %s, %s)",
                pk,
                position,
                account,
                debited,
                credited,
            )


UNBALANCED = [("bank", 100, 0), ("surplus", 0, 99)]
BALANCED = [("bank", 100, 0), ("surplus", 0, 100)]


def test_46_an_entry_that_does_not_balance_is_not_committed(
    world: MoneyWorld, refused: Refused
) -> None:
    with refused("does not balance"):
        insert_entry(world, UNBALANCED)
    assert JournalEntry.objects.count() == 0


def test_46_lines_added_later_unbalance_no_entry(world: MoneyWorld, refused: Refused) -> None:
    insert_entry(world, BALANCED)
    entry = JournalEntry.objects.get()
    for more in ([(3, 5, 0)], [(3, 5, 0), (4, 0, 5)]):
        with refused("journal entry"), transaction.atomic():
            for position, debited, credited in more:
                sql(
                    "INSERT INTO sharing_journalline (entry_id, position, account, debit_cents, "
                    "credit_cents) VALUES (%s, %s, 'bank', %s, %s)",
                    entry.pk,
                    position,
                    debited,
                    credited,
                )
    assert JournalLine.objects.count() == 2


def test_46_twin_without_the_trigger_an_unbalanced_entry_goes_in(
    world: MoneyWorld, drop_guard: Guard
) -> None:
    tables = ("sharing_journalentry", "sharing_journalline")
    drop = ";".join(f"DROP TRIGGER {table}_balances ON {table}" for table in tables)
    restore = ";".join(guards.balance_trigger(table) for table in tables)
    with drop_guard(drop, restore):
        insert_entry(world, UNBALANCED)
        assert JournalEntry.objects.count() == 1


JOURNAL_CHANGES = (
    "UPDATE sharing_journalline SET debit_cents = debit_cents + 1 WHERE debit_cents > 0",
    "DELETE FROM sharing_journalline",
    "UPDATE sharing_journalentry SET subject = 'R-OTHER'",
    "DELETE FROM sharing_journalentry",
    "TRUNCATE sharing_journalline",
)


@pytest.mark.parametrize("statement", JOURNAL_CHANGES)
def test_51_journal_rows_are_insert_only(
    world: MoneyWorld, refused: Refused, statement: str
) -> None:
    insert_entry(world, BALANCED)
    with refused("permission denied"):
        sql(statement)
    assert JournalLine.objects.count() == 2


def test_51_twin_with_the_right_and_without_the_trigger_a_line_can_be_changed(
    world: MoneyWorld, drop_guard: Guard
) -> None:
    app = connection.settings_dict["USER"]
    drop = (
        "DROP TRIGGER sharing_journalline_append_only ON sharing_journalline;"
        f"GRANT UPDATE ON sharing_journalline TO {app}"
    )
    restore = (
        f"REVOKE UPDATE ON sharing_journalline FROM {app};"
        "CREATE TRIGGER sharing_journalline_append_only BEFORE UPDATE OR DELETE OR TRUNCATE "
        "ON sharing_journalline FOR EACH STATEMENT EXECUTE FUNCTION core_refuse_change()"
    )
    with drop_guard(drop, restore):
        insert_entry(world, BALANCED)
        sql(JOURNAL_CHANGES[0])
        assert JournalLine.objects.get(position=1).debit_cents == 101


def test_51_an_entry_is_corrected_by_reversing_it_once(world: MoneyWorld) -> None:
    from core.errors import WrongState

    entry = book(
        plan_id=world.plan.pk,
        kind=EntryKind.ROUND_DUE,
        subject="R-TEST",
        lines=[debit(Account.BANK, 5), credit(Account.SURPLUS, 5)],
        actor=world.finance,
        now=PAYING_AT,
    )
    assert entry is not None
    who = {"entry_id": entry.pk, "reason": "booked twice", "now": PAYING_AT}
    reverse_entry(**who, actor=world.finance)
    assert sql("SELECT sum(debit_cents - credit_cents) FROM sharing_journalline") == [(0,)]
    with pytest.raises(WrongState):
        reverse_entry(**who, actor=world.finance)


def close_by_sql(found: Round, **changes: int) -> None:
    """Close a collected round by raw SQL with some of its figures changed."""
    figures = {"collected_cents": found.due_cents, "uncollected_cents": 0, **changes}
    columns = ", ".join(f"{name} = %s" for name in figures)
    sql(
        f"UPDATE sharing_round SET state = 'closed', closed_at = %s, {columns} WHERE id = %s",
        CLOSING_AT,
        *figures.values(),
        found.pk,
    )


WRONG = (
    {"subsidy_cents": 1},
    {"surplus_out_cents": 1},
    {"collected_cents": 9},
    {"collected_cents": 9, "uncollected_cents": 1},
    {"aid_cents": 300_000_01, "subsidy_cents": 324_000_01 - 10},
)


@pytest.mark.parametrize("changes", WRONG)
def test_47_a_round_that_does_not_add_up_cannot_close(
    world: MoneyWorld, refused: Refused, changes: dict[str, int]
) -> None:
    world.cleared_claim()
    found = world.collecting_round()
    with refused():
        close_by_sql(found, **changes)
    assert Round.objects.get().state == "collecting"
    close_by_sql(found)
    assert Round.objects.get().state == "closed"


@pytest.mark.parametrize("changes", WRONG)
def test_47_twin_without_its_guards_a_wrong_sum_closes(
    world: MoneyWorld, drop_guard: Guard, changes: dict[str, int]
) -> None:
    checks = {
        "round_adds_up": "CHECK (due_cents = aid_cents + fee_cents + surplus_out_cents "
        "- surplus_in_cents - subsidy_cents)",
        "round_due_is_accounted_for": "CHECK (state <> 'closed' OR "
        "due_cents = collected_cents + uncollected_cents)",
    }
    drop = "DROP TRIGGER sharing_round_step ON sharing_round;" + ";".join(
        f"ALTER TABLE sharing_round DROP CONSTRAINT {name}" for name in checks
    )
    restore = guards.ROUND_STEP_TRIGGER + ";".join(
        f";ALTER TABLE sharing_round ADD CONSTRAINT {name} {check}"
        for name, check in checks.items()
    )
    with drop_guard(drop, restore):
        world.cleared_claim()
        found = world.collecting_round()
        close_by_sql(found, **changes)
        assert Round.objects.get().state == "closed"


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE sharing_round SET aid_cents = 1, due_cents = 1",
        "UPDATE sharing_round SET state = 'open'",
        "UPDATE sharing_roundcase SET is_dropped = true",
        "UPDATE sharing_roundshare SET share_cents = 1",
        "DELETE FROM sharing_roundcase",
        (
            "INSERT INTO sharing_roundshare (round_id, tier, weight_milli, paid_from_cents, "
            "members, share_cents) SELECT id, 'other', 1000, 0, 1, 1 FROM sharing_round"
        ),
    ],
)
def test_47_a_closed_round_and_its_rows_stay_as_they_are(
    world: MoneyWorld, refused: Refused, statement: str
) -> None:
    world.cleared_claim()
    world.closed_round()
    with refused():
        sql(statement)


def test_50_a_membership_is_charged_once_a_round(world: MoneyWorld, refused: Refused) -> None:
    world.cleared_claim()
    found = world.collecting_round()
    row = (found.pk, world.members[0].pk, 10, CLOSING_AT, world.finance.person_id)
    insert = (
        "INSERT INTO sharing_faileddebit (round_id, membership_id, amount_cents, reported_at, "
        "reported_by_id) VALUES (%s, %s, %s, %s, %s)"
    )
    sql(insert, *row)
    with refused("failed_debit_once_a_round"):
        sql(insert, *row)


def test_50_twin_without_the_constraint_a_membership_is_charged_twice(
    world: MoneyWorld, drop_guard: Guard
) -> None:
    name = "failed_debit_once_a_round"
    drop = f"ALTER TABLE sharing_faileddebit DROP CONSTRAINT {name}"
    restore = (
        f"ALTER TABLE sharing_faileddebit ADD CONSTRAINT {name} UNIQUE (round_id, membership_id)"
    )
    with drop_guard(drop, restore):
        world.cleared_claim()
        found = world.collecting_round()
        row = (found.pk, world.members[0].pk, 10, CLOSING_AT, world.finance.person_id)
        for _time in range(2):
            sql(
                "INSERT INTO sharing_faileddebit (round_id, membership_id, amount_cents, "
                "reported_at, reported_by_id) VALUES (%s, %s, %s, %s, %s)",
                *row,
            )
        assert sql("SELECT count(*) FROM sharing_faileddebit") == [(2,)]
