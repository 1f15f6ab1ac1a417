"""Who files which claim and how it goes: the plots of the demo world, by its seed."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from random import Random
from typing import Any

from core.actor import Actor
from core.zone import local_date, start_of_day
from desk.demo import invented
from desk.demo.plot import Plot
from desk.demo.world import (
    CHRONIC,
    CRITICAL,
    ELDERLY,
    World,
    actor_of_person,
    memberships_by_person,
)
from members.models import Membership

# Lives that go another way than to payout, per thousand claims.
DENIED, OUTSIDE, ASKED, SENT_BACK, WITHDRAWN = 90, 30, 120, 40, 12
ELDERLY_SHARE = 5  # one claim in so many is of the elderly plan
# A tenth of the claims is spread over the plan's quieter months, the rest over the last ones.
FIRST_FILING_DAYS, BUSY_DAYS, EARLY_PERCENT = 155, 75, 12
ELDERLY_ILLNESSES = ("malignant-tumour",)


@dataclass(frozen=True, slots=True)
class Casting:
    """A plot and the day its claim is filed."""

    filed_at: datetime
    plot: Plot


def cast(world: World, count: int, until: datetime, random: Random) -> list[Casting]:
    """Return `count` plots spread over the last months, the special ones among them."""
    members = _candidates(world, random, until)
    specials = list(_specials(until))
    castings = []
    for number in range(count):
        plan = ELDERLY if number % ELDERLY_SHARE == 0 else CRITICAL
        if number < len(specials):
            plan = CHRONIC if "closes_plan" in specials[number][1] else CRITICAL
        membership = next(members[plan])
        plot = _plot(random, membership, actor_of_person(membership.person_id), until)
        early = random.randrange(100) < EARLY_PERCENT
        days_ago = random.uniform(0.2, FIRST_FILING_DAYS if early else BUSY_DAYS)
        if number < len(specials):
            days_ago, changes = specials[number]
            plot = replace(plot, has_all_papers=True, **changes)
        else:
            plot = _ordinary(random, plot)
        castings.append(_at(plot, until - timedelta(days=days_ago), random))
    return castings


def family_castings(world: World, until: datetime, random: Random) -> list[Casting]:
    """Return the demo claimant's own claims: a draft, one asked about, one denied, one noticed."""
    claimant = world.actors["claimant"]
    ids = list(world.family.values())
    rows = memberships_by_person(CRITICAL, ids)
    stories: tuple[tuple[str, float, dict[str, Any]], ...] = (
        ("self", 0.3, {"stops_at": "draft"}),
        ("spouse", 2.4, {"asks": True, "answers": False}),
        ("father", 15.0, {"denies": True, "illness": _illness("deep-coma")}),
        ("mother", 24.0, {}),
        ("child", 7.2, {"denies": True, "disputes": True, "hearing": "announced",
                        "illness": _illness("deep-coma"), "speed": 0.12}),
    )  # fmt: skip
    castings = []
    for relation, days_ago, changes in stories:
        plot = _plot(random, rows[world.family[relation]], claimant, until)
        castings.append(
            _at(
                replace(plot, has_all_papers=True, **changes),
                until - timedelta(days=days_ago),
                random,
            )
        )
    return castings


def _specials(until: datetime) -> Iterator[tuple[float, dict[str, Any]]]:
    """Yield days ago and changes for the claims that show every state and ending."""
    coma = _illness("deep-coma")
    hearing = {"denies": True, "disputes": True, "illness": coma, "speed": 0.5}
    yield 60, {**hearing, "hearing": "overturn"}
    yield 58, {**hearing, "hearing": "overturn"}
    yield 57, {**hearing, "hearing": "uphold"}
    yield 52, {"denies": True, "refers": True, "illness": coma, "hearing": "uphold", "speed": 0.5}
    yield 11, {**hearing, "hearing": "open", "speed": 0.2}
    yield 10, {**hearing, "hearing": "preparing", "speed": 0.2}
    yield 14, {**hearing, "stops_at": "disputed"}
    yield 40, {"asks": True, "answers": False}
    yield 33, {"withdraws_at": "filed"}
    yield 41, {"objected": "sustain"}
    yield 39, {"objected": "dismiss_late"}
    yield 17, {"objected": "open"}
    yield 18, {"objected": "dismiss"}
    yield 48, {"payout": "returned"}
    yield 152, {"payout": "unclaimed"}
    yield 46, {"halts": True}
    yield 38, {"closes_plan": True}
    yield 3, {"stops_at": "filed"}
    yield 9, {"stops_at": "under_investigation"}
    yield 8, {"stops_at": "under_review"}
    yield 12, {"stops_at": "under_final_review"}
    yield 13, {"stops_at": "approved"}


def _illness(code: str) -> invented.Illness:
    return next(illness for illness in invented.ILLNESSES if illness.code == code)


def _ordinary(random: Random, plot: Plot) -> Plot:
    """Let chance send a claim some of the commoner other ways."""
    chance = random.randrange(1000)
    if chance < DENIED:
        return replace(plot, denies=True)
    if chance < DENIED + OUTSIDE and not plot.illness.accident:
        return replace(plot, outside=True)
    if chance < DENIED + OUTSIDE + WITHDRAWN:
        return replace(plot, withdraws_at="approved")
    return replace(
        plot,
        asks=random.randrange(1000) < ASKED,
        sends_back=random.randrange(1000) < SENT_BACK,
        speed=random.uniform(0.7, 1.5),
    )


def _plot(random: Random, membership: Membership, claimant: Actor, until: datetime) -> Plot:
    illness = invented.pick_illness(random)
    if membership.plan.code != CRITICAL:
        illness = _illness(ELDERLY_ILLNESSES[0])
    city = random.choice(invented.CITIES[membership.person.province])
    return Plot(
        membership=membership,
        illness=illness,
        claimant=claimant,
        diagnosed_on=local_date(until),
        hospital=f"{city}市第{random.choice('一二三')}人民医院",
    )


def _at(plot: Plot, filed_at: datetime, random: Random) -> Casting:
    """Fix the day of filing, in working hours, and that of the diagnosis before it."""
    day = local_date(filed_at)
    at = start_of_day(day) + timedelta(minutes=random.randint(510, 1200))
    return Casting(min(at, filed_at), replace(plot, diagnosed_on=_diagnosed(plot, day, random)))


def _diagnosed(plot: Plot, filed_on: date, random: Random) -> date:
    if plot.outside:  # filed after the rulebook's 180 days
        return filed_on - timedelta(days=random.randint(186, 215))
    return filed_on - timedelta(days=random.randint(10, 100))


def _candidates(world: World, random: Random, until: datetime) -> dict[str, Iterator[Membership]]:
    """Return the memberships old enough to be covered, in an order of chance, by plan."""
    spared = {*world.spare_jurors, *world.family.values(), *world.jurors}
    spared |= {actor.person_id or 0 for actor in world.actors.values()}
    found = {}
    for code in world.members:
        ids = [pk for pk in world.members[code] if pk not in spared]
        rows = memberships_by_person(code, random.sample(ids, min(len(ids), 4000)))
        latest = local_date(until) - timedelta(days=FIRST_FILING_DAYS + 225)
        found[code] = iter([row for row in rows.values() if row.starts_on < latest])
    return found
