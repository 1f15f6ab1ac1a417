"""Disclosure's steps on claims and objections as data, and which are offered to whom."""

from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from claims.models import Claim
from core.actor import Actor
from core.errors import Blocker
from core.steps import Step, StepOffer
from disclosure import forms, permissions, services
from disclosure.models import Objection
from disclosure.queries import redaction_for
from disclosure.states import OPEN_OBJECTIONS, ObjectionState

PREPARE_REDACTION = Step(
    name="prepare_redaction",
    label=_("Prepare the redaction"),
    service=services.prepare_redaction,
    form=forms.RedactionForm,
    roles=permissions.PREPARERS,
    sources=frozenset(permissions.REDACTABLE),
    hint=_("What others may read of this case. A second person signs it before anything is shown."),
)
SIGN_REDACTION = Step(
    name="sign_redaction",
    label=_("Sign the redaction"),
    service=services.sign_redaction,
    form=forms.SeenForm,
    roles=permissions.SIGNERS,
    sources=frozenset(permissions.REDACTABLE),
    is_primary=True,
    hint=_("From your signature on these texts never change."),
)
RETURN_REDACTION = Step(
    name="return_redaction",
    label=_("Return the redaction"),
    service=services.return_redaction,
    form=forms.ReturnForm,
    roles=permissions.SIGNERS,
    sources=frozenset(permissions.REDACTABLE),
)
OBJECT = Step(
    name="object",
    label=_("Object to this case"),
    service=services.object_to_entry,
    form=forms.ObjectionForm,
    hint=_("Your objection gets a number, somebody who answers for it, and a day."),
)
OPEN_INQUIRY = Step(
    name="open_inquiry",
    label=_("Open an inquiry"),
    service=services.open_inquiry,
    form=forms.InquiryForm,
    roles=permissions.PREPARERS,
    sources=frozenset({ObjectionState.RECEIVED}),
    is_primary=True,
    hint=_("You answer for this objection from now on."),
)
DRAFT_ANSWER = Step(
    name="draft_answer",
    label=_("Draft the answer"),
    service=services.draft_answer,
    form=forms.AnswerForm,
    roles=permissions.PREPARERS,
    sources=frozenset({ObjectionState.UNDER_INQUIRY}),
    hint=_("A second person confirms it before it is published."),
)
SUSTAIN = Step(
    name="sustain",
    label=_("Sustain the objection"),
    service=services.sustain,
    form=forms.SeenForm,
    roles=permissions.PREPARERS,
    sources=frozenset({ObjectionState.UNDER_INQUIRY}),
    target=ObjectionState.SUSTAINED,
    tone="not_met",
    hint=_(
        "The answer is published, the notice stops at once, and the claim goes back to "
        "investigation. A second notice runs its full length."
    ),
)
DISMISS = Step(
    name="dismiss",
    label=_("Dismiss the objection"),
    service=services.dismiss,
    form=forms.SeenForm,
    roles=permissions.SIGNERS,
    sources=frozenset({ObjectionState.UNDER_INQUIRY}),
    target=ObjectionState.DISMISSED,
    hint=_("The answer is published. The case clears when its full time is over."),
)
PREPARE_CORRECTION = Step(
    name="prepare_correction",
    label=_("Prepare a correction"),
    service=services.prepare_correction,
    form=forms.CorrectionForm,
    roles=permissions.SIGNERS,
    hint=_("What was published stays readable beside it. A second person signs."),
)
CORRECT = Step(
    name="correct",
    label=_("Sign and publish the correction"),
    service=services.correct_entry,
    roles=permissions.SIGNERS,
    is_primary=True,
)
REDACTION_STEPS = {
    step.name: step for step in (PREPARE_REDACTION, SIGN_REDACTION, RETURN_REDACTION)
}
OBJECTION_STEPS = {step.name: step for step in (OPEN_INQUIRY, DRAFT_ANSWER, SUSTAIN, DISMISS)}


def offers(claim: Claim, actor: Actor, now: datetime) -> list[StepOffer]:
    """Return disclosure's steps on a claim that concern this actor now, with what blocks them."""
    if not actor.has_any(permissions.SIGNERS):
        return []
    found: list[StepOffer] = []
    if claim.state in permissions.REDACTABLE:
        found += [
            _claim_offer(step, claim, redaction_step_blockers(step, claim, actor))
            for step in REDACTION_STEPS.values()
            if actor.has_any(step.roles)
        ]
    waiting = Objection.objects.filter(entry__claim=claim, state__in=OPEN_OBJECTIONS)
    for objection in waiting.order_by("due_at"):
        found += objection_offers(objection, actor)
    return found


def redaction_step_blockers(step: Step, claim: Claim, actor: Actor) -> list[Blocker]:
    """Return what blocks a redaction's step for the actor: the redaction and the person."""
    redaction = redaction_for(claim)
    found = permissions.role_blockers(actor, step.roles)
    found += permissions.redaction_blockers(claim)
    if permissions.is_party(claim, actor):
        found.append(permissions.PARTY)
    if step is PREPARE_REDACTION:
        if redaction is not None and redaction.is_signed:
            found.append(Blocker("redaction_signed", _("The redaction is signed already.")))
        return found
    found += permissions.signature_blockers(redaction)
    if redaction is not None and redaction.prepared_by_id == actor.person_id:
        found.append(
            Blocker(
                "redaction_signed_by_another",
                _("A second person has to do this: you prepared it yourself."),
            )
        )
    return found


def _claim_offer(step: Step, claim: Claim, blockers: list[Blocker]) -> StepOffer:
    return StepOffer(
        step,
        tuple(blockers),
        reverse(f"console_{step.name}", args=[claim.reference]),
        reverse(f"api_{step.name}", args=[claim.reference]),
    )


def objection_offers(objection: Objection, actor: Actor) -> list[StepOffer]:
    """Return the steps on an objection that concern this actor now, with what blocks them."""
    return [
        StepOffer(
            step,
            tuple(objection_step_blockers(step, objection, actor)),
            reverse(f"console_{step.name}", args=[objection.reference]),
            reverse("api_objection_step", args=[objection.reference, step.name]),
        )
        for step in OBJECTION_STEPS.values()
        if objection.state in step.sources and actor.has_any(step.roles)
    ]


def objection_step_blockers(step: Step, objection: Objection, actor: Actor) -> list[Blocker]:
    """Return what blocks an objection's step for the actor."""
    found = permissions.role_blockers(actor, step.roles)
    if permissions.is_party(objection.entry.claim, actor):
        found.append(permissions.PARTY)
    if objection.member_id == actor.person_id:
        found.append(Blocker("objection_own", _("It is your own objection.")))
    if not step.target:
        return found
    if objection.proposed_outcome != step.target:
        found.append(
            Blocker(
                "objection_no_such_answer",
                _("An answer with this outcome has not been drafted."),
            )
        )
    elif objection.drafted_by_id == actor.person_id:
        found.append(
            Blocker(
                "objection_answered_by_another",
                _("A second person has to do this: you prepared it yourself."),
            )
        )
    return found
