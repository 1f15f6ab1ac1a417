"""The round's machine, the journal's accounts and kinds of entries."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class RoundState(models.TextChoices):
    """Where a sharing round stands."""

    OPEN = "open", pgettext_lazy("round", "Open")
    PROPOSED = "proposed", pgettext_lazy("round", "Proposed")
    COLLECTING = "collecting", pgettext_lazy("round", "Collecting")
    CLOSED = "closed", pgettext_lazy("round", "Closed")


# A round with nothing to share goes straight from open to closed.
ROUND_EDGES: tuple[tuple[str, str], ...] = (
    (RoundState.OPEN, RoundState.PROPOSED),
    (RoundState.OPEN, RoundState.CLOSED),
    (RoundState.PROPOSED, RoundState.COLLECTING),
    (RoundState.COLLECTING, RoundState.CLOSED),
)


class Account(models.TextChoices):
    """The journal's accounts; what is owed to us and held by us is debit, the rest credit."""

    SHARES_RECEIVABLE = "shares_receivable", _("Members' shares receivable")
    BANK = "bank", _("Bank")
    IN_TRANSIT = "in_transit", _("Payouts on their way")
    AID_PAYABLE = "aid_payable", _("Aid payable")
    FEE_INCOME = "fee_income", _("Management fee")
    SURPLUS = "surplus", _("Surplus")
    SUBSIDY = "subsidy", _("Subsidy")
    UNCOLLECTED = "uncollected", _("Uncollected shares")
    RECOVERED = "recovered", _("Recovered")
    UNCLAIMED = "unclaimed", _("Unclaimed aid")


class EntryKind(models.TextChoices):
    """What a journal entry books. Kind and subject together are booked once."""

    ROUND_DUE = "round_due", _("Round: shares due and what they are for")
    ROUND_COLLECTED = "round_collected", _("Round: shares collected and not")
    PAYOUT_INSTRUCTED = "payout_instructed", _("Payout instructed")
    PAYOUT_SETTLED = "payout_settled", _("Payout settled")
    PAYOUT_RETURNED = "payout_returned", _("Payout returned")
    AID_UNCLAIMED = "aid_unclaimed", _("Aid left unclaimed")
    SHARE_RECOVERED = "share_recovered", _("Share recovered after the round")
    REVERSAL = "reversal", _("Reversal")
