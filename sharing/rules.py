"""The sharing rule: what each cohort of memberships pays in a round, to the cent, and why."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Protocol

from core.money import ceil_div, largest_remainder_split

BASIS_POINTS = 10_000
MILLS_PER_CENT = 1_000


@dataclass(frozen=True, slots=True)
class Terms:
    """What a rulebook says about a round. A cap of None does not exist."""

    fee_basis_points: int
    per_case_cap_cents: int | None = None
    annual_cap_cents: int | None = None
    members_pay: bool = True


@dataclass(frozen=True, slots=True)
class Cohort:
    """Memberships alike in what decides their share: tier, weight, shares due so far this year."""

    tier: str
    weight_milli: int
    members: int
    paid_cents: int = 0


@dataclass(frozen=True, slots=True)
class CohortShare:
    """What each membership of a cohort owes in one round.

    It holds for the memberships of the tier whose shares due so far this year are at least
    `paid_from_cents`, up to the next row of the same tier.
    """

    tier: str
    weight_milli: int
    paid_from_cents: int
    members: int
    share_cents: int


@dataclass(frozen=True, slots=True)
class RoundSum:
    """The sum that adds up: due + surplus in + subsidy = aid + fee + surplus out."""

    aid_cents: int
    fee_cents: int
    surplus_in_cents: int
    surplus_out_cents: int
    subsidy_cents: int
    due_cents: int

    @property
    def is_balanced(self) -> bool:
        """Say whether the identity of the round holds."""
        sources = self.due_cents + self.surplus_in_cents + self.subsidy_cents
        return sources == self.aid_cents + self.fee_cents + self.surplus_out_cents


@dataclass(frozen=True, slots=True)
class Proposal:
    """One round worked out: its sum, its units and the share of every cohort."""

    total: RoundSum
    units_milli: int
    shares: tuple[CohortShare, ...]


class ShareRow(Protocol):
    """Anything that holds what CohortShare holds, e.g. its database row."""

    @property
    def tier(self) -> str: ...
    @property
    def weight_milli(self) -> int: ...
    @property
    def paid_from_cents(self) -> int: ...
    @property
    def share_cents(self) -> int: ...


@dataclass(frozen=True, slots=True)
class TierPeriod:
    """The tier of a membership from a day on, until its next one."""

    from_on: date
    tier: str
    weight_milli: int


@dataclass(frozen=True, slots=True)
class Life:
    """What decides a membership's shares: its days [starts_on, ends_on) and its dated tiers."""

    starts_on: date
    ends_on: date | None
    tiers: tuple[TierPeriod, ...]

    def tier_on(self, day: date) -> TierPeriod | None:
        """Return the tier on a day the membership covers, or None."""
        if day < self.starts_on or (self.ends_on is not None and day >= self.ends_on):
            return None
        return next((t for t in reversed(self.tiers) if t.from_on <= day), None)


@dataclass(frozen=True, slots=True)
class PastRound:
    """A round whose shares are fixed: its days and the rows of its cohorts."""

    reference: str
    lock_on: date
    sharing_on: date
    shares: tuple[ShareRow, ...]


def fee_of(aid_cents: int, fee_basis_points: int) -> int:
    """Return the management fee on the aid paid; a part of a cent is not charged.

    Source: 8 % of aid, only on claims paid (domain: the rules of the reference plan).
    """
    return aid_cents * fee_basis_points // BASIS_POINTS


def balance(*, aid_cents: int, fee_cents: int, surplus_in_cents: int, due_cents: int) -> RoundSum:
    """Return the sum of a round; what is over is surplus, what is short is subsidy."""
    over = due_cents + surplus_in_cents - aid_cents - fee_cents
    return RoundSum(
        aid_cents=aid_cents,
        fee_cents=fee_cents,
        surplus_in_cents=surplus_in_cents,
        surplus_out_cents=max(over, 0),
        subsidy_cents=max(-over, 0),
        due_cents=due_cents,
    )


def full_share(weight_milli: int, to_share_cents: int, units_milli: int) -> int:
    """Return a tier's share before any cap: its weight of the sum, rounded up to the cent."""
    if units_milli == 0 or to_share_cents <= 0:
        return 0
    return ceil_div(weight_milli * to_share_cents, units_milli)


def cap_room(terms: Terms, cases: int, paid_cents: int) -> int | None:
    """Return what a membership may still be asked for in this round; None is without limit.

    Source: at most 0.1 yuan per member per case and 188 yuan per member and year.
    """
    if not terms.members_pay:
        return 0
    rooms = []
    if terms.per_case_cap_cents is not None:
        rooms.append(cases * terms.per_case_cap_cents)
    if terms.annual_cap_cents is not None:
        rooms.append(max(terms.annual_cap_cents - paid_cents, 0))
    return min(rooms, default=None)


def cohort_share(cohort: Cohort, terms: Terms, cases: int, full_cents: int) -> int:
    """Return what each membership of the cohort pays: its full share or what its caps leave."""
    room = cap_room(terms, cases, cohort.paid_cents)
    return full_cents if room is None else min(full_cents, room)


def propose(
    *, aid_cents: Sequence[int], surplus_in_cents: int, cohorts: Iterable[Cohort], terms: Terms
) -> Proposal:
    """Work out a round from the aid of its cases and the cohorts counted at the lock instant.

    The identity holds by construction: whatever the shares bring beyond aid and fee is the
    surplus carried out, whatever the caps leave open is the subsidy.
    """
    counted = [cohort for cohort in cohorts if cohort.members > 0]
    units = sum(cohort.members * cohort.weight_milli for cohort in counted)
    aid = sum(aid_cents)
    fee = fee_of(aid, terms.fee_basis_points)
    to_share = aid + fee - surplus_in_cents
    shares = []
    for cohort in counted:
        full = full_share(cohort.weight_milli, to_share, units)
        share = cohort_share(cohort, terms, len(aid_cents), full)
        shares.append(
            CohortShare(cohort.tier, cohort.weight_milli, cohort.paid_cents, cohort.members, share)
        )
    merged = merge(shares)
    due = sum(row.members * row.share_cents for row in merged)
    total = balance(aid_cents=aid, fee_cents=fee, surplus_in_cents=surplus_in_cents, due_cents=due)
    return Proposal(total, units, merged)


def merge(shares: Iterable[CohortShare]) -> tuple[CohortShare, ...]:
    """Join neighbouring cohorts of a tier that pay the same, from the least paid upwards."""
    merged: list[CohortShare] = []
    for row in sorted(shares, key=lambda r: (r.tier, r.weight_milli, r.paid_from_cents)):
        last = merged[-1] if merged else None
        same = last is not None and (last.tier, last.weight_milli) == (row.tier, row.weight_milli)
        if last is not None and same and last.share_cents == row.share_cents:
            merged[-1] = CohortShare(
                last.tier,
                last.weight_milli,
                last.paid_from_cents,
                last.members + row.members,
                last.share_cents,
            )
        elif same:
            merged.append(row)
        else:
            merged.append(CohortShare(row.tier, row.weight_milli, 0, row.members, row.share_cents))
    return tuple(merged)


def share_for(
    rows: Iterable[ShareRow], tier: str, weight_milli: int, paid_cents: int
) -> int | None:
    """Return what a membership of the tier with that much due so far this year owes.

    None where the round has no row for the tier, i.e. nobody was in it at the lock instant.
    """
    best: ShareRow | None = None
    for row in rows:
        if (row.tier, row.weight_milli) != (tier, weight_milli):
            continue
        if row.paid_from_cents > paid_cents:
            continue
        if best is None or row.paid_from_cents > best.paid_from_cents:
            best = row
    return None if best is None else best.share_cents


def shares_due(life: Life, rounds: Iterable[PastRound]) -> Iterator[tuple[PastRound, int]]:
    """Yield what a membership owed in each round it was counted in, the earliest first.

    The annual cap counts by the calendar year of the sharing day, so what was paid starts
    from nothing with each year. The rounds come in the order of their sharing days.
    """
    year, paid = 0, 0
    for past in rounds:
        if past.sharing_on.year != year:
            year, paid = past.sharing_on.year, 0
        period = life.tier_on(past.lock_on)
        if period is None:
            continue
        share = share_for(past.shares, period.tier, period.weight_milli, paid)
        if share is not None:
            paid += share
            yield past, share


def caps_cannot_bind(terms: Terms, most_paid_cents: int, highest_full_cents: int) -> bool:
    """Say whether no membership can reach its annual cap in this round.

    Then cohorts need not be told apart by what they paid, and tiers' counters are enough.
    """
    if terms.annual_cap_cents is None:
        return True
    return most_paid_cents + highest_full_cents <= terms.annual_cap_cents


def minimum_members(max_aid_cents: int, fee_basis_points: int, per_case_cap_cents: int) -> int:
    """Return the head count from which one full case costs no more than the per-case cap.

    `min = ceil(max_amount × (1 + fee) / per_case_cap)`: 3.24 million in the reference plan.
    """
    cost = max_aid_cents * (BASIS_POINTS + fee_basis_points)
    return ceil_div(cost, per_case_cap_cents * BASIS_POINTS)


def where_it_went(share_cents: int, uses_cents: Sequence[int]) -> list[int]:
    """Split one membership's share over the uses of its round, in thousandths of a cent.

    The uses are the aid of each case, the fee and the surplus carried out; the parts add up
    to the share exactly.
    """
    if share_cents == 0 or sum(uses_cents) == 0:
        return [0] * len(uses_cents)
    return largest_remainder_split(share_cents * MILLS_PER_CENT, uses_cents)
