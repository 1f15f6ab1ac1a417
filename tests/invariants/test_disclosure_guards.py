"""Promises 22, 23, 27 and 28 against raw SQL as the app role, each with its negative twin."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from datetime import timedelta
from typing import Any

import pytest

from disclosure.models import NoticeEntry, Objection, PublicCase, Redaction
from disclosure.services.periods import plan_periods
from tests.worlds_disclosure import (
    BOARD,
    FILED_AT,
    OPENS_AT,
    STORY,
    SUMMARY,
    DisclosureWorld,
    make_disclosure_world,
    set_clock,
)

Refused = Callable[..., AbstractContextManager[Any]]
DropGuard = Callable[[str, str], AbstractContextManager[None]]
HOUR = timedelta(hours=1)


@pytest.fixture
def world(transactional_db: None) -> Iterator[DisclosureWorld]:
    """The world, committed, so that other connections see it."""
    set_clock(OPENS_AT)
    yield make_disclosure_world()
    set_clock(None)


def run(connection: Any, statement: str, *values: object) -> None:
    try:
        with connection.cursor() as cursor:
            cursor.execute(statement, values)
        connection.commit()
    finally:
        connection.rollback()


def trigger(name: str, table: str) -> tuple[str, str]:
    """Return the SQL that takes a trigger away and the SQL that puts it back."""
    return (
        f"ALTER TABLE {table} DISABLE TRIGGER {name}",
        f"ALTER TABLE {table} ENABLE TRIGGER {name}",
    )


SIGN_BY_SELF = "UPDATE disclosure_redaction SET signed_by_id = prepared_by_id, signed_at = now()"


def unsigned(world: DisclosureWorld) -> Redaction:
    from disclosure import services

    claim = world.approved(is_signed=False)
    return services.prepare_redaction(
        reference=claim.reference,
        actor=world.reviewer,
        now=FILED_AT,
        story=STORY,
        investigation_summary=SUMMARY,
        board_summary=BOARD,
    )


def test_one_person_cannot_prepare_and_sign(
    world: DisclosureWorld, app_connection: Any, refused: Refused
) -> None:
    unsigned(world)
    with refused("redaction_signed_by_another"):
        run(app_connection, SIGN_BY_SELF)
    assert Redaction.objects.get().signed_by_id is None


def test_without_the_check_one_person_signs(
    world: DisclosureWorld, app_connection: Any, drop_guard: DropGuard
) -> None:
    unsigned(world)
    check = (
        "ALTER TABLE disclosure_redaction ADD CONSTRAINT redaction_signed_by_another CHECK "
        "((signed_by_id IS NULL AND signed_at IS NULL) OR (signed_by_id IS NOT NULL AND "
        "signed_at IS NOT NULL AND NOT (signed_by_id = prepared_by_id AND signed_by_id IS NOT "
        "NULL)))"
    )
    with drop_guard(
        "ALTER TABLE disclosure_redaction DROP CONSTRAINT redaction_signed_by_another", check
    ):
        run(app_connection, SIGN_BY_SELF)
        row = Redaction.objects.get()
        assert row.signed_by_id == row.prepared_by_id


CHANGE_SIGNED = "UPDATE disclosure_redaction SET story = 'changed'"


def test_a_signed_redaction_never_changes(
    world: DisclosureWorld, app_connection: Any, refused: Refused
) -> None:
    world.approved()
    with refused("signed redaction"):
        run(app_connection, CHANGE_SIGNED)


def test_without_the_trigger_a_signed_redaction_changes(
    world: DisclosureWorld, app_connection: Any, drop_guard: DropGuard
) -> None:
    world.approved()
    with drop_guard(*trigger("disclosure_redaction_signed_stays", "disclosure_redaction")):
        run(app_connection, CHANGE_SIGNED)
        assert Redaction.objects.get().story == "changed"


PUT_UNSIGNED = """
INSERT INTO disclosure_noticeentry (reference, period_id, claim_id, number, revision,
    redaction_id, card, opens_at, closes_at, length_seconds, state)
SELECT 'N-0000-0000', p.id, r.claim_id, r.notice_number, 1, r.id, '{}', p.opens_at, p.closes_at,
    604800, 'open' FROM disclosure_redaction r, disclosure_noticeperiod p
 ORDER BY p.opens_at LIMIT 1
"""


def planned(world: DisclosureWorld) -> None:
    from core.actor import CLOCK

    unsigned(world)
    plan_periods(plan_code=world.money.plan.code, actor=CLOCK, now=FILED_AT)


def test_nothing_unsigned_goes_on_notice(
    world: DisclosureWorld, app_connection: Any, refused: Refused
) -> None:
    planned(world)
    with refused("second person signs"):
        run(app_connection, PUT_UNSIGNED)
    assert not NoticeEntry.objects.exists()


def test_without_the_trigger_the_unsigned_goes_on_notice(
    world: DisclosureWorld, app_connection: Any, drop_guard: DropGuard
) -> None:
    planned(world)
    with drop_guard(*trigger("disclosure_entry_is_signed", "disclosure_noticeentry")):
        run(app_connection, PUT_UNSIGNED)
        assert NoticeEntry.objects.count() == 1


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE disclosure_publiccase SET age_band = ''",
        "DELETE FROM disclosure_publiccase",
        "TRUNCATE disclosure_publiccase CASCADE",
        "UPDATE disclosure_publiccaseentry SET kind = 'case_updated'",
        "DELETE FROM disclosure_publiccaseentry",
        "UPDATE record_entry SET body = '{}'",
        "DELETE FROM disclosure_noticeevent",
    ],
)
def test_what_is_published_is_never_altered_or_removed(
    world: DisclosureWorld, app_connection: Any, refused: Refused, statement: str
) -> None:
    with refused("permission denied|append-only|must be owner"):
        run(app_connection, statement)


@pytest.mark.parametrize(
    "statement",
    ["UPDATE disclosure_publiccase SET age_band = ''", "DELETE FROM disclosure_publiccaseentry"],
)
def test_not_even_the_owner_alters_what_is_published(
    world: DisclosureWorld, owner_connection: Any, refused: Refused, statement: str
) -> None:
    with refused():
        run(owner_connection, statement)


def test_without_right_and_trigger_a_published_case_changes(
    world: DisclosureWorld, app_connection: Any, drop_guard: DropGuard
) -> None:
    for _number in range(11):
        world.approved()
    world.open_period()
    assert world.publish() == 11
    without = (
        "ALTER TABLE disclosure_publiccase DISABLE TRIGGER disclosure_publiccase_append_only;"
        "GRANT UPDATE ON disclosure_publiccase TO gongdao_app"
    )
    back = (
        "ALTER TABLE disclosure_publiccase ENABLE TRIGGER disclosure_publiccase_append_only;"
        "REVOKE UPDATE ON disclosure_publiccase FROM gongdao_app"
    )
    with drop_guard(without, back):
        run(app_connection, "UPDATE disclosure_publiccase SET age_band = '30-30'")
        assert set(PublicCase.objects.values_list("age_band", flat=True)) == {"30-30"}


def test_a_public_case_needs_a_class_of_eleven(
    world: DisclosureWorld, app_connection: Any, refused: Refused
) -> None:
    world.noticed()
    with refused("public_case_class_of_eleven"):
        run(
            app_connection,
            "INSERT INTO disclosure_publiccase (reference, claim_id, plan_id, period_id, "
            "amount_cents, disease, disease_group, age_band, sex, province, region, filed, "
            "rules, class_key, class_size, terms, published_at) SELECT 'K-0', c.id, c.plan_id, "
            "e.period_id, 1, '', '', '', '', '', '', '', '', '', 10, '{}', now() "
            "FROM claims_claim c JOIN disclosure_noticeentry e ON e.claim_id = c.id",
        )


CLEAR = "UPDATE disclosure_noticeentry SET state = 'cleared', ended_at = core_now()"
ENTRY_TRIGGER = trigger("disclosure_entry_keeps_its_word", "disclosure_noticeentry")


def test_an_entry_does_not_clear_before_its_time(
    world: DisclosureWorld, app_connection: Any, refused: Refused
) -> None:
    world.noticed()
    with refused("full time is not over"):
        run(app_connection, CLEAR)


def test_an_entry_does_not_clear_while_an_objection_stands(
    world: DisclosureWorld, app_connection: Any, refused: Refused
) -> None:
    entry = world.noticed()
    world.objection(entry)
    set_clock(entry.closes_at + HOUR)
    with refused("objection stands"):
        run(app_connection, CLEAR)


def test_without_the_trigger_an_entry_clears_over_an_objection(
    world: DisclosureWorld, app_connection: Any, drop_guard: DropGuard
) -> None:
    world.objection(world.noticed())
    with drop_guard(*ENTRY_TRIGGER):
        run(app_connection, CLEAR)
        assert NoticeEntry.objects.get().state == "cleared"


@pytest.mark.parametrize(
    "change",
    [
        "closes_at = closes_at - interval '1 second'",
        "opens_at = opens_at + interval '1 second'",
        "card = '{}'",
        "length_seconds = 1",
    ],
)
def test_a_noticed_entry_is_neither_shortened_nor_edited(
    world: DisclosureWorld, app_connection: Any, refused: Refused, change: str
) -> None:
    world.noticed()
    with refused("stays as it was published"):
        run(app_connection, f"UPDATE disclosure_noticeentry SET {change}")


OBJECT = """
INSERT INTO disclosure_objection (reference, entry_id, member_id, grounds, statement,
    evidence_note, received_at, state, due_at, is_overdue, told_state, inquiry_question,
    proposed_outcome, answer, board_answer)
SELECT 'O-0000-0000', e.id, %s, 'other', 'x', '', e.opens_at, 'received', e.closes_at, false, '',
    '', '', '', '' FROM disclosure_noticeentry e
"""
OBJECTION_TRIGGER = trigger("disclosure_objection_in_time", "disclosure_objection")


def test_an_objection_is_refused_at_the_closing_instant(
    world: DisclosureWorld, app_connection: Any, refused: Refused
) -> None:
    entry = world.noticed()
    member = world.objector().person_id
    set_clock(entry.closes_at)
    with refused("does not take objections"):
        run(app_connection, OBJECT, member)


def test_an_old_transaction_cannot_object_after_the_close(
    world: DisclosureWorld, app_connection: Any, refused: Refused
) -> None:
    entry = world.noticed()
    member = world.objector().person_id
    set_clock(entry.closes_at - HOUR)
    with app_connection.cursor() as cursor:
        cursor.execute("SELECT now()")
    set_clock(entry.closes_at + HOUR)
    with refused("does not take objections"):
        run(app_connection, OBJECT, member)


def test_without_the_trigger_an_objection_comes_too_late(
    world: DisclosureWorld, app_connection: Any, drop_guard: DropGuard
) -> None:
    entry = world.noticed()
    member = world.objector().person_id
    set_clock(entry.closes_at + HOUR)
    with drop_guard(*OBJECTION_TRIGGER):
        run(app_connection, OBJECT, member)
        assert Objection.objects.count() == 1


def test_an_objection_cannot_be_backdated(world: DisclosureWorld, app_connection: Any) -> None:
    entry = world.noticed()
    member = world.objector().person_id
    set_clock(entry.opens_at + HOUR)
    run(app_connection, OBJECT, member)
    assert Objection.objects.get().received_at >= entry.opens_at + HOUR


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ("statement = 'y'", "stays as it was made"),
        ("state = 'dismissed'", "does not go from"),
        ("received_at = received_at - interval '1 day'", "stays as it was made"),
    ],
)
def test_an_objection_is_neither_edited_nor_waved_through(
    world: DisclosureWorld, app_connection: Any, refused: Refused, change: str, words: str
) -> None:
    world.objection(world.noticed())
    with refused(words):
        run(app_connection, f"UPDATE disclosure_objection SET {change}")
