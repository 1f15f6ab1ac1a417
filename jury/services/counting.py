"""Closing the vote, publishing the root of the commitments, opening, counting, the verdict."""

from datetime import datetime, timedelta
from typing import Any

from django.db import connection, transaction
from django.utils.translation import gettext_lazy as _

from claims import services as claims_services
from claims.queries import assess_filed, lock_claim
from core.actor import CLOCK
from core.deadlines import schedule
from core.errors import WrongState
from jury.brief import found_facts, question_of
from jury.messages import DECIDED, VERDICT, VOTING_OVER, tell_claimant, tell_seats
from jury.models import Ballot, Hearing, Verdict
from jury.queries import claim_reference_of, entry_of, lock_hearing, sitting_count
from jury.rules import CountingRules, words_withheld
from jury.services.endings import end_void, follow_claim
from jury.services.hearings import jury_rules_of
from jury.services.log import write_event
from jury.services.opened_ballots import (
    CHUNK,
    Progress,
    count_opened,
    open_ballots,
    publish_openings,
)
from jury.services.opening import extend
from jury.states import VOTING, HearingState
from jury.tally import Tally
from record import tree
from record.queries import checkpoint_of
from record.services import append_entry

RETRY = timedelta(seconds=5)
AT_ONCE = timedelta(microseconds=1)


def stop_casting(hearing: Hearing) -> None:
    """Wait for the ballots that are being written and keep others out until the commit."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_advisory_xact_lock(hashtextextended('jury_hearing', %s))", [hearing.pk]
        )


@transaction.atomic
def close_voting(*, reference: str, now: datetime) -> str:
    """Close the vote at its time (clock): extend once, end void, or publish the root.

    Whoever holds the hearing's row to cast a ballot is waited for; whoever comes after is
    refused by the database.
    """
    lock_claim(claim_reference_of(reference))
    hearing = lock_hearing(reference)
    if hearing.state not in VOTING or hearing.closes_at is None:
        raise WrongState("jury_not_open", _("Voting is not open."), state=hearing.state)
    if now < hearing.closes_at:
        schedule("jury.close", reference, hearing.closes_at)
        return "not yet"
    if follow_claim(hearing, now):
        return "withdrawn"
    stop_casting(hearing)
    cast = Ballot.objects.filter(hearing=hearing).count()
    if cast < hearing.quorum:
        if hearing.state == HearingState.OPEN and jury_rules_of(hearing).extension_hours > 0:
            extend(hearing, actor=CLOCK, now=now, reason_code="no_quorum")
            return "extended"
        end_void(hearing, actor=CLOCK, now=now, reason_code="no_quorum")
        return "void: no quorum"
    from_state = hearing.state
    hearing.close()
    hearing.ballots_root = root_of(hearing)
    write_event(hearing, event="close", from_state=from_state, actor=CLOCK, now=now, role="clock")
    append_entry(
        kind="ballots_sealed",
        subject=reference,
        body={
            "hearing": reference,
            "round": hearing.round,
            "count": cast,
            "root": hearing.ballots_root,
        },
        now=now,
    )
    schedule("jury.count", reference, now)
    tell_claimant(VOTING_OVER, hearing, now)
    return "closed"


def root_of(hearing: Hearing) -> str:
    """Return the Merkle root (RFC 6962) over the sorted commitments, read row by row."""
    commitments = (
        Ballot.objects.filter(hearing=hearing)
        .order_by("commitment")
        .values_list("commitment", flat=True)
    )
    stack: list[tuple[int, bytes]] = []
    for commitment in commitments.iterator(chunk_size=CHUNK):
        level, value = 0, tree.leaf_hash(bytes.fromhex(commitment))
        while stack and stack[-1][0] == level:
            value = tree.node_hash(stack.pop()[1], value)
            level += 1
        stack.append((level, value))
    if not stack:
        return tree.EMPTY_ROOT.hex()
    value = stack.pop()[1]
    while stack:
        value = tree.node_hash(stack.pop()[1], value)
    return value.hex()


@transaction.atomic
def count_ballots(*, reference: str, now: datetime, progress: Progress | None = None) -> str:
    """Open and count (clock), once the root is in a signed checkpoint.

    A large hearing is opened in steps, each its own transaction that the next one continues;
    then all is counted, published and applied in one.
    """
    claim = lock_claim(claim_reference_of(reference))
    hearing = lock_hearing(reference)
    if hearing.state != HearingState.CLOSED:
        raise WrongState("jury_not_closed", _("The vote is not closed."), state=hearing.state)
    sealed = entry_of(reference, "ballots_sealed")
    if sealed is None or checkpoint_of(sealed) is None:
        schedule("jury.count", reference, now + RETRY)
        return "waiting for a checkpoint"
    if not open_ballots(hearing, now, progress):
        schedule("jury.count", reference, now + AT_ONCE)
        return "opening"
    count = count_opened(hearing)
    found = count.tally.tally(counting_rules(hearing))
    verdict = _decide(hearing, found, count.spoiled, count.total, now)
    publish_openings(hearing, count, verdict.words_withheld, now)
    append_entry(
        kind="verdict",
        subject=reference,
        body=verdict_body(hearing, verdict),
        now=now,
    )
    claims_services.apply_verdict(
        reference=claim.reference,
        actor=CLOCK,
        now=now,
        outcome="overturn" if verdict.basis == "outside_coverage" else verdict.outcome,
        found_answers=_criteria(hearing, found),
        found_facts=found_facts(hearing.brief, found.found),
        hearing_reference=reference,
    )
    tell_seats(DECIDED, hearing, now)
    tell_claimant(VERDICT, hearing, now)
    schedule("jury.destroy_secrets", reference, now)
    return f"decided: {verdict.outcome}"


def counting_rules(hearing: Hearing) -> CountingRules:
    """Return the rules of counting that were fixed when the hearing was opened."""
    return CountingRules(
        quorum=hearing.quorum,
        more_than_per_mille=hearing.more_than_per_mille,
        tie="overturn" if hearing.tie == "overturn" else "uphold",
        not_shown_counts_as="met" if hearing.not_shown_counts_as == "met" else "not_met",
    )


def _criteria(hearing: Hearing, found: Tally) -> dict[str, str]:
    return {
        code: answer
        for code, answer in found.found.items()
        if question_of(hearing.brief, code)["kind"] == "criterion"
    }


def _decide(hearing: Hearing, found: Tally, spoiled: int, total: int, now: datetime) -> Verdict:
    """Write the verdict.

    Too few readable ballots leave the denial standing, and so does a vote to pay what the
    facts, as the panel itself found them, leave outside coverage (promise 8).
    """
    outcome = found.outcome if found.has_quorum else "uphold"
    basis = "no_quorum" if not found.has_quorum else "tie" if found.is_tied else "vote"
    as_found = found_facts(hearing.brief, found.found)
    if outcome == "overturn" and not assess_filed(hearing.claim, as_found).eligible:
        outcome, basis = "uphold", "outside_coverage"
    verdict = Verdict.objects.create(
        hearing=hearing,
        outcome=outcome,
        seats=sitting_count(hearing),
        ballots=total,
        spoiled=spoiled,
        pay=found.pay,
        deny=found.deny,
        by_criterion=found.by_criterion,
        found=found.found,
        basis=basis,
        words_withheld=words_withheld(
            found.ballots, found.pay, found.deny, jury_rules_of(hearing).reasons_shown_from
        ),
        decided_at=now,
    )
    from_state = hearing.state
    hearing.decide()
    write_event(hearing, event="decide", from_state=from_state, actor=CLOCK, now=now, role="clock")
    return verdict


def verdict_body(hearing: Hearing, verdict: Verdict) -> dict[str, Any]:
    """Return the verdict as the public record has it: with the opened ballots beside it enough
    to count it again by anyone."""
    return {
        "hearing": hearing.reference,
        "round": hearing.round,
        "seats": verdict.seats,
        "count": verdict.ballots,
        "spoiled": verdict.spoiled,
        "root": hearing.ballots_root,
        "tally": {
            "pay": verdict.pay,
            "deny": verdict.deny,
            "by_criterion": verdict.by_criterion,
        },
        "quorum": hearing.quorum,
        "threshold": hearing.more_than_per_mille,
        "tie": hearing.tie,
        "not_shown_counts_as": hearing.not_shown_counts_as,
        "found": verdict.found,
        "basis": verdict.basis,
        "outcome": verdict.outcome,
        "words_withheld": verdict.words_withheld,
        "reasons_shown_from": jury_rules_of(hearing).reasons_shown_from,
    }
