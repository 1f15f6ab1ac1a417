"""Builds the demo world's plans, people, staff and accounts through the members' own services."""

import json
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from importlib.resources import files
from random import Random
from typing import Any

from django.contrib.auth.hashers import make_password

from core import clock
from core.actor import SYSTEM, Actor
from core.zone import local_date, start_of_day
from desk.demo import invented
from members import services
from members.models import Account, Membership, Plan
from members.queries import live_roles, rulebook_for
from members.services.bulk import Joining, NewPerson

PASSWORD = "demo"  # noqa: S105  the demo accounts are public by design
CRITICAL = "critical-illness"
ELDERLY = "elderly-cancer"
CHRONIC = "chronic-cancer"
RULEBOOKS: dict[str, tuple[str, ...]] = {
    CRITICAL: ("critical-illness-1.json", "critical-illness-2.json"),
    ELDERLY: ("elderly-cancer-1.json",),
    CHRONIC: ("chronic-cancer-1.json",),
}
NAMES = {
    CRITICAL: ("Critical illness plan", "大病互助计划"),
    ELDERLY: ("Elderly cancer plan", "老年防癌计划"),
    CHRONIC: ("Chronic-illness cancer plan", "慢病防癌计划"),
}
JUROR_ACCOUNTS = 9
RESERVES = 6
SPARE_JURORS = 60
CHRONIC_MEMBERS = 40
AGENCIES = {"ruifeng": "瑞丰公估", "minan": "民安公估"}

# username → (name, sex, age, roles)
STAFF: dict[str, tuple[str, str, int, tuple[str, ...]]] = {
    "reviewer": ("林晓", "female", 36, ("reviewer",)),
    "reviewer2": ("陈默", "male", 41, ("reviewer",)),
    "investigator": ("高远", "male", 33, ("investigator",)),
    "jury_officer": ("苏敏", "female", 39, ("jury_officer",)),
    "finance": ("钱正", "male", 45, ("finance",)),
    "finance2": ("孙洁", "female", 34, ("finance",)),
    "ombudsman": ("周公允", "male", 52, ("ombudsman",)),
    "auditor": ("吴明鉴", "female", 48, ("auditor",)),
    "admin": ("王建", "male", 40, ("admin",)),
}
# More hands without accounts, so that no one person decides everything.
HANDS: dict[str, tuple[str, ...]] = {
    "reviewer": ("许晴", "何川", "吕安", "施南"),
    "investigator": ("张野", "孔路", "曹行"),
}


@dataclass(slots=True)
class World:
    """Who and what the demo world is made of, by ids."""

    seed: int
    born_at: datetime
    password_hash: str = field(default_factory=lambda: make_password(PASSWORD))
    actors: dict[str, Actor] = field(default_factory=dict)
    hands: dict[str, list[Actor]] = field(default_factory=dict)
    agency_of: dict[int, str] = field(default_factory=dict)
    jurors: list[int] = field(default_factory=list)
    spare_jurors: list[int] = field(default_factory=list)
    family: dict[str, int] = field(default_factory=dict)
    in_the_cast: set[int] = field(default_factory=set)
    members: dict[str, list[int]] = field(default_factory=dict)


def actor_of_person(person_id: int) -> Actor:
    """Return the actor a person is at this moment."""
    return Actor(person_id, None, live_roles(person_id), "person", f"person {person_id}")


def build_world(*, seed: int, members: int, born_at: datetime, now: datetime) -> World:
    """Build plans, people and accounts at the world's birth; `now` is that simulated instant."""
    world = World(seed=seed, born_at=born_at)
    random = Random(seed)  # noqa: S311  an invented world, repeatable by its seed
    for code in RULEBOOKS:
        _found_plan(code, now)
    _people_with_accounts(world, random, now)
    _hands(world, random, now)
    _members(world, random, members, now)
    return world


def _found_plan(code: str, now: datetime) -> None:
    name_en, name_zh = NAMES[code]
    services.create_plan(code=code, name_en=name_en, name_zh=name_zh, actor=SYSTEM, now=now)
    publish_rulebook(code, RULEBOOKS[code][0], now)


def publish_rulebook(code: str, file_name: str, now: datetime) -> None:
    """Lay a rulebook version open, announce it for today where it is the first, put it in force."""
    version = services.draft_rulebook(plan_code=code, body=_body(file_name), actor=SYSTEM, now=now)
    services.announce_rulebook(
        version_id=version.pk, effective_on=local_date(now), actor=SYSTEM, now=now
    )
    services.put_in_force(version_id=version.pk, actor=SYSTEM, now=now)


def change_rulebook(now: datetime) -> None:
    """Announce and, its notice days over, put in force the second version of the first plan."""
    body = _body(RULEBOOKS[CRITICAL][1])
    rules = rulebook_for(Plan.objects.get(code=CRITICAL), local_date(now))
    version = services.draft_rulebook(plan_code=CRITICAL, body=body, actor=SYSTEM, now=now)
    services.open_consultation(version_id=version.pk, actor=SYSTEM, now=now)
    announced_at = now + timedelta(days=rules.rule_comment_days)
    clock.set_now(announced_at, using="owner")
    effective_on = local_date(announced_at) + timedelta(days=rules.rule_notice_days)
    services.announce_rulebook(
        version_id=version.pk, effective_on=effective_on, actor=SYSTEM, now=announced_at
    )
    in_force_at = start_of_day(effective_on) + timedelta(hours=1)
    clock.set_now(in_force_at, using="owner")
    services.put_in_force(version_id=version.pk, actor=SYSTEM, now=in_force_at)


def _body(file_name: str) -> dict[str, Any]:
    text = files("members.rulebooks").joinpath(file_name).read_text("utf-8")
    body: dict[str, Any] = json.loads(text)
    return body


def _register(
    random: Random, name: str, sex: str, age: int, now: datetime, household: int | None = None
) -> int:
    province = invented.pick_province(random)
    born_on = invented.birthday(random, age, local_date(now) + timedelta(days=1000))
    person = services.register_person(
        full_name=name,
        born_on=born_on,
        sex=sex,
        province=province,
        identity_number=invented.identity_number(random, province, born_on, sex),
        household_id=household,
        actor=SYSTEM,
        now=now,
    )
    return person.pk


def _account(world: World, username: str, person_id: int, now: datetime) -> None:
    account = services.create_account(
        username=username,
        password=None,
        person_id=person_id,
        email=f"{username}@example.org",
        is_email_confirmed=True,
        actor=SYSTEM,
        now=now,
    )
    Account.objects.filter(pk=account.pk).update(password=world.password_hash)
    roles = live_roles(person_id)
    world.actors[username] = Actor(person_id, account.pk, roles, "person", username)


def _people_with_accounts(world: World, random: Random, now: datetime) -> None:
    for username, (name, sex, age, roles) in STAFF.items():
        person_id = _register(random, name, sex, age, now)
        for role in roles:
            services.grant_role(
                person_id=person_id, role=role, actor=SYSTEM, now=now, reason="demo"
            )
        _account(world, username, person_id, now)
    _send_to_agency(world, world.actors["investigator"].person_id or 0, "ruifeng", now)
    for number in range(1, JUROR_ACCOUNTS + RESERVES + 1):
        sex = ("female", "male")[number % 2]
        person_id = _register(
            random, invented.pick_name(random, sex), sex, random.randint(24, 58), now
        )
        reserve = number - JUROR_ACCOUNTS
        username = f"reserve{reserve}" if reserve > 0 else f"juror{number}"
        _account(world, username, person_id, now)
        world.jurors.append(person_id)
    _account(world, "member", _register(random, "郑和平", "male", 44, now), now)
    _claimants_family(world, random, now)


def _claimants_family(world: World, random: Random, now: datetime) -> None:
    """Make the demo claimant, who pays for a spouse, a child and both parents."""
    household = services.create_household(person_ids=[], actor=SYSTEM, now=now).pk
    family = {
        "self": ("吴小漫", "female", 38),
        "spouse": ("范志强", "male", 42),
        "child": ("范佳", "female", 9),
        "father": ("吴建国", "male", 57),
        "mother": ("马秀兰", "female", 55),
    }
    for relation, (name, sex, age) in family.items():
        world.family[relation] = _register(random, name, sex, age, now, household)
    _account(world, "claimant", world.family["self"], now)


def _hands(world: World, random: Random, now: datetime) -> None:
    for role, names in HANDS.items():
        for place, name in enumerate(names):
            sex = ("female", "male")[place % 2]
            person_id = _register(random, name, sex, random.randint(28, 55), now)
            services.grant_role(
                person_id=person_id, role=role, actor=SYSTEM, now=now, reason="demo"
            )
            if role == "investigator":
                _send_to_agency(world, person_id, ("minan", "ruifeng")[place % 2], now)
            world.hands.setdefault(role, []).append(actor_of_person(person_id))
    world.hands["reviewer"] += [world.actors["reviewer"], world.actors["reviewer2"]]
    world.hands["investigator"].append(world.actors["investigator"])


def _send_to_agency(world: World, person_id: int, code: str, now: datetime) -> None:
    services.join_agency(
        person_id=person_id, agency_code=code, agency_name=AGENCIES[code], actor=SYSTEM, now=now
    )
    world.agency_of[person_id] = code


def _members(world: World, random: Random, count: int, now: datetime) -> None:
    """Register and enrol the members set by set; they join over the first two years."""
    first = local_date(now) + timedelta(days=1)
    people = [
        _new_person(random, local_date(now), verified=place < SPARE_JURORS * 2)
        for place in range(count)
    ]
    ids = services.register_people(people=people, actor=SYSTEM, now=now)
    joined: dict[str, list[Joining]] = {CRITICAL: [], ELDERLY: []}
    for person_id, person in zip(ids, people, strict=True):
        old = (local_date(now) - person.born_on).days // 365 >= 60
        starts_on = first + timedelta(days=random.randint(0, 700))
        joined[ELDERLY if old else CRITICAL].append(Joining(person_id, starts_on))
    # The smallest plan: it is wound down while a claim is on notice.
    joined[CHRONIC] = [replace(row, starts_on=first) for row in joined[CRITICAL][-CHRONIC_MEMBERS:]]
    own = [actor.person_id or 0 for actor in world.actors.values()]
    joined[CRITICAL] += [Joining(person_id, first) for person_id in own]
    payer = world.family["self"]
    joined[CRITICAL] += [
        Joining(person_id, first, payer_id=payer)
        for relation, person_id in world.family.items()
        if relation != "self"
    ]
    for code, joinings in joined.items():
        services.enrol_many(plan_code=code, joinings=joinings, actor=SYSTEM, now=now)
        world.members[code] = [joining.person_id for joining in joinings]
    critical = set(world.members[CRITICAL])
    world.spare_jurors = [
        person_id
        for person_id, person in zip(ids, people, strict=True)
        if person.identity_number and person_id in critical
    ][:SPARE_JURORS]


def _new_person(random: Random, on: date, *, verified: bool) -> NewPerson:
    sex = random.choice(("female", "male"))
    age = random.choices(
        (random.randint(18, 38), random.randint(39, 53), random.randint(60, 65)), (5, 5, 2)
    )[0]
    province = invented.pick_province(random)
    born_on = invented.birthday(random, age, on)
    number = invented.identity_number(random, province, born_on, sex) if verified else ""
    return NewPerson(invented.pick_name(random, sex), born_on, sex, province, number)


def memberships_by_person(plan_code: str, person_ids: list[int]) -> dict[int, Membership]:
    """Return the live membership of each person in a plan."""
    rows = Membership.objects.filter(plan__code=plan_code, person_id__in=person_ids, ends_on=None)
    return {row.person_id: row for row in rows.select_related("person", "plan")}
