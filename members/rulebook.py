"""Turns a rulebook's JSON body into typed rules, or says exactly what is wrong with it."""

from itertools import pairwise
from typing import Any, Literal

from members.criteria import (
    AllOf,
    AnyOf,
    AtLeast,
    Criterion,
    ListedCriterion,
    criteria,
    evaluate,
)
from members.rulebook_parts import (
    AmountRule,
    Band,
    Clause,
    Closing,
    Disease,
    Document,
    Exit,
    HealthQuestion,
    Jury,
    Source,
    Tier,
    Vesting,
    WaitingPeriod,
)
from members.rulebook_reader import Reader, RulebookError
from members.rulebook_sections import (
    read_amounts,
    read_closing,
    read_collection,
    read_days,
    read_deadlines,
    read_document,
    read_joining,
    read_jury,
    read_leaving,
    read_money,
    read_section,
    read_surroundings,
    read_tier,
    read_vesting,
)
from members.rulebook_types import Rulebook

__all__ = [
    "AllOf",
    "AmountRule",
    "AnyOf",
    "AtLeast",
    "Band",
    "Clause",
    "Closing",
    "Criterion",
    "Disease",
    "Document",
    "Exit",
    "HealthQuestion",
    "Jury",
    "ListedCriterion",
    "Rulebook",
    "RulebookError",
    "Source",
    "Tier",
    "Vesting",
    "WaitingPeriod",
    "criteria",
    "evaluate",
    "parse",
]

SCHEMA = 1


def parse(body: object) -> Rulebook:
    """Return the typed rules of a body; RulebookError names the first place that is wrong."""
    top = Reader(body, "rulebook")
    if top.whole("schema") != SCHEMA:
        raise RulebookError(top.at("schema"), f"must be {SCHEMA}")
    fields: dict[str, Any] = {
        "plan_code": top.text("plan"),
        "title_en": top.text("title_en"),
        "title_zh": top.text("title_zh"),
        "transition": top.one_of("transition", Literal["diagnosis", "filing"]),
        "zone": top.text("zone"),
        **read_collection(top),
        **read_joining(top),
        **read_amounts(top),
        **read_deadlines(top),
        **read_money(top),
        **read_days(top),
        **read_surroundings(top),
        "jury": read_jury(read_section(top, "jury")),
        "exit": read_leaving(read_section(top, "exit")),
        "closing": read_closing(read_section(top, "closing")),
        "tiers": top.parts("tiers", read_tier, least=1),
        "documents": top.parts("documents", read_document),
        "vesting": top.parts("vesting", read_vesting),
        "refund_situations": top.texts("refund_situations"),
    }
    top.done()
    rulebook = Rulebook(**fields)
    _check_whole(rulebook)
    return rulebook


def _check_whole(rulebook: Rulebook) -> None:
    """Check what only the whole can show: references, repeats, bands that overlap."""
    for name in ("diseases", "tiers", "documents", "health_questions"):
        _check_once(name, [row.code for row in getattr(rulebook, name)])
    _check_once("clauses", [clause.number for clause in rulebook.clauses])
    numbers = {clause.number for clause in rulebook.clauses}
    for disease in rulebook.diseases:
        place = f"rulebook.diseases[{disease.code}]"
        if disease.clause not in numbers:
            raise RulebookError(place, f"there is no clause {disease.clause}")
        if not disease.amounts and disease.severity not in rulebook.bands:
            raise RulebookError(place, f"there are no amounts for {disease.severity}")
        for rule in disease.amounts:
            _check_bands(place, rule.bands)
    for severity, bands in rulebook.bands.items():
        _check_bands(f"rulebook.amounts.{severity}", bands)
    if rulebook.information_reminder_days >= rulebook.information_days:
        raise RulebookError(
            "rulebook.deadlines.information_reminder_days",
            "must come before the deadline",
        )
    steps = [step.after_days for step in rulebook.vesting]
    if steps != sorted(set(steps)):
        raise RulebookError("rulebook.vesting", "must be ascending without repeats")


def _check_once(name: str, codes: list[str]) -> None:
    repeated = sorted({code for code in codes if codes.count(code) > 1})
    if repeated:
        raise RulebookError(f"rulebook.{name}", f"{repeated[0]} is used twice")


def _check_bands(place: str, bands: tuple[Band, ...]) -> None:
    ordered = sorted(bands, key=lambda band: band.min_age)
    for lower, upper in pairwise(ordered):
        if lower.max_age >= upper.min_age:
            raise RulebookError(place, f"two amounts for age {upper.min_age}")
