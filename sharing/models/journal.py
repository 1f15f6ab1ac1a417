"""The journal: entries of debit and credit lines that balance and are never changed."""

from django.db import models
from django.db.models import Q

from members.models import Person, Plan
from sharing.states import Account, EntryKind


class JournalEntry(models.Model):
    """One booking; append-only. A correction is a later entry that reverses it."""

    plan = models.ForeignKey(Plan, on_delete=models.PROTECT, related_name="journal_entries")
    kind = models.CharField(max_length=24, choices=EntryKind.choices)
    subject = models.CharField(max_length=40)
    reverses = models.OneToOneField(
        "self", on_delete=models.PROTECT, null=True, related_name="reversed_by"
    )
    line_count = models.PositiveSmallIntegerField()
    reason = models.CharField(max_length=200, blank=True)
    actor_person = models.ForeignKey(
        Person, on_delete=models.PROTECT, null=True, related_name="journal_entries"
    )
    occurred_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "subject"],
                condition=~Q(kind=EntryKind.REVERSAL),
                name="journal_entry_booked_once",
            ),
            models.CheckConstraint(
                condition=Q(kind__in=EntryKind.values), name="journal_entry_kind_known"
            ),
            models.CheckConstraint(
                condition=Q(line_count__gte=2), name="journal_entry_has_two_lines"
            ),
            models.CheckConstraint(
                condition=(~Q(kind=EntryKind.REVERSAL) & Q(reverses__isnull=True))
                | (Q(kind=EntryKind.REVERSAL) & Q(reverses__isnull=False) & ~Q(reason="")),
                name="journal_entry_reversal_names_entry",
            ),
        ]
        indexes = [models.Index(fields=["subject"], name="journal_entry_subject")]

    def __str__(self) -> str:
        return f"{self.kind} {self.subject}"


class JournalLine(models.Model):
    """One account's debit or credit in an entry, in cents."""

    entry = models.ForeignKey(JournalEntry, on_delete=models.PROTECT, related_name="lines")
    position = models.PositiveSmallIntegerField()
    account = models.CharField(max_length=24, choices=Account.choices)
    debit_cents = models.BigIntegerField(default=0)
    credit_cents = models.BigIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["entry", "position"], name="journal_line_once"),
            models.CheckConstraint(
                condition=Q(account__in=Account.values), name="journal_line_account_known"
            ),
            models.CheckConstraint(
                condition=(Q(debit_cents__gt=0) & Q(credit_cents=0))
                | (Q(debit_cents=0) & Q(credit_cents__gt=0)),
                name="journal_line_one_side",
            ),
        ]
        indexes = [models.Index(fields=["account"], name="journal_line_account")]

    def __str__(self) -> str:
        return f"{self.account} {self.debit_cents - self.credit_cents}"
