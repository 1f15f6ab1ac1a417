"""What is asked when an investigation is opened, skipped, repeated and reported."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from claims import reasons
from claims.forms.base import NoteForm, StepForm, reason_field
from claims.forms.criteria import PREFIX, answers_in, criterion_fields
from claims.models import Claim
from core.form_fields import DayField, LineField, ProseField, YuanField
from members.models import Agency, AgencyMember

NOTE_PREFIX = "basis_"


def _agencies() -> list[tuple[str, str]]:
    return list(Agency.objects.order_by("name").values_list("code", "name"))


def _investigators() -> list[tuple[str, str]]:
    members = (
        AgencyMember.objects.filter(
            person__role_grants__role="investigator",
            person__role_grants__revoked_at__isnull=True,
        )
        .select_related("person", "agency")
        .order_by("agency__name", "person__full_name")
    )
    named = [(str(m.person_id), f"{m.agency.name} · {m.person.full_name}") for m in members]
    return [("", str(_("Whoever of the agency has the least to do"))), *named]


class OpenInvestigationForm(StepForm):
    """Which agency looks into what, until when."""

    agency_code = forms.ChoiceField(
        label=_("Agency"),
        choices=_agencies,
        error_messages={
            "required": _("Choose an agency."),
            "invalid_choice": _("Choose one of the agencies of the list."),
        },
    )
    investigator = forms.ChoiceField(
        label=_("Investigator"),
        choices=_investigators,
        required=False,
        error_messages={"invalid_choice": _("Choose one of the investigators of the list.")},
    )
    questions = ProseField(
        label=_("What is to be found out?"),
        help_text=_("The investigator reads this. Name hospitals, records and people to ask."),
        missing=_("Say what is to be found out."),
        max_length=4000,
    )
    due_on = DayField(
        label=_("Until when?"),
        help_text=_("The day on which the report is due, for example 2026-10-03."),
        missing=_("Enter the day on which the report is due."),
    )

    def service_kwargs(self) -> Mapping[str, Any]:
        """Name the investigator by id, or nobody."""
        cleaned = dict(self.cleaned_data)
        chosen = cleaned.pop("investigator")
        return {**cleaned, "investigator_id": int(chosen) if chosen else None}


class ReinvestigateForm(OpenInvestigationForm):
    """Why it has to be looked into again."""

    reason_code = reason_field(reasons.REINVESTIGATE)
    note = NoteForm.base_fields["note"]

    field_order = ("reason_code", "agency_code", "investigator", "questions", "due_on", "note")


class SkipInvestigationForm(NoteForm):
    """Why no investigation is needed."""

    reason_code = reason_field(reasons.SKIP_INVESTIGATION)
    field_order = ("reason_code", "note")


class _ReportFindings(StepForm):
    """The findings by criterion, the summary, the cost."""

    summary = ProseField(
        label=_("Summary of the investigation"),
        help_text=_("Where you went, whom you asked, what you saw."),
        missing=_("Summarise the investigation."),
        max_length=6000,
    )
    cost_cents = YuanField(
        label=_("What did the investigation cost?"),
        help_text=_("In yuan, for example 960.50."),
        missing=_("Enter what the investigation cost, for example 1,000."),
    )

    def service_kwargs(self) -> Mapping[str, Any]:
        """Gather the answers and what they rest on into findings."""
        cleaned = self.cleaned_data
        findings = [
            {
                "criterion": code,
                "answer": answer,
                "note": cleaned.get(f"{NOTE_PREFIX}{code}", ""),
                "evidence": "",
            }
            for code, answer in answers_in(cleaned).items()
        ]
        return {
            "findings": findings,
            "cost_cents": cleaned["cost_cents"],
            "summary": cleaned["summary"],
        }


def report_findings_form(claim: Claim) -> type[StepForm]:
    """Return the form that asks an investigator for each criterion of the claim's clause."""
    fields: dict[str, forms.Field] = {}
    for name, field in criterion_fields(claim).items():
        code = name.removeprefix(PREFIX)
        fields[name] = field
        fields[f"{NOTE_PREFIX}{code}"] = LineField(
            label=_("On the strength of"),
            help_text=_("The document, page or person it rests on."),
            missing=_("Say what the answer rests on."),
            max_length=200,
            required=False,
        )
    order = (*fields, "summary", "cost_cents")
    return type("ReportFindingsForm", (_ReportFindings,), {**fields, "field_order": order})
