"""What the jury officer sees of hearings: stages, deadlines and counts, never content."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Exists, Min, OuterRef, Q, QuerySet

from core.keyset import Page, keyset_page
from jury.models import Ballot, Hearing, HearingEvent, Seat
from jury.stages import CONDITIONS, OFFICER_STAGES, Stage, any_of
from jury.states import SITTING, SeatState

PAGE_SIZE = 50
SEATS_SHOWN = 120
VIEWS = ("live", "officer", "overdue", "answers", "voting", "counting", "ended")
_LIVE = ~CONDITIONS[Stage.ENDED]
_RELATED = ("claim", "claim__plan")


@dataclass(frozen=True, slots=True)
class HearingRow:
    """A hearing in the officer's list, with counts that say nothing of content."""

    hearing: Hearing
    accepted: int
    invited: int
    cast: int

    @property
    def sitting(self) -> int:
        """How many seats are held."""
        return self.accepted + self.invited


@dataclass(frozen=True, slots=True)
class Summary:
    """What there is to do over all hearings, counted in one query."""

    live: int
    briefs: int
    signatures: int
    draws: int
    short: int
    overdue: int
    next_close_at: datetime | None


def officer_page(view: str, after: str, now: datetime) -> Page[Hearing]:
    """Return one page of hearings in a view, what is due first; ended ones the newest first."""
    rows = Hearing.objects.filter(_condition(view, now)).select_related(*_RELATED).defer("brief")
    keys = ("-state_entered_at", "-id") if view == "ended" else ("due_at", "id")
    return keyset_page(rows, keys, after, PAGE_SIZE)


def _condition(view: str, now: datetime) -> Q:
    if view == "officer":
        return any_of(*OFFICER_STAGES)
    if view == "overdue":
        return _LIVE & Q(due_at__lt=now)
    if view == "voting":
        return any_of(Stage.VOTING, Stage.EXTENDED)
    known = {"answers": Stage.ANSWERS, "counting": Stage.COUNTING, "ended": Stage.ENDED}
    return CONDITIONS[known[view]] if view in known else _LIVE


def summary(now: datetime) -> Summary:
    """Count what waits, by stage."""
    unanswered = Seat.objects.filter(hearing=OuterRef("pk"), state=SeatState.INVITED)
    found = Hearing.objects.filter(_LIVE).aggregate(
        live=Count("id"),
        briefs=Count("id", filter=CONDITIONS[Stage.BRIEF]),
        signatures=Count("id", filter=CONDITIONS[Stage.SIGNATURE]),
        draws=Count("id", filter=CONDITIONS[Stage.ANNOUNCEMENT]),
        short=Count("id", filter=CONDITIONS[Stage.ANSWERS] & Q(Exists(unanswered))),
        overdue=Count("id", filter=Q(due_at__lt=now)),
        next_close_at=Min("closes_at", filter=any_of(Stage.VOTING, Stage.EXTENDED)),
    )
    return Summary(**found)


def with_counts(rows: list[Hearing]) -> list[HearingRow]:
    """Return hearings with their counts, in two queries whatever their number."""
    seats = {
        row["hearing_id"]: row
        for row in Seat.objects.filter(hearing__in=rows, state__in=sorted(SITTING))
        .values("hearing_id")
        .annotate(
            accepted=Count("id", filter=Q(state=SeatState.ACCEPTED)),
            invited=Count("id", filter=Q(state=SeatState.INVITED)),
        )
        .order_by()
    }
    cast = dict(
        Ballot.objects.filter(hearing__in=rows)
        .values_list("hearing_id")
        .annotate(count=Count("id"))
        .order_by()
    )
    none = {"accepted": 0, "invited": 0}
    return [
        HearingRow(
            row,
            seats.get(row.pk, none)["accepted"],
            seats.get(row.pk, none)["invited"],
            cast.get(row.pk, 0),
        )
        for row in rows
    ]


def counts_of(hearing: Hearing) -> HearingRow:
    """Return one hearing with its counts."""
    return with_counts([hearing])[0]


def seats_of(hearing: Hearing) -> list[Seat]:
    """Return the seats of a drawn panel, unanswered first, then by number; no more than shown."""
    rows = Seat.objects.filter(hearing=hearing).order_by("-state", "number")
    held = list(rows.filter(state__in=sorted(SITTING))[:SEATS_SHOWN])
    left = rows.exclude(state__in=sorted(SITTING)).order_by("-left_at", "number")
    return held + list(left[: SEATS_SHOWN - len(held)])


def events_of(hearing: Hearing) -> QuerySet[HearingEvent]:
    """Return a hearing's log, newest first."""
    return HearingEvent.objects.filter(hearing=hearing).order_by("-seq")
