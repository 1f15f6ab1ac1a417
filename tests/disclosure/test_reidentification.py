"""A tester with the members' table in hand tries to single people out from the board: 0."""

from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import date
from random import Random

from disclosure.anonymity import Case, Grouping, age_path, filed_path, group_cases
from members.provinces import PROVINCES, region_of

DISEASES = {
    "malignant-tumour": "cancer",
    "acute-myocardial-infarction": "heart",
    "stroke-sequelae": "brain",
    "deep-coma": "brain",
    "end-stage-kidney-disease": "kidney",
}


@dataclass(frozen=True)
class Member:
    """What the tester knows of a person: everything but which case is theirs."""

    reference: str
    age: int
    sex: str
    province: str
    amount_cents: int
    disease: str
    filed_on: date


def crowd(seed: int, size: int) -> list[Member]:
    random = Random(seed)
    places = random.choices(sorted(PROVINCES), k=6)
    found = []
    for number in range(size):
        age = random.randint(18, 59)
        found.append(
            Member(
                f"K-{number:05}",
                age,
                random.choice(["female", "male"]),
                random.choice(places),
                30_000_000 if age < 40 else 10_000_000,
                random.choices(sorted(DISEASES), [4, 2, 2, 60, 8])[0],
                date(2020, random.randint(1, 6), random.randint(1, 28)),
            )
        )
    return found


def published(members: list[Member]) -> Grouping:
    return group_cases(
        Case(
            one.reference,
            one.amount_cents,
            one.disease,
            DISEASES[one.disease],
            one.age,
            one.sex,
            one.province,
            one.filed_on,
            "2",
        )
        for one in members
    )


def fits(member: Member, form) -> bool:
    """Whether a case could be this member's, by all the tester knows."""
    return (
        form.amount_cents == member.amount_cents
        and form.disease in ("", member.disease)
        and form.disease_group in ("", DISEASES[member.disease])
        and form.sex in ("", member.sex)
        and form.province in ("", member.province)
        and form.region in ("", region_of(member.province))
        and form.age_band in ("", *age_path(member.age))
        and form.filed in ("", *filed_path(member.filed_on))
    )


def test_nobody_is_singled_out_by_everything_one_may_know() -> None:
    for seed in range(12):
        members = crowd(seed, 60 + 40 * seed)
        grouping = published(members)
        forms = [placed.form for placed in grouping.placed.values()]
        for member in members:
            if member.reference not in grouping.placed:
                continue
            assert sum(fits(member, form) for form in forms) >= 11


def test_batches_published_one_after_the_other_keep_their_classes() -> None:
    members = crowd(3, 600)
    seen: dict[str, str] = {}
    waiting: list[Member] = []
    by_reference = {one.reference: one for one in members}
    alike: Counter[tuple[int, str]] = Counter()
    for day in range(6):
        batch = [*waiting, *members[day * 100 : day * 100 + 100]]
        grouping = published(batch)
        for reference, placed in grouping.placed.items():
            assert reference not in seen
            seen[reference] = placed.form.key
            alike[(day, placed.form.key)] += 1
        waiting = [by_reference[reference] for reference in grouping.waiting]
    assert all(count >= 11 for count in alike.values())


def test_totals_by_any_field_differ_from_each_other_by_whole_classes() -> None:
    grouping = published(crowd(9, 900))
    classes = Counter(placed.form.key for placed in grouping.placed.values())
    form_of = {placed.form.key: placed.form.as_body() for placed in grouping.placed.values()}
    cells: dict[tuple[str, str], int] = defaultdict(int)
    for key, count in classes.items():
        for field, value in form_of[key].items():
            cells[(field, str(value))] += count
    found = sorted(set(cells.values()) | {sum(classes.values())})
    differences = {b - a for index, a in enumerate(found) for b in found[index + 1 :]}
    assert min(found) >= 11
    reachable = {0}
    for count in classes.values():
        reachable |= {total + count for total in reachable}
    assert set(found) <= reachable
    assert differences
