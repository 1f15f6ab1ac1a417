"""Classes of at least eleven alike: always, whatever the order, whatever is subtracted."""

from collections import Counter
from datetime import date
from itertools import combinations
from random import Random

from hypothesis import given, settings
from hypothesis import strategies as st

from disclosure.anonymity import Case, Grouping, group_cases
from members.provinces import PROVINCES

DISEASES = {
    "malignancy": "cancer",
    "thyroid": "cancer",
    "infarction": "heart",
    "coma": "brain",
    "stroke": "brain",
    "renal": "kidney",
}
TOLD = ("disease", "disease_group", "age_band", "sex", "province", "region", "filed", "rules")


@st.composite
def batches(draw: st.DrawFn) -> list[Case]:
    size = draw(st.integers(0, 400))
    random = Random(draw(st.integers(0, 2**32)))
    places = random.sample(sorted(PROVINCES), draw(st.integers(1, len(PROVINCES))))
    found = []
    for number in range(size):
        disease = random.choice(sorted(DISEASES))
        age = random.randint(0, 59)
        found.append(
            Case(
                reference=f"K-{number:04}",
                amount_cents=30_000_000 if age < 40 else random.choice([10_000_000, 5_000_000]),
                disease=disease,
                disease_group=DISEASES[disease],
                age=age,
                sex=random.choice(["female", "male"]),
                province=random.choice([*places, ""]),
                filed_on=date(2020, random.randint(1, 6), 1),
                rules=random.choice("12"),
                has_waited=random.random() < 0.2,
            )
        )
    return found


def forms(grouping: Grouping) -> list[dict[str, str | int]]:
    return [placed.form.as_body() for placed in grouping.placed.values()]


@settings(max_examples=60, deadline=None)
@given(batches())
def test_every_published_case_is_one_of_at_least_eleven_alike(batch: list[Case]) -> None:
    grouping = group_cases(batch)
    alike = Counter(placed.form.key for placed in grouping.placed.values())
    assert all(count >= 11 for count in alike.values())
    assert all(placed.class_size >= 11 for placed in grouping.placed.values())
    assert set(grouping.placed) | set(grouping.waiting) == {case.reference for case in batch}


@settings(max_examples=40, deadline=None)
@given(batches(), st.randoms(use_true_random=False))
def test_the_order_of_the_cases_changes_nothing(batch: list[Case], random: Random) -> None:
    shuffled = list(batch)
    random.shuffle(shuffled)
    assert group_cases(shuffled) == group_cases(batch)


@settings(max_examples=40, deadline=None)
@given(batches())
def test_no_cell_of_any_table_over_the_forms_is_under_eleven(batch: list[Case]) -> None:
    rows = forms(group_cases(batch))
    for width in (1, 2, 3):
        for fields in combinations((*TOLD, "amount_cents"), width):
            cells = Counter(tuple(row[field] for field in fields) for row in rows)
            assert all(count >= 11 for count in cells.values())


@settings(max_examples=40, deadline=None)
@given(batches())
def test_no_two_tables_can_be_subtracted_to_less_than_eleven(batch: list[Case]) -> None:
    rows = forms(group_cases(batch))
    for wide, narrow in combinations(TOLD, 2):
        totals = Counter(row[wide] for row in rows)
        parts = Counter((row[wide], row[narrow]) for row in rows)
        for (value, _part), count in parts.items():
            assert totals[value] - count == 0 or totals[value] - count >= 11


@settings(max_examples=40, deadline=None)
@given(batches())
def test_a_form_tells_nothing_false(batch: list[Case]) -> None:
    grouping = group_cases(batch)
    for case in batch:
        if case.reference not in grouping.placed:
            continue
        form = grouping.placed[case.reference].form
        assert form.amount_cents == case.amount_cents
        assert form.disease in ("", case.disease)
        assert form.disease_group in ("", case.disease_group)
        assert form.sex in ("", case.sex)
        assert form.province in ("", case.province)
        assert form.rules in ("", case.rules)
        if form.age_band:
            low, high = map(int, form.age_band.split("-"))
            assert low <= case.age <= high
        assert form.filed == "" or form.filed.startswith("2020")


def test_ten_cases_wait_and_the_eleventh_publishes_all() -> None:
    cases = [
        Case(f"K-{n}", 100, "coma", "brain", 45, "male", "430000", date(2020, 5, 1), "2")
        for n in range(11)
    ]
    assert group_cases(cases[:10]).placed == {}
    assert len(group_cases(cases[:10]).waiting) == 10
    whole = group_cases(cases)
    assert len(whole.placed) == 11
    assert {placed.form.disease for placed in whole.placed.values()} == {"coma"}
    assert {placed.form.age_band for placed in whole.placed.values()} == {"40-49"}
    assert {placed.form.province for placed in whole.placed.values()} == {"430000"}
    assert {placed.form.filed for placed in whole.placed.values()} == {"2020-05"}


def test_a_rare_amount_waits_rather_than_being_told_or_hidden() -> None:
    usual = [
        Case(f"K-{n}", 100, "coma", "brain", 45, "male", "430000", date(2020, 5, 1), "2")
        for n in range(20)
    ]
    rare = Case("K-rare", 99, "coma", "brain", 45, "male", "430000", date(2020, 5, 1), "2")
    assert group_cases([*usual, rare]).waiting == ("K-rare",)


def test_a_large_batch_keeps_the_disease_of_almost_every_case() -> None:
    random = Random(7)
    codes = sorted(DISEASES)
    cases = []
    for number in range(3500):
        disease = random.choices(codes, [3, 12, 10, 60, 5, 10])[0]
        age = random.randint(0, 59)
        amount = 30_000_000 if age < 40 else 10_000_000
        cases.append(
            Case(
                f"K-{number}",
                amount,
                disease,
                DISEASES[disease],
                age,
                random.choice(["female", "male"]),
                random.choice(sorted(PROVINCES)),
                date(2020, random.randint(1, 4), 9),
                "2",
            )
        )
    placed = group_cases(cases).placed
    kept = sum(bool(one.form.disease) for one in placed.values())
    assert kept >= 0.96 * len(cases)


def test_rare_diseases_wait_once_rather_than_hide_everybodys() -> None:
    def batch(has_waited: bool) -> list[Case]:
        day = date(2020, 5, 1)
        common = [
            Case(f"K-{n}", 100, "malignancy", "cancer", 45, "male", "430000", day, "2")
            for n in range(11)
        ]
        rare = [
            Case(f"K-r{n}", 100, "coma", "brain", 45, "male", "430000", day, "2", has_waited)
            for n in range(8)
        ]
        return common + rare

    first = group_cases(batch(has_waited=False))
    assert {placed.form.disease for placed in first.placed.values()} == {"malignancy"}
    assert len(first.waiting) == 8
    second = group_cases(batch(has_waited=True))
    assert second.waiting == ()
    assert {placed.form.disease for placed in second.placed.values()} == {""}
