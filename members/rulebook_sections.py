"""How each section of a rulebook's JSON is read."""

from typing import Any, Literal

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
from members.rulebook_reader import MARKS, Reader, RulebookError, read_tree

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


def read_section(top: Reader, key: str) -> Reader:
    """Return a section that says how well its values are known."""
    part = top.part(key)
    part.mark()
    return part


def read_collection(top: Reader) -> dict[str, Any]:
    """Read how and when members pay."""
    part = read_section(top, "collection")
    found = {
        "collection": part.one_of("mode", Literal["post_paid", "pre_paid", "peer_to_peer"]),
        "prepaid_cents": part.whole("prepaid_cents"),
    }
    part.done()
    return found


def read_joining(top: Reader) -> dict[str, Any]:
    """Read who may join, the waiting period, the filing window, the health statement."""
    entry = read_section(top, "entry")
    waiting = read_section(top, "waiting_period")
    filing = read_section(top, "filing")
    health = read_section(top, "health_statement")
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


def read_amounts(top: Reader) -> dict[str, Any]:
    """Read amounts, diseases and clauses; criterion codes are unique in a rulebook."""
    part = read_section(top, "amounts")
    codes: set[str] = set()
    found = {
        "bands": {severity: part.parts(severity, _band, least=1) for severity in part.names()},
        "diseases": top.parts("diseases", _disease, least=1),
        "clauses": top.parts("clauses", lambda clause: _clause(clause, codes), least=1),
    }
    part.done()
    return found


def read_deadlines(top: Reader) -> dict[str, int]:
    """Read the named stage lengths."""
    part = top.part("deadlines")
    found = {}
    for name in DEADLINES:
        row = read_section(part, name)
        found[name] = row.whole("days", 1)
        row.done()
    part.done()
    return found


def read_money(top: Reader) -> dict[str, int]:
    """Read the fee and the caps."""
    fee, caps = read_section(top, "fee"), read_section(top, "caps")
    found = {
        "fee_basis_points": fee.whole("basis_points", 0, 10_000),
        "per_case_cap_cents": caps.whole("per_case_cents"),
        "annual_cap_cents": caps.whole("annual_cents"),
    }
    fee.done()
    caps.done()
    return found


def read_days(top: Reader) -> dict[str, Any]:
    """Read notice and sharing days."""
    notice, sharing = read_section(top, "notice"), read_section(top, "sharing")
    found = {
        "notice_days": notice.days_of_month("days_of_month"),
        "notice_open_days": notice.whole("open_days", 1),
        "name_masking": notice.one_of("name", Literal["surname", "none"]),
        "sharing_days": sharing.days_of_month("days_of_month"),
    }
    notice.done()
    sharing.done()
    return found


def read_surroundings(top: Reader) -> dict[str, Any]:
    """Read the board, rule changes and who pays investigations."""
    board, changes = read_section(top, "board"), read_section(top, "rule_changes")
    inquiry = read_section(top, "investigation")
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
    return Clause(part.text("number"), part.text("title_en"), part.text("title_zh"), source, node)


def read_tier(part: Reader) -> Tier:
    """Read a tier."""
    part.mark()
    return Tier(
        part.text("code"),
        part.text("name_en"),
        part.text("name_zh"),
        part.whole("weight", 1),
        part.whole("aid_per_mille", 1, 1000),
    )


def read_document(part: Reader) -> Document:
    """Read a document."""
    part.mark()
    return Document(
        part.text("code"),
        part.text("name_en"),
        part.text("name_zh"),
        part.yes("required"),
    )


def read_vesting(part: Reader) -> Vesting:
    """Read a vesting step."""
    part.mark()
    return Vesting(part.whole("after_days"), part.whole("per_mille", 0, 1000))


def _question(part: Reader) -> HealthQuestion:
    return HealthQuestion(
        part.text("code"),
        part.text("text_en"),
        part.text("text_zh"),
        part.one_of("accepted", Literal["yes", "no"]),
    )


def read_jury(part: Reader) -> Jury:
    """Read how hearings are held."""
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
        part.whole("exam_attempt_limit", 1),
        part.whole("exam_window_days", 1),
        part.whole("exam_cool_down_hours", 0),
        part.whole("exam_valid_days", 1),
        part.text("juror_rules_version"),
        part.one_of("expert_seat", Literal["none", "medical", "legal"]),
        part.whole("reasons_shown_from", 1),
        part.one_of("second_void", Literal["review", "uphold", "overturn"]),
    )
    if jury.mode == "drawn" and jury.quorum > jury.panel_size:
        raise RulebookError(part.at("quorum"), "must not be above the panel's size")
    if jury.exam_pass_mark > jury.exam_questions:
        raise RulebookError(part.at("exam_pass_mark"), "must not be above the questions")
    part.done()
    return jury


def read_leaving(part: Reader) -> Exit:
    """Read what leaving means."""
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


def read_closing(part: Reader) -> Closing:
    """Read how the plan ends."""
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
