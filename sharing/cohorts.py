"""Counting the memberships of a round by cohort, without a row for each of them.

While no membership can reach its annual cap, the tiers' dated counters are all that is needed.
Only in a round where some may, memberships are grouped by what decides their shares so far:
their first day and their dated tiers. That is one GROUP BY; its rows grow with the days on
which people joined, never with the people.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import date

from django.db import connection

from members.models import Plan
from members.queries import units_at
from members.rulebook import Rulebook
from members.states import PlanState
from sharing.models import Round, RoundShare
from sharing.rules import (
    Cohort,
    Life,
    PastRound,
    Terms,
    TierPeriod,
    caps_cannot_bind,
    fee_of,
    full_share,
    shares_due,
)
from sharing.states import RoundState

_GROUPS = """
SELECT m.starts_on, h.tiers, count(*)
  FROM members_membership m
  JOIN LATERAL (SELECT string_agg(t.from_on || ' ' || t.weight || ' ' || t.tier, '|'
                                  ORDER BY t.from_on) AS tiers
                  FROM members_membershiptier t
                 WHERE t.membership_id = m.id AND t.from_on <= %(day)s) h ON true
 WHERE m.plan_id = %(plan)s AND m.starts_on <= %(day)s
   AND (m.ends_on IS NULL OR m.ends_on > %(day)s) AND h.tiers IS NOT NULL
 GROUP BY m.starts_on, h.tiers
"""


def terms_of(rulebook: Rulebook, plan: Plan) -> Terms:
    """Return what the rulebook says about a round; members of a plan that winds down pay nothing.

    Source: at the announcement of the closing members stop sharing and the operator pays.
    """
    return Terms(
        fee_basis_points=rulebook.fee_basis_points,
        per_case_cap_cents=rulebook.per_case_cap_cents or None,
        annual_cap_cents=rulebook.annual_cap_cents or None,
        members_pay=plan.state == PlanState.OPEN,
    )


def past_rounds(plan_id: int, before: date, since: date | None = None) -> list[PastRound]:
    """Return the plan's rounds with fixed shares before a sharing day, the earliest first."""
    rounds = Round.objects.filter(plan_id=plan_id, sharing_on__lt=before).exclude(
        state=RoundState.OPEN
    )
    if since is not None:
        rounds = rounds.filter(sharing_on__gte=since)
    found = list(rounds.order_by("sharing_on"))
    shares: dict[int, list[RoundShare]] = {row.pk: [] for row in found}
    for share in RoundShare.objects.filter(round__in=found).order_by("id"):
        shares[share.round_id].append(share)
    return [
        PastRound(row.reference, row.notice_on, row.sharing_on, tuple(shares[row.pk]))
        for row in found
    ]


def cohorts_for(current: Round, terms: Terms, aid_cents: Sequence[int]) -> list[Cohort]:
    """Return the cohorts of a round, told apart by what they paid only where it matters."""
    units = units_at(current.plan, current.lock_at)
    tiers = [Cohort(code, tier.weight, tier.count) for code, tier in units.items()]
    earlier = past_rounds(current.plan_id, current.sharing_on, date(current.sharing_on.year, 1, 1))
    most_paid = sum(max((s.share_cents for s in r.shares), default=0) for r in earlier)
    if caps_cannot_bind(terms, most_paid, _highest(tiers, terms, aid_cents, current)):
        return tiers
    return list(_by_paid(current, earlier))


def _highest(
    tiers: Iterable[Cohort], terms: Terms, aid_cents: Sequence[int], current: Round
) -> int:
    known = [tier for tier in tiers if tier.members > 0]
    units = sum(tier.members * tier.weight_milli for tier in known)
    aid = sum(aid_cents)
    owed = aid + fee_of(aid, terms.fee_basis_points) - current.surplus_in_cents
    return max((full_share(tier.weight_milli, owed, units) for tier in known), default=0)


def _by_paid(current: Round, earlier: Sequence[PastRound]) -> Iterable[Cohort]:
    counts: Counter[tuple[str, int, int]] = Counter()
    for starts_on, tiers, count in _groups(current.plan_id, current.notice_on):
        life = Life(starts_on, None, _parse(tiers))
        now = life.tier_on(current.notice_on)
        if now is not None:
            paid = sum(share for _, share in shares_due(life, earlier))
            counts[now.tier, now.weight_milli, paid] += count
    for (tier, weight, paid), count in sorted(counts.items()):
        yield Cohort(tier, weight, count, paid)


def _groups(plan_id: int, day: date) -> list[tuple[date, str, int]]:
    with connection.cursor() as cursor:
        cursor.execute(_GROUPS, {"plan": plan_id, "day": day})
        rows: list[tuple[date, str, int]] = cursor.fetchall()
    return rows


def _parse(tiers: str) -> tuple[TierPeriod, ...]:
    periods = []
    for part in tiers.split("|"):
        day, weight, code = part.split(" ", 2)
        periods.append(TierPeriod(date.fromisoformat(day), code, int(weight)))
    return tuple(periods)
