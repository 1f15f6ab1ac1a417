"""Who has to do with a claim: its parties, who acted on it, who must not."""

from collections.abc import Sequence
from functools import cache

from django.db import connection

from claims.models import Claim
from members.models import AgencyMember, RulebookVersion

# Whether somebody is barred from a claim, and the steps they took on it.
Standing = tuple[bool, frozenset[str]]

_RULES = ("id", "plan_id", "number", "state", "body_digest")


def standing_of(claim: Claim, person_ids: Sequence[int]) -> Standing:
    """Return whether any of the people is a party or conflicted, and what they did on the claim.

    The second part holds the steps they took, and `investigator` for who was ever sent.
    """
    with connection.cursor() as cursor:
        cursor.execute(_STANDING, {"claim": claim.pk, "people": list(person_ids)})
        is_barred, steps = cursor.fetchone()
    return bool(is_barred), frozenset(steps or ())


_STANDING = """
SELECT EXISTS (
    SELECT 1 FROM claims_claim c
      JOIN members_membership m ON m.id = c.membership_id
      JOIN members_person a ON a.id = ANY (%(people)s)
     WHERE c.id = %(claim)s AND (
           a.id IN (c.claimant_id, c.covered_id, m.payer_id)
        OR EXISTS (SELECT 1 FROM members_person k
                    WHERE k.id IN (c.claimant_id, c.covered_id, m.payer_id)
                      AND k.household_id = a.household_id)
        OR EXISTS (SELECT 1 FROM claims_conflict d
                    WHERE d.claim_id = c.id AND d.person_id = a.id))),
  ARRAY(SELECT DISTINCT event::text FROM claims_claimevent
         WHERE claim_id = %(claim)s
           AND (actor_person_id = ANY (%(people)s) OR second_person_id = ANY (%(people)s))
        UNION ALL
        SELECT 'investigator' WHERE EXISTS (
            SELECT 1 FROM claims_investigation
             WHERE claim_id = %(claim)s AND investigator_id = ANY (%(people)s))
          OR EXISTS (
            SELECT 1 FROM claims_assignment
             WHERE claim_id = %(claim)s AND person_id = ANY (%(people)s)
               AND state = 'under_investigation'))
"""


def lock_with_standing(reference: str, person_id: int | None) -> tuple[Claim, Standing]:
    """Lock a claim and return it with the person's standing, both as they are under the lock.

    Heavy columns (story, account) are loaded when asked for. Raises Claim.DoesNotExist.
    """
    names = _light_columns()
    columns = ", ".join(f"(l.claim).{name}" for name in names)
    rules = "l.rules_number, l.rules_state, l.rules_digest"
    sql = f"SELECT {columns}, {rules}, l.is_barred, l.steps FROM claims_lock(%s, %s) l"  # noqa: S608 - names of our own columns
    with connection.cursor() as cursor:
        cursor.execute(sql, [reference, person_id])
        row = cursor.fetchone()
    if row is None:
        raise Claim.DoesNotExist(reference)
    *values, number, state, digest, is_barred, steps = row
    claim = Claim.from_db(connection.alias, names, values)
    if claim.rulebook_version_id is not None:
        bound = [claim.rulebook_version_id, claim.plan_id, number, state, digest]
        claim.rulebook_version = RulebookVersion.from_db(connection.alias, _RULES, bound)
    return claim, (bool(is_barred), frozenset(steps or ()))


@cache
def _light_columns() -> list[str]:
    heavy = {"story", "bank_account_encrypted"}
    return [field.attname for field in Claim._meta.concrete_fields if field.attname not in heavy]


def people_involved(claim: Claim) -> dict[str, set[int]]:
    """Return person ids by what they are to the claim: parties, and who took which step."""
    found: dict[str, set[int]] = {
        "claimant": {claim.claimant_id},
        "covered": {claim.covered_id},
        "payer": {claim.membership.payer_id},
        "investigator": {
            pk
            for pk in claim.investigations.values_list("investigator_id", flat=True)
            if pk is not None
        },
        "conflicted": set(claim.conflicts.values_list("person_id", flat=True)),
    }
    rows = claim.events.values_list("event", "actor_person_id", "second_person_id")
    for event, first, second in rows:
        found.setdefault(event, set()).update(pk for pk in (first, second) if pk is not None)
    return found


def parties_of(claim: Claim) -> frozenset[int]:
    """Return everybody who must not judge the claim: parties and their households, whoever acted
    on it as staff, the agencies' people, and who declared a conflict.
    """
    involved: set[int] = set(claim.barred_person_ids())
    for people in people_involved(claim).values():
        involved |= people
    agencies = claim.investigations.values("agency_id")
    involved.update(
        AgencyMember.objects.filter(agency_id__in=agencies).values_list("person_id", flat=True)
    )
    return frozenset(involved)
