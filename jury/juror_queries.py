"""Reading jurors: what keeps a person from serving, their exams, standing and place on a roll."""

from datetime import date, datetime

from django.db import connection
from django.utils.translation import gettext_lazy as _

from core.errors import Blocker, Text
from members.ages import age_on
from members.models import Person, Plan, RulebookVersion
from members.states import PUBLISHED_STATES

ADULT_YEARS = 18

# What each code of jury_blockers says to the person it concerns.
BLOCKERS: dict[str, tuple[str, Text]] = {
    "disqualified": ("jury_disqualified", _("You are disqualified as a juror.")),
    "suspended": ("jury_suspended", _("You are suspended as a juror.")),
    "fraud": (
        "jury_fraud",
        _("A claim of yours was stopped for fraud and denied finally."),
    ),
    "non_disclosure": (
        "jury_non_disclosure",
        _("A membership of yours ended because you were found ineligible."),
    ),
    "under_age": ("jury_under_age", _("Jurors are 18 or older.")),
    "unverified": ("jury_unverified", _("A juror's identity must be verified.")),
    "no_exam": ("jury_no_exam", _("You have not passed the exam yet.")),
    "exam_expired": ("jury_exam_expired", _("Your passed exam has expired. Take it again.")),
    "rules_not_accepted": (
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
    return [Blocker(*BLOCKERS[code]) for code in serve_codes(person.pk, plan.pk, now)]


def person_blockers(person: Person, today: date) -> list[Blocker]:
    """Return what keeps a person from ever becoming a juror today."""
    codes = []
    if age_on(person.born_on, today) < ADULT_YEARS:
        codes.append("under_age")
    if not person.is_identity_verified:
        codes.append("unverified")
    return [Blocker(*BLOCKERS[code]) for code in codes]


def published_rules_versions() -> list[str]:
    """Return the versions of the jury rules that any published rulebook names."""
    found = (
        RulebookVersion.objects.filter(state__in=sorted(PUBLISHED_STATES))
        .values_list("body__jury__juror_rules_version", flat=True)
        .distinct()
    )
    return sorted({str(version) for version in found if version})
