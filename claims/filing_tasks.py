"""What a draft still needs: its answers by page, its documents, and what the rulebook will say."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from claims.findings import RULE_NAMES, finding_text
from claims.forms.filing import PAGES
from claims.models import Claim, Evidence, EvidenceCheck
from claims.queries import assess_draft, draft_version
from core import formats
from core.zone import local_date
from members.provinces import province_name
from members.queries import rulebook_of
from members.rulebook_types import Rulebook

FIELDS: Mapping[str, tuple[str, ...]] = {
    "illness": ("disease_code", "accident"),
    "diagnosis": ("first_diagnosed_on",),
    "hospital": ("hospital_name", "hospital_level", "province", "city"),
    "story": ("story",),
    "bank": ("account_holder", "bank_account"),
}


def draft_rulebook(claim: Claim, today: date) -> Rulebook:
    """Return the rulebook by which the draft would be judged if it were handed in today."""
    return rulebook_of(draft_version(claim, today))


def answers_of(claim: Claim, page: str) -> dict[str, Any]:
    """Return what was answered on a page, in the form's own terms."""
    found = {name: getattr(claim, name, "") for name in FIELDS[page]}
    if page == "illness":
        found["accident"] = "yes" if claim.accident else ("no" if claim.disease_code else "")
    if page == "bank":
        found["bank_account"] = claim.bank_account_encrypted
    return found


def next_page(page: str) -> str:
    """Return the page after this one; after the last question come the documents."""
    names = [*PAGES, "documents"]
    return names[names.index(page) + 1]


def filing_tasks(claim: Claim, at: datetime) -> list[dict[str, Any]]:
    """Return the task list: one row a page and one for the documents, each done or to do."""
    rulebook = draft_rulebook(claim, local_date(at, claim.plan.zone))
    tasks = [_page_task(claim, page, label, rulebook) for page, label in page_labels().items()]
    missing = documents_missing(claim, rulebook)
    tasks.append(
        {
            "label": _("Documents"),
            "url": reverse("filing_documents", args=[claim.reference]),
            "is_done": not missing,
            "is_document": True,
            "hint": pgettext("list", ", ").join(missing),
            "value": _("All required documents are there.") if not missing else "",
        }
    )
    return tasks


def page_labels() -> dict[str, str]:
    """Return what each page of questions is about."""
    return {
        "illness": _("The illness"),
        "diagnosis": _("Day of the first diagnosis"),
        "hospital": _("The hospital"),
        "story": _("What happened"),
        "bank": _("The account for the aid"),
    }


def _page_task(claim: Claim, page: str, label: str, rulebook: Rulebook) -> dict[str, Any]:
    answers = answers_of(claim, page)
    needed = [name for name in FIELDS[page] if name != "accident"]
    return {
        "label": label,
        "url": reverse("filing_page", args=[claim.reference, page]),
        "change_url": reverse("filing_page", args=[claim.reference, page]) + "?return=check",
        "is_done": all(answers[name] not in ("", None) for name in needed),
        "value": _shown(claim, page, rulebook),
    }


def _shown(claim: Claim, page: str, rulebook: Rulebook) -> str:
    """Return the answer of a page as one reads it back."""
    if page == "illness" and claim.disease_code:
        name = rulebook.disease(claim.disease_code).name
        return f"{name} · {_('caused by an accident')}" if claim.accident else name
    if page == "diagnosis" and claim.first_diagnosed_on:
        return formats.day(claim.first_diagnosed_on)
    if page == "hospital":
        province = province_name(claim.province) if claim.province else ""
        return " · ".join(part for part in (claim.hospital_name, province, claim.city) if part)
    if page == "story":
        return claim.story
    if page == "bank" and claim.bank_account_last4:
        return f"{claim.account_holder} · ****{claim.bank_account_last4}"
    return ""


def documents_missing(claim: Claim, rulebook: Rulebook) -> list[str]:
    """Return the names of the required documents of which no readable file is there."""
    rows = claim.evidence.prefetch_related("versions__checks")
    held = {row.kind for row in rows if _is_readable(row)}
    return [
        document.name
        for document in rulebook.documents
        if document.is_required and document.code not in held
    ]


def _is_readable(document: Evidence) -> bool:
    """Say whether the newest version was not refused; one whose check is awaited counts."""
    newest = list(document.versions.all())[-1]
    return list(newest.checks.all())[-1].outcome != EvidenceCheck.Outcome.REFUSED


def outside_findings(claim: Claim, at: datetime) -> list[dict[str, str]]:
    """Return what would put the claim outside coverage, in words; empty while unknown."""
    if not claim.disease_code or claim.first_diagnosed_on is None:
        return []
    return [
        {
            "name": str(RULE_NAMES[finding.code]),
            "text": finding_text(finding.code, finding.is_met, finding.params),
        }
        for finding in assess_draft(claim, at).failed
    ]
