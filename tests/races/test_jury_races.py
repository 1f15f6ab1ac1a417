"""The jury under fire: one ballot fifty times, votes against the close, two clocks, a recusal."""

import os
import threading
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import psycopg2
import pytest

from claims.models import Claim
from core import clock
from core.deadlines import sweep
from core.errors import Refusal
from jury import services
from jury.models import Ballot, BallotOpening, DrawStep, Hearing, Seat, Verdict
from jury.states import SITTING
from tests import databases
from tests.worlds_jury import JuryWorld, make_jury_world, run_clock, travel

pytestmark = pytest.mark.django_db(transaction=True)

InThreads = Callable[[int, Callable[[int], Any]], list[Any]]

# 10,000 for the whole proof; a pull request runs fewer.
ROUNDS = int(os.environ.get("GONGDAO_CLOSE_ROUNDS", "300"))


@pytest.fixture
def world() -> JuryWorld:
    return make_jury_world()


def test_fifty_posts_of_one_ballot_give_one_row_and_fifty_equal_receipts(
    world: JuryWorld, in_threads: InThreads
) -> None:
    hearing = world.open_hearing()
    juror = world.panel(hearing)[0]
    receipts = in_threads(50, lambda _number: world.cast(hearing, juror))
    assert all(isinstance(receipt, services.Receipt) for receipt in receipts), receipts
    assert len({receipt.commitment for receipt in receipts}) == 1
    assert sum(not receipt.is_repeat for receipt in receipts) == 1
    assert Ballot.objects.count() == 1


def test_a_vote_at_the_closing_instant_is_counted_or_refused_never_lost(
    world: JuryWorld, in_threads: InThreads
) -> None:
    hearing = world.open_hearing()
    panel = world.panel(hearing)
    for juror in panel[:7]:
        world.cast(hearing, juror)
    assert hearing.closes_at is not None
    travel(hearing.closes_at - timedelta(milliseconds=250))

    def act(number: int) -> object:
        if number < 2:
            while True:
                try:
                    return world.cast(hearing, panel[7 + number])
                except Refusal as refusal:
                    return refusal.code
        for _pass in range(100):
            sweep()
            if Hearing.objects.get(pk=hearing.pk).state == "closed":
                return "closed"
        return "open"

    results = in_threads(3, act)
    cast = [result for result in results[:2] if isinstance(result, services.Receipt)]
    assert all(code == "jury_voting_closed" for code in results[:2] if isinstance(code, str))
    counted = world.close(hearing)
    assert Verdict.objects.get(hearing=counted).ballots == 7 + len(cast)
    assert BallotOpening.objects.filter(hearing=counted).count() == 7 + len(cast)


def _open_row(world: JuryWorld) -> tuple[Hearing, list[int]]:
    hearing = world.open_hearing()
    seats = Seat.objects.filter(hearing=hearing, state__in=sorted(SITTING)).order_by("number")
    return hearing, [seat.pk for seat in seats]


def test_votes_against_the_close_at_the_instant_in_many_rounds(world: JuryWorld) -> None:
    """A vote's transaction begins before the close and inserts at it; the close then counts.

    Each round is rolled back by deleting nothing: the vote's own transaction is undone, so that
    one hearing serves all rounds. What the close saw and what the vote was told must agree.
    """
    hearing, seats = _open_row(world)
    voter, closer = databases.connect("app"), databases.connect("app")
    admin = databases.connect("superuser")
    admin.autocommit = True
    vote = (
        "INSERT INTO jury_ballot (hearing_id, round, seat_id, ciphertext, commitment) "
        "VALUES (%s, 1, %s, decode(repeat('00', 7984), 'hex'), md5(random()::text) || "
        "md5(random()::text))"
    )
    disagreements = 0
    outcomes = {"counted": 0, "refused": 0}
    for _round in range(ROUNDS):
        agreed, outcome = _one_round(hearing, seats[0], voter, closer, admin, vote)
        disagreements += not agreed
        outcomes[outcome] += 1
    for connection in (voter, closer, admin):
        connection.close()
    assert disagreements == 0
    assert min(outcomes.values()) > 0, outcomes


def _one_round(
    hearing: Hearing, seat_id: int, voter: Any, closer: Any, admin: Any, vote: str
) -> tuple[bool, str]:
    _reset(admin, hearing)
    result: dict[str, object] = {}
    ready = threading.Barrier(2)

    def cast() -> None:
        with voter.cursor() as cursor:
            cursor.execute("SELECT now()")
            ready.wait(timeout=10)
            try:
                cursor.execute(vote, [hearing.pk, seat_id])
                voter.commit()
                result["vote"] = "counted"
            except psycopg2.errors.RestrictViolation:
                voter.rollback()
                result["vote"] = "refused"

    thread = threading.Thread(target=cast)
    thread.start()
    ready.wait(timeout=10)
    with closer.cursor() as cursor:
        cursor.execute(
            "SELECT closes_at <= core_now() FROM jury_hearing WHERE id = %s FOR UPDATE",
            [hearing.pk],
        )
        while not cursor.fetchone()[0]:
            closer.rollback()
            cursor.execute(
                "SELECT closes_at <= core_now() FROM jury_hearing WHERE id = %s FOR UPDATE",
                [hearing.pk],
            )
        cursor.execute("UPDATE jury_hearing SET state = 'closed' WHERE id = %s", [hearing.pk])
        cursor.execute("SELECT count(*) FROM jury_ballot WHERE hearing_id = %s", [hearing.pk])
        counted = cursor.fetchone()[0]
        closer.commit()
    thread.join(timeout=10)
    assert not thread.is_alive()
    return (counted == 1) == (result["vote"] == "counted"), str(result["vote"])


def _reset(admin: Any, hearing: Hearing) -> None:
    """Put the hearing back to a few tenths of a millisecond before its close."""
    with admin.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        cursor.execute("DELETE FROM jury_ballot WHERE hearing_id = %s", [hearing.pk])
        cursor.execute(
            "UPDATE jury_hearing SET state = 'open', opens_at = core_now() - interval '1 hour', "
            "closes_at = core_now() + interval '2 milliseconds' * random() WHERE id = %s",
            [hearing.pk],
        )


def test_two_clocks_draw_one_panel_and_count_once(world: JuryWorld, in_threads: InThreads) -> None:
    hearing = world.announced_hearing()
    services.enter_claimant_number(
        reference=hearing.reference,
        actor=world.claimant_of(hearing.claim),
        now=clock.now(),
        number=7,
    )
    in_threads(4, lambda _number: sweep())
    run_clock(1)
    drawn = world.reload(hearing)
    assert drawn.state == "drawn"
    assert Seat.objects.filter(hearing=drawn).count() == 9
    counters = list(DrawStep.objects.filter(hearing=drawn).values_list("counter", flat=True))
    assert len(counters) == len(set(counters))


def test_recusal_and_ballot_at_once_leave_one_of_them(
    world: JuryWorld, in_threads: InThreads
) -> None:
    hearing = world.open_hearing()
    juror = world.panel(hearing)[0]

    def act(number: int) -> object:
        try:
            if number == 0:
                return world.cast(hearing, juror)
            return services.recuse(
                reference=hearing.reference, actor=juror, now=clock.now(), reason_code="unable"
            )
        except Refusal as refusal:
            return refusal.code

    results = in_threads(2, act)
    seat = Seat.objects.get(hearing=hearing, person_id=juror.person_id)
    has_ballot = Ballot.objects.filter(seat=seat).exists()
    assert has_ballot == (seat.state != "recused"), results
    assert not any(isinstance(result, Exception) for result in results), results


def test_a_withdrawal_against_the_close_is_one_or_the_other(
    world: JuryWorld, in_threads: InThreads
) -> None:
    hearing = world.open_hearing()
    for juror in world.panel(hearing):
        world.cast(hearing, juror)
    assert hearing.closes_at is not None
    travel(hearing.closes_at + timedelta(seconds=1))

    def act(number: int) -> object:
        try:
            if number == 0:
                return services.withdraw_hearing(
                    reference=hearing.claim.reference,
                    actor=world.claimant_of(hearing.claim),
                    now=_now(),
                ).state
            return services.close_voting(reference=hearing.reference, now=_now())
        except Refusal as refusal:
            return refusal.code

    results = in_threads(2, act)
    state = world.reload(hearing).state
    assert state in ("withdrawn", "closed"), results
    run_clock(4)
    claim = Claim.objects.get(pk=hearing.claim_id)
    if state == "withdrawn":
        assert not BallotOpening.objects.exists()
        assert claim.state == "denied_finally"


def _now() -> datetime:
    return clock.now()
