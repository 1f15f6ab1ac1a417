"""Who may prepare, sign, object and answer, and what blocks it."""

from collections.abc import Mapping
from datetime import datetime

from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from claims.models import Claim
from claims.queries import standing_of
from claims.states import State
from core.actor import Actor
from core.canonical import canonical_json, sha256_hex
from core.errors import Blocked, Blocker, NotAllowed
from core.zone import local_date
from disclosure.models import NoticeEntry, Objection, Redaction
from disclosure.states import OPEN_OBJECTIONS, EntryState
from members.models import Membership, Person
from members.states import Role

PREPARERS = frozenset({Role.REVIEWER})
SIGNERS = frozenset({Role.REVIEWER, Role.OMBUDSMAN})
PARTY = Blocker("disclosure_party", _("You are a party to this claim, so others must do this."))
REDACTABLE = (State.APPROVED, State.DENIED_FINALLY)


def require_role(actor: Actor, roles: frozenset[str]) -> int:
    """Return the actor's person; refuse whoever holds none of the roles."""
    if actor.person_id is None or not actor.has_any(roles):
        raise NotAllowed("disclosure_role", _("Only reviewers may do this."))
    return actor.person_id


def role_blockers(actor: Actor, roles: frozenset[str]) -> list[Blocker]:
    """Say on the page what the service would refuse: somebody else does this."""
    if actor.has_any(roles):
        return []
    return [Blocker("disclosure_role", _("Only reviewers may do this."))]


def require_machine(actor: Actor) -> None:
    """Refuse everybody but the clock and the system itself."""
    if actor.kind not in ("clock", "system"):
        raise NotAllowed("disclosure_clock_only", _("Only the clock does this."))


def is_party(claim: Claim, actor: Actor) -> bool:
    """Say whether the actor is a party to the claim or declared conflicted (promise 12)."""
    return actor.person_id is not None and standing_of(claim, [actor.person_id])[0]


def require_apart(actor: Actor, claim: Claim) -> None:
    """Refuse whoever is a party to the claim or declared conflicted (promise 12)."""
    if is_party(claim, actor):
        raise NotAllowed(PARTY.code, PARTY.message)


def require_another(actor: Actor, first_id: int | None, code: str) -> None:
    """Refuse the person who made what a second person has to confirm."""
    if first_id is not None and actor.person_id == first_id:
        raise NotAllowed(code, _("A second person has to do this: you prepared it yourself."))


def stamp_of(*texts: str) -> str:
    """Return a digest of the texts that a page shows to whoever confirms them."""
    return sha256_hex(canonical_json(list(texts)))


def require_seen(seen: str, *texts: str) -> None:
    """Refuse a signature under other texts than the signer's page showed; '' says nothing."""
    if seen and seen != stamp_of(*texts):
        raise Blocked(
            "text_changed",
            _("The text was changed after you opened this page. Open it again and read it."),
        )


def redaction_blockers(claim: Claim) -> list[Blocker]:
    """Return what keeps a redaction from being prepared now."""
    if claim.state not in REDACTABLE:
        return [
            Blocker(
                "claim_not_decided",
                _("A redaction is prepared once the claim is approved or finally denied."),
            )
        ]
    return []


def signature_blockers(redaction: Redaction | None) -> list[Blocker]:
    """Return what keeps a redaction from being signed now."""
    if redaction is None:
        return [Blocker("redaction_missing", _("No redaction has been prepared yet."))]
    if redaction.is_signed:
        return [Blocker("redaction_signed", _("The redaction is signed already."))]
    if redaction.returned_note:
        return [Blocker("redaction_returned", _("The redaction was returned and must be redone."))]
    return []


def objection_blockers(entry: NoticeEntry, person_id: int | None, now: datetime) -> list[Blocker]:
    """Return every reason why a person may not object to a noticed case now."""
    found: list[Blocker] = []
    if entry.state != EntryState.OPEN or not entry.opens_at <= now < entry.closes_at:
        found.append(
            Blocker("objection_in_time", _("The time for objections to this case is over."))
        )
    claim = entry.claim
    person = _standing_of_member(entry, person_id, now) if person_id else None
    if person is None or not person["is_identity_verified"]:
        return [
            *found,
            Blocker(
                "objection_by_verified",
                _("Only a member whose identity is verified may object."),
            ),
        ]
    if not person["is_member"]:
        found.append(Blocker("objection_by_member", _("Only a member of this plan may object.")))
    if person_id in (claim.claimant_id, claim.covered_id):
        found.append(
            Blocker(
                "objection_own_case",
                _("This is your own case. If something in it is wrong, write to the reviewer."),
            )
        )
    if person["has_objected"]:
        found.append(
            Blocker(
                "objection_one_open_per_member",
                _("You have objected to this case already; the answer is still to come."),
            )
        )
    return found


def _standing_of_member(
    entry: NoticeEntry, person_id: int, now: datetime
) -> Mapping[str, object] | None:
    """Return whether a person is verified, of the plan, and has an open objection; one query."""
    day = local_date(now, entry.claim.plan.zone)
    memberships = (
        Membership.objects.filter(plan_id=entry.claim.plan_id, starts_on__lte=day)
        .filter(Q(person_id=OuterRef("pk")) | Q(payer_id=OuterRef("pk")))
        .filter(Q(ends_on__isnull=True) | Q(ends_on__gt=day))
    )
    objections = Objection.objects.filter(
        entry=entry, member_id=OuterRef("pk"), state__in=OPEN_OBJECTIONS
    )
    return (
        Person.objects.filter(pk=person_id)
        .annotate(is_member=Exists(memberships), has_objected=Exists(objections))
        .values("is_identity_verified", "is_member", "has_objected")
        .first()
    )
