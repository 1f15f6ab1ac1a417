"""A vote is judged by the database as it is, not by an older view of it (promises 38, 45)."""

import pytest
from psycopg2 import extensions
from psycopg2.errors import RestrictViolation
from psycopg2.extensions import connection as Connection

from core import clock
from jury import services
from jury.models import Ballot, Seat
from tests.worlds_jury import JuryWorld

pytestmark = pytest.mark.django_db(transaction=True)

CAST = """
INSERT INTO jury_ballot (hearing_id, round, seat_id, ciphertext, commitment)
VALUES (%s, 1, %s, %s, %s)
"""


@pytest.mark.parametrize(
    "level",
    [
        extensions.ISOLATION_LEVEL_REPEATABLE_READ,
        extensions.ISOLATION_LEVEL_SERIALIZABLE,
    ],
)
def test_whoever_was_replaced_does_not_vote_in_an_older_view(
    world: JuryWorld, app_connection: Connection, level: int
) -> None:
    hearing = world.open_hearing()
    seat = Seat.objects.filter(hearing=hearing).order_by("number")[0]
    app_connection.set_isolation_level(level)
    with app_connection.cursor() as cursor:
        cursor.execute("SELECT state FROM jury_seat WHERE id = %s", [seat.pk])
        services.replace_juror(
            reference=hearing.reference,
            actor=world.jury_officer,
            now=clock.now(),
            number=seat.number,
            reason_code="asked",
        )
        ballot = [hearing.pk, seat.pk, b"\x01" * (hearing.sealed_bytes + 48), "a" * 64]
        with pytest.raises(RestrictViolation, match="newest view"):
            cursor.execute(CAST, ballot)
    app_connection.rollback()
    assert not Ballot.objects.exists()
