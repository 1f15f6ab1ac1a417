"""The states of a plan and of a rulebook version, and the roles and reasons members know."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class PlanState(models.TextChoices):
    """A plan takes members, is being closed in order, or is over."""

    OPEN = "open", pgettext_lazy("plan", "Open")
    WINDING_DOWN = "winding_down", pgettext_lazy("plan", "Winding down")
    CLOSED = "closed", pgettext_lazy("plan", "Closed")


class RulebookState(models.TextChoices):
    """A version's way: written, commented on, announced, in force, replaced."""

    DRAFT = "draft", pgettext_lazy("rulebook", "Draft")
    CONSULTATION = "consultation", pgettext_lazy("rulebook", "Open for comments")
    ANNOUNCED = "announced", pgettext_lazy("rulebook", "Announced")
    IN_FORCE = "in_force", pgettext_lazy("rulebook", "In force")
    SUPERSEDED = "superseded", pgettext_lazy("rulebook", "Superseded")


PUBLISHED_STATES = frozenset(
    {RulebookState.ANNOUNCED, RulebookState.IN_FORCE, RulebookState.SUPERSEDED}
)


class Role(models.TextChoices):
    """What a person may be trusted with besides being a member."""

    REVIEWER = "reviewer", _("Reviewer")
    INVESTIGATOR = "investigator", _("Investigator")
    JURY_OFFICER = "jury_officer", _("Jury officer")
    FINANCE = "finance", _("Finance")
    OMBUDSMAN = "ombudsman", _("Ombudsman")
    AUDITOR = "auditor", _("Auditor")
    ADMIN = "admin", _("Administrator")


# Promise 11: whoever moves the money neither investigates nor decides.
NOT_WITH_FINANCE = frozenset({Role.REVIEWER, Role.INVESTIGATOR})


class Sex(models.TextChoices):
    """As the identity document has it."""

    FEMALE = "female", _("Female")
    MALE = "male", _("Male")


class EndReason(models.TextChoices):
    """Why a membership ended."""

    LEFT = "left", _("Left the plan")
    AGE_LIMIT = "age_limit", _("Reached the age limit")
    AID_RECEIVED = "aid_received", _("Aid received")
    UNPAID = "unpaid", _("Share unpaid")
    INELIGIBLE = "ineligible", _("Found ineligible")
    WAITING_PERIOD = "waiting_period", _("Diagnosed in the waiting period")
    DIED = "died", _("Died")
    PLAN_CLOSED = "plan_closed", _("Plan closed")


class Language(models.TextChoices):
    """The languages every page and message exists in."""

    CHINESE = "zh-hans", "简体中文"
    ENGLISH = "en", "English"


class MailState(models.TextChoices):
    """A message's way by e-mail: it waits, is sent, has failed, or nobody wants it any more."""

    WAITING = "waiting", pgettext_lazy("mail", "Waiting")
    SENT = "sent", pgettext_lazy("mail", "Sent")
    FAILED = "failed", pgettext_lazy("mail", "Failed")
    SUPPRESSED = "suppressed", pgettext_lazy("mail", "Not sent")
