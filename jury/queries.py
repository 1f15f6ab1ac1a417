"""Reading hearings: for the clock, the officer, the claimant, the juror and the public."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection
from django.db.models import Count, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from core.actor import Actor
from core.formats import instant
from jury.juror_queries import standing_blockers as standing_blockers
from jury.models import Ballot, Hearing, Roll, Seat
from jury.states import ENDED, SITTING, VOTING, HearingState, SeatState
from record.models import Entry
from record.queries import entries_for

OFFICER_ROLES = frozenset({"jury_officer", "ombudsman", "auditor"})


def lock_hearing(reference: str) -> Hearing:
    """Lock a hearing's row and return it; the claim is locked before, where both are needed."""
    return Hearing.objects.select_for_update().get(reference=reference)


def claim_reference_of(reference: str) -> str:
    """Return the reference of a hearing's claim, read without a lock; Hearing.DoesNotExist."""
    return Hearing.objects.values_list("claim__reference", flat=True).get(reference=reference)


def current_roll(plan_id: int, now: datetime) -> Roll | None:
    """Return the plan's frozen roll for the present period, if there is one."""
    return (
        Roll.objects.filter(
            plan_id=plan_id, frozen_at__isnull=False, valid_from__lte=now, valid_until__gt=now
        )
        .order_by("-valid_from")
        .first()
    )


def live_hearing_of(claim_id: int) -> Hearing | None:
    """Return the claim's hearing that has not ended, if there is one."""
    return Hearing.objects.filter(claim_id=claim_id).exclude(state__in=sorted(ENDED)).first()


def hearings_of(claim_id: int) -> QuerySet[Hearing]:
    """Return a claim's hearings in order."""
    return Hearing.objects.filter(claim_id=claim_id).order_by("sitting", "round")


def may_see(hearing: Hearing, actor: Actor) -> bool:
    """Say whether the actor may know of the hearing: officers, the claimant, seated jurors."""
    if actor.person_id is None:
        return False
    if actor.has_any(OFFICER_ROLES) or hearing.claim.claimant_id == actor.person_id:
        return True
    return may_vote_here(hearing, actor.person_id)


def may_vote_here(hearing: Hearing, person_id: int) -> bool:
    """Say whether a person is seated, or may take a seat in a hearing open to its whole roll."""
    seat = seat_of(hearing, person_id)
    if seat is not None:
        return seat.state in SITTING
    if hearing.mode != "open" or roll_number_of(hearing, person_id) is None:
        return False
    return serves_now(hearing.claim.plan_id, person_id)


def serves_now(plan_id: int, person_id: int) -> bool:
    """Say whether a person may serve as a juror of a plan now; a roll is older than that."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT jury_may_serve(%s, %s, core_now()) = ''", [person_id, plan_id])
        (serves,) = cursor.fetchone()
    return bool(serves)


def roll_number_of(hearing: Hearing, person_id: int) -> int | None:
    """Return a person's number on the hearing's roll, if they stand on it."""
    if hearing.roll_id is None:
        return None
    return (
        hearing.roll.entries.filter(person_id=person_id)  # type: ignore[union-attr] # not null
        .values_list("number", flat=True)
        .first()
    )


def seat_of(hearing: Hearing, person_id: int | None) -> Seat | None:
    """Return a person's seat in a hearing, if they have one."""
    if person_id is None:
        return None
    return Seat.objects.filter(hearing=hearing, person_id=person_id).first()


def conflict_of(claim_id: int, person_id: int) -> str:
    """Return the code of a person's conflict on a claim, or nothing."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT jury_conflict(%s, %s)", [claim_id, person_id])
        (code,) = cursor.fetchone()
    return str(code)


@dataclass(frozen=True, slots=True)
class RollPlace:
    """Who stands at a number of a sequence, their number on the roll, why they are passed over."""

    number: int
    person_id: int
    roll_number: int
    reason: str


_PLACES = """
WITH place AS MATERIALIZED (
    SELECT e.number, e.person_id, e.number AS roll_number FROM jury_rollentry e
     WHERE e.roll_id = %(roll)s AND e.number = ANY(%(numbers)s))
"""
_EXPERT_PLACES = """
WITH place AS MATERIALIZED (
    SELECT x.number, x.person_id, e.number AS roll_number FROM jury_rollexpert x
      JOIN jury_rollentry e ON e.roll_id = x.roll_id AND e.person_id = x.person_id
     WHERE x.roll_id = %(roll)s AND x.kind = %(kind)s AND x.number = ANY(%(numbers)s))
"""
_REASONS = """
SELECT p.number, p.person_id, p.roll_number, o.reason
  FROM place p
  JOIN jury_pass_overs(%(hearing)s, %(claim)s, %(plan)s, %(at)s,
                       ARRAY(SELECT person_id FROM place)) o ON o.person_id = p.person_id
"""


def places_of(hearing: Hearing, numbers: Sequence[int], now: datetime) -> dict[int, RollPlace]:
    """Return the places at some numbers of the hearing's roll, in one query."""
    return _places(_PLACES, hearing, numbers, now)


def expert_places_of(
    hearing: Hearing, numbers: Sequence[int], now: datetime
) -> dict[int, RollPlace]:
    """Return the places at some numbers of the roll's experts of the hearing's kind."""
    return _places(_EXPERT_PLACES, hearing, numbers, now)


def _places(
    sql: str, hearing: Hearing, numbers: Sequence[int], now: datetime
) -> dict[int, RollPlace]:
    values: dict[str, Any] = {
        "hearing": hearing.pk,
        "claim": hearing.claim_id,
        "plan": hearing.claim.plan_id,
        "at": now,
        "roll": hearing.roll_id,
        "kind": hearing.expert_seat,
        "numbers": list(numbers),
    }
    with connection.cursor() as cursor:
        cursor.execute(sql + _REASONS, values)
        return {row[0]: RollPlace(*row) for row in cursor}


def sitting_count(hearing: Hearing) -> int:
    """Return how many seats are held."""
    return Seat.objects.filter(hearing=hearing, state__in=sorted(SITTING)).count()


def ballot_of(seat: Seat) -> Ballot | None:
    """Return the ballot cast from a seat, if it is cast; never for anybody but its juror."""
    found = Ballot.objects.filter(hearing_id=seat.hearing_id, seat=seat)
    return found.defer("ciphertext").first()


_LEFT = {str(SeatState.LAPSED): "lapsed", str(SeatState.REPLACED): "replaced"}


@dataclass(frozen=True, slots=True)
class JurorView:
    """A hearing as one juror has it: the seat, whether a draft or a ballot is there."""

    hearing: Hearing
    seat: Seat | None
    has_draft: bool
    has_voted: bool

    @property
    def stands(self) -> str:
        """Where this juror stands, in one word that the button's words are chosen by."""
        state = self.hearing.state
        if self.has_voted:
            return "voted"
        if self.seat is not None and self.seat.state not in SITTING:
            return _LEFT.get(self.seat.state, "gave_up")
        if state in ENDED or state == HearingState.CLOSED:
            return "ended" if state in {HearingState.VOID, HearingState.WITHDRAWN} else "missed"
        if state in VOTING:
            return "continue" if self.has_draft else "vote"
        if self.seat is not None and self.seat.state == SeatState.INVITED:
            return "answer"
        return "wait"


def juror_views(person_id: int) -> list[JurorView]:
    """Return a juror's hearings, the ones that need something first."""
    seats = (
        Seat.objects.filter(person_id=person_id)
        .select_related("hearing", "hearing__claim", "hearing__claim__plan", "draft")
        .annotate(cast=Count("ballots"))
        .order_by("-seated_at")
    )
    views = [
        JurorView(seat.hearing, seat, hasattr(seat, "draft"), bool(seat.cast)) for seat in seats
    ]
    seated = {view.hearing.pk for view in views}
    opened = Hearing.objects.filter(
        mode="open", state__in=sorted(VOTING), roll__entries__person_id=person_id
    ).select_related("claim", "claim__plan")
    views += [JurorView(found, None, False, False) for found in opened if found.pk not in seated]
    order = {"continue": 0, "vote": 0, "answer": 1, "wait": 2}
    return sorted(views, key=lambda view: order.get(view.stands, 3))


def juror_view(hearing: Hearing, person_id: int) -> JurorView:
    """Return one hearing as one juror has it."""
    seat = seat_of(hearing, person_id)
    if seat is None:
        return JurorView(hearing, None, False, False)
    return JurorView(hearing, seat, hasattr(seat, "draft"), ballot_of(seat) is not None)


def entry_of(reference: str, kind: str) -> Entry | None:
    """Return what the public record says of a hearing under a kind, the newest if several."""
    return entries_for(reference, kind).last()


def calls_of(person_id: int, now: datetime) -> list[dict[str, str]]:
    """Return what waits for a person in hearings, as their own page shows it."""
    calls = [_call(view) for view in juror_views(person_id) if view.stands in _CALLS]
    numbers = Hearing.objects.filter(
        claim__claimant_id=person_id,
        state=HearingState.PREPARING,
        contribution="",
        number_due_at__gt=now,
    )
    calls.extend(
        {
            "title": _("A panel is being drawn for your claim"),
            "text": _("Enter a number of your own, so that nobody else can steer the draw."),
            "label": _("Enter your number"),
            "url": reverse("claimant_number", args=[hearing.reference]),
        }
        for hearing in numbers
    )
    return calls


_CALLS = {
    "answer": gettext_noop("Accept or decline"),
    "vote": gettext_noop("Vote"),
    "continue": gettext_noop("Continue your draft"),
}


def _call(view: JurorView) -> dict[str, str]:
    due = view.hearing.closes_at
    return {
        "title": _("Hearing %(reference)s needs you as a juror")
        % {"reference": view.hearing.reference},
        "text": _("Voting closes %(closes_at)s.") % {"closes_at": instant(due)} if due else "",
        "label": _(_CALLS[view.stands]),
        "url": reverse("jury_hearing", args=[view.hearing.reference]),
    }
