"""Who is told about an open hearing, by id and chunk by chunk, as the clock tells them."""

from datetime import datetime

from django.db.models import Exists, OuterRef, QuerySet

from jury.models import Hearing, JurorStanding, RollEntry, Seat
from jury.states import VOTING, StandingState
from members.services import audience

ROLL = "jury.roll"
ROLL_WAITING = "jury.roll_waiting"
SEATS = "jury.seats"


@audience(ROLL)
def roll(subject: str, after: int, size: int, now: datetime) -> list[int]:
    """Every juror of the roll who serves, while the vote is open."""
    hearing = _open_hearing(subject, now)
    return [] if hearing is None else _page(_serving(hearing), after, size)


@audience(ROLL_WAITING)
def roll_waiting(subject: str, after: int, size: int, now: datetime) -> list[int]:
    """The jurors of the roll who have not voted, while they still can."""
    hearing = _open_hearing(subject, now)
    if hearing is None:
        return []
    voted = Seat.objects.filter(
        hearing=hearing, person_id=OuterRef("person_id"), ballots__isnull=False
    )
    return _page(_serving(hearing).exclude(Exists(voted)), after, size)


@audience(SEATS)
def seats(subject: str, after: int, size: int, now: datetime) -> list[int]:
    """Whoever took a seat, however the hearing went on."""
    return _page(Seat.objects.filter(hearing__reference=subject), after, size)


def _open_hearing(reference: str, now: datetime) -> Hearing | None:
    """Return the hearing while votes are taken; nobody hears of a vote that is over."""
    return Hearing.objects.filter(
        reference=reference, state__in=sorted(VOTING), closes_at__gt=now
    ).first()


def _serving(hearing: Hearing) -> QuerySet[RollEntry]:
    serves = JurorStanding.objects.filter(
        person_id=OuterRef("person_id"), state=StandingState.ACTIVE
    )
    return RollEntry.objects.filter(Exists(serves), roll_id=hearing.roll_id or 0)


def _page(rows: QuerySet[RollEntry] | QuerySet[Seat], after: int, size: int) -> list[int]:
    found = rows.filter(person_id__gt=after).order_by("person_id")
    return list(found.values_list("person_id", flat=True)[:size])
