"""The steps on a complaint as data, and which are offered to whom."""

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from core.actor import Actor
from core.errors import Blocker
from core.steps import Step, StepOffer
from disclosure import complaint_forms, complaint_rules, services
from disclosure.models import Complaint
from disclosure.states import OPEN_COMPLAINTS, ComplaintState

FILE_COMPLAINT = Step(
    name="file_complaint",
    label=_("Complain"),
    service=services.file_complaint,
    form=complaint_forms.ComplaintForm,
    is_primary=True,
)
EXAMINE_COMPLAINT = Step(
    name="examine_complaint",
    label=_("Look into the complaint"),
    service=services.examine_complaint,
    roles=complaint_rules.OWNERS,
    sources=frozenset({ComplaintState.RECEIVED}),
    target=ComplaintState.UNDER_EXAMINATION,
    is_primary=True,
    hint=_("You answer for it from now on."),
)
ANSWER_COMPLAINT = Step(
    name="answer_complaint",
    label=_("Answer the complaint"),
    service=services.answer_complaint,
    form=complaint_forms.ComplaintAnswerForm,
    roles=complaint_rules.OWNERS,
    sources=frozenset(OPEN_COMPLAINTS),
    target=ComplaintState.ANSWERED,
    hint=_("The answer is final; the complainant reads it at once."),
)
ASSIGN_COMPLAINT = Step(
    name="assign_complaint",
    label=_("Give the complaint to somebody else"),
    service=services.assign_complaint,
    form=complaint_forms.AssignForm,
    roles=complaint_rules.ASSIGNERS,
    sources=frozenset(OPEN_COMPLAINTS),
)
COMPLAINT_STEPS = {
    step.name: step for step in (EXAMINE_COMPLAINT, ANSWER_COMPLAINT, ASSIGN_COMPLAINT)
}


def complaint_offers(complaint: Complaint, actor: Actor) -> list[StepOffer]:
    """Return the steps on a complaint that concern this actor now, with what blocks them."""
    return [
        StepOffer(
            step,
            tuple(complaint_step_blockers(step, complaint, actor)),
            reverse(f"console_{step.name}", args=[complaint.reference]),
            reverse("api_complaint_step", args=[complaint.reference, step.name]),
        )
        for step in COMPLAINT_STEPS.values()
        if complaint.state in step.sources and actor.has_any(step.roles)
    ]


def complaint_step_blockers(step: Step, complaint: Complaint, actor: Actor) -> list[Blocker]:
    """Return what blocks a step for the actor: the state, the person."""
    if complaint.state not in step.sources:
        words = _("The complaint has moved on; this step is not open any more.")
        return [Blocker("complaint_state", words)]
    if step is ASSIGN_COMPLAINT:
        return complaint_rules.assigner_blockers(complaint, actor)
    return complaint_rules.hand_blockers(complaint, actor)
