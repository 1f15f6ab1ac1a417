"""The claimant's page: to which account a payout that came back is to go."""

from typing import Any

from django.http import Http404
from django.utils.translation import gettext_lazy

from claims.queries import claim_for
from core.pages import StepPage
from payouts import presenting
from payouts.queries import payouts_of
from payouts.states import PayoutState
from payouts.steps import CORRECT_ACCOUNT


class CorrectAccountPage(StepPage):
    """Correct the account of one's own claim."""

    step = CORRECT_ACCOUNT
    template_name = "payouts/account_correct.html"
    success_message = gettext_lazy(
        "The account is corrected. Finance prepares the payout again; nothing is needed from you."
    )

    def may_open(self) -> None:
        """Only the claimant knows of the page."""
        if claim_for(self.reference, self.actor).claimant_id != self.actor.person_id:
            raise Http404

    def page_context(self) -> dict[str, Any]:
        """Show why the money came back."""
        claim = claim_for(self.reference, self.actor)
        last = payouts_of(claim).filter(state=PayoutState.RETURNED).first()
        return {
            "reason": presenting.reason_of(last.return_reason) if last else "",
            "account": presenting.account_of(last) if last else "",
            "cancel_url": f"/me/claims/{self.reference}/",
        }

    def success_url(self, result: Any) -> str:
        """Lead back to the claim."""
        return f"/me/claims/{self.reference}/"
