"""What the jury officer reads by API: stage, deadline, counts, seats by number, never content."""

from typing import Any

from django.urls import reverse

from core.clock import now
from jury.console_page import is_late
from jury.models import Hearing
from jury.officer_queries import (
    VIEWS,
    HearingRow,
    counts_of,
    officer_page,
    seats_of,
    with_counts,
)
from jury.stages import TURNS, moment_of, stage_of
from jury.states import Mode


def row_body(row: HearingRow) -> dict[str, Any]:
    """Return a hearing's stage, deadline and counts."""
    hearing = row.hearing
    stage = stage_of(hearing)
    return {
        "stage": str(stage),
        "waits_for": TURNS[stage].role,
        "ends_at": moment_of(hearing),
        "is_overdue": is_late(hearing, now()),
        "escalated_at": hearing.escalated_at,
        "accepted": row.accepted,
        "unanswered": row.invited,
        "ballots_cast": row.cast,
    }


def officer_list(view: str, after: str) -> dict[str, Any]:
    """Return a page of hearings in one of the console's views, and where the next one begins."""
    page = officer_page(view if view in VIEWS else VIEWS[0], after, now())
    return {
        "results": [
            {
                "reference": row.hearing.reference,
                "state": str(row.hearing.state),
                "claim": row.hearing.claim.reference,
                "closes_at": row.hearing.closes_at,
                "link": reverse("api_hearing", args=[row.hearing.reference]),
                **row_body(row),
            }
            for row in with_counts(page.rows)
        ],
        "next_after": page.next_cursor,
    }


def officer_body(hearing: Hearing) -> dict[str, Any]:
    """Return the same of one hearing with its panel by number; no name, and not who voted."""
    seats = seats_of(hearing) if hearing.mode == Mode.DRAWN else []
    return {
        **row_body(counts_of(hearing)),
        "opens_latest_at": hearing.opens_latest_at,
        "expert_seat": hearing.expert_seat,
        "expert_waived": hearing.expert_waived,
        "seats": [
            {
                "number": seat.number,
                "state": str(seat.state),
                "expert": seat.expert_kind,
                "answer_due_at": seat.answer_due_at,
                "left_at": seat.left_at,
                "reason_code": seat.reason_code,
            }
            for seat in seats
        ],
    }
