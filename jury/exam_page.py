"""What pages and API show of an exam; before it is handed in never which answer is right."""

from typing import Any

from django.utils.translation import get_language

from jury.exam.bank import Question
from jury.exam.basis import basis_text
from jury.exam_queries import questions_of
from jury.models import ExamAttempt


def language() -> str:
    """Return the reader's language."""
    return get_language() or "zh-hans"


def shown_question(attempt: ExamAttempt, number: int) -> dict[str, Any]:
    """Return one question as it is asked, from number 1 on, with what is chosen so far."""
    question = questions_of(attempt)[number - 1]
    text = question.text(language())
    order = attempt.questions[number - 1]["options"]
    return {
        "code": question.code,
        "number": number,
        "facts": text.facts,
        "question": text.question,
        "options": [{"key": key, "text": text.options[key]} for key in order],
        "chosen": attempt.choices.get(question.code, ""),
    }


def shown_questions(attempt: ExamAttempt) -> list[dict[str, Any]]:
    """Return all questions of an attempt as they are asked."""
    return [shown_question(attempt, number) for number in range(1, len(attempt.questions) + 1)]


def shown_result(attempt: ExamAttempt) -> list[dict[str, Any]]:
    """Return each question of an attempt handed in: chosen, right, why, and what that rests on.

    ValueError for an attempt still open: nothing may tell before the answers are given.
    """
    if attempt.answered_at is None:
        raise ValueError("the attempt is not handed in")
    return [
        _result(question, attempt.choices.get(question.code, ""), number)
        for number, question in enumerate(questions_of(attempt), start=1)
    ]


def _result(question: Question, chosen: str, number: int) -> dict[str, Any]:
    text = question.text(language())
    return {
        "code": question.code,
        "number": number,
        "facts": text.facts,
        "question": text.question,
        "chosen": text.options.get(chosen, ""),
        "right": text.options[question.right],
        "is_right": chosen == question.right,
        "why": text.why,
        "basis": basis_text(question.basis, language()),
    }
