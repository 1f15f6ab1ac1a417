"""The machines of a payout and of a batch, and what an exchange with the bank may bring."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class PayoutState(models.TextChoices):
    """Where the money of one payout is."""

    PREPARED = "prepared", pgettext_lazy("payout", "Prepared")
    APPROVED = "approved", pgettext_lazy("payout", "Approved")
    SENT = "sent", _("Sent to the bank")
    UNKNOWN = "unknown", _("Outcome unknown")
    SETTLED = "settled", pgettext_lazy("payout", "Settled")
    RETURNED = "returned", pgettext_lazy("payout", "Returned")
    WITHDRAWN = "withdrawn", _("Withdrawn before approval")


# Only these leave a claim free for another payout (promise 48).
WITHOUT_EFFECT = frozenset({PayoutState.RETURNED, PayoutState.WITHDRAWN})
EFFECTIVE = tuple(state for state in PayoutState if state not in WITHOUT_EFFECT)

PAYOUT_EDGES: tuple[tuple[str, str], ...] = (
    (PayoutState.PREPARED, PayoutState.APPROVED),
    (PayoutState.PREPARED, PayoutState.WITHDRAWN),
    (PayoutState.APPROVED, PayoutState.SENT),
    (PayoutState.APPROVED, PayoutState.UNKNOWN),
    (PayoutState.UNKNOWN, PayoutState.SENT),
    (PayoutState.APPROVED, PayoutState.SETTLED),
    (PayoutState.SENT, PayoutState.SETTLED),
    (PayoutState.UNKNOWN, PayoutState.SETTLED),
    (PayoutState.APPROVED, PayoutState.RETURNED),
    (PayoutState.SENT, PayoutState.RETURNED),
    (PayoutState.UNKNOWN, PayoutState.RETURNED),
    (PayoutState.SETTLED, PayoutState.RETURNED),
)


class BatchState(models.TextChoices):
    """A batch waits for the second finance person, or was approved or withdrawn."""

    PREPARED = "prepared", _("Waits for the second person")
    APPROVED = "approved", pgettext_lazy("payout", "Approved")
    WITHDRAWN = "withdrawn", pgettext_lazy("payout", "Withdrawn")


class Exchange(models.TextChoices):
    """What one attempt to reach the bank brought."""

    ACCEPTED = "accepted", _("accepted")
    REJECTED = "rejected", _("rejected")
    UNKNOWN = "unknown", _("outcome unknown")
    NOT_REACHED = "not_reached", _("bank not reached")
    NEVER_SEEN = "never_seen", _("never seen by the bank")


class BankEventKind(models.TextChoices):
    """What the bank reports about a payment."""

    SETTLED = "settled", _("settled")
    RETURNED = "returned", _("returned")


class CallbackOutcome(models.TextChoices):
    """What a signed callback changed."""

    APPLIED = "applied", _("applied")
    KNOWN = "known", _("already known")
    LATE = "late", _("came after its return")
    MISMATCH = "mismatch", _("does not match")


class ReturnReason(models.TextChoices):
    """Why the bank sent the money back, by ISO 20022 code."""

    CLOSED_ACCOUNT = "AC04", pgettext_lazy("bank", "The account is closed")
    WRONG_ACCOUNT = "AC01", pgettext_lazy("bank", "The account number is wrong")
    WRONG_NAME = "BE01", pgettext_lazy("bank", "The holder's name does not match the account")
    BLOCKED_ACCOUNT = "AC06", pgettext_lazy("bank", "The account is blocked")
    OTHER = "MS03", pgettext_lazy("bank", "The bank gave no reason")


# The bank's codes as the claim's log names them.
CLAIM_REASON: dict[str, str] = {
    ReturnReason.CLOSED_ACCOUNT: "account_closed",
    ReturnReason.WRONG_ACCOUNT: "account_wrong",
    ReturnReason.WRONG_NAME: "name_mismatch",
    ReturnReason.BLOCKED_ACCOUNT: "bank_refused",
}
