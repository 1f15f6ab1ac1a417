"""What the public record says about a closed round: enough to recount it to the cent."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from core.canonical import canonical_json
from record.services import append_entry
from record.sizes import room_for_body, split_by_bytes
from sharing.models import Round

ROUND_CLOSED = "round_closed"
ROUND_CASES = "round_cases"
#: Keys, the round's reference and the part's number around the cases of a part.
AROUND_CASES = 200
INSTANT = "%Y-%m-%dT%H:%M:%SZ"


def publish_closed(found: Round, now: datetime) -> None:
    """Append the round's entry to the public record, in the transaction that closes it.

    Where its cases do not fit into one leaf, `round_cases` entries hold them before it, divided
    by bytes; its own list is then empty and `case_count` says how many they are.
    """
    body = closed_body(found)
    if len(canonical_json(body)) > room_for_body(ROUND_CLOSED, found.reference):
        room = room_for_body(ROUND_CASES, found.reference) - AROUND_CASES
        for number, cases in enumerate(split_by_bytes(body["cases"], room), 1):
            part = {"round": found.reference, "part": number, "cases": cases}
            append_entry(kind=ROUND_CASES, subject=found.reference, body=part, now=now)
        body = {**body, "cases": [], "case_count": len(body["cases"])}
    append_entry(kind=ROUND_CLOSED, subject=found.reference, body=body, now=now)


def case_count(body: Mapping[str, Any]) -> int:
    """Return how many cases a closed round's entry speaks of."""
    return int(body.get("case_count", len(body["cases"])))


def closed_body(found: Round) -> dict[str, Any]:
    """Return the round as the record keeps it: no person, no private reference.

    `paid_from_cents` tells cohorts of one tier apart where an annual cap binds.
    """
    cases = found.cases.filter(is_dropped=False).order_by("public_reference")
    shares = found.shares.order_by("tier", "weight_milli", "paid_from_cents")
    return {
        "round": found.reference,
        "plan": found.plan.code,
        "sharing_on": found.sharing_on.isoformat(),
        "lock_at": found.lock_at.astimezone(UTC).strftime(INSTANT),
        "cases": [{"case": case.public_reference, "aid_cents": case.aid_cents} for case in cases],
        "tiers": [
            {
                "tier": row.tier,
                "weight_milli": row.weight_milli,
                "paid_from_cents": row.paid_from_cents,
                "memberships": row.members,
                "share_cents": row.share_cents,
            }
            for row in shares
        ],
        "aid_cents": found.aid_cents,
        "fee_cents": found.fee_cents,
        "surplus_in_cents": found.surplus_in_cents,
        "surplus_out_cents": found.surplus_out_cents,
        "subsidy_cents": found.subsidy_cents,
        "due_cents": found.due_cents,
        "collected_cents": found.collected_cents,
        "uncollected_cents": found.uncollected_cents,
    }
