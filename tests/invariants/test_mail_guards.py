"""What the database refuses on e-mails, and what happens without it."""

import pytest
from psycopg2.extensions import connection

from members import messages, services
from members.models import Mail
from tests.invariants.test_members_guards import DropGuard, Refused, off, run
from tests.members.letters import reader
from tests.members.world import World, make_world

KIND = messages.register("guarded", "Guarded", "Body")
SENT = "UPDATE members_mail SET state = 'sent', attempts = 1, sent_at = now()"
SECOND = (
    "INSERT INTO members_mail (message_id, next_try_at, created_at) "
    "SELECT message_id, now(), now() FROM members_mail"
)


@pytest.fixture
def world(transactional_db: None) -> World:
    """One letter that waits."""
    found = make_world()
    services.notify(reader(found).pk, KIND, {}, "k", found.now)
    return found


def test_one_message_has_one_letter_that_is_never_removed_or_given_to_another(
    world: World, app_connection: connection, refused: Refused
) -> None:
    with refused("members_mail_message_id"):
        run(app_connection, SECOND)
    for change in (
        "DELETE FROM members_mail",
        "TRUNCATE members_mail",
        "UPDATE members_mail SET message_id = message_id",
        "UPDATE members_broadcast SET key = ''",
    ):
        with refused("permission denied"):
            run(app_connection, change)


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE members_mail SET state = 'waiting', sent_at = NULL",
        "UPDATE members_mail SET state = 'failed', sent_at = NULL",
        "UPDATE members_mail SET attempts = 0",
    ],
)
def test_a_letter_that_is_sent_stays_sent(
    world: World, app_connection: connection, refused: Refused, change: str
) -> None:
    run(app_connection, SENT)
    with refused("an e-mail that is sent stays so"):
        run(app_connection, change)


def test_a_letter_is_tried_before_it_is_sent_and_does_not_jump(
    world: World, app_connection: connection, refused: Refused
) -> None:
    with refused("tried before it is sent"):
        run(app_connection, "UPDATE members_mail SET state = 'sent', sent_at = now()")
    run(app_connection, "UPDATE members_mail SET state = 'failed'")
    with refused("does not go from failed to suppressed"):
        run(app_connection, "UPDATE members_mail SET state = 'suppressed'")


def test_without_the_guard_a_sent_letter_could_be_sent_again(
    world: World, app_connection: connection, drop_guard: DropGuard
) -> None:
    run(app_connection, SENT)
    with drop_guard(*off("members_mail", "members_mail_states")):
        run(app_connection, "UPDATE members_mail SET state = 'waiting', sent_at = NULL")
        assert Mail.objects.get().state == "waiting"
