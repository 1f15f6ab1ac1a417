"""Registering and enrolling tens of thousands of people in a few statements."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db import connection, transaction

from core.actor import Actor
from core.references import new_reference
from core.zone import local_date
from members.identity import read_identity
from members.models import Person, Plan
from members.permissions import require_system
from members.queries import rulebook_for
from members.services.people import surname_of

BATCH = 2_000


@dataclass(frozen=True, slots=True)
class NewPerson:
    """A person to register; with an identity number the identity counts as verified."""

    full_name: str
    born_on: date
    sex: str
    province: str
    identity_number: str = ""
    household_id: int | None = None


@dataclass(frozen=True, slots=True)
class Joining:
    """A person to enrol from a day on; without a payer they pay for themselves."""

    person_id: int
    starts_on: date
    tier: str = "standard"
    payer_id: int | None = None


@transaction.atomic
def register_people(*, people: Sequence[NewPerson], actor: Actor, now: datetime) -> list[int]:
    """Register many people and return their ids in the order given."""
    require_system(actor)
    rows = [_person(row, now) for row in people]
    return [person.pk for person in Person.objects.bulk_create(rows, batch_size=BATCH)]


@transaction.atomic
def enrol_many(*, plan_code: str, joinings: Sequence[Joining], actor: Actor, now: datetime) -> int:
    """Enrol many people set by set, units included, and return how many.

    No one starts on a day that has already begun, because its units are final. Ages, health
    and identities are not checked: this is for worlds built from scratch.
    """
    plan = Plan.objects.get(code=plan_code)
    require_system(actor)
    today = local_date(now, plan.zone)
    if any(row.starts_on <= today for row in joinings):
        raise ValueError("a membership starts with a day that has not begun")
    last = max((row.starts_on for row in joinings), default=today)
    weights = {tier.code: tier.weight for tier in rulebook_for(plan, last).tiers}
    with connection.cursor() as cursor:
        for start in range(0, len(joinings), BATCH * 5):
            batch = joinings[start : start + BATCH * 5]
            cursor.execute(
                _ENROL,
                {
                    "plan": plan.pk,
                    "references": [new_reference("M") for _row in batch],
                    "people": [row.person_id for row in batch],
                    "payers": [row.payer_id or row.person_id for row in batch],
                    "starts": [row.starts_on for row in batch],
                    "tiers": [row.tier for row in batch],
                    "weights": [weights[row.tier] for row in batch],
                },
            )
    return len(joinings)


_ENROL = """
WITH given AS (
    SELECT * FROM unnest(%(references)s::text[], %(people)s::bigint[], %(payers)s::bigint[],
                         %(starts)s::date[], %(tiers)s::text[], %(weights)s::int[])
        AS g(reference, person_id, payer_id, starts_on, tier, weight)
), joined AS (
    INSERT INTO members_membership
        (reference, person_id, plan_id, payer_id, starts_on, ends_on, end_reason)
    SELECT reference, person_id, %(plan)s, payer_id, starts_on, NULL, '' FROM given
    RETURNING id, reference
), tiered AS (
    INSERT INTO members_membershiptier (membership_id, from_on, tier, weight)
    SELECT joined.id, given.starts_on, given.tier, given.weight
      FROM joined JOIN given USING (reference)
)
INSERT INTO members_unitdelta (plan_id, tier, weight, effective_on, delta)
SELECT %(plan)s, tier, weight, starts_on, count(*) FROM given GROUP BY tier, weight, starts_on
"""


def _person(row: NewPerson, now: datetime) -> Person:
    identity = read_identity(row.identity_number) if row.identity_number else None
    return Person(
        reference=new_reference("P"),
        full_name=row.full_name,
        surname=surname_of(row.full_name),
        born_on=row.born_on,
        sex=row.sex,
        province=row.province,
        identity_digest=identity.digest if identity else "",
        identity_encrypted=identity.number if identity else "",
        is_identity_verified=identity is not None,
        verified_at=now if identity else None,
        household_id=row.household_id,
    )
