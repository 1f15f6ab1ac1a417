"""Turns a rulebook's JSON body into typed rules, or says exactly what is wrong with it."""

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
from members.rulebook_reader import MARKS, Reader, RulebookError, read_tree
from members.rulebook_types import (
    AmountRule,
    Band,
    Clause,
    Closing,
    Disease,
    Document,
    Exit,
    HealthQuestion,
    Jury,
    Rulebook,
    Source,
    Tier,
    Vesting,
    WaitingPeriod,
)

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

# The named stage lengths, all in days; each stands in `deadlines` with its own source.
DEADLINES = (
    "draft_expiry_days",
    "assignment_days",
    "investigation_days",
    "decide_days",
    "information_days",
    "information_reminder_days",
    "dispute_days",
    "dispute_review_days",
    "hearing_days",
    "objection_inquiry_days",
    "pay_days",
    "unclaimed_days",
)


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
        **_collection(top),
        **_joining(top),
        **_amounts(top),
        **_deadlines(top),
        **_money(top),
        **_days(top),
        **_surroundings(top),
        "jury": _jury(_section(top, "jury")),
        "exit": _exit(_section(top, "exit")),
        "closing": _closing(_section(top, "closing")),
        "tiers": top.parts("tiers", _tier, least=1),
        "documents": top.parts("documents", _document),
        "vesting": top.parts("vesting", _vesting),
        "refund_situations": top.texts("refund_situations"),
    }
    top.done()
    rulebook = Rulebook(**fields)
    _check_whole(rulebook)
    return rulebook


def _section(top: Reader, key: str) -> Reader:
    part = top.part(key)
    part.mark()
    return part


def _collection(top: Reader) -> dict[str, Any]:
    part = _section(top, "collection")
    found = {
        "collection": part.one_of("mode", Literal["post_paid", "pre_paid", "peer_to_peer"]),
        "prepaid_cents": part.whole("prepaid_cents"),
    }
    part.done()
    return found


def _joining(top: Reader) -> dict[str, Any]:
    entry = _section(top, "entry")
    waiting = _section(top, "waiting_period")
    filing = _section(top, "filing")
    health = _section(top, "health_statement")
    found = {
        "min_entry_age_days": entry.whole("min_age_days"),
        "max_entry_age": entry.whole("max_age", 0, 150),
        "waiting": WaitingPeriod(waiting.whole("days"), waiting.yes("except_accidents")),
        "filing_window_days": filing.whole("window_days", 1),
        "health_text_en": health.text("text_en"),
        "health_text_zh": health.text("text_zh"),
        "health_questions": health.parts("questions", _question),
    }
    for part in (entry, waiting, filing, health):
        part.done()
    return found


def _amounts(top: Reader) -> dict[str, Any]:
    part = _section(top, "amounts")
    codes: set[str] = set()
    found = {
        "bands": {severity: part.parts(severity, _band, least=1) for severity in part.keys()},
        "diseases": top.parts("diseases", _disease, least=1),
        "clauses": top.parts("clauses", lambda clause: _clause(clause, codes), least=1),
    }
    part.done()
    return found


def _deadlines(top: Reader) -> dict[str, int]:
    part = top.part("deadlines")
    found = {}
    for name in DEADLINES:
        row = _section(part, name)
        found[name] = row.whole("days", 1)
        row.done()
    part.done()
    return found


def _money(top: Reader) -> dict[str, int]:
    fee, caps = _section(top, "fee"), _section(top, "caps")
    found = {
        "fee_basis_points": fee.whole("basis_points", 0, 10_000),
        "per_case_cap_cents": caps.whole("per_case_cents"),
        "annual_cap_cents": caps.whole("annual_cents"),
    }
    fee.done()
    caps.done()
    return found


def _days(top: Reader) -> dict[str, Any]:
    notice, sharing = _section(top, "notice"), _section(top, "sharing")
    found = {
        "notice_days": notice.days_of_month("days_of_month"),
        "notice_open_days": notice.whole("open_days", 1),
        "name_masking": notice.one_of("name", Literal["surname", "none"]),
        "sharing_days": sharing.days_of_month("days_of_month"),
    }
    notice.done()
    sharing.done()
    return found


def _surroundings(top: Reader) -> dict[str, Any]:
    board, changes = _section(top, "board"), _section(top, "rule_changes")
    inquiry = _section(top, "investigation")
    found = {
        "minimum_class": board.whole("minimum_class", 11),
        "rules_decided_by": changes.one_of(
            "decided_by", Literal["operator", "members", "delegates"]
        ),
        "rule_comment_days": changes.whole("comment_days"),
        "rule_notice_days": changes.whole("notice_days"),
        "investigation_fee_payer": inquiry.one_of(
            "fee_payer", Literal["operator", "claimant", "members"]
        ),
        "investigation_cost_cents": inquiry.whole("cost_cents"),
        "may_skip_investigation": inquiry.yes("may_skip"),
    }
    for part in (board, changes, inquiry):
        part.done()
    return found


def _band(part: Reader) -> Band:
    low, high = part.whole("min_age", 0, 150), part.whole("max_age", 0, 150)
    if low > high:
        raise RulebookError(part.at("max_age"), f"must not be below {low}")
    return Band(low, high, part.whole("amount_cents", 1))


def _amount_rule(part: Reader) -> AmountRule:
    start, end = part.day("diagnosed_from"), part.day("diagnosed_before")
    if start is not None and end is not None and start >= end:
        raise RulebookError(part.at("diagnosed_before"), f"must be after {start}")
    part.mark()
    return AmountRule(part.parts("bands", _band, least=1), start, end)


def _disease(part: Reader) -> Disease:
    part.mark()
    return Disease(
        part.text("code"),
        part.text("name_en"),
        part.text("name_zh"),
        part.text("group"),
        part.text("severity"),
        part.text("clause"),
        part.parts("amounts", _amount_rule) if part.has("amounts") else (),
    )


def _clause(part: Reader, codes: set[str]) -> Clause:
    origin = part.part("source")
    source = Source(
        origin.text("name_en"),
        origin.text("name_zh"),
        origin.whole("year", 2000, 2100),
        origin.text("article"),
        origin.text("mark"),
    )
    origin.done()
    if source.mark not in MARKS:
        raise RulebookError(origin.at("mark"), f"must be one of {', '.join(sorted(MARKS))}")
    tree = part.part("tree")
    node = read_tree(tree, codes)
    tree.done()
    return Clause(
        part.text("number"), part.text("title_en"), part.text("title_zh"), source, node
    )


def _tier(part: Reader) -> Tier:
    part.mark()
    return Tier(
        part.text("code"),
        part.text("name_en"),
        part.text("name_zh"),
        part.whole("weight", 1),
        part.whole("aid_per_mille", 1, 1000),
    )


def _document(part: Reader) -> Document:
    part.mark()
    return Document(
        part.text("code"), part.text("name_en"), part.text("name_zh"), part.yes("required")
    )


def _vesting(part: Reader) -> Vesting:
    part.mark()
    return Vesting(part.whole("after_days"), part.whole("per_mille", 0, 1000))


def _question(part: Reader) -> HealthQuestion:
    return HealthQuestion(
        part.text("code"),
        part.text("text_en"),
        part.text("text_zh"),
        part.one_of("accepted", Literal["yes", "no"]),
    )


def _jury(part: Reader) -> Jury:
    jury = Jury(
        part.one_of("mode", Literal["drawn", "open", "none"]),
        part.whole("panel_size", 1, 10**6),
        part.whole("rehearing_panel_size", 1, 10**6),
        part.whole("quorum", 1, 10**6),
        part.whole("more_than_per_mille", 500, 999),
        part.whole("voting_hours", 1),
        part.whole("acceptance_hours", 1),
        part.whole("extension_hours", 0),
        part.one_of("tie", Literal["uphold", "overturn"]),
        part.one_of("not_shown_counts_as", Literal["not_met", "met"]),
        part.yes("reasons_required"),
        part.whole("roll_days", 1),
        part.whole("exam_questions", 0),
        part.whole("exam_pass_mark", 0),
        part.one_of("second_void", Literal["review", "uphold", "overturn"]),
    )
    if jury.mode == "drawn" and jury.quorum > jury.panel_size:
        raise RulebookError(part.at("quorum"), "must not be above the panel's size")
    if jury.exam_pass_mark > jury.exam_questions:
        raise RulebookError(part.at("exam_pass_mark"), "must not be above the questions")
    part.done()
    return jury


def _exit(part: Reader) -> Exit:
    found = Exit(
        part.yes("open_notice_is_shared"),
        part.yes("rejoining_waits_again"),
        part.whole("age_limit", 0, 150),
        part.yes("waiting_period_refund"),
        part.yes("aid_ends_membership"),
        part.whole("debit_retry_days"),
    )
    part.done()
    return found


def _closing(part: Reader) -> Closing:
    found = Closing(
        part.one_of(
            "mode",
            Literal[
                "operator_pays",
                "pro_rata",
                "members_move",
                "ends_by_rule",
                "finish_open_cases",
                "none",
            ],
        ),
        part.one_of("refund", Literal["none", "all_shares", "balance"]),
        part.whole("late_filing_days"),
        part.whole("finish_days"),
        part.whole("minimum_members"),
    )
    part.done()
    return found


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
            "rulebook.deadlines.information_reminder_days", "must come before the deadline"
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
    for lower, upper in zip(ordered, ordered[1:], strict=False):
        if lower.max_age >= upper.min_age:
            raise RulebookError(place, f"two amounts for age {upper.min_age}")
