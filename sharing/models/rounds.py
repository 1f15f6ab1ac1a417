"""A sharing round, its cases, the shares of its cohorts, and the debits that failed."""

from django.db import models
from django.db.models import F, Q
from django_fsm import FSMField, transition

from claims.models import Claim
from members.models import Membership, Person, Plan, RulebookVersion
from sharing.states import RoundState


class Round(models.Model):
    """One period's aid shared among the memberships of a plan, with the sum that adds up."""

    reference = models.CharField(max_length=16, unique=True)
    plan = models.ForeignKey(Plan, on_delete=models.PROTECT, related_name="rounds")
    rulebook_version = models.ForeignKey(
        RulebookVersion, on_delete=models.PROTECT, related_name="rounds"
    )
    notice_on = models.DateField()
    sharing_on = models.DateField()
    lock_at = models.DateTimeField()
    state = FSMField(default=RoundState.OPEN, choices=RoundState.choices, protected=True)
    memberships = models.PositiveBigIntegerField(default=0)
    units_milli = models.PositiveBigIntegerField(default=0)
    aid_cents = models.BigIntegerField(default=0)
    fee_cents = models.BigIntegerField(default=0)
    surplus_in_cents = models.BigIntegerField(default=0)
    surplus_out_cents = models.BigIntegerField(default=0)
    subsidy_cents = models.BigIntegerField(default=0)
    due_cents = models.BigIntegerField(default=0)
    collected_cents = models.BigIntegerField(default=0)
    uncollected_cents = models.BigIntegerField(default=0)
    opened_at = models.DateTimeField()
    proposed_at = models.DateTimeField(null=True)
    collecting_at = models.DateTimeField(null=True)
    collecting_by = models.ForeignKey(
        Person, on_delete=models.PROTECT, null=True, related_name="rounds_collected"
    )
    collecting_ends_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)
    closed_by = models.ForeignKey(
        Person, on_delete=models.PROTECT, null=True, related_name="rounds_closed"
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["plan", "sharing_on"], name="round_once_a_day"),
            models.CheckConstraint(
                condition=Q(state__in=RoundState.values), name="round_state_known"
            ),
            models.CheckConstraint(
                condition=Q(notice_on__lte=F("sharing_on")), name="round_locks_before_sharing"
            ),
            models.CheckConstraint(
                condition=Q(aid_cents__gte=0)
                & Q(fee_cents__gte=0)
                & Q(surplus_in_cents__gte=0)
                & Q(surplus_out_cents__gte=0)
                & Q(subsidy_cents__gte=0)
                & Q(due_cents__gte=0)
                & Q(collected_cents__gte=0)
                & Q(uncollected_cents__gte=0),
                name="round_sums_not_negative",
            ),
            models.CheckConstraint(
                condition=Q(
                    due_cents=F("aid_cents")
                    + F("fee_cents")
                    + F("surplus_out_cents")
                    - F("surplus_in_cents")
                    - F("subsidy_cents")
                ),
                name="round_adds_up",
            ),
            models.CheckConstraint(
                condition=~Q(state=RoundState.CLOSED)
                | Q(due_cents=F("collected_cents") + F("uncollected_cents")),
                name="round_due_is_accounted_for",
            ),
            models.CheckConstraint(
                condition=~Q(state=RoundState.CLOSED) | Q(closed_at__isnull=False),
                name="round_closed_has_instant",
            ),
        ]
        indexes = [models.Index(fields=["plan", "-sharing_on"], name="round_latest")]

    def __str__(self) -> str:
        return self.reference

    # Transitions

    @transition(field=state, source=RoundState.OPEN, target=RoundState.PROPOSED)
    def propose(self) -> None:
        """Fix the cases and the share of every cohort."""

    @transition(field=state, source=RoundState.PROPOSED, target=RoundState.COLLECTING)
    def start_collecting(self) -> None:
        """Have the shares debited."""

    @transition(
        field=state, source=[RoundState.OPEN, RoundState.COLLECTING], target=RoundState.CLOSED
    )
    def close(self) -> None:
        """Fund the cases; from open only where there is nothing to share."""


class RoundCase(models.Model):
    """A claim that a round shares. A dropped one was halted before the round closed."""

    round = models.ForeignKey(Round, on_delete=models.PROTECT, related_name="cases")
    claim = models.ForeignKey(Claim, on_delete=models.PROTECT, related_name="round_cases")
    public_reference = models.CharField(max_length=16)
    aid_cents = models.BigIntegerField()
    is_dropped = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["round", "claim"], name="round_case_once"),
            models.UniqueConstraint(
                fields=["claim"], condition=Q(is_dropped=False), name="round_case_shared_once"
            ),
            models.CheckConstraint(condition=Q(aid_cents__gt=0), name="round_case_aid_positive"),
        ]

    def __str__(self) -> str:
        return f"{self.public_reference} in round {self.round_id}"


class RoundShare(models.Model):
    """What each membership of a cohort owes in a round; see sharing.rules.CohortShare."""

    round = models.ForeignKey(Round, on_delete=models.PROTECT, related_name="shares")
    tier = models.CharField(max_length=32)
    weight_milli = models.PositiveIntegerField()
    paid_from_cents = models.PositiveBigIntegerField()
    members = models.PositiveBigIntegerField()
    share_cents = models.PositiveBigIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["round", "tier", "weight_milli", "paid_from_cents"],
                name="round_share_once_a_cohort",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.tier} from {self.paid_from_cents}: {self.share_cents}"


class FailedDebit(models.Model):
    """A share that could not be debited; the only row a round has about one membership."""

    round = models.ForeignKey(Round, on_delete=models.PROTECT, related_name="failed_debits")
    membership = models.ForeignKey(
        Membership, on_delete=models.PROTECT, related_name="failed_debits"
    )
    amount_cents = models.PositiveBigIntegerField()
    reported_at = models.DateTimeField()
    reported_by = models.ForeignKey(
        Person, on_delete=models.PROTECT, related_name="failed_debits_reported"
    )
    collected_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["round", "membership"], name="failed_debit_once_a_round"
            ),
            models.CheckConstraint(
                condition=Q(amount_cents__gt=0), name="failed_debit_amount_positive"
            ),
        ]

    def __str__(self) -> str:
        return f"membership {self.membership_id} in round {self.round_id}"
