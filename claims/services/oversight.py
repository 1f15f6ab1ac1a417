"""Steps outside the usual way: halt, reopen, close unfunded, withdraw, hand over, assign."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from claims import reasons
from claims.messages import ASSIGNED, tell
from claims.models import Claim, Conflict
from claims.permissions import role_to_assign
from claims.queries import assess_filed, facts_of, lock_claim, open_investigation_of, standing_of
from claims.services.closing import close_open_work
from claims.services.investigation import reason_blockers
from claims.services.machine import begin, finish, record_assignment
from claims.services.proposals import first_of_two
from claims.services.sending import reopen_inquiry
from claims.services.snapshots import store_snapshot
from claims.states import FINAL, OWNER_ROLE, State
from core.actor import Actor
from core.errors import Blocked, Blocker, NotAllowed, WrongState
from core.zone import local_date
from members.models import Person
from members.queries import live_roles


@transaction.atomic
def halt_claim(
    *, reference: str, actor: Actor, now: datetime, reason_code: str, note: str
) -> Claim:
    """Stop a cleared or funded claim before the money is sent (step `halt`), by two people.

    The first call proposes and returns the claim as it was; the second person's performs.
    """
    taken = begin(
        "halt", reference, actor, now, lambda _c: _two_blockers(reason_code, "HALT", note)
    )
    first = first_of_two(taken, reason_code, note, {})
    if first is None:
        return taken.claim
    claim = taken.claim
    claim.halt()
    investigator, due_at = reopen_inquiry(claim, actor, now, first.note, "investigation_days")
    return finish(
        taken,
        reason_code=reason_code,
        note=first.note,
        second_person_id=first.proposed_by_id,
        due_at=due_at,
        assign_to=investigator,
    )


@transaction.atomic
def close_unfunded(
    *, reference: str, actor: Actor, now: datetime, reason_code: str, note: str
) -> Claim:
    """End a cleared claim nobody is left to pay (step `close_unfunded`), by two people."""
    taken = begin(
        "close_unfunded",
        reference,
        actor,
        now,
        lambda _c: _two_blockers(reason_code, "CLOSE_UNFUNDED", note),
    )
    first = first_of_two(taken, reason_code, note, {})
    if first is None:
        return taken.claim
    taken.claim.close_unfunded()
    finish(
        taken,
        reason_code=reason_code,
        note=first.note,
        second_person_id=first.proposed_by_id,
        facts={"aid_cents": taken.claim.aid_cents or 0},
    )
    close_open_work(taken.claim, now)
    return taken.claim


@transaction.atomic
def reopen_claim(
    *, reference: str, actor: Actor, now: datetime, reason_code: str, note: str
) -> Claim:
    """Take a claim that ended back to review (step `reopen`), by two people, with the reason.

    Eligibility is computed and stored anew. Never after a rehearing.
    """
    taken = begin(
        "reopen", reference, actor, now, lambda _c: _two_blockers(reason_code, "REOPEN", note)
    )
    first = first_of_two(taken, reason_code, note, {})
    if first is None:
        return taken.claim
    claim = taken.claim
    claim.reopen()
    finish(taken, reason_code=reason_code, note=first.note, second_person_id=first.proposed_by_id)
    assert claim.filed_at is not None
    facts = facts_of(claim, local_date(claim.filed_at, claim.plan.zone))
    store_snapshot(claim, assess_filed(claim, _facts_found(claim)), facts, "reopening", now)
    return claim


def _facts_found(claim: Claim) -> dict[str, str]:
    """Facts an earlier jury found stay found."""
    decision = claim.decisions.exclude(found_facts={}).order_by("-number").first()
    return dict(decision.found_facts) if decision else {}


def _two_blockers(reason_code: str, kind: str, note: str) -> list[Blocker]:
    found = reason_blockers(reason_code, getattr(reasons, kind))
    if not note.strip():
        found.append(Blocker("note_missing", _("Say what happened and what shows it.")))
    return found


@transaction.atomic
def withdraw_claim(*, reference: str, actor: Actor, now: datetime, note: str = "") -> Claim:
    """End a claim at the claimant's wish (step `withdraw`); on notice only until it closes."""
    taken = begin("withdraw", reference, actor, now)
    taken.claim.withdraw()
    finish(taken, note=note)
    close_open_work(taken.claim, now)
    return taken.claim


@transaction.atomic
def change_claimant(
    *,
    reference: str,
    actor: Actor,
    now: datetime,
    claimant_reference: str,
    reason_code: str,
    evidence: str,
    note: str = "",
) -> Claim:
    """Hand a claim to another claimant (step `change_claimant`), by two people, on evidence.

    `claimant_reference` is the new claimant's person reference; `evidence` names the documents.
    """

    def check(claim: Claim) -> list[Blocker]:
        found = reason_blockers(reason_code, reasons.CHANGE_CLAIMANT)
        return [*found, *_heir_blockers(claim, actor, claimant_reference, evidence)]

    taken = begin("change_claimant", reference, actor, now, check)
    heir = Person.objects.get(reference=claimant_reference)
    payload = {"claimant": heir.pk, "evidence": evidence}
    first = first_of_two(taken, reason_code, note, payload)
    if first is None:
        return taken.claim
    if first.proposed_by_id == heir.pk:
        raise NotAllowed("conflict", _("Nobody makes themselves the claimant."))
    claim = taken.claim
    former = claim.claimant_id
    claim.change_claimant()
    claim.claimant = heir
    return finish(
        taken,
        reason_code=reason_code,
        note=first.note,
        second_person_id=first.proposed_by_id,
        saved=("claimant",),
        facts={"former": former, "claimant": heir.pk, "evidence": evidence},
    )


def _heir_blockers(
    claim: Claim, actor: Actor, claimant_reference: str, evidence: str
) -> list[Blocker]:
    found: list[Blocker] = []
    heir = Person.objects.filter(reference=claimant_reference).first()
    if heir is None or not heir.is_identity_verified:
        found.append(
            Blocker("person_unknown", _("Enter the reference of a person who is verified."))
        )
    elif heir.pk == claim.claimant_id:
        found.append(Blocker("same_claimant", _("This person is the claimant already.")))
    elif heir.pk == actor.person_id:
        found.append(Blocker("conflict", _("Nobody makes themselves the claimant.")))
    if not evidence.strip():
        found.append(Blocker("evidence_missing", _("Name the documents that show it.")))
    return found


@transaction.atomic
def declare_conflict(*, reference: str, actor: Actor, now: datetime, reason: str) -> Claim:
    """Declare that the actor must not act on the claim; it cannot be taken back (promise 12)."""
    claim = lock_claim(reference)
    if actor.person_id is None:
        raise NotAllowed("not_your_role", _("This step is for somebody with another role."))
    Conflict.objects.bulk_create(
        [Conflict(claim=claim, person_id=actor.person_id, reason=reason[:500], declared_at=now)],
        ignore_conflicts=True,
    )
    if claim.assigned_to_id == actor.person_id:
        claim.assigned_to_id = None
        claim.save(update_fields=["assigned_to"])
    return claim


@transaction.atomic
def assign_claim(
    *, reference: str, actor: Actor, now: datetime, person_id: int | None = None
) -> Claim:
    """Give a claim to a person of its owner's role, without `person_id` to the actor.

    Reviewers take and give; an investigation is given to another investigator of its agency.
    """
    claim = lock_claim(reference)
    if claim.state in FINAL or claim.state == State.DRAFT:
        raise WrongState(
            "wrong_state", _("A claim that ended is not assigned."), state=str(claim.state)
        )
    if not role_to_assign(claim, actor):
        raise NotAllowed("not_your_role", _("This step is for somebody with another role."))
    chosen = person_id if person_id is not None else actor.person_id
    assert chosen is not None
    _require_fit(claim, chosen)
    claim.assigned_to_id = chosen
    claim.updated_at = now
    claim.save(update_fields=["assigned_to", "updated_at"])
    if claim.state == State.UNDER_INVESTIGATION:
        claim.investigations.filter(closed_at__isnull=True).update(investigator_id=chosen)
    record_assignment(claim, chosen, actor.person_id, "assigned", now)
    if chosen != actor.person_id:
        key = f"{reference}:{claim.event_count}:{now.isoformat()}"
        tell(chosen, ASSIGNED, {"reference": reference}, key, now)
    return claim


def _require_fit(claim: Claim, person_id: int) -> None:
    wanted = OWNER_ROLE[str(claim.state)]
    role = wanted if wanted in ("investigator", "finance", "jury_officer") else "reviewer"
    found: list[Blocker] = []
    if role not in live_roles(person_id):
        found.append(Blocker("lacks_role", _("This person does not hold the role it takes.")))
    is_barred, steps = standing_of(claim, [person_id])
    if is_barred:
        found.append(Blocker("conflict", _("This claim concerns this person.")))
    if role == "investigator":
        investigation = open_investigation_of(claim)
        of_agency = (
            investigation is not None
            and Person.objects.filter(
                pk=person_id, agency_member__agency_id=investigation.agency_id
            ).exists()
        )
        if not of_agency or steps - {"report_findings", "investigator"}:
            found.append(
                Blocker("not_of_agency", _("Choose an investigator who works for this agency."))
            )
    if found:
        raise Blocked.by(found)
