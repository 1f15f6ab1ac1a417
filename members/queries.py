"""What other apps ask of members: who acts, which rules hold, who is a member, how many units."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache

from django.db import connection
from django.db.models import Case, Prefetch, Q, QuerySet, Sum, Value, When

from core.actor import ANONYMOUS, Actor
from core.zone import local_date
from members.models import (
    Account,
    HealthStatement,
    Membership,
    MembershipTier,
    Message,
    Person,
    Plan,
    RoleGrant,
    RulebookVersion,
    UnitDelta,
)
from members.rulebook import Rulebook, parse
from members.states import PUBLISHED_STATES


@dataclass(frozen=True, slots=True)
class TierUnits:
    """How many memberships a tier holds, and the weight of each in thousandths of a unit."""

    count: int
    weight: int


def actor_for(account: object) -> Actor:
    """Return who acts: the account's person with the roles live at this very request."""
    if not isinstance(account, Account) or not account.is_active:
        return ANONYMOUS
    if account.person_id is None:
        return Actor(None, account.pk, frozenset(), "person", account.username)
    roles = RoleGrant.objects.filter(person_id=account.person_id, revoked_at__isnull=True)
    return Actor(
        account.person_id,
        account.pk,
        frozenset(roles.values_list("role", flat=True)),
        "person",
        account.username,
    )


def live_roles(person_id: int) -> frozenset[str]:
    """Return the roles a person holds now."""
    grants = RoleGrant.objects.filter(person_id=person_id, revoked_at__isnull=True)
    return frozenset(grants.values_list("role", flat=True))


def people_with_role(role: str) -> QuerySet[Person]:
    """Return the people who hold a role now, by id."""
    return Person.objects.filter(
        role_grants__role=role, role_grants__revoked_at__isnull=True
    ).order_by("id")


def household_of(person_id: int) -> frozenset[int]:
    """Return the ids of everyone in a person's household, the person included."""
    household_id = Person.objects.only("household_id").get(pk=person_id).household_id
    if household_id is None:
        return frozenset({person_id})
    return frozenset(Person.objects.filter(household_id=household_id).values_list("pk", flat=True))


def rulebook_version_on(plan: Plan, on: date) -> RulebookVersion | None:
    """Return the version whose rules hold on a day of the plan's zone, or None before the first.

    Once a version is announced its effective day decides, whether or not the clock has
    already put it in force.
    """
    return (
        RulebookVersion.objects.filter(
            plan=plan, state__in=sorted(PUBLISHED_STATES), effective_on__lte=on
        )
        .defer("body")
        .order_by("-effective_on")
        .first()
    )


def version_in_force(plan: Plan, on: date) -> RulebookVersion:
    """Return the version whose rules hold on a day; LookupError before the plan's first one."""
    version = rulebook_version_on(plan, on)
    if version is None:
        raise LookupError(f"plan {plan.code} has no rules on {on}")
    return version


def rulebook_for(plan: Plan, on: date) -> Rulebook:
    """Return the rules that hold on a day; LookupError before the plan's first version."""
    return rulebook_of(version_in_force(plan, on))


def rulebook_of(version: RulebookVersion) -> Rulebook:
    """Return a version's body as typed rules; an announced body never changes and is kept."""
    if version.state in PUBLISHED_STATES:
        return _announced(version.pk, version.body_digest)
    return parse(version.body)


@lru_cache(maxsize=256)
def _announced(version_id: int, body_digest: str) -> Rulebook:
    """Parse a body once a process; the digest keeps one database's from another's."""
    return parse(RulebookVersion.objects.values_list("body", flat=True).get(pk=version_id))


def membership_on(person_id: int, plan: Plan, day: date) -> Membership | None:
    """Return the membership that covers a person in a plan on a day, or None."""
    return (
        Membership.objects.filter(person_id=person_id, plan=plan, starts_on__lte=day)
        .filter(Q(ends_on__isnull=True) | Q(ends_on__gt=day))
        .order_by("-starts_on")
        .first()
    )


def memberships_of(person_id: int) -> QuerySet[Membership]:
    """Return the memberships a person has or pays for, the live ones first."""
    return (
        Membership.objects.filter(Q(person_id=person_id) | Q(payer_id=person_id))
        .select_related("plan", "person", "payer")
        .order_by("ends_on", "starts_on", "id")
    )


def tier_on(membership_id: int, day: date) -> MembershipTier:
    """Return the tier a membership is in on a day; MembershipTier.DoesNotExist before it."""
    return MembershipTier.objects.filter(membership_id=membership_id, from_on__lte=day).latest(
        "from_on"
    )


def plans_with_versions() -> QuerySet[Plan]:
    """Return all plans by code, each with its published versions as `published_versions`."""
    published = RulebookVersion.objects.filter(state__in=sorted(PUBLISHED_STATES))
    versions = Prefetch("versions", published.order_by("number"), to_attr="published_versions")
    return Plan.objects.prefetch_related(versions).order_by("code")


def health_statements_of(membership_ids: Iterable[int]) -> QuerySet[HealthStatement]:
    """Return the health statements of memberships, the latest first."""
    return HealthStatement.objects.filter(membership_id__in=list(membership_ids)).order_by(
        "-answered_at"
    )


def units_at(plan: Plan, instant: datetime) -> dict[str, TierUnits]:
    """Return the memberships per tier at an instant, as the sum of the dated deltas.

    Memberships start and end at the first instant of a day of the plan's zone, so all that
    counts at 00:00 of a day is known when that day begins.
    """
    day = local_date(instant, plan.zone)
    rows = (
        UnitDelta.objects.filter(plan=plan, effective_on__lte=day)
        .values("tier", "weight")
        .annotate(count=Sum("delta"))
        .order_by("tier")
    )
    return _by_tier((row["tier"], row["weight"], row["count"]) for row in rows)


def recount_units(plan: Plan, day: date) -> dict[str, TierUnits]:
    """Count the same figures membership by membership; equal to `units_at` or a bug."""
    with connection.cursor() as cursor:
        cursor.execute(_RECOUNT, [day, plan.pk, day, day])
        rows: list[tuple[str, int, int]] = cursor.fetchall()
    return _by_tier(rows)


_RECOUNT = """
SELECT t.tier, t.weight, count(*)
  FROM (SELECT DISTINCT ON (membership_id) membership_id, tier, weight
          FROM members_membershiptier WHERE from_on <= %s
         ORDER BY membership_id, from_on DESC) t
  JOIN members_membership m ON m.id = t.membership_id
 WHERE m.plan_id = %s AND m.starts_on <= %s AND (m.ends_on IS NULL OR m.ends_on > %s)
 GROUP BY t.tier, t.weight ORDER BY t.tier
"""


def _by_tier(rows: Iterable[tuple[str, int, int]]) -> dict[str, TierUnits]:
    units: dict[str, TierUnits] = {}
    for tier, weight, count in rows:
        if count == 0:
            continue
        if tier in units:
            raise ValueError(f"tier {tier} has two weights: a new weight needs a new tier code")
        units[tier] = TierUnits(count, weight)
    return units


def unread_count(person_id: int) -> int:
    """Return how many messages a person has not read."""
    return Message.objects.filter(person_id=person_id, read_at__isnull=True).count()


def inbox_of(person_id: int) -> QuerySet[Message]:
    """Return a person's messages: the unread first, then the read, each the newest first."""
    is_read = Case(When(read_at__isnull=True, then=Value(0)), default=Value(1))
    return (
        Message.objects.filter(person_id=person_id)
        .annotate(is_read=is_read)
        .order_by("is_read", "-created_at", "-id")
    )


def messages_before(person_id: int, reference: str) -> QuerySet[Message]:
    """Return a person's messages that stand after one of them; none for a foreign reference."""
    last = Message.objects.filter(person_id=person_id, reference=reference).first()
    if last is None:
        return Message.objects.none()
    is_read = last.read_at is not None
    older = Q(created_at__lt=last.created_at) | Q(created_at=last.created_at, pk__lt=last.pk)
    following = older & Q(read_at__isnull=not is_read)
    if not is_read:
        following |= Q(read_at__isnull=False)
    return inbox_of(person_id).filter(following)


def live_grants() -> QuerySet[RoleGrant]:
    """Return the roles held now, with who holds and who granted them."""
    return (
        RoleGrant.objects.filter(revoked_at__isnull=True)
        .select_related("person__account", "granted_by")
        .order_by("role", "granted_at", "id")
    )


def past_grants() -> QuerySet[RoleGrant]:
    """Return the roles that ended, the latest first."""
    return (
        RoleGrant.objects.filter(revoked_at__isnull=False)
        .select_related("person__account", "granted_by", "revoked_by")
        .order_by("-revoked_at", "-id")
    )
