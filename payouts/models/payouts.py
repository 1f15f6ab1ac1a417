"""Batches approved by two finance people, their payouts, and the outbox to the bank."""

from django.db import models
from django.db.models import F, Q
from django_fsm import FSMField, transition

from claims.models import Claim
from core.fields import EncryptedText
from members.models import Person, Plan
from payouts.states import EFFECTIVE, BatchState, Exchange, PayoutState


class PayoutBatch(models.Model):
    """Payouts that one finance person prepared and another approves (promise 11)."""

    reference = models.CharField(max_length=16, unique=True)
    plan = models.ForeignKey(Plan, on_delete=models.PROTECT, related_name="payout_batches")
    state = FSMField(default=BatchState.PREPARED, choices=BatchState.choices, protected=True)
    prepared_by = models.ForeignKey(
        Person, on_delete=models.PROTECT, related_name="batches_prepared"
    )
    prepared_at = models.DateTimeField()
    approved_by = models.ForeignKey(
        Person, on_delete=models.PROTECT, null=True, related_name="batches_approved"
    )
    approved_at = models.DateTimeField(null=True)
    payout_count = models.PositiveIntegerField()
    total_cents = models.PositiveBigIntegerField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=BatchState.values), name="payout_batch_state_known"
            ),
            models.CheckConstraint(
                condition=Q(approved_by__isnull=True) | ~Q(approved_by=F("prepared_by")),
                name="payout_batch_two_people",
            ),
            models.CheckConstraint(
                condition=~Q(state=BatchState.APPROVED)
                | (Q(approved_by__isnull=False) & Q(approved_at__isnull=False)),
                name="payout_batch_approved_by_somebody",
            ),
        ]
        indexes = [models.Index(fields=["state", "-prepared_at"], name="payout_batch_queue")]

    def __str__(self) -> str:
        return self.reference

    # Transitions

    @transition(field=state, source=BatchState.PREPARED, target=BatchState.APPROVED)
    def approve(self) -> None:
        """Let the second finance person instruct the bank."""

    @transition(field=state, source=BatchState.PREPARED, target=BatchState.WITHDRAWN)
    def withdraw(self) -> None:
        """Take the batch back before it is approved."""


class Payout(models.Model):
    """The aid of one claim on its way to one account; at most one has effect (promise 48)."""

    reference = models.CharField(max_length=16, unique=True)
    batch = models.ForeignKey(PayoutBatch, on_delete=models.PROTECT, related_name="payouts")
    claim = models.ForeignKey(Claim, on_delete=models.PROTECT, related_name="payouts")
    series = models.PositiveSmallIntegerField()
    end_to_end_id = models.CharField(max_length=35, unique=True)
    amount_cents = models.PositiveBigIntegerField()
    currency = models.CharField(max_length=3)
    account_holder = models.CharField(max_length=100)
    account_encrypted = EncryptedText()
    account_digest = models.CharField(max_length=64)
    account_last4 = models.CharField(max_length=4)
    state = FSMField(default=PayoutState.PREPARED, choices=PayoutState.choices, protected=True)
    prepared_at = models.DateTimeField()
    approved_at = models.DateTimeField(null=True)
    sent_at = models.DateTimeField(null=True)
    settled_at = models.DateTimeField(null=True)
    returned_at = models.DateTimeField(null=True)
    bank_reference = models.CharField(max_length=40, blank=True)
    return_reason = models.CharField(max_length=8, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["claim", "series"], name="payout_series_once"),
            models.UniqueConstraint(
                fields=["claim"],
                condition=Q(state__in=EFFECTIVE),
                name="payout_one_effective_per_claim",
            ),
            models.CheckConstraint(
                condition=Q(state__in=PayoutState.values), name="payout_state_known"
            ),
            models.CheckConstraint(condition=Q(amount_cents__gt=0), name="payout_amount_positive"),
            models.CheckConstraint(condition=Q(series__gte=1), name="payout_series_from_one"),
            models.CheckConstraint(
                condition=~Q(state=PayoutState.SETTLED)
                | (Q(settled_at__isnull=False) & ~Q(bank_reference="")),
                name="payout_settled_has_bank_reference",
            ),
        ]
        indexes = [models.Index(fields=["state", "id"], name="payout_by_state")]

    def __str__(self) -> str:
        return self.reference

    # Transitions

    @transition(field=state, source=PayoutState.PREPARED, target=PayoutState.APPROVED)
    def approve(self) -> None:
        """Be approved by the second finance person, with its claim instructed."""

    @transition(field=state, source=PayoutState.PREPARED, target=PayoutState.WITHDRAWN)
    def withdraw(self) -> None:
        """Be taken back with its batch."""

    @transition(
        field=state,
        source=[PayoutState.APPROVED, PayoutState.UNKNOWN],
        target=PayoutState.SENT,
    )
    def confirm_sent(self) -> None:
        """Be known to the bank."""

    @transition(field=state, source=PayoutState.APPROVED, target=PayoutState.UNKNOWN)
    def lose_sight(self) -> None:
        """Be perhaps known to the bank; it is asked before anything else."""

    @transition(
        field=state,
        source=[PayoutState.APPROVED, PayoutState.SENT, PayoutState.UNKNOWN],
        target=PayoutState.SETTLED,
    )
    def settle(self) -> None:
        """Be paid, as the bank says."""

    @transition(
        field=state,
        source=[
            PayoutState.APPROVED,
            PayoutState.SENT,
            PayoutState.UNKNOWN,
            PayoutState.SETTLED,
        ],
        target=PayoutState.RETURNED,
    )
    def come_back(self) -> None:
        """Be returned by the bank."""


class Outbox(models.Model):
    """What is to be sent to the bank, under the key made when it was approved."""

    payout = models.OneToOneField(Payout, on_delete=models.PROTECT, related_name="outbox")
    key = models.CharField(max_length=35, unique=True)
    created_at = models.DateTimeField()
    attempts = models.PositiveIntegerField(default=0)
    attempting_at = models.DateTimeField(null=True)
    next_try_at = models.DateTimeField()
    done_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(
                fields=["next_try_at", "id"],
                condition=Q(done_at__isnull=True),
                name="outbox_waiting",
            )
        ]

    def __str__(self) -> str:
        return self.key


class BankExchange(models.Model):
    """One attempt to send or to ask, and what it brought; append-only."""

    payout = models.ForeignKey(Payout, on_delete=models.PROTECT, related_name="exchanges")
    is_question = models.BooleanField()
    outcome = models.CharField(max_length=12, choices=Exchange.choices)
    detail = models.CharField(max_length=120, blank=True)
    occurred_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(outcome__in=Exchange.values), name="bank_exchange_outcome_known"
            )
        ]

    def __str__(self) -> str:
        return f"{self.outcome} of payout {self.payout_id}"
