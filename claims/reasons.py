"""The coded reasons a step may be given for, with their words."""

from django.utils.translation import gettext_lazy as _

from core.errors import Text

SKIP_INVESTIGATION: dict[str, Text] = {
    "not_a_member": _("Not a member on the day of first diagnosis"),
    "waiting_period": _("First diagnosed in the waiting period"),
    "filed_late": _("Filed after the filing window"),
    "not_covered": _("The disease or the age is outside the plan"),
}
REINVESTIGATE: dict[str, Text] = {
    "findings_incomplete": _("The findings leave questions open"),
    "new_evidence": _("New documents have to be checked"),
    "contradiction": _("The findings contradict the documents"),
}
REVIEW_DISPUTE: dict[str, Text] = {
    "evident_error": _("The denial rests on an evident error"),
    "plan_without_jury": _("The plan has no jury"),
    "no_fact_in_dispute": _("No fact in dispute could change the outcome by a hearing"),
}
HALT: dict[str, Text] = {
    "suspected_fraud": _("Suspected fraud"),
    "wrong_person": _("The claim or the account belongs to somebody else"),
    "new_facts": _("New facts came to light"),
}
CLOSE_UNFUNDED: dict[str, Text] = {
    "nobody_left": _("Wind-down: nobody is left to share the claim"),
}
REOPEN: dict[str, Text] = {
    "new_evidence": _("New evidence"),
    "procedural_error": _("An error in the procedure"),
    "late_answer": _("The answer came late for a good reason"),
}
CHANGE_CLAIMANT: dict[str, Text] = {
    "death": _("The claimant died"),
    "guardianship": _("Guardianship"),
    "power_of_attorney": _("Power of attorney"),
}
RETURN_PAYOUT: dict[str, Text] = {
    "account_closed": _("The account is closed"),
    "account_wrong": _("The account number is wrong"),
    "name_mismatch": _("The name does not match the account"),
    "bank_refused": _("The bank refused the payment"),
    "other": _("Another reason the bank gave"),
}
ALL: dict[str, Text] = {
    **SKIP_INVESTIGATION,
    **REINVESTIGATE,
    **REVIEW_DISPUTE,
    **HALT,
    **CLOSE_UNFUNDED,
    **REOPEN,
    **CHANGE_CLAIMANT,
    **RETURN_PAYOUT,
    "instructed": _("Two finance people instructed the bank"),
    "window_passed": _("The days to dispute passed"),
    "unanswered": _("The question was not answered in time"),
    "attempts_used_up": _("Nobody could be paid after several attempts and notices"),
    "objection_sustained": _("An objection was sustained"),
    "still_outside_coverage": _("The facts found do not bring the claim inside coverage"),
}


def label_of(code: str) -> Text:
    """Return a reason in words; a code nobody declared is shown as it is."""
    return ALL.get(code, code)
