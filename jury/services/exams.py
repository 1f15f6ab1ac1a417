"""Becoming a juror: accepting the jury rules, starting the exam, keeping choices, handing it in."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from random import Random, SystemRandom

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from core.actor import Actor
from core.errors import Blocked, NotAllowed, WrongState, refuse_if
from core.references import new_reference
from jury.exam.bank import bank, bank_digest
from jury.exam.drawing import draw_questions
from jury.exam.marking import mark
from jury.exam.rules import rules_digest, rules_versions
from jury.exam_queries import exam_blockers, exam_terms, questions_of, seen_codes
from jury.models import ExamAttempt, ExamPass, JurorStanding, RulesAcceptance
from jury.states import StandingState
from members.models import Person
from members.queries import rulebook_of
from members.states import Language

_SYSTEM: Random = SystemRandom()


def own_person(actor: Actor) -> int:
    """Return the id of the person who acts; NotAllowed for anybody without one."""
    if actor.kind != "person" or actor.person_id is None:
        raise NotAllowed("jury_not_yours", _("You may do this only for yourself."))
    return actor.person_id


@transaction.atomic
def accept_rules(*, version: str, language: str, actor: Actor, now: datetime) -> RulesAcceptance:
    """Record that a person accepts a version of the jury rules; again changes nothing.

    Raises Blocked for a version without a text.
    """
    person_id = own_person(actor)
    if version not in rules_versions():
        raise Blocked("jury_rules_unknown", _("There are no jury rules of this version."))
    tongue = Language.ENGLISH if language.startswith("en") else Language.CHINESE
    accepted, _made = RulesAcceptance.objects.get_or_create(
        person_id=person_id,
        version=version,
        defaults={
            "language": tongue,
            "text_digest": rules_digest(version, tongue),
            "accepted_at": now,
        },
    )
    return accepted


@transaction.atomic
def start_attempt(*, actor: Actor, now: datetime, random: Random = _SYSTEM) -> ExamAttempt:
    """Draw the questions of a new attempt, or return the open one.

    The person's row is locked, so that two starts at once give one attempt and the limits are
    counted once. Raises Blocked with every reason why the exam may not be taken now.
    """
    person = Person.objects.select_for_update().get(pk=own_person(actor))
    open_one = ExamAttempt.objects.filter(person=person, answered_at__isnull=True).first()
    if open_one is not None:
        return open_one
    terms = exam_terms(person.pk, now)
    refuse_if(exam_blockers(person, terms, now))
    assert terms is not None, "without a plan that has a jury the exam is blocked"
    jury = rulebook_of(terms.version).jury
    drawn = draw_questions(bank().values(), jury.exam_questions, random, seen_codes(person.pk))
    return ExamAttempt.objects.create(
        reference=new_reference("E", random),
        person=person,
        rulebook_version=terms.version,
        bank_digest=bank_digest(),
        questions=[{"code": one.code, "options": list(one.options)} for one in drawn],
        pass_mark=jury.exam_pass_mark,
        started_at=now,
    )


@transaction.atomic
def keep_choice(
    *, reference: str, code: str, choice: str, actor: Actor, now: datetime
) -> ExamAttempt:
    """Keep one answer of an open attempt, so that any device goes on from there."""
    attempt = _open_attempt(reference, actor)
    _check_choices(attempt, {code: choice})
    attempt.choices = {**attempt.choices, code: choice}
    attempt.save(update_fields=["choices"])
    return attempt


@transaction.atomic
def answer_attempt(
    *, reference: str, actor: Actor, now: datetime, choices: Mapping[str, str] | None = None
) -> ExamAttempt:
    """Hand an attempt in: it is marked once, and a pass makes the person a juror.

    `choices` may bring the answers with it; those kept before count otherwise. Raises WrongState
    where it is handed in already, Blocked where an answer is missing.
    """
    attempt = _open_attempt(reference, actor)
    if choices:
        _check_choices(attempt, choices)
        attempt.choices = {**attempt.choices, **choices}
    questions = questions_of(attempt)
    if any(question.code not in attempt.choices for question in questions):
        raise Blocked("jury_exam_incomplete", _("Answer every question before you hand it in."))
    result = mark(questions, attempt.choices, attempt.pass_mark)
    attempt.score, attempt.is_passed, attempt.answered_at = result.score, result.is_passed, now
    attempt.save(update_fields=["choices", "score", "is_passed", "answered_at"])
    if result.is_passed:
        _pass(attempt, result.score, now)
    return attempt


def _pass(attempt: ExamAttempt, score: int, now: datetime) -> None:
    valid = rulebook_of(attempt.rulebook_version).jury.exam_valid_days
    ExamPass.objects.create(
        person_id=attempt.person_id,
        attempt=attempt,
        score=score,
        passed_at=now,
        expires_at=now + timedelta(days=valid),
    )
    JurorStanding.objects.get_or_create(
        person_id=attempt.person_id,
        defaults={"state": StandingState.ACTIVE, "state_entered_at": now},
    )


def _open_attempt(reference: str, actor: Actor) -> ExamAttempt:
    attempt = (
        ExamAttempt.objects.select_for_update(of=("self",))
        .select_related("rulebook_version")
        .get(reference=reference)
    )
    if attempt.person_id != own_person(actor):
        raise NotAllowed("jury_not_yours", _("You may do this only for yourself."))
    if attempt.answered_at is not None:
        raise WrongState(
            "jury_exam_answered", _("This exam is handed in already."), state="answered"
        )
    return attempt


def _check_choices(attempt: ExamAttempt, choices: Mapping[str, str]) -> None:
    options = {one["code"]: one["options"] for one in attempt.questions}
    for code, choice in choices.items():
        if choice not in options.get(code, ()):
            raise Blocked("jury_exam_no_such_answer", _("Choose one of the answers shown."))
