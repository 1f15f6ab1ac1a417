"""Drafting and filing a claim, and erasing drafts nobody touches."""

from datetime import datetime
from functools import partial
from typing import Any

from django.db import DEFAULT_DB_ALIAS, transaction
from django.utils.translation import gettext_lazy as _

from claims import eligibility
from claims.evidence import storage
from claims.messages import DRAFT_EXPIRED, tell
from claims.models import Claim, Evidence, EvidenceAccess, EvidenceCheck, EvidenceVersion
from claims.queries import draft_version, facts_of, lock_claim
from claims.services.machine import STAGE, begin, finish
from claims.services.snapshots import store_snapshot
from claims.stages import stage_end
from claims.states import State
from core import deadlines
from core.actor import Actor
from core.errors import Blocked, NotAllowed, WrongState
from core.fields import keyed_digest
from core.references import new_reference
from core.zone import local_date
from members.models import Membership
from members.queries import rulebook_for, rulebook_of

ANSWERS = frozenset(
    {
        "disease_code",
        "accident",
        "first_diagnosed_on",
        "hospital_name",
        "hospital_level",
        "province",
        "city",
        "story",
        "account_holder",
        "bank_account",
    }
)
BANK_DIGEST = "bank_account"


@transaction.atomic
def start_draft(*, membership_id: int, actor: Actor, now: datetime) -> Claim:
    """Start a draft about a membership; the actor becomes its claimant.

    Who may file: the covered member, the payer, and people of the same household. Raises
    NotAllowed for everybody else.
    """
    membership = Membership.objects.select_related("plan", "person").get(pk=membership_id)
    if actor.person_id is None or not _may_file(membership, actor.person_id):
        raise NotAllowed(
            "membership_not_yours",
            _("You can file for yourself, for those whose share you pay, and for your household."),
        )
    rules = rulebook_for(membership.plan, local_date(now, membership.plan.zone))
    claim = Claim(
        reference=new_reference("C"),
        public_reference=new_reference("K"),
        plan=membership.plan,
        membership=membership,
        claimant_id=actor.person_id,
        covered=membership.person,
        state_entered_at=now,
        due_at=stage_end(State.DRAFT, rules, now),
        created_at=now,
        updated_at=now,
    )
    claim.save(force_insert=True)
    assert claim.due_at is not None
    deadlines.schedule(STAGE, claim.reference, claim.due_at)
    return claim


def _may_file(membership: Membership, person_id: int) -> bool:
    if person_id in (membership.person_id, membership.payer_id):
        return True
    household_id = membership.person.household_id
    return household_id is not None and (
        type(membership.person).objects.filter(pk=person_id, household_id=household_id).exists()
    )


@transaction.atomic
def save_draft(*, reference: str, actor: Actor, now: datetime, **answers: Any) -> Claim:
    """Keep answers of the filing form (see ANSWERS); the draft's expiry starts anew.

    A bank account is stored encrypted, with a keyed digest and its last four digits. Raises
    NotAllowed for another's draft, WrongState once filed, TypeError for an unknown answer.
    """
    unknown = set(answers) - ANSWERS
    if unknown:
        raise TypeError(f"not an answer of the filing form: {sorted(unknown)}")
    claim = lock_claim(reference)
    if actor.person_id != claim.claimant_id:
        raise NotAllowed("not_your_role", _("This step is for somebody with another role."))
    if claim.state != State.DRAFT:
        raise WrongState(
            "already_filed", _("This claim has been handed in."), state=str(claim.state)
        )
    if "bank_account" in answers:
        _keep_account(claim, answers.pop("bank_account"))
    for name, value in answers.items():
        setattr(claim, name, value)
    rules = rulebook_for(claim.plan, local_date(now, claim.plan.zone))
    claim.due_at = stage_end(State.DRAFT, rules, now)
    claim.updated_at = now
    claim.save()
    assert claim.due_at is not None
    deadlines.schedule(STAGE, claim.reference, claim.due_at)
    return claim


def _keep_account(claim: Claim, number: str) -> None:
    claim.bank_account_encrypted = number
    claim.bank_account_digest = keyed_digest(number, BANK_DIGEST) if number else ""
    claim.bank_account_last4 = number[-4:]


def account_fields(claim: Claim, account_holder: str, bank_account: str) -> tuple[str, ...]:
    """Put another account on a claim, where one is given; return the fields to save."""
    if not bank_account:
        return ()
    _keep_account(claim, bank_account)
    claim.account_holder = account_holder or claim.account_holder
    return (
        "bank_account_encrypted",
        "bank_account_digest",
        "bank_account_last4",
        "account_holder",
    )


@transaction.atomic
def file_claim(*, reference: str, actor: Actor, now: datetime) -> Claim:
    """Hand a draft in (step `file`): bind the rulebook version, store the eligibility.

    A claim outside coverage is filed too; it is then denied by the clause. Raises Blocked with
    every answer that is missing.
    """
    taken = begin("file", reference, actor, now)
    claim = taken.claim
    today = local_date(now, claim.plan.zone)
    if claim.first_diagnosed_on is None or claim.first_diagnosed_on > today:
        raise Blocked(
            "diagnosis_day_future", _("The day of first diagnosis is yet to come. Check it.")
        )
    claim.rulebook_version = draft_version(claim, today)
    claim.declared_at = now
    claim.filed_at = now
    rules = rulebook_of(claim.rulebook_version)
    assessment = eligibility.assess(facts_of(claim, today), rules)
    claim.file()
    finish(
        taken,
        saved=("rulebook_version", "declared_at", "filed_at"),
        facts={
            "rulebook_version": claim.rulebook_version.number,
            "eligible": "yes" if assessment.eligible else "no",
        },
    )
    store_snapshot(claim, assessment, facts_of(claim, today), "filing", now)
    return claim


@transaction.atomic
def expire_draft(*, reference: str, actor: Actor, now: datetime) -> None:
    """Erase a draft nobody touched for the rulebook's days, and tell its claimant.

    Raises WrongState once filed, Blocked before its day, NotAllowed for people.
    """
    claim = lock_claim(reference)
    if actor.kind not in ("clock", "system"):
        raise NotAllowed("not_your_role", _("This step is for somebody with another role."))
    if claim.state != State.DRAFT:
        raise WrongState(
            "already_filed", _("This claim has been handed in."), state=str(claim.state)
        )
    if claim.due_at is not None and now < claim.due_at:
        raise Blocked("not_due", _("The deadline has not passed yet."))
    claimant_id, started_at = claim.claimant_id, claim.created_at
    _erase(claim)
    tell(claimant_id, DRAFT_EXPIRED, {"started_at": started_at.isoformat()}, f"{reference}", now)


def _erase(claim: Claim) -> None:
    """Delete a draft with its documents; the files go once the transaction is committed."""
    versions = EvidenceVersion.objects.filter(evidence__claim=claim)
    for key in versions.values_list("storage_key", flat=True):
        transaction.on_commit(partial(storage.discard, key))
    database = claim._state.db or DEFAULT_DB_ALIAS
    for rows in (
        EvidenceAccess.objects.filter(version__in=versions),
        EvidenceCheck.objects.filter(version__in=versions),
        versions,
        Evidence.objects.filter(claim=claim),
        Claim.objects.filter(pk=claim.pk),
    ):
        rows._raw_delete(database)
