"""The claim: one row, one state column, and the transitions as methods under one heading."""

from django.db import models
from django.db.models import Q
from django_fsm import RETURN_VALUE, FSMField, transition

from claims.states import FINAL, State, sources_of, target_of, targets_of
from core.fields import EncryptedText
from members.models import Membership, Person, Plan, RulebookVersion


class Claim(models.Model):
    """A request for aid, from draft to its end. `state` changes only in claims.services."""

    reference = models.CharField(max_length=16, unique=True)
    public_reference = models.CharField(max_length=16, unique=True)
    plan = models.ForeignKey(Plan, on_delete=models.PROTECT, related_name="claims")
    rulebook_version = models.ForeignKey(
        RulebookVersion, on_delete=models.PROTECT, null=True, related_name="claims"
    )
    membership = models.ForeignKey(Membership, on_delete=models.PROTECT, related_name="claims")
    claimant = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="claims_made")
    covered = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="claims_about")
    state = FSMField(default=State.DRAFT, choices=State.choices, protected=True)
    event_count = models.PositiveIntegerField(default=0)
    head_digest = models.CharField(max_length=64, blank=True)

    disease_code = models.CharField(max_length=60, blank=True)
    first_diagnosed_on = models.DateField(null=True)
    accident = models.BooleanField(default=False)
    hospital_name = models.CharField(max_length=120, blank=True)
    hospital_level = models.CharField(max_length=20, blank=True)
    province = models.CharField(max_length=6, blank=True)
    city = models.CharField(max_length=60, blank=True)
    story = models.TextField(blank=True)
    bank_account_encrypted = EncryptedText(blank=True)
    bank_account_digest = models.CharField(max_length=64, blank=True)
    bank_account_last4 = models.CharField(max_length=4, blank=True)
    account_holder = models.CharField(max_length=100, blank=True)
    declared_at = models.DateTimeField(null=True)

    filed_at = models.DateTimeField(null=True)
    state_entered_at = models.DateTimeField()
    clock_paused_seconds = models.PositiveBigIntegerField(default=0)
    due_at = models.DateTimeField(null=True)
    is_overdue = models.BooleanField(default=False)
    assigned_to = models.ForeignKey(
        Person, on_delete=models.PROTECT, null=True, related_name="claims_assigned"
    )
    aid_cents = models.PositiveBigIntegerField(null=True)
    revision = models.PositiveIntegerField(default=0)
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(state__in=State.values), name="claim_state_known"),
            models.CheckConstraint(
                condition=Q(state=State.DRAFT)
                | (
                    Q(rulebook_version__isnull=False)
                    & Q(filed_at__isnull=False)
                    & Q(declared_at__isnull=False)
                    & Q(first_diagnosed_on__isnull=False)
                    & ~Q(disease_code="")
                ),
                name="claim_filed_is_complete",
            ),
            models.CheckConstraint(
                condition=Q(reference__regex=r"^C-[0-9A-Z]{4}-[0-9A-Z]{4}$")
                & Q(public_reference__regex=r"^K-[0-9A-Z]{4}-[0-9A-Z]{4}$"),
                name="claim_reference_form",
            ),
            models.CheckConstraint(
                condition=~Q(
                    state__in=[
                        State.APPROVED,
                        State.ON_NOTICE,
                        State.CLEARED,
                        State.FUNDED,
                        State.IN_PAYMENT,
                        State.PAID,
                        State.PAYOUT_RETURNED,
                        State.UNCLAIMED,
                    ]
                )
                | (Q(aid_cents__isnull=False) & Q(revision__gte=1)),
                name="claim_approved_has_aid",
            ),
        ]
        indexes = [
            models.Index(fields=["state", "due_at", "id"], name="claim_queue"),
            models.Index(fields=["assigned_to", "due_at", "id"], name="claim_assigned"),
            models.Index(fields=["claimant", "-created_at"], name="claim_of_claimant"),
            models.Index(fields=["bank_account_digest"], name="claim_bank_account"),
            models.Index(fields=["plan", "state"], name="claim_plan_state"),
        ]

    def __str__(self) -> str:
        return self.reference

    @property
    def is_final(self) -> bool:
        """Say whether nothing more happens to the claim unless two people reopen it."""
        return self.state in FINAL

    def barred_person_ids(self) -> frozenset[int]:
        """Return who must not act as staff on the claim: claimant, covered member, payer, their
        households, and everybody who declared a conflict (promise 12).
        """
        family = [self.claimant_id, self.covered_id, self.membership.payer_id]
        household = Q(household__people__in=family, household__isnull=False)
        declared = Q(pk__in=self.conflicts.values("person_id"))
        people = Person.objects.filter(Q(pk__in=family) | household | declared)
        return frozenset(people.values_list("pk", flat=True))

    # Transitions. Each is called from claims.services alone, with the row locked; sources and
    # targets come from the one graph in claims.states.

    @transition(field=state, source=sources_of("file"), target=target_of("file"))
    def file(self) -> None:
        """Hand the claim in."""

    @transition(
        field=state,
        source=sources_of("open_investigation"),
        target=target_of("open_investigation"),
    )
    def open_investigation(self) -> None:
        """Send an agency's investigator."""

    @transition(
        field=state,
        source=sources_of("skip_investigation"),
        target=target_of("skip_investigation"),
    )
    def skip_investigation(self) -> None:
        """Go to review at once, where the claim is plainly outside coverage."""

    @transition(
        field=state,
        source=sources_of("request_information"),
        target=target_of("request_information"),
    )
    def request_information(self) -> None:
        """Stop the clock and ask the claimant."""

    @transition(
        field=state,
        source=sources_of("supply_information"),
        target=RETURN_VALUE(*targets_of("supply_information")),
    )
    def supply_information(self, came_from: str) -> str:
        """Go back to where the claim came from, which the request remembers."""
        return came_from

    @transition(field=state, source=sources_of("lapse"), target=target_of("lapse"))
    def lapse(self) -> None:
        """End unanswered."""

    @transition(
        field=state, source=sources_of("report_findings"), target=target_of("report_findings")
    )
    def report_findings(self) -> None:
        """Hand the investigation's findings to review."""

    @transition(field=state, source=sources_of("reinvestigate"), target=target_of("reinvestigate"))
    def reinvestigate(self) -> None:
        """Have it investigated again."""

    @transition(field=state, source=sources_of("recommend"), target=target_of("recommend"))
    def recommend(self) -> None:
        """Lay an outcome before a second reviewer."""

    @transition(field=state, source=sources_of("approve"), target=target_of("approve"))
    def approve(self) -> None:
        """Confirm a recommendation to approve."""

    @transition(field=state, source=sources_of("deny"), target=target_of("deny"))
    def deny(self) -> None:
        """Confirm a recommendation to deny."""

    @transition(field=state, source=sources_of("send_back"), target=target_of("send_back"))
    def send_back(self) -> None:
        """Return the recommendation with what is missing or disagreed."""

    @transition(field=state, source=sources_of("refer_to_jury"), target=target_of("refer_to_jury"))
    def refer_to_jury(self) -> None:
        """Let a jury judge a recommended denial the second reviewer is unsure of."""

    @transition(field=state, source=sources_of("dispute"), target=target_of("dispute"))
    def dispute(self) -> None:
        """Say that the denial is wrong."""

    @transition(field=state, source=sources_of("let_stand"), target=target_of("let_stand"))
    def let_stand(self) -> None:
        """Make the denial final, its window having passed."""

    @transition(
        field=state, source=sources_of("review_dispute"), target=target_of("review_dispute")
    )
    def review_dispute(self) -> None:
        """Take the claim back to review without a hearing."""

    @transition(field=state, source=sources_of("open_hearing"), target=target_of("open_hearing"))
    def open_hearing(self) -> None:
        """Bring the dispute before a jury."""

    @transition(
        field=state, source=sources_of("withdraw_dispute"), target=target_of("withdraw_dispute")
    )
    def withdraw_dispute(self) -> None:
        """Accept the denial after all."""

    @transition(field=state, source=sources_of("uphold"), target=target_of("uphold"))
    def uphold(self) -> None:
        """Apply a verdict that the denial stands."""

    @transition(field=state, source=sources_of("overturn"), target=target_of("overturn"))
    def overturn(self) -> None:
        """Apply a verdict that the claim is to be paid."""

    @transition(
        field=state, source=sources_of("return_to_review"), target=target_of("return_to_review")
    )
    def return_to_review(self) -> None:
        """Go back to the reviewers: two rounds of the hearing were void."""

    @transition(field=state, source=sources_of("publish"), target=target_of("publish"))
    def publish(self) -> None:
        """Go on notice."""

    @transition(field=state, source=sources_of("suspend"), target=target_of("suspend"))
    def suspend(self) -> None:
        """Stop the notice, an objection being sustained."""

    @transition(field=state, source=sources_of("clear"), target=target_of("clear"))
    def clear(self) -> None:
        """Pass the notice."""

    @transition(field=state, source=sources_of("halt"), target=target_of("halt"))
    def halt(self) -> None:
        """Stop a cleared or funded claim before the money is sent."""

    @transition(field=state, source=sources_of("fund"), target=target_of("fund"))
    def fund(self) -> None:
        """Be shared among the members."""

    @transition(
        field=state, source=sources_of("close_unfunded"), target=target_of("close_unfunded")
    )
    def close_unfunded(self) -> None:
        """End unpaid, nobody being left to pay."""

    @transition(
        field=state, source=sources_of("instruct_payout"), target=target_of("instruct_payout")
    )
    def instruct_payout(self) -> None:
        """Have the bank pay."""

    @transition(field=state, source=sources_of("settle"), target=target_of("settle"))
    def settle(self) -> None:
        """Be paid, as the bank's statement shows."""

    @transition(field=state, source=sources_of("return_payout"), target=target_of("return_payout"))
    def return_payout(self) -> None:
        """Have the money come back."""

    @transition(
        field=state, source=sources_of("leave_unclaimed"), target=target_of("leave_unclaimed")
    )
    def leave_unclaimed(self) -> None:
        """Rest as a named line until the claimant is heard of."""

    @transition(field=state, source=sources_of("resume"), target=target_of("resume"))
    def resume(self) -> None:
        """Take the payment up again."""

    @transition(field=state, source=sources_of("reopen"), target=target_of("reopen"))
    def reopen(self) -> None:
        """Go back to review on new evidence."""

    @transition(field=state, source=sources_of("withdraw"), target=target_of("withdraw"))
    def withdraw(self) -> None:
        """End at the claimant's wish."""

    @transition(field=state, source=sources_of("change_claimant"), target=None)
    def change_claimant(self) -> None:
        """Pass to another claimant; the state stays."""
