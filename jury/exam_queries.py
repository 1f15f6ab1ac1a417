"""Reading exams: under whose rules one is taken, what blocks it, its questions, its result."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils.translation import gettext_lazy as _

from core.errors import Blocker
from core.formats import instant
from core.zone import local_date
from jury.exam.bank import Question, bank
from jury.exam.marking import Allowance, Limits, Past, allowance
from jury.juror_queries import BLOCKERS, MENDABLE, serve_codes
from jury.models import ExamAttempt, ExamPass, RulesAcceptance
from members.models import Membership, Person, Plan, RulebookVersion
from members.queries import rulebook_of, rulebook_version_on
from members.rulebook_parts import Jury
from members.states import PlanState


@dataclass(frozen=True, slots=True)
class ExamTerms:
    """The plan by whose rules a person takes the exam, and the version of them in force."""

    plan: Plan
    version: RulebookVersion

    @property
    def jury(self) -> Jury:
        """The rules about juries."""
        return rulebook_of(self.version).jury


def exam_terms(person_id: int, now: datetime) -> ExamTerms | None:
    """Return the terms of a person's exam: a plan of theirs with a jury, else the first such plan.

    A pass counts for every plan's roll, so one exam is enough for a person in several.
    """
    own = set(
        Membership.objects.filter(person_id=person_id, ends_on__isnull=True).values_list(
            "plan_id", flat=True
        )
    )
    plans = sorted(
        Plan.objects.exclude(state=PlanState.CLOSED), key=lambda p: (p.pk not in own, p.code)
    )
    for plan in plans:
        version = rulebook_version_on(plan, local_date(now, plan.zone))
        if version is not None and rulebook_of(version).jury.mode != "none":
            return ExamTerms(plan, version)
    return None


def exam_blockers(person: Person, terms: ExamTerms | None, now: datetime) -> list[Blocker]:
    """Return everything that keeps a person from starting the exam now, in plain words."""
    if terms is None:
        return [Blocker("jury_no_plan", _("No plan has a jury now."))]
    codes = serve_codes(person.pk, terms.plan.pk, now)
    found = [
        BLOCKERS[code] for code in codes if code not in MENDABLE or code == "rules_not_accepted"
    ]
    passed = live_pass(person.pk, now)
    renewal = timedelta(days=terms.jury.exam_window_days)
    if passed is not None and passed.expires_at > now + renewal:
        found.append(
            Blocker(
                "jury_exam_passed",
                _("You have passed the exam; you can renew it from %(at)s.")
                % {"at": instant(passed.expires_at - renewal)},
            )
        )
        return found
    allowed = exam_allowance(person.pk, terms.jury, now)
    if allowed.reason:
        found.append(_wait(allowed, terms.jury))
    return found


def _wait(allowed: Allowance, jury: Jury) -> Blocker:
    at = {"at": instant(allowed.from_at)}
    if allowed.reason == "cool_down":
        return Blocker("jury_exam_cool_down", _("You can try again from %(at)s.") % at)
    return Blocker(
        "jury_exam_limit",
        _("Attempts allowed in %(days)d days: %(count)d. You can try again from %(at)s.")
        % {"count": jury.exam_attempt_limit, "days": jury.exam_window_days, **at},
    )


def exam_allowance(person_id: int, jury: Jury, now: datetime) -> Allowance:
    """Return when a person may start another attempt, from the attempts they handed in.

    A passed exam closes the count: renewing it years later begins anew.
    """
    rows = ExamAttempt.objects.filter(person_id=person_id, answered_at__isnull=False)
    last_pass = rows.filter(is_passed=True).order_by("-answered_at").first()
    if last_pass is not None:
        rows = rows.filter(started_at__gt=last_pass.answered_at)
    limits = Limits(
        jury.exam_attempt_limit,
        timedelta(days=jury.exam_window_days),
        timedelta(hours=jury.exam_cool_down_hours),
    )
    pairs = rows.values_list("started_at", "answered_at")
    past = [Past(started, answered) for started, answered in pairs if answered is not None]
    return allowance(past, limits, now)


def live_pass(person_id: int, now: datetime) -> ExamPass | None:
    """Return the pass that counts longest, if one counts now."""
    return (
        ExamPass.objects.filter(person_id=person_id, expires_at__gt=now)
        .order_by("-expires_at")
        .first()
    )


def open_attempt_of(person_id: int) -> ExamAttempt | None:
    """Return a person's attempt that is not handed in, if there is one."""
    return ExamAttempt.objects.filter(person_id=person_id, answered_at__isnull=True).first()


def attempts_of(person_id: int) -> list[ExamAttempt]:
    """Return the attempts a person handed in, the newest first."""
    rows = ExamAttempt.objects.filter(person_id=person_id, answered_at__isnull=False)
    return list(rows.order_by("-answered_at")[:50])


def seen_codes(person_id: int) -> set[str]:
    """Return the codes of the questions a person has met before."""
    rows = ExamAttempt.objects.filter(person_id=person_id).values_list("questions", flat=True)
    return {str(one["code"]) for questions in rows for one in questions}


def questions_of(attempt: ExamAttempt) -> list[Question]:
    """Return an attempt's questions in its order."""
    return [bank()[one["code"]] for one in attempt.questions]


def has_accepted(person_id: int, version: str) -> RulesAcceptance | None:
    """Return the acceptance of a version of the jury rules, if there is one."""
    return RulesAcceptance.objects.filter(person_id=person_id, version=version).first()
