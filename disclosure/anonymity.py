"""Local, deterministic generalisation: every published case is one of at least eleven alike."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from hashlib import sha256

from core.canonical import canonical_json
from members.provinces import region_of

MINIMUM_CLASS = 11
ALGORITHM = "gongdao-classes-1"

Path = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Case:
    """What could single a case out, as the private rows have it."""

    reference: str
    amount_cents: int
    disease: str
    disease_group: str
    age: int
    sex: str
    province: str
    filed_on: date
    rules: str
    has_waited: bool = False


@dataclass(frozen=True, slots=True)
class PublicForm:
    """What the public may read of these attributes; empty text where a value is not told."""

    amount_cents: int
    disease: str
    disease_group: str
    age_band: str
    sex: str
    province: str
    region: str
    filed: str
    rules: str

    def as_body(self) -> dict[str, str | int]:
        """Return the form as the record's entries carry it."""
        return {
            "age_band": self.age_band,
            "amount_cents": self.amount_cents,
            "disease": self.disease,
            "disease_group": self.disease_group,
            "filed": self.filed,
            "province": self.province,
            "region": self.region,
            "rules": self.rules,
            "sex": self.sex,
        }

    @property
    def key(self) -> str:
        """The digest that cases of one form have in common."""
        return sha256(canonical_json(self.as_body())).hexdigest()


@dataclass(frozen=True, slots=True)
class Placed:
    """A case's fixed form and how many cases of its batch share its class."""

    form: PublicForm
    class_size: int


@dataclass(frozen=True, slots=True)
class Grouping:
    """What a batch comes to: forms by reference, and the references that have to wait."""

    placed: dict[str, Placed]
    waiting: tuple[str, ...]


def age_path(age: int) -> Path:
    """Return an age's bands from coarse to fine: forty, twenty and ten years wide."""
    return tuple(f"{age // w * w}-{age // w * w + w - 1}" for w in (40, 20, 10))


def filed_path(day: date) -> Path:
    """Return a day's periods from coarse to fine: year, half-year, quarter, month."""
    half, quarter = (day.month + 5) // 6, (day.month + 2) // 3
    return (
        f"{day.year}",
        f"{day.year}-H{half}",
        f"{day.year}-Q{quarter}",
        f"{day.year}-{day.month:02d}",
    )


def _paths(case: Case) -> dict[str, Path]:
    return {
        "disease": (case.disease_group, case.disease),
        "age": age_path(case.age),
        "place": (region_of(case.province), case.province) if case.province else ("", ""),
        "sex": (case.sex,),
        "filed": filed_path(case.filed_on),
        "rules": (case.rules,),
        "waited": _WAITED if case.has_waited else (),
    }


# What is refined first is kept longest: the disease, then who, where and when, step by step.
# The version of the rules is never split by; it is told where a class has one in common.
_ORDER: tuple[tuple[str, int], ...] = (
    ("disease", 1),
    ("disease", 2),
    ("age", 1),
    ("place", 1),
    ("age", 2),
    ("sex", 1),
    ("place", 2),
    ("age", 3),
    ("filed", 1),
    ("filed", 2),
    ("filed", 3),
    ("filed", 4),
)

_WAITED: Path = ("waited",)
_Row = tuple[str, dict[str, Path]]


def group_cases(cases: Iterable[Case], minimum: int = MINIMUM_CLASS) -> Grouping:
    """Give every case of a batch its public form, in classes of at least `minimum` alike.

    Amounts are never mixed, because they tell the age band and every later entry about the
    money shows them: a case waits until enough of its amount are there. Within one amount the
    cases are split by one attribute after the other; values too rare to stand alone stay
    together, told more coarsely; rare diseases that would take the disease from all the others
    wait, once, for the next batch, and so do cases too few for any disease to be told.
    The result depends on the set of cases alone, not on their order. A class lies
    within one batch, so the day of an entry tells nothing more. Raises ValueError for a
    repeated reference or a minimum below 2.
    """
    rows = sorted(cases, key=lambda case: case.reference)
    if minimum < 2 or len({case.reference for case in rows}) != len(rows):
        raise ValueError("references must differ and a class has at least two cases")
    by_amount: dict[int, list[_Row]] = defaultdict(list)
    for case in rows:
        by_amount[case.amount_cents].append((case.reference, _paths(case)))
    placed: dict[str, Placed] = {}
    waiting: list[str] = []
    for amount_cents, members in sorted(by_amount.items()):
        if len(members) < minimum:
            waiting.extend(reference for reference, _paths_of in members)
            continue
        levels = dict.fromkeys(_paths(rows[0]), 0)
        kept: set[str] = set()
        for cell in _split(members, levels, 0, minimum):
            one = Placed(_form(amount_cents, cell), len(cell))
            placed.update((reference, one) for reference, _paths_of in cell)
            kept.update(reference for reference, _paths_of in cell)
        waiting.extend(reference for reference, _paths_of in members if reference not in kept)
    return Grouping(placed, tuple(sorted(waiting)))


def _split(
    cell: list[_Row], levels: dict[str, int], start: int, minimum: int
) -> Iterable[list[_Row]]:
    """Yield the classes of a cell, refining it by the attributes from `start` on."""
    for position in range(start, len(_ORDER)):
        attribute, level = _ORDER[position]
        if levels[attribute] != level - 1:
            continue
        parts, rest = _parts(cell, attribute, level, minimum)
        if not parts:
            if attribute == "disease" and level == 1 and not _any_waited(cell):
                return
            continue
        for part in parts:
            yield from _split(part, {**levels, attribute: level}, position + 1, minimum)
        if rest:
            yield from _split(rest, levels, position + 1, minimum)
        return
    yield cell


def _parts(
    cell: list[_Row], attribute: str, level: int, minimum: int
) -> tuple[list[list[_Row]], list[_Row]]:
    """Return the values that can stand alone, and the rest, which can stand together."""
    values: dict[str, list[_Row]] = defaultdict(list)
    for row in cell:
        values[row[1][attribute][level - 1]].append(row)
    ranked = sorted(values.items(), key=lambda item: (len(item[1]), item[0]))
    rest: list[_Row] = []
    while ranked and len(ranked[0][1]) < minimum:
        rest.extend(ranked.pop(0)[1])
    if 0 < len(rest) < minimum and ranked:
        if attribute == "disease" and not _any_waited(rest):
            rest.clear()
        else:
            _fill(rest, ranked, minimum)
    if not ranked or 0 < len(rest) < minimum:
        return [], cell
    return [members for _value, members in sorted(ranked, key=lambda item: item[0])], rest


def _any_waited(cell: list[_Row]) -> bool:
    return any(paths["waited"] for _reference, paths in cell)


def _fill(rest: list[_Row], ranked: list[tuple[str, list[_Row]]], minimum: int) -> None:
    """Bring the rest up to a class at the least cost in cases told more coarsely.

    Either the largest value gives some of its cases, the first by reference, or the smallest
    value joins whole.
    """
    missing = minimum - len(rest)
    value, largest = ranked[-1]
    if len(largest) >= minimum + missing:
        given = sorted(largest, key=lambda row: row[0])
        rest.extend(given[:missing])
        ranked[-1] = (value, given[missing:])
    else:
        rest.extend(ranked.pop(0)[1])


def _common(paths: Sequence[Path]) -> Path:
    """Return the finest value that holds for all: their longest common beginning."""
    shortest, longest = min(paths), max(paths)
    for index, (low, high) in enumerate(zip(shortest, longest, strict=True)):
        if low != high:
            return shortest[:index]
    return shortest


def _form(amount_cents: int, cell: list[_Row]) -> PublicForm:
    def told(attribute: str) -> Path:
        return _common([paths[attribute] for _reference, paths in cell])

    disease, place = (*told("disease"), "", ""), (*told("place"), "", "")
    return PublicForm(
        amount_cents=amount_cents,
        disease_group=disease[0],
        disease=disease[1],
        age_band=("", *told("age"))[-1],
        sex=("", *told("sex"))[-1],
        region=place[0],
        province=place[1],
        filed=("", *told("filed"))[-1],
        rules=("", *told("rules"))[-1],
    )
