"""The brief: what the jurors read, prefilled neutrally from the claim, completed by an officer."""

from collections.abc import Mapping
from typing import Any

from claims.models import Claim, Dispute, Finding, Investigation, Recommendation
from members.criteria import in_language
from members.queries import rulebook_of

TEXTS = ("background", "agreed_facts", "claimant_words", "investigation_summary", "terms")
CLAIMANT = "claimant_holds"
REVIEWERS = "reviewers_hold"
PAPERS = "papers"
VALUE = "value"

Brief = dict[str, Any]

# How a fact in dispute is asked, with the value it has if the panel finds it so. A criterion in
# dispute needs no question of its own: every criterion of the clause is asked.
FACT_TEXTS = {
    "first_diagnosed_on": (
        "Was the illness first diagnosed on %(value)s?",
        "疾病首次确诊日是否为 %(value)s？",
    ),
    "accident": ("Did an accident cause it?", "是否由意外事故造成？"),
    "disease_code": (
        "Is the disease the one the claimant names (%(value)s)?",
        "所患疾病是否为申请人所称的（%(value)s）？",
    ),
}


def first_brief(claim: Claim) -> Brief:
    """Return a brief prefilled from the claim: clause, questions, both sides, the inquiry."""
    version = claim.rulebook_version
    assert version is not None  # a filed claim has one
    rulebook = rulebook_of(version)
    clause = rulebook.clause_of(claim.disease_code)
    recommendation = Recommendation.objects.filter(claim=claim).order_by("-number").first()
    inquiry = (
        Investigation.objects.filter(claim=claim, reported_at__isnull=False)
        .order_by("-number")
        .first()
    )
    notes = _notes_of(inquiry)
    answers: Mapping[str, str] = recommendation.answers if recommendation else {}
    dispute = Dispute.objects.filter(claim=claim).order_by("-number").first()
    disease = rulebook.disease(claim.disease_code)
    return {
        "clause": {
            "number": clause.number,
            "title_en": clause.title_en,
            "title_zh": clause.title_zh,
            "source_en": clause.source.name_en,
            "source_zh": clause.source.name_zh,
        },
        "disease": {"name_en": disease.name_en, "name_zh": disease.name_zh},
        "amount_cents": recommendation.amount_cents if recommendation else 0,
        "background": "",
        "agreed_facts": "",
        "claimant_words": dispute.grounds if dispute else "",
        "investigation_summary": inquiry.summary if inquiry else "",
        "terms": "",
        "questions": [
            *_fact_questions(dispute),
            *(
                {
                    "code": listed.criterion.code,
                    "kind": "criterion",
                    "text_en": listed.criterion.text_en,
                    "text_zh": listed.criterion.text_zh,
                    "help_en": listed.criterion.help_en,
                    "help_zh": listed.criterion.help_zh,
                    "depth": listed.depth,
                    "group": listed.group,
                    "needed": listed.needed,
                    "of": listed.of,
                    "recommended": answers.get(listed.criterion.code, "not_shown"),
                    CLAIMANT: "",
                    REVIEWERS: notes.get(listed.criterion.code, ("", ""))[0],
                    PAPERS: notes.get(listed.criterion.code, ("", ""))[1],
                }
                for listed in clause.criteria
            ),
        ],
    }


def _fact_questions(dispute: Dispute | None) -> list[dict[str, Any]]:
    disputed = list(dispute.facts_in_dispute) if dispute else []
    return [
        {
            "code": code,
            "kind": "fact",
            "text_en": FACT_TEXTS[code][0],
            "text_zh": FACT_TEXTS[code][1],
            "help_en": "",
            "help_zh": "",
            "depth": 0,
            "group": "all",
            "needed": 1,
            "of": 1,
            "recommended": "not_met",
            VALUE: "yes" if code == "accident" else "",
            CLAIMANT: "",
            REVIEWERS: "",
            PAPERS: "",
        }
        for code in disputed
        if code in FACT_TEXTS
    ]


def _notes_of(inquiry: Investigation | None) -> dict[str, tuple[str, str]]:
    if inquiry is None:
        return {}
    found = Finding.objects.filter(investigation=inquiry)
    return {finding.criterion: (finding.note, finding.evidence) for finding in found}


def question_codes(brief: Mapping[str, Any]) -> list[str]:
    """Return the codes of the brief's questions in reading order."""
    return [str(question["code"]) for question in brief.get("questions", [])]


def question_of(brief: Mapping[str, Any], code: str) -> Mapping[str, Any]:
    """Return one question of the brief; KeyError where it has none such."""
    for question in brief.get("questions", []):
        if question["code"] == code:
            found: Mapping[str, Any] = question
            return found
    raise KeyError(code)


def field_name(part: str, index: int) -> str:
    """Return the form's field for a part of the question at a place, e.g. claimant_holds_1."""
    return f"{part}_{index}"


def with_answers(brief: Mapping[str, Any], answers: Mapping[str, str]) -> Brief:
    """Return the brief with what the officer entered; unknown fields change nothing."""
    changed: Brief = {**brief}
    for name in TEXTS:
        if name in answers:
            changed[name] = answers[name]
    changed["questions"] = [
        {
            **question,
            **{
                part: answers[field_name(part, index)]
                for part in _parts_of(question)
                if field_name(part, index) in answers
            },
        }
        for index, question in enumerate(brief.get("questions", []), start=1)
    ]
    return changed


def _parts_of(question: Mapping[str, Any]) -> tuple[str, ...]:
    both = (CLAIMANT, REVIEWERS, PAPERS)
    return (*both, VALUE) if question["kind"] == "fact" else both


def missing_in(brief: Mapping[str, Any]) -> list[str]:
    """Return what the brief still lacks before it can be signed."""
    missing = [] if brief.get("background") else ["background"]
    for index, question in enumerate(brief.get("questions", []), start=1):
        missing += [
            field_name(part, index) for part in (CLAIMANT, REVIEWERS) if not question.get(part)
        ]
        if question["kind"] == "fact" and not question.get(VALUE):
            missing.append(field_name(VALUE, index))
    return missing


def texts_of(brief: Mapping[str, Any]) -> list[str]:
    """Return every text of the brief that people entered."""
    found = [str(brief.get(name, "")) for name in TEXTS]
    for question in brief.get("questions", []):
        found += [str(question.get(part, "")) for part in (CLAIMANT, REVIEWERS, PAPERS)]
    return found


def public_questions(brief: Mapping[str, Any]) -> list[dict[str, str]]:
    """Return the questions as the public record has them: the clause's own words, no fact.

    A fact in dispute is asked without its value, which may be somebody's own day.
    """
    return [
        {
            "code": str(question["code"]),
            "text_en": str(question["text_en"]).replace("%(value)s", "…"),
            "text_zh": str(question["text_zh"]).replace("%(value)s", "……"),
        }
        for question in brief.get("questions", [])
    ]


def question_text(question: Mapping[str, Any]) -> str:
    """Return a question in the reader's language."""
    text = in_language(question["text_en"], question["text_zh"])
    if question.get("kind") != "fact":
        return text
    return text.replace("%(value)s", str(question.get(VALUE, "")))


def found_facts(brief: Mapping[str, Any], found: Mapping[str, str]) -> dict[str, str]:
    """Return the disputed facts as the panel found them: those it found so, with their value."""
    return {
        str(question["code"]): str(question[VALUE])
        for question in brief.get("questions", [])
        if question["kind"] == "fact" and found.get(question["code"]) == "met"
    }
