"""The steps of becoming and being a juror, and of those who decide on jurors, as data."""

from django.utils.translation import gettext_lazy as _

from core.steps import Step
from jury.forms import exams as forms
from jury.services import exams, standing, ties

_OFFICER = frozenset({"jury_officer"})
_OMBUDSMAN = frozenset({"ombudsman"})

ACCEPT_RULES = Step(
    "accept_rules", _("Accept the jury rules"), exams.accept_rules, forms.AcceptRulesForm
)
START_ATTEMPT = Step("start_attempt", _("Start the exam"), exams.start_attempt, is_primary=True)
KEEP_CHOICE = Step("keep_choice", _("Save and continue"), exams.keep_choice, forms.ChoiceForm)
ANSWER_ATTEMPT = Step(
    "answer_attempt", _("Hand in the exam"), exams.answer_attempt, is_primary=True
)
STATE_AFFILIATION = Step(
    "state_affiliation",
    _("Add a hospital"),
    ties.state_affiliation,
    forms.AffiliationForm,
    hint=_(
        "You are never drawn for a claim of a hospital on your list. Only those who run hearings "
        "see it."
    ),
)
END_AFFILIATION = Step(
    "end_affiliation",
    _("Take this hospital off your list"),
    ties.end_affiliation,
    hint=_("You no longer work there or are no longer treated there."),
)
CLAIM_QUALIFICATION = Step(
    "claim_qualification",
    _("Name a qualification"),
    ties.claim_qualification,
    forms.QualificationForm,
    hint=_("Once a jury officer has verified it, you may be drawn for an expert's seat."),
)
FILE_APPEAL = Step(
    "file_appeal",
    _("Appeal to the ombudsman"),
    standing.file_appeal,
    forms.StandingAppealForm,
    hint=_(
        "The ombudsman did not take the decision and answers with reasons. The decision holds "
        "until then."
    ),
)
ANSWER_APPEAL = Step(
    "answer_appeal",
    _("Answer the appeal"),
    standing.answer_appeal,
    forms.AnswerAppealForm,
    _OMBUDSMAN,
    is_primary=True,
)

# On one juror, by the officer; the reference is the person's.
JUROR_STEPS: dict[str, Step] = {
    step.name: step
    for step in (
        Step(
            "suspend_juror",
            _("Suspend"),
            standing.suspend_juror,
            forms.SuspendForm,
            _OFFICER,
            frozenset({"active"}),
            "suspended",
            shortcut="s",
            hint=_("The juror is not drawn until the last day is over, and may appeal."),
        ),
        Step(
            "disqualify_juror",
            _("Disqualify"),
            standing.disqualify_juror,
            forms.DisqualifyForm,
            _OFFICER,
            frozenset({"active", "suspended"}),
            "disqualified",
            hint=_("It has no end; only the ombudsman can reverse it. The juror may appeal."),
        ),
    )
}
# On one claimed qualification, by the officer.
QUALIFICATION_STEPS: dict[str, Step] = {
    step.name: step
    for step in (
        Step(
            "verify_qualification",
            _("Verify the qualification"),
            ties.verify_qualification,
            forms.VerifyQualificationForm,
            _OFFICER,
            frozenset({"claimed"}),
            "verified",
            is_primary=True,
        ),
        Step(
            "refuse_qualification",
            _("Do not verify it"),
            ties.refuse_qualification,
            forms.RefuseQualificationForm,
            _OFFICER,
            frozenset({"claimed"}),
            "refused",
        ),
    )
}
