"""Drafts, sealed ballots, what came out of them after the close, and the verdict."""

from typing import Any

from django.db import models
from django.db.models import Q

from core.clock import CoreNow
from jury.models.hearings import Hearing
from jury.models.panels import Seat


class BallotDraft(models.Model):
    """A juror's unfinished ballot, under a key that is only in the juror's own cookie."""

    seat = models.OneToOneField(Seat, on_delete=models.PROTECT, related_name="draft")
    ciphertext = models.BinaryField()
    saved_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"draft of seat {self.seat_id}"


class Ballot(models.Model):
    """A sealed ballot beside its commitment, which is the receipt; append-only."""

    # Hearing and seat are not foreign keys of the database, which would lock their rows for every
    # ballot: the guard sees to it that the seat is there and one of this hearing, which it has a
    # foreign key to, and no seat is ever deleted.
    hearing = models.ForeignKey(
        Hearing,
        on_delete=models.PROTECT,
        related_name="ballots",
        db_constraint=False,
        db_index=False,
    )
    round = models.PositiveSmallIntegerField()
    seat = models.ForeignKey(
        Seat,
        on_delete=models.PROTECT,
        related_name="ballots",
        db_constraint=False,
        db_index=False,
    )
    ciphertext = models.BinaryField()
    commitment = models.CharField(max_length=64)
    cast_at = models.DateTimeField(db_default=CoreNow(), editable=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["seat", "hearing", "round"], name="ballot_one_per_juror"
            ),
            models.UniqueConstraint(
                fields=["hearing", "round", "commitment"], name="ballot_receipt_is_one"
            ),
        ]

    def __str__(self) -> str:
        return f"ballot {self.commitment[:8]}"


class BallotOpening(models.Model):
    """What a ballot says, with the nonce that ties it to its receipt; append-only.

    `position` is the place in the order of the commitments, the pseudonym in this hearing.
    A ballot that does not open, or is not one, is kept as spoiled, without content. `words` are
    the juror's own, apart from what is counted, because they may be withheld.
    """

    ballot = models.OneToOneField(Ballot, on_delete=models.PROTECT, related_name="opening")
    hearing = models.ForeignKey(Hearing, on_delete=models.PROTECT, related_name="openings")
    position = models.PositiveIntegerField()
    nonce = models.CharField(max_length=64, blank=True)
    body = models.TextField(blank=True)
    words_nonce = models.CharField(max_length=64, blank=True)
    words = models.TextField(blank=True)
    is_spoiled = models.BooleanField(default=False)
    opened_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["hearing", "position"], name="opening_position_once"),
            models.CheckConstraint(
                condition=Q(is_spoiled=True)
                | (~Q(nonce="") & ~Q(body="") & ~Q(words_nonce="") & ~Q(words="")),
                name="opening_has_content",
            ),
        ]

    def __str__(self) -> str:
        return f"opening {self.position} of hearing {self.hearing_id}"


class Verdict(models.Model):
    """What the panel found; append-only."""

    hearing = models.OneToOneField(Hearing, on_delete=models.PROTECT, related_name="verdict")
    outcome = models.CharField(max_length=8)
    seats = models.PositiveIntegerField()
    ballots = models.PositiveIntegerField()
    spoiled = models.PositiveIntegerField()
    pay = models.PositiveIntegerField()
    deny = models.PositiveIntegerField()
    by_criterion: "models.JSONField[Any, Any]" = models.JSONField()
    found: "models.JSONField[Any, Any]" = models.JSONField()
    basis = models.CharField(max_length=20)
    words_withheld = models.CharField(max_length=10, blank=True)
    decided_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(outcome__in=["uphold", "overturn"]), name="verdict_outcome_known"
            ),
            models.CheckConstraint(
                condition=Q(basis__in=["vote", "tie", "no_quorum", "outside_coverage"]),
                name="verdict_basis_known",
            ),
            models.CheckConstraint(
                condition=Q(words_withheld__in=["", "small", "unanimous"]),
                name="verdict_withheld_known",
            ),
            models.CheckConstraint(
                condition=Q(pay=models.F("ballots") - models.F("spoiled") - models.F("deny")),
                name="verdict_votes_add_up",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.outcome} in hearing {self.hearing_id}"
