"""Granting and revoking roles; the database keeps finance apart from deciding."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from core.actor import Actor
from core.errors import Blocked, Blocker, refuse_if
from members import messages
from members.models import Agency, AgencyMember, Person, RoleGrant
from members.permissions import require_admin
from members.queries import live_roles
from members.services.inbox import notify
from members.states import NOT_WITH_FINANCE, Role


def role_blockers(person: Person, role: str, actor: Actor) -> list[Blocker]:
    """Return everything that keeps a person from being granted a role now."""
    held = live_roles(person.pk)
    found = []
    if role in held:
        found.append(Blocker("role_held", _("This person holds the role already.")))
    if not person.is_identity_verified:
        message = _("A role needs a verified identity.")
        found.append(Blocker("identity_unverified", message))
    apart = (role == Role.FINANCE and held & NOT_WITH_FINANCE) or (
        role in NOT_WITH_FINANCE and Role.FINANCE in held
    )
    if apart:
        message = _("Finance neither investigates nor decides: revoke the other role first.")
        found.append(Blocker("role_finance_apart", message))
    if actor.person_id == person.pk:
        found.append(Blocker("role_own", _("Nobody grants or revokes their own roles.")))
    return found


@transaction.atomic
def grant_role(
    *, person_id: int, role: str, actor: Actor, now: datetime, reason: str = ""
) -> RoleGrant:
    """Grant a role from now on; NotAllowed, or Blocked with every reason against it."""
    person = Person.objects.select_for_update().get(pk=person_id)
    require_admin(actor)
    known = Role(role)
    refuse_if(role_blockers(person, known.value, actor))
    grant = RoleGrant.objects.create(
        person=person,
        role=known.value,
        granted_at=now,
        granted_by_id=actor.person_id,
        reason=reason,
    )
    notify(person.pk, messages.ROLE_GRANTED, {"role": known.value}, f"grant:{grant.pk}", now)
    return grant


@transaction.atomic
def revoke_role(
    *, person_id: int, role: str, actor: Actor, now: datetime, reason: str = ""
) -> RoleGrant:
    """Revoke a role; its holder loses the power at the next request (promise 14)."""
    Person.objects.select_for_update().get(pk=person_id)
    require_admin(actor)
    if actor.person_id == person_id:
        raise Blocked("role_own", _("Nobody grants or revokes their own roles."))
    grant = RoleGrant.objects.filter(
        person_id=person_id, role=role, revoked_at__isnull=True
    ).first()
    if grant is None:
        raise Blocked("role_not_held", _("This person does not hold the role."))
    grant.revoked_at = now
    grant.revoked_by_id = actor.person_id
    grant.revoke_reason = reason
    grant.save(update_fields=["revoked_at", "revoked_by", "revoke_reason"])
    notify(person_id, messages.ROLE_REVOKED, {"role": role}, f"grant:{grant.pk}", now)
    return grant


@transaction.atomic
def join_agency(
    *, person_id: int, agency_code: str, actor: Actor, now: datetime, agency_name: str = ""
) -> AgencyMember:
    """Record that a person investigates for an agency; a new code makes the agency."""
    require_admin(actor)
    agency, _made = Agency.objects.get_or_create(
        code=agency_code, defaults={"name": agency_name or agency_code}
    )
    return AgencyMember.objects.create(person_id=person_id, agency=agency)
