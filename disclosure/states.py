"""The states of notice periods, entries, objections and complaints, and their codes."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from claims.states import State


class PeriodState(models.TextChoices):
    """A notice period is planned ahead, lies open for its days, and is closed."""

    PLANNED = "planned", _("Planned")
    OPEN = "open", _("Open")
    CLOSED = "closed", _("Closed")


class EntryState(models.TextChoices):
    """A noticed case: open on its own clock until it clears, is suspended or withdrawn."""

    OPEN = "open", _("Open")
    CLEARED = "cleared", _("Cleared")
    SUSPENDED = "suspended", _("Suspended")
    WITHDRAWN = "withdrawn", _("Withdrawn")


class ObjectionState(models.TextChoices):
    """An objection is received, inquired into, and sustained or dismissed."""

    RECEIVED = "received", _("Received")
    UNDER_INQUIRY = "under_inquiry", _("Under inquiry")
    SUSTAINED = "sustained", _("Sustained")
    DISMISSED = "dismissed", _("Dismissed")


OPEN_OBJECTIONS = (ObjectionState.RECEIVED, ObjectionState.UNDER_INQUIRY)


class Grounds(models.TextChoices):
    """Why a member holds a noticed case to be wrong."""

    UNDISCLOSED = "undisclosed", _("An illness known before joining was not told")
    IDENTITY = "identity", _("The person is not who the case says")
    DIAGNOSIS = "diagnosis", _("The diagnosis or its date is wrong")
    CRITERIA = "criteria", _("A criterion of the clause is not met")
    FORGED = "forged", _("A document is forged or belongs to somebody else")
    AMOUNT = "amount", _("The amount is wrong")
    OTHER = "other", _("Something else")


class ComplaintState(models.TextChoices):
    """A complaint is received, examined by whoever answers for it, and answered."""

    RECEIVED = "received", _("Received")
    UNDER_EXAMINATION = "under_examination", _("Under examination")
    ANSWERED = "answered", pgettext_lazy("complaint", "Answered")


OPEN_COMPLAINTS = (ComplaintState.RECEIVED, ComplaintState.UNDER_EXAMINATION)


class ComplaintCategory(models.TextChoices):
    """What a complaint is about."""

    TIME = "time", _("It takes too long")
    DECISION = "decision", _("A decision or its reasons")
    INVESTIGATION = "investigation", _("How a case was investigated")
    JURY = "jury", _("A hearing or the jury")
    MONEY = "money", _("A share, a debit or a payout")
    PRIVACY = "privacy", _("Personal data, or what is published")
    CONDUCT = "conduct", _("How somebody was treated")
    SERVICE = "service", _("These pages, or something that does not work")
    OTHER = "other", _("Something else")


class ComplaintOutcome(models.TextChoices):
    """What came of a complaint."""

    UPHELD = "upheld", pgettext_lazy("complaint", "Upheld")
    PARTLY_UPHELD = "partly_upheld", pgettext_lazy("complaint", "Partly upheld")
    NOT_UPHELD = "not_upheld", pgettext_lazy("complaint", "Not upheld")
    OUT_OF_SCOPE = "out_of_scope", pgettext_lazy("complaint", "Not ours to answer")


class Result(models.TextChoices):
    """What came of a published case, as the board states it."""

    APPROVED = "approved", _("Approved")
    OVERTURNED = "overturned", _("Approved by a jury's verdict")
    DENIED = "denied", _("Denied")
    UPHELD = "upheld", _("Denial upheld by a jury")
    WITHDRAWN = "withdrawn", _("Withdrawn")


class Stage(models.TextChoices):
    """Where a published case stands, as the board states it."""

    ON_NOTICE = "on_notice", _("On notice")
    REOPENED = "reopened", _("Under review again")
    CLEARED = "cleared", _("Cleared, waiting to be shared")
    SHARED = "shared", _("Shared, waiting to be paid")
    PAID = "paid", _("Paid")
    RETURNED = "returned", _("Payment came back")
    UNCLAIMED = "unclaimed", _("Unclaimed")
    DENIED = "denied", _("Denied finally")
    WITHDRAWN = "withdrawn", _("Withdrawn")
    UNFUNDED = "unfunded", _("Closed unpaid")
    LAPSED = "lapsed", _("Lapsed without an answer")


STAGE_OF: dict[str, Stage] = {
    State.ON_NOTICE: Stage.ON_NOTICE,
    State.CLEARED: Stage.CLEARED,
    State.FUNDED: Stage.SHARED,
    State.IN_PAYMENT: Stage.SHARED,
    State.PAID: Stage.PAID,
    State.PAYOUT_RETURNED: Stage.RETURNED,
    State.UNCLAIMED: Stage.UNCLAIMED,
    State.DENIED_FINALLY: Stage.DENIED,
    State.WITHDRAWN: Stage.WITHDRAWN,
    State.CLOSED_UNFUNDED: Stage.UNFUNDED,
    State.LAPSED: Stage.LAPSED,
}


def stage_of(claim_state: str) -> Stage:
    """Return the board's stage for a claim's state; what is looked into anew is reopened."""
    return STAGE_OF.get(claim_state, Stage.REOPENED)
