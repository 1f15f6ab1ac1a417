"""Filling the empty seats of a panel from its draw's sequences, in order, with a window each."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection

from core.deadlines import schedule
from jury.draw import PanelNotFilled, Step, draw, numbers
from jury.models import DrawStep, Hearing, Seat
from jury.queries import RollPlace, expert_places_of, places_of, sitting_count
from jury.services.hearings import jury_rules_of
from jury.states import SITTING, VOTING, ExpertSeat, SeatState, Track
from jury.windows import Timetable, Window, window_for

NO_EXPERT = "no_expert"

Places = Callable[[list[int]], dict[int, RollPlace]]


@dataclass(frozen=True, slots=True)
class Filled:
    """What filling a panel did: the steps of the main sequence, and what became of the expert's.

    `expert` is its part of the public record, empty where the expert's seat was not touched.
    """

    steps: list[Step]
    expert: dict[str, Any]
    window: Window
    has_moved: bool


@dataclass(frozen=True, slots=True)
class _Sequence:
    """One of a hearing's two sequences: what it hashes, how far it goes, who stands where."""

    track: Track
    label: str
    size: int
    places: Places


def step_body(step: Step) -> dict[str, str | int]:
    """Return a step as the public record has it."""
    return {
        "counter": step.counter,
        "number": step.number,
        "outcome": step.outcome,
        "reason": step.reason,
    }


def steps_of(hearing: Hearing, track: Track = Track.MAIN) -> list[Step]:
    """Return the steps a sequence of the hearing has taken so far, in order."""
    rows = DrawStep.objects.filter(hearing=hearing, track=track).order_by("counter")
    return [
        Step(counter, number, "seated" if outcome == "seated" else "skipped", reason)
        for counter, number, outcome, reason in rows.values_list(
            "counter", "number", "outcome", "reason"
        )
    ]


def fill_panel(hearing: Hearing, now: datetime) -> Filled:
    """Seat the next in order until the panel is complete; claim and hearing are held locked.

    Follows on the steps already taken, so that a replacement needs no new randomness. The
    expert's seat is filled first; where the roll has no expert left it is waived and filled
    like the others. Raises PanelNotFilled, its steps kept, where the roll has nobody left.
    """
    window = _window(hearing, now)
    has_moved = window.opens_at != hearing.opens_at
    if has_moved:
        hearing.opens_at, hearing.closes_at = window.opens_at, window.closes_at
        hearing.save(update_fields=["opens_at", "closes_at"])
        schedule("jury.open_voting", hearing.reference, window.opens_at)
    expert = _fill_expert(hearing, window, now)
    sequence = _main(hearing, now)
    wanted = hearing.panel_size - sitting_count(hearing)
    steps, places = _draw_on(hearing, sequence, wanted, now)
    _seat(hearing, steps, places, window, now)
    schedule("jury.tell_seats", hearing.reference, now)
    schedule_lapse(hearing)
    return Filled(steps, expert, window, has_moved)


def schedule_lapse(hearing: Hearing) -> None:
    """Set the deadline at which the next unanswered seat lapses."""
    first = (
        Seat.objects.filter(hearing=hearing, state=SeatState.INVITED)
        .exclude(answer_due_at=None)
        .order_by("answer_due_at")
        .values_list("answer_due_at", flat=True)
        .first()
    )
    if first is not None and (hearing.closes_at is None or first < hearing.closes_at):
        schedule("jury.lapse", hearing.reference, first)


def _window(hearing: Hearing, now: datetime) -> Window:
    opens_at, latest, closes_at = hearing.opens_at, hearing.opens_latest_at, hearing.closes_at
    assert opens_at is not None  # the draw sets all three
    assert latest is not None
    assert closes_at is not None
    table = Timetable(opens_at, latest, closes_at, is_voting=hearing.state in VOTING)
    return window_for(now, jury_rules_of(hearing).acceptance_hours, table)


def _main(hearing: Hearing, now: datetime) -> _Sequence:
    assert hearing.roll is not None
    return _Sequence(
        Track.MAIN,
        hearing.reference,
        hearing.roll.size,
        lambda wanted: places_of(hearing, wanted, now),
    )


def expert_label(reference: str) -> str:
    """Return what stands in the place of the hearing where the experts' sequence is hashed."""
    return f"{reference}/expert"


def _fill_expert(hearing: Hearing, window: Window, now: datetime) -> dict[str, Any]:
    """Fill the expert's seat, where the hearing has one that is empty; return its record."""
    kind = hearing.expert_seat
    if kind == ExpertSeat.NONE or hearing.expert_waived or _has_expert(hearing):
        return {}
    assert hearing.roll is not None
    found = hearing.roll.experts.get(kind, {"size": 0, "digest": ""})
    body: dict[str, Any] = {
        "kind": str(kind),
        "size": int(found["size"]),
        "digest": str(found["digest"]),
        "waived": "",
        "roll_number": 0,
    }
    sequence = _Sequence(
        Track.EXPERT,
        expert_label(hearing.reference),
        body["size"],
        lambda wanted: expert_places_of(hearing, wanted, now),
    )
    try:
        if not sequence.size:
            raise PanelNotFilled([])
        steps, places = _draw_on(hearing, sequence, 1, now)
    except PanelNotFilled as failure:
        hearing.expert_waived = NO_EXPERT
        hearing.save(update_fields=["expert_waived"])
        taken = [step_body(step) for step in failure.steps]
        return {**body, "waived": NO_EXPERT, "steps": taken}
    _seat(hearing, steps, places, window, now, str(kind))
    roll_number = places[steps[-1].number].roll_number
    return {**body, "roll_number": roll_number, "steps": [step_body(step) for step in steps]}


def _has_expert(hearing: Hearing) -> bool:
    return (
        Seat.objects.filter(hearing=hearing, state__in=sorted(SITTING))
        .exclude(expert_kind="")
        .exists()
    )


def _draw_on(
    hearing: Hearing, sequence: _Sequence, wanted: int, now: datetime
) -> tuple[list[Step], dict[int, RollPlace]]:
    """Take a sequence further and store its steps, the ones of a failure too."""
    before = steps_of(hearing, sequence.track)
    start = before[-1].counter + 1 if before else 1
    ahead = numbers(sequence.label, hearing.round, hearing.seed, sequence.size, start)
    places: dict[int, RollPlace] = {}

    def look_ahead(count: int) -> list[int]:
        return [next(ahead)[1] for _ in range(count)]

    def reason_for(number: int) -> str:
        if number not in places:
            places.update(sequence.places([number, *look_ahead(wanted // 8 + 4)]))
        return places[number].reason

    if wanted > 0:
        places.update(sequence.places(look_ahead(wanted + wanted // 16 + 4)))
    try:
        steps = draw(
            hearing=sequence.label,
            round_number=hearing.round,
            seed=hearing.seed,
            roll_size=sequence.size,
            seats=wanted,
            reason_for=reason_for,
            before=before,
        )
    except PanelNotFilled as failure:
        _store(hearing, sequence.track, failure.steps, now)
        raise
    _store(hearing, sequence.track, steps, now)
    return steps, places


_STORE = """
INSERT INTO jury_drawstep (hearing_id, track, counter, number, outcome, reason, drawn_at)
SELECT %s, %s, s.*, %s FROM unnest(%s::bigint[], %s::int[], %s::text[], %s::text[]) s
"""


def _store(hearing: Hearing, track: Track, steps: list[Step], now: datetime) -> None:
    if steps:
        columns = zip(*((s.counter, s.number, s.outcome, s.reason) for s in steps), strict=True)
        with connection.cursor() as cursor:
            cursor.execute(_STORE, [hearing.pk, track, now, *map(list, columns)])


_SEAT = """
INSERT INTO jury_seat (hearing_id, claim_id, person_id, number, expert_kind, expert_number, state,
                       reason_code, seated_at, answer_due_at)
SELECT %s, %s, s.person_id, s.number, %s, s.expert_number, %s, '', %s, %s
  FROM unnest(%s::bigint[], %s::int[], %s::int[]) s (person_id, number, expert_number)
"""


def _seat(
    hearing: Hearing,
    steps: list[Step],
    places: dict[int, RollPlace],
    window: Window,
    now: datetime,
    expert_kind: str = "",
) -> None:
    seated = [places[step.number] for step in steps if step.outcome == "seated"]
    values: list[Any] = [
        hearing.pk,
        hearing.claim_id,
        expert_kind,
        SeatState.INVITED,
        now,
        window.answer_due_at,
        [place.person_id for place in seated],
        [place.roll_number for place in seated],
        [place.number if expert_kind else 0 for place in seated],
    ]
    with connection.cursor() as cursor:
        cursor.execute(_SEAT, values)
