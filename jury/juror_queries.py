"""Reading jurors: what keeps a person from serving, their exams, standing and place on a roll."""

from dataclasses import dataclass
from datetime import date, datetime

from django.db import connection
from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from core.errors import Blocker
from core.keyset import Page, keyset_page
from core.references import NotAReference, parse_reference
from jury.models import (
    Ballot,
    JurorAffiliation,
    JurorQualification,
    JurorStanding,
    Roll,
    RollEntry,
    RollExpert,
    Seat,
    StandingAppeal,
    StandingEvent,
)
from jury.states import HearingState, QualificationState, SeatState, StandingState
from members.ages import age_on
from members.models import Person, Plan, RulebookVersion
from members.states import PUBLISHED_STATES

PAGE_SIZE = 50
ADULT_YEARS = 18

# What each code of jury_blockers says to the person it concerns.
BLOCKERS: dict[str, Blocker] = {
    "disqualified": Blocker("jury_disqualified", _("You are disqualified as a juror.")),
    "suspended": Blocker("jury_suspended", _("You are suspended as a juror.")),
    "fraud": Blocker(
        "jury_fraud",
        _("A claim of yours was stopped for fraud and denied finally."),
    ),
    "non_disclosure": Blocker(
        "jury_non_disclosure",
        _("A membership of yours ended because you were found ineligible."),
    ),
    "under_age": Blocker("jury_under_age", _("Jurors are 18 or older.")),
    "unverified": Blocker("jury_unverified", _("A juror's identity must be verified.")),
    "no_exam": Blocker("jury_no_exam", _("You have not passed the exam yet.")),
    "exam_expired": Blocker("jury_exam_expired", _("Your passed exam has expired. Take it again.")),
    "rules_not_accepted": Blocker(
        "jury_rules_not_accepted",
        _("You have not accepted the jury rules now in force."),
    ),
}
# What a person can mend on the pages of the exam; the rest keeps them from taking it.
MENDABLE = frozenset({"no_exam", "exam_expired", "rules_not_accepted"})


def serve_codes(person_id: int, plan_id: int, at: datetime) -> list[str]:
    """Return every code that keeps a person off a plan's roll, the gravest first."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT reasons FROM jury_blockers(%s, %s) WHERE person_id = %s",
            [plan_id, at, person_id],
        )
        row = cursor.fetchone()
    return list(row[0]) if row else ["no_exam"]


def standing_blockers(person: Person, plan: Plan, now: datetime) -> list[Blocker]:
    """Return everything that keeps a person from serving as a juror of a plan, in plain words."""
    return [BLOCKERS[code] for code in serve_codes(person.pk, plan.pk, now)]


def person_blockers(person: Person, today: date) -> list[Blocker]:
    """Return what keeps a person from ever becoming a juror today."""
    codes = []
    if age_on(person.born_on, today) < ADULT_YEARS:
        codes.append("under_age")
    if not person.is_identity_verified:
        codes.append("unverified")
    return [BLOCKERS[code] for code in codes]


def published_rules_versions() -> list[str]:
    """Return the versions of the jury rules that any published rulebook names."""
    found = (
        RulebookVersion.objects.filter(state__in=sorted(PUBLISHED_STATES))
        .values_list("body__jury__juror_rules_version", flat=True)
        .distinct()
    )
    return sorted({str(version) for version in found if version})


@dataclass(frozen=True, slots=True)
class RollPlace:
    """A person's number on a plan's present roll, and on its lists of experts."""

    roll: Roll
    number: int
    experts: dict[str, int]


def roll_places(person_id: int, now: datetime) -> list[RollPlace]:
    """Return where a person stands on the rolls that are valid now, newest first."""
    entries = (
        RollEntry.objects.filter(
            person_id=person_id,
            roll__frozen_at__isnull=False,
            roll__valid_from__lte=now,
            roll__valid_until__gt=now,
        )
        .select_related("roll__plan")
        .order_by("-roll__valid_from", "-roll_id")
    )
    experts: dict[int, dict[str, int]] = {}
    for row in RollExpert.objects.filter(
        person_id=person_id, roll__in=[entry.roll_id for entry in entries]
    ):
        experts.setdefault(row.roll_id, {})[row.kind] = row.number
    return [RollPlace(one.roll, one.number, experts.get(one.roll_id, {})) for one in entries]


@dataclass(frozen=True, slots=True)
class Service:
    """A juror's record of service in figures; nothing in it says how they voted."""

    drawn: int
    accepted: int
    voted: int
    missed: int


def service_of(person_id: int) -> Service:
    """Return how often a person was drawn, accepted, voted and missed, over ended hearings.

    A hearing that is still open counts as drawn only, so that nobody learns from it who voted.
    """
    seats = Seat.objects.filter(person_id=person_id)
    counted = Q(hearing__state=HearingState.DECIDED)
    found = seats.aggregate(
        drawn=Count("id", distinct=True),
        accepted=Count("id", filter=Q(state=SeatState.ACCEPTED), distinct=True),
        voted=Count("id", filter=counted & Q(ballots__isnull=False), distinct=True),
        missed=Count(
            "id",
            filter=counted & Q(state=SeatState.ACCEPTED, ballots__isnull=True),
            distinct=True,
        ),
    )
    return Service(**found)


def seats_served(person_id: int) -> list[Seat]:
    """Return a person's seats, the newest first, each with whether a ballot was cast from it."""
    cast = Ballot.objects.filter(seat=OuterRef("pk"))
    return list(
        Seat.objects.filter(person_id=person_id)
        .select_related("hearing", "hearing__claim__plan")
        .annotate(has_cast=Exists(cast))
        .order_by("-seated_at", "-pk")[:100]
    )


def standing_of(person_id: int) -> JurorStanding | None:
    """Return a person's standing as a juror, if they ever qualified."""
    return JurorStanding.objects.filter(person_id=person_id).first()


def standing_events(standing: JurorStanding) -> list[StandingEvent]:
    """Return the log of a standing with its appeals and their answers, newest first."""
    rows = StandingEvent.objects.filter(standing=standing).select_related(
        "appeal__answer", "standing"
    )
    return list(rows.order_by("-seq")[:100])


def affiliations_of(person_id: int) -> QuerySet[JurorAffiliation]:
    """Return the hospitals a person is tied to now."""
    return JurorAffiliation.objects.filter(person_id=person_id, ended_at__isnull=True).order_by(
        "stated_at", "pk"
    )


def qualifications_of(person_id: int) -> QuerySet[JurorQualification]:
    """Return what a person claimed to be qualified in, the newest first."""
    return JurorQualification.objects.filter(person_id=person_id).order_by("-claimed_at", "-pk")


@dataclass(frozen=True, slots=True)
class JurorFilter:
    """Which jurors a list shows: a state or `qualification` or all, and a name or reference."""

    state: str = ""
    words: str = ""
    after: str = ""


def juror_rows(wanted: JurorFilter) -> Page[JurorStanding]:
    """Return one page of jurors in one query, by when their standing last changed."""
    rows = JurorStanding.objects.select_related("person")
    if wanted.state in StandingState.values:
        rows = rows.filter(state=wanted.state)
    elif wanted.state == "qualification":
        claimed = JurorQualification.objects.filter(
            person_id=OuterRef("person_id"), state=QualificationState.CLAIMED
        )
        rows = rows.filter(Exists(claimed))
    words = wanted.words.strip()
    if words:
        rows = rows.filter(Q(person__reference=_reference(words)) | Q(person__full_name=words))
    return keyset_page(rows, ("-state_entered_at", "-id"), wanted.after, PAGE_SIZE)


def _reference(words: str) -> str:
    try:
        return parse_reference(words, "P")
    except NotAReference:
        return ""


def appeal_rows() -> list[StandingAppeal]:
    """Return the appeals: the open ones by what is due, then the last answered."""
    rows = StandingAppeal.objects.select_related("event__standing__person", "answer")
    waiting = rows.filter(answer__isnull=True).order_by("due_at", "pk")
    answered = rows.filter(answer__isnull=False).order_by("-answer__answered_at", "-pk")
    return [*waiting[:200], *answered[:50]]
