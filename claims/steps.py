"""The steps that the claims app offers by page and by API, each with its form and service."""

from collections.abc import Callable
from dataclasses import replace

from django import forms
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from claims import services
from claims.forms import claimant, decisions, drafts, investigation, oversight
from claims.models import Claim
from claims.states import BY_STEP, step_label
from core.errors import Text
from core.steps import Step

FormFactory = Callable[[Claim], type[forms.Form]]

# Forms that depend on the claim: its clause, its stage.
FACTORIES: dict[str, FormFactory] = {
    "report_findings": investigation.report_findings_form,
    "recommend": decisions.recommend_form,
    "assign": oversight.assign_form,
    "dispute": claimant.dispute_form,
    "save_draft": drafts.save_draft_form,
}

# Steps of the graph taken by the claimant: their pages stand under /me/.
CLAIMANT_STEPS = frozenset(
    {"file", "supply_information", "dispute", "withdraw_dispute", "withdraw", "resume"}
)


def _step(
    name: str,
    service: Callable[..., object],
    form: type[forms.Form] | None = None,
    *,
    is_primary: bool = False,
    shortcut: str = "",
    tone: str = "",
    hint: Text = "",
) -> Step:
    edges = BY_STEP[name]
    return Step(
        name=name,
        label=step_label(name),
        service=service,
        form=form,
        roles=edges[0].roles,
        sources=frozenset(edge.source for edge in edges),
        target=edges[0].target,
        is_primary=is_primary,
        shortcut=shortcut,
        tone=tone,
        hint=hint,
    )


_SECOND = _("Two people take this step. The first proposes it, another one confirms it.")

STEPS: dict[str, Step] = {
    step.name: step
    for step in (
        _step("file", services.file_claim, drafts.FileForm, is_primary=True),
        _step(
            "open_investigation",
            services.open_investigation,
            investigation.OpenInvestigationForm,
            is_primary=True,
            shortcut="i",
        ),
        _step(
            "skip_investigation",
            services.skip_investigation,
            investigation.SkipInvestigationForm,
            hint=_("Only for a claim that is plainly outside coverage."),
        ),
        _step(
            "report_findings",
            services.report_findings,
            investigation._ReportFindings,
            is_primary=True,
            shortcut="f",
        ),
        _step("recommend", services.recommend, decisions._Recommend, is_primary=True, shortcut="r"),
        _step(
            "approve", services.approve_claim, decisions.ApproveForm, is_primary=True, shortcut="a"
        ),
        _step("deny", services.deny_claim, decisions.DenyForm, shortcut="d"),
        _step("send_back", services.send_back, decisions.SendBackForm, shortcut="b"),
        _step(
            "request_information",
            services.request_information,
            oversight.RequestInformationForm,
            shortcut="q",
            hint=_("The clock stops until the claimant answers."),
        ),
        _step("reinvestigate", services.reinvestigate, investigation.ReinvestigateForm),
        _step("review_dispute", services.review_dispute, oversight.ReviewDisputeForm),
        _step(
            "supply_information",
            services.supply_information,
            claimant.SupplyInformationForm,
            is_primary=True,
        ),
        _step("dispute", services.dispute_denial, claimant.DisputeForm, is_primary=True),
        _step(
            "withdraw_dispute",
            services.withdraw_dispute,
            hint=_("The denial then stands for good, and ballots are never opened."),
        ),
        _step("resume", services.resume_payout, claimant.ResumeForm, is_primary=True),
        _step(
            "withdraw",
            services.withdraw_claim,
            claimant.WithdrawForm,
            hint=_("The claim then ends without aid."),
        ),
        _step("halt", services.halt_claim, oversight.HaltForm, hint=_SECOND),
        _step("close_unfunded", services.close_unfunded, oversight.CloseUnfundedForm, hint=_SECOND),
        _step("reopen", services.reopen_claim, oversight.ReopenForm, hint=_SECOND),
        _step(
            "change_claimant",
            services.change_claimant,
            oversight.ChangeClaimantForm,
            hint=_SECOND,
        ),
    )
}

# Acts that change no state and are no edges: offered beside the steps.
ACTS: dict[str, Step] = {
    "save_draft": Step(
        name="save_draft",
        label=_("Save answers"),
        service=services.save_draft,
        form=drafts._Answers,
    ),
    "assign": Step(
        name="assign",
        label=_("Assign"),
        service=services.assign_claim,
        form=oversight._Assign,
    ),
    "declare_conflict": Step(
        name="declare_conflict",
        label=_("Declare a conflict"),
        service=services.declare_conflict,
        form=oversight.DeclareConflictForm,
        hint=_("You can then no longer act on this claim, and it cannot be taken back."),
    ),
}
STEPS_AND_ACTS: dict[str, Step] = {**STEPS, **ACTS}


def step_on(name: str, claim: Claim) -> Step:
    """Return a step with the form it has on this very claim; KeyError for an unknown one."""
    step = STEPS_AND_ACTS[name]
    factory = FACTORIES.get(name)
    return replace(step, form=factory(claim)) if factory else step


def page_url(claim: Claim, name: str) -> str:
    """Return the address of a step's page: the claimant's under /me/, staff's in the console."""
    if name == "file":
        return reverse("filing_check", args=[claim.reference])
    door = "me_claim_step" if name in CLAIMANT_STEPS else "console_claim_step"
    return reverse(door, args=[claim.reference, name])


def api_url(claim: Claim, name: str) -> str:
    """Return the address of a step's API resource."""
    return reverse("api_claim_step", args=[claim.reference, name])
