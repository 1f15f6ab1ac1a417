"""The sharing rule: published figures reproduced, and the identity under any figures at all."""

from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from sharing.rules import (
    Cohort,
    CohortShare,
    Life,
    PastRound,
    Terms,
    TierPeriod,
    balance,
    fee_of,
    merge,
    minimum_members,
    propose,
    share_for,
    shares_due,
    where_it_went,
)

XIANG_HU_BAO = Terms(fee_basis_points=800, per_case_cap_cents=10, annual_cap_cents=18_800)
FULL_AID = 300_000_00


def one_tier(members: int, paid_cents: int = 0) -> list[Cohort]:
    return [Cohort("standard", 1000, members, paid_cents)]


def test_the_first_round_ever_published_costs_each_member_three_cents() -> None:
    # 相互宝, round 1, 2019-01-28: 23,000,000 members, 2 cases of 300,000 yuan, 8 % fee on top,
    # share published as 0.03 yuan (2 × 300,000 × 1.08 / 23,000,000 = 0.0282, rounded up).
    found = propose(
        aid_cents=[FULL_AID, FULL_AID],
        surplus_in_cents=0,
        cohorts=one_tier(23_000_000),
        terms=XIANG_HU_BAO,
    )
    assert found.total.aid_cents == 600_000_00
    assert found.total.fee_cents == 48_000_00
    assert [row.share_cents for row in found.shares] == [3]
    assert found.total.due_cents == 690_000_00
    assert found.total.surplus_out_cents == 42_000_00
    assert found.total.subsidy_cents == 0


def test_one_member_under_the_minimum_the_cap_wins_and_the_subsidy_shows_it() -> None:
    # 300,000 × 1.08 / 3,239,999 is a hair over 10 cents, so it rounds up to 11, over the cap.
    found = propose(
        aid_cents=[FULL_AID],
        surplus_in_cents=0,
        cohorts=one_tier(3_239_999),
        terms=XIANG_HU_BAO,
    )
    assert [row.share_cents for row in found.shares] == [10]
    assert found.total.due_cents == 32_399_990
    assert found.total.subsidy_cents == 10
    assert found.total.surplus_out_cents == 0


def test_at_the_minimum_of_members_one_full_case_costs_the_cap_exactly() -> None:
    assert minimum_members(FULL_AID, 800, 10) == 3_240_000
    assert minimum_members(FULL_AID, 1000, 10) == 3_300_000
    found = propose(
        aid_cents=[FULL_AID],
        surplus_in_cents=0,
        cohorts=one_tier(3_240_000),
        terms=XIANG_HU_BAO,
    )
    assert (found.shares[0].share_cents, found.total.subsidy_cents) == (10, 0)


def test_a_surplus_larger_than_the_aid_asks_nothing_and_is_carried_on() -> None:
    found = propose(
        aid_cents=[100_00],
        surplus_in_cents=500_00,
        cohorts=one_tier(1000),
        terms=XIANG_HU_BAO,
    )
    assert found.total.due_cents == 0
    assert found.total.surplus_out_cents == 500_00 - 108_00


def test_members_of_a_plan_that_winds_down_pay_nothing() -> None:
    terms = Terms(800, 10, 18_800, members_pay=False)
    found = propose(aid_cents=[FULL_AID], surplus_in_cents=5, cohorts=one_tier(10**7), terms=terms)
    assert found.total.due_cents == 0
    assert found.total.subsidy_cents == FULL_AID * 108 // 100 - 5


def test_without_any_member_the_operator_pays_all() -> None:
    found = propose(aid_cents=[FULL_AID], surplus_in_cents=0, cohorts=[], terms=XIANG_HU_BAO)
    assert found.shares == ()
    assert found.total.subsidy_cents == FULL_AID * 108 // 100


def test_a_heavier_tier_pays_its_weight_rounded_up() -> None:
    cohorts = [Cohort("full", 1000, 100, 0), Cohort("half", 500, 100, 0)]
    found = propose(
        aid_cents=[100_00], surplus_in_cents=0, cohorts=cohorts, terms=Terms(fee_basis_points=0)
    )
    assert {row.tier: row.share_cents for row in found.shares} == {"full": 67, "half": 34}
    assert found.total.surplus_out_cents == 100 * 67 + 100 * 34 - 100_00


def test_who_has_nearly_paid_the_annual_cap_pays_only_what_is_left_of_it() -> None:
    terms = Terms(fee_basis_points=0, annual_cap_cents=100)
    cohorts = [
        Cohort("standard", 1000, 10, 0),
        Cohort("standard", 1000, 10, 60),
        Cohort("standard", 1000, 10, 97),
        Cohort("standard", 1000, 10, 100),
    ]
    found = propose(aid_cents=[400], surplus_in_cents=0, cohorts=cohorts, terms=terms)
    rows = [(row.paid_from_cents, row.members, row.share_cents) for row in found.shares]
    assert rows == [(0, 20, 10), (97, 10, 3), (100, 10, 0)]
    assert found.total.due_cents == 230
    assert found.total.subsidy_cents == 170


cohort_lists = st.lists(
    st.builds(
        Cohort,
        tier=st.sampled_from(["full", "half", "old"]),
        weight_milli=st.integers(1, 3000),
        members=st.integers(0, 10**8),
        paid_cents=st.integers(0, 20_000),
    ),
    max_size=12,
    unique_by=lambda cohort: (cohort.tier, cohort.weight_milli, cohort.paid_cents),
)
caps = st.one_of(st.none(), st.integers(1, 20_000))
all_terms = st.builds(
    Terms,
    fee_basis_points=st.integers(0, 2000),
    per_case_cap_cents=caps,
    annual_cap_cents=caps,
    members_pay=st.booleans(),
)


@given(
    aid=st.lists(st.integers(1, 50_000_000), max_size=8),
    surplus=st.integers(0, 10**9),
    cohorts=cohort_lists,
    terms=all_terms,
)
def test_the_identity_holds_to_the_cent_whatever_the_figures(
    aid: list[int], surplus: int, cohorts: list[Cohort], terms: Terms
) -> None:
    found = propose(aid_cents=aid, surplus_in_cents=surplus, cohorts=cohorts, terms=terms)
    total = found.total
    assert total.is_balanced
    assert total.due_cents == sum(row.members * row.share_cents for row in found.shares)
    assert min(total.surplus_out_cents, total.subsidy_cents) == 0
    assert sum(row.members for row in found.shares) == sum(c.members for c in cohorts)
    for row in found.shares:
        assert row.share_cents >= 0
        if terms.per_case_cap_cents is not None:
            assert row.share_cents <= len(aid) * terms.per_case_cap_cents
        if terms.annual_cap_cents is not None and row.share_cents:
            assert row.paid_from_cents + row.share_cents <= terms.annual_cap_cents


@given(aid=st.lists(st.integers(1, 50_000_000), min_size=1, max_size=8), cohorts=cohort_lists)
def test_every_cohort_finds_its_own_share_again(aid: list[int], cohorts: list[Cohort]) -> None:
    terms = Terms(fee_basis_points=800, per_case_cap_cents=10, annual_cap_cents=18_800)
    found = propose(aid_cents=aid, surplus_in_cents=0, cohorts=cohorts, terms=terms)
    due = 0
    for cohort in cohorts:
        if cohort.members:
            share = share_for(found.shares, cohort.tier, cohort.weight_milli, cohort.paid_cents)
            assert share is not None
            due += share * cohort.members
    assert due == found.total.due_cents


@given(
    due=st.integers(0, 10**12),
    aid=st.integers(0, 10**12),
    surplus=st.integers(0, 10**12),
)
def test_dropping_a_case_leaves_the_identity_whole(due: int, aid: int, surplus: int) -> None:
    found = balance(
        aid_cents=aid, fee_cents=fee_of(aid, 800), surplus_in_cents=surplus, due_cents=due
    )
    assert found.is_balanced


@given(
    share=st.integers(0, 20_000),
    uses=st.lists(st.integers(0, 10**9), min_size=1, max_size=40),
)
def test_where_a_share_went_adds_up_to_the_share(share: int, uses: list[int]) -> None:
    parts = where_it_went(share, uses)
    assert sum(parts) == (share * 1000 if sum(uses) else 0)


def rounds_of(*shares: int, year: int = 2020) -> list[PastRound]:
    return [
        PastRound(
            f"R-{year}-{month}",
            date(year, month, 7),
            date(year, month, 14),
            (CohortShare("standard", 1000, 0, 5, share),),
        )
        for month, share in enumerate(shares, start=1)
    ]


def test_a_membership_owes_only_the_rounds_it_was_counted_in() -> None:
    tiers = (TierPeriod(date(2020, 2, 1), "standard", 1000),)
    life = Life(date(2020, 2, 1), date(2020, 3, 8), tiers)
    due = {past.reference: share for past, share in shares_due(life, rounds_of(1, 2, 3, 4))}
    assert due == {"R-2020-2": 2, "R-2020-3": 3}


def test_what_was_paid_counts_towards_the_cap_within_the_calendar_year_only() -> None:
    capped = (
        CohortShare("standard", 1000, 0, 5, 40),
        CohortShare("standard", 1000, 70, 5, 30),
        CohortShare("standard", 1000, 100, 5, 0),
    )
    rounds = [
        PastRound(f"R-{year}-{month}", date(year, month, 7), date(year, month, 14), capped)
        for year, month in ((2019, 10), (2019, 11), (2019, 12), (2020, 1))
    ]
    life = Life(date(2019, 1, 1), None, (TierPeriod(date(2019, 1, 1), "standard", 1000),))
    assert [share for _, share in shares_due(life, rounds)] == [40, 40, 30, 40]


def test_neighbouring_cohorts_that_pay_the_same_become_one_row() -> None:
    rows = [CohortShare("a", 1, paid, 2, 5) for paid in (30, 10, 20)]
    assert merge(rows) == (CohortShare("a", 1, 0, 6, 5),)
