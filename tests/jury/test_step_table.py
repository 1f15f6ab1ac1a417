"""Every state of a hearing against every step and every wrong role: refused, nothing written."""

from collections.abc import Callable
from typing import Any

import pytest

from core import clock
from core.actor import Actor
from core.errors import NotAllowed, Refusal
from jury import services
from jury.brief import question_codes
from jury.models import Ballot, Hearing, HearingEvent, Seat
from jury.states import EDGES, HearingState
from record.models import Entry
from tests.worlds_jury import JuryWorld, travel

pytestmark = pytest.mark.django_db(transaction=True)

S = HearingState
Call = Callable[[JuryWorld, Hearing, Actor], object]


def _who(hearing: Hearing, actor: Actor) -> dict[str, Any]:
    return {"reference": hearing.reference, "actor": actor, "now": clock.now()}


def _clock(hearing: Hearing) -> dict[str, Any]:
    return {"reference": hearing.reference, "now": clock.now()}


# What each step calls, and the states it starts from.
OFFICER: dict[str, tuple[Call, frozenset[str]]] = {
    "prepare_brief": (
        lambda world, hearing, actor: services.prepare_brief(
            **_who(hearing, actor), background="x"
        ),
        frozenset({S.PREPARING}),
    ),
    "sign_brief": (
        lambda world, hearing, actor: services.sign_brief(**_who(hearing, actor)),
        frozenset({S.PREPARING}),
    ),
    "announce_draw": (
        lambda world, hearing, actor: services.announce_draw(
            **_who(hearing, actor), delay_minutes=10
        ),
        frozenset({S.PREPARING}),
    ),
    "extend_voting": (
        lambda world, hearing, actor: services.extend_voting(
            **_who(hearing, actor), reason_code="turnout"
        ),
        frozenset({S.OPEN}),
    ),
    "void_hearing": (
        lambda world, hearing, actor: services.void_hearing(
            **_who(hearing, actor), reason_code="disturbed"
        ),
        frozenset({S.PREPARING, S.DRAWN, S.OPEN, S.EXTENDED, S.CLOSED}),
    ),
}
CLAIMANT: dict[str, tuple[Call, frozenset[str]]] = {
    "add_statement": (
        lambda world, hearing, actor: services.add_statement(**_who(hearing, actor), statement="x"),
        frozenset({S.PREPARING, S.DRAWN}),
    ),
    "enter_number": (
        lambda world, hearing, actor: services.enter_claimant_number(
            **_who(hearing, actor), number=1
        ),
        frozenset({S.PREPARING}),
    ),
}
_SEATED = frozenset({S.DRAWN, S.OPEN, S.EXTENDED})
JUROR: dict[str, tuple[Call, frozenset[str]]] = {
    "accept_seat": (
        lambda world, hearing, actor: services.accept_seat(**_who(hearing, actor)),
        _SEATED,
    ),
    "decline_seat": (
        lambda world, hearing, actor: services.decline_seat(**_who(hearing, actor)),
        _SEATED,
    ),
    "recuse": (
        lambda world, hearing, actor: services.recuse(**_who(hearing, actor), reason_code="unable"),
        _SEATED,
    ),
    "cast_ballot": (
        lambda world, hearing, actor: world.cast(hearing, actor),
        frozenset({S.OPEN, S.EXTENDED}),
    ),
    "save_draft_ballot": (
        lambda world, hearing, actor: services.save_draft_ballot(
            **_who(hearing, actor), draft={"answers": {}}, key=b"k" * 32
        ),
        frozenset({S.OPEN, S.EXTENDED}),
    ),
}
CLOCK: dict[str, tuple[Call, frozenset[str]]] = {
    "make_secrets": (
        lambda world, hearing, actor: services.make_secrets(**_clock(hearing)),
        frozenset(),  # made already in every hearing here
    ),
    "take_checkpoint": (
        lambda world, hearing, actor: services.take_checkpoint(**_clock(hearing)),
        frozenset(),  # nothing announced while preparing
    ),
    "draw_panel": (
        lambda world, hearing, actor: services.draw_panel(**_clock(hearing)),
        frozenset(),
    ),
    "open_voting": (
        lambda world, hearing, actor: services.open_voting(**_clock(hearing)),
        frozenset({S.DRAWN, S.PREPARING}),
    ),
    "close_voting": (
        lambda world, hearing, actor: services.close_voting(**_clock(hearing)),
        frozenset({S.OPEN, S.EXTENDED}),
    ),
    "count_ballots": (
        lambda world, hearing, actor: services.count_ballots(**_clock(hearing)),
        frozenset({S.CLOSED}),
    ),
}


def _in_state(world: JuryWorld, state: str) -> tuple[Hearing, Actor]:
    """A hearing in a state, with one of its jurors who has not voted."""
    if state == S.PREPARING:
        return world.preparing_hearing(), world.jurors[0]
    hearing = world.drawn_hearing()
    juror = world.panel(hearing)[-1]
    if state == S.DRAWN:
        return hearing, juror
    if state in (S.VOID, S.WITHDRAWN):
        _end(world, hearing, state)
        return world.reload(hearing), juror
    hearing = world.open_now(hearing)
    if state == S.EXTENDED:
        services.extend_voting(**_who(hearing, world.jury_officer), reason_code="turnout")
    if state in (S.CLOSED, S.DECIDED):
        for seated in world.panel(hearing)[:-1]:
            world.cast(hearing, seated)
        assert hearing.closes_at is not None
        travel(hearing.closes_at)
        services.close_voting(**_clock(hearing))
        hearing = world.close(hearing) if state == S.DECIDED else hearing
    return world.reload(hearing), juror


def _end(world: JuryWorld, hearing: Hearing, state: str) -> None:
    if state == S.VOID:
        services.void_hearing(**_who(hearing, world.jury_officer), reason_code="disturbed")
    else:
        services.withdraw_hearing(
            reference=hearing.claim.reference,
            actor=world.claimant_of(hearing.claim),
            now=clock.now(),
        )


def _footprint() -> tuple[object, ...]:
    return (
        list(Hearing.objects.order_by("pk").values_list("state", "event_count", "closes_at")),
        HearingEvent.objects.count(),
        Entry.objects.count(),
        Ballot.objects.count(),
        list(Seat.objects.order_by("pk").values_list("state", flat=True)),
    )


@pytest.mark.parametrize("state", HearingState.values)
def test_steps_are_refused_from_every_other_state(world: JuryWorld, state: str) -> None:
    hearing, juror = _in_state(world, state)
    assert hearing.state == state
    claimant = world.claimant_of(hearing.claim)
    tables = (
        (OFFICER, world.jury_officer),
        (CLAIMANT, claimant),
        (JUROR, juror),
        (CLOCK, world.jury_officer),
    )
    before = _footprint()
    for table, actor in tables:
        for name, (call, sources) in table.items():
            if state in sources:
                continue
            with pytest.raises(Refusal):
                call(world, hearing, actor)
            assert _footprint() == before, name


@pytest.mark.parametrize("state", [S.PREPARING, S.DRAWN, S.OPEN])
def test_steps_are_refused_to_every_other_role(world: JuryWorld, state: str) -> None:
    hearing, juror = _in_state(world, state)
    claimant = world.claimant_of(hearing.claim)
    stranger = world.juror()
    before = _footprint()
    wrong = (
        (OFFICER, (juror, claimant, world.reviewer, world.investigator)),
        (CLAIMANT, (juror, world.jury_officer, world.reviewer, world.ombudsman)),
        (JUROR, (stranger, claimant, world.jury_officer, world.reviewer)),
    )
    for table, actors in wrong:
        for name, (call, sources) in table.items():
            if state not in sources:
                continue
            for actor in actors:
                with pytest.raises(NotAllowed):
                    call(world, hearing, actor)
                assert _footprint() == before, name


def test_a_ballot_must_answer_everything_and_name_nobody(world: JuryWorld) -> None:
    hearing = world.open_hearing()
    juror = world.panel(hearing)[0]
    good = dict.fromkeys(question_codes(hearing.brief), "met")
    bad: list[dict[str, Any]] = [
        {"vote": "perhaps", "answers": good, "reason": "x"},
        {"vote": "pay", "answers": {}, "reason": "x"},
        {"vote": "pay", "answers": {**good, "more": "met"}, "reason": "x"},
        {"vote": "pay", "answers": dict.fromkeys(good, "yes"), "reason": "x"},
        {"vote": "pay", "answers": good, "reason": "  "},
        {"vote": "pay", "answers": good, "reason": "x" * 1001},
        {"vote": "pay", "answers": good, "reason": "他的电话是 138 0013 8000"},
        {"vote": "pay", "answers": good, "reason": "x", "notes": {"none": "x"}},
    ]
    for ballot in bad:
        with pytest.raises(Refusal):
            services.cast_ballot(**_who(hearing, juror), **ballot)
        assert not Ballot.objects.exists()
    assert services.cast_ballot(**_who(hearing, juror), vote="pay", answers=good, reason="x")


def test_the_graph_of_the_model_is_the_declared_one() -> None:
    declared = {(edge.step, edge.source, edge.target) for edge in EDGES}
    found = {
        (transition.name, str(transition.source), str(transition.target))
        for transition in Hearing().get_all_state_transitions()
    }
    assert found == {(step, str(source), str(target)) for step, source, target in declared}
