"""What the jury officer sees of hearings: stages and counts, never content."""

from dataclasses import dataclass

from django.db.models import Count, Q, QuerySet

from jury.models import Ballot, Hearing, HearingEvent, Seat
from jury.states import ENDED, SITTING, SeatState


@dataclass(frozen=True, slots=True)
class HearingRow:
    """A hearing in the officer's list, with counts that say nothing of content."""

    hearing: Hearing
    accepted: int
    sitting: int
    cast: int


def officer_rows(*, is_live: bool = True) -> list[HearingRow]:
    """Return the hearings for the officer's list by what is due, two queries whatever the size."""
    found = Hearing.objects.select_related("claim", "claim__plan").order_by("closes_at", "id")
    ended = Q(state__in=sorted(ENDED))
    return _rows(
        list(found.exclude(ended) if is_live else found.filter(ended).order_by("-id")[:100])
    )


def counts_of(hearing: Hearing) -> HearingRow:
    """Return one hearing with its counts."""
    return _rows([hearing])[0]


def _rows(rows: list[Hearing]) -> list[HearingRow]:
    seats = {
        row["hearing_id"]: row
        for row in Seat.objects.filter(hearing__in=rows)
        .values("hearing_id")
        .annotate(
            accepted=Count("id", filter=Q(state=SeatState.ACCEPTED)),
            sitting=Count("id", filter=Q(state__in=sorted(SITTING))),
        )
        .order_by()
    }
    cast = dict(
        Ballot.objects.filter(hearing__in=rows)
        .values_list("hearing_id")
        .annotate(count=Count("id"))
        .order_by()
    )
    return [
        HearingRow(
            row,
            seats[row.pk]["accepted"] if row.pk in seats else 0,
            seats[row.pk]["sitting"] if row.pk in seats else 0,
            cast.get(row.pk, 0),
        )
        for row in rows
    ]


def events_of(hearing: Hearing) -> QuerySet[HearingEvent]:
    """Return a hearing's log, newest first."""
    return HearingEvent.objects.filter(hearing=hearing).order_by("-seq")
