"""Coverage is arithmetic on days: waiting period, membership, filing window, age band, disease."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from claims.eligibility import (
    TURNED_BY,
    Assessment,
    Facts,
    assess,
    could_be_turned,
    with_found,
)
from claims.findings import DISPUTABLE_FACTS, RULES, finding_text
from members import rulebooks
from members.rulebook import parse

OLD = parse(rulebooks.load("critical-illness-1"))
NEW = parse(rulebooks.load("critical-illness-2"))
START = date(2020, 1, 1)
DAYS = st.dates(date(2019, 1, 1), date(2024, 12, 31))


def facts(**changes: object) -> Facts:
    base: dict[str, object] = {
        "born_on": date(1985, 3, 2),
        "first_diagnosed_on": date(2020, 5, 10),
        "filed_on": date(2020, 6, 1),
        "disease_code": "acute-myocardial-infarction",
        "accident": False,
        "starts_on": START,
        "ends_on": None,
        **changes,
    }
    return Facts(**base)  # type: ignore[arg-type] # the test's own table of facts


def failed(found: Assessment) -> set[str]:
    return {finding.code for finding in found.failed}


def test_the_ordinary_case_is_covered_for_the_full_amount() -> None:
    found = assess(facts(), NEW)
    assert (found.eligible, found.amount_cents, failed(found)) == (True, 30_000_000, set())


@pytest.mark.parametrize(("days", "is_covered"), [(0, False), (89, False), (90, True), (91, True)])
def test_the_waiting_period_is_its_first_ninety_days(days: int, is_covered: bool) -> None:
    on = START + timedelta(days=days)
    found = assess(facts(first_diagnosed_on=on, filed_on=on), NEW)
    assert ("waiting_period" not in failed(found)) is is_covered


@given(st.integers(0, 400))
def test_an_accident_is_covered_from_the_first_day(days: int) -> None:
    on = START + timedelta(days=days)
    found = assess(facts(first_diagnosed_on=on, filed_on=on, accident=True), NEW)
    assert found.eligible


@given(DAYS, st.integers(-5, 400))
def test_one_hundred_and_eighty_days_to_file_with_the_last_one(on: date, after: int) -> None:
    found = assess(facts(first_diagnosed_on=on, filed_on=on + timedelta(days=after)), NEW)
    assert ("filing_window" in failed(found)) is not (0 <= after <= 180)


@given(DAYS, DAYS, st.none() | DAYS)
def test_membership_is_a_half_open_period(on: date, starts_on: date, ends_on: date | None) -> None:
    found = assess(facts(first_diagnosed_on=on, starts_on=starts_on, ends_on=ends_on), NEW)
    is_member = starts_on <= on and (ends_on is None or on < ends_on)
    assert ("membership" not in failed(found)) is is_member


@pytest.mark.parametrize(
    ("born_on", "on", "cents"),
    [
        (date(1980, 5, 11), date(2020, 5, 10), 30_000_000),  # 39 on the last day before 40
        (date(1980, 5, 10), date(2020, 5, 10), 10_000_000),  # 40 on the day itself
        (date(1980, 2, 29), date(2020, 2, 28), 30_000_000),
        (date(1980, 2, 29), date(2020, 2, 29), 10_000_000),
        (date(1984, 2, 29), date(2024, 2, 28), 30_000_000),
        (date(1981, 2, 28), date(2021, 2, 27), 30_000_000),
        (date(1984, 2, 29), date(2023, 3, 1), 30_000_000),
        (date(1960, 5, 11), date(2020, 5, 10), 10_000_000),  # 59
        (date(1960, 5, 10), date(2020, 5, 10), 0),  # 60 is outside
    ],
)
def test_the_age_on_the_day_of_first_diagnosis_decides(born_on: date, on: date, cents: int) -> None:
    starts_on = date(2019, 1, 1)
    found = assess(
        facts(born_on=born_on, first_diagnosed_on=on, filed_on=on, starts_on=starts_on), NEW
    )
    assert found.amount_cents == cents
    assert ("age_band" in failed(found)) is (cents == 0)


@pytest.mark.parametrize(
    ("on", "rules", "cents"),
    [
        (date(2019, 4, 30), OLD, 30_000_000),
        (date(2019, 5, 2), OLD, 5_000_000),
        (date(2019, 12, 31), OLD, 5_000_000),
        (date(2020, 1, 1), NEW, 0),
    ],
)
def test_mild_thyroid_cancer_follows_the_day_of_diagnosis(
    on: date, rules: object, cents: int
) -> None:
    found = assess(
        facts(
            disease_code="thyroid-cancer-mild",
            first_diagnosed_on=on,
            filed_on=on,
            starts_on=date(2018, 10, 16),
        ),
        rules,  # type: ignore[arg-type] # one of the two rulebooks
    )
    assert found.amount_cents == cents


@given(DAYS, DAYS, DAYS, st.booleans())
def test_outside_coverage_nothing_is_due_and_inside_nothing_failed(
    on: date, filed_on: date, starts_on: date, accident: bool
) -> None:
    found = assess(
        facts(first_diagnosed_on=on, filed_on=filed_on, starts_on=starts_on, accident=accident),
        NEW,
    )
    assert found.eligible is (not found.failed)
    assert (found.amount_cents > 0) is found.eligible
    assert found == assess(
        facts(first_diagnosed_on=on, filed_on=filed_on, starts_on=starts_on, accident=accident),
        NEW,
    )


def test_every_rule_has_its_words_and_what_could_turn_it() -> None:
    found = assess(facts(disease_code="no-such-disease"), NEW)
    codes = {finding.code for finding in found.findings}
    assert codes == set(RULES) == set(TURNED_BY)
    for finding in found.findings:
        assert finding_text(finding.code, finding.is_met, finding.params)
    assert set().union(*TURNED_BY.values()) <= set(DISPUTABLE_FACTS)


def test_only_a_disputed_fact_that_bears_on_the_rule_could_turn_it() -> None:
    assert could_be_turned(frozenset(), frozenset({"criteria"}))
    assert could_be_turned(frozenset({"waiting_period"}), frozenset({"accident"}))
    assert not could_be_turned(frozenset({"waiting_period"}), frozenset({"criteria"}))
    assert not could_be_turned(
        frozenset({"waiting_period", "filing_window"}), frozenset({"accident"})
    )


def test_facts_found_by_a_jury_replace_those_declared() -> None:
    changed = with_found(
        facts(), {"first_diagnosed_on": "2020-07-01", "accident": "yes", "criteria": "x"}
    )
    assert (changed.first_diagnosed_on, changed.accident) == (date(2020, 7, 1), True)
    with pytest.raises(KeyError):
        with_found(facts(), {"born_on": "1990-01-01"})
