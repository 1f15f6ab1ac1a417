"""Closing the vote, publishing the root of the commitments, opening, counting, the verdict."""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from claims import services as claims_services
from claims.queries import assess_filed, lock_claim
from core.actor import CLOCK
from core.deadlines import schedule
from core.errors import WrongState
from jury import vault
from jury.brief import found_facts, question_codes, question_of
from jury.messages import DECIDED, VERDICT, VOTING_OVER, tell_claimant, tell_seats
from jury.models import Ballot, BallotOpening, Hearing, Verdict
from jury.queries import claim_reference_of, entry_of, lock_hearing, sitting_count
from jury.rules import CountingRules, words_withheld
from jury.sealing import FORMAT, NotOpenable, commitment_of, digest_under, info_of, unseal
from jury.services.endings import end_void, follow_claim
from jury.services.hearings import jury_rules_of
from jury.services.log import write_event
from jury.services.opening import extend
from jury.states import VOTING, HearingState
from jury.tally import Count, OpenedBallot, Tally
from record import tree
from record.queries import checkpoint_of
from record.services import append_entry

CHUNK = 1000
PART = 1000
RETRY = timedelta(seconds=5)

Progress = Callable[[int, int], None]


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
    """Open, count, publish, apply the verdict (clock), once the root is in a signed checkpoint."""
    claim = lock_claim(claim_reference_of(reference))
    hearing = lock_hearing(reference)
    if hearing.state != HearingState.CLOSED:
        raise WrongState("jury_not_closed", _("The vote is not closed."), state=hearing.state)
    sealed = entry_of(reference, "ballots_sealed")
    if sealed is None or checkpoint_of(sealed) is None:
        schedule("jury.count", reference, now + RETRY)
        return "waiting for a checkpoint"
    count = Count(question_codes(hearing.brief))
    spoiled, total = _open_all(hearing, count, now, progress)
    found = count.tally(counting_rules(hearing))
    verdict = _decide(hearing, found, spoiled, total, now)
    _publish_openings(hearing, total, verdict.words_withheld, now)
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


@dataclass(frozen=True, slots=True)
class _Read:
    """One ballot as it came out of its seal; empty where it is spoiled."""

    nonce: str = ""
    body: str = ""
    words_nonce: str = ""
    words: str = ""


def _open_all(
    hearing: Hearing, count: Count, now: datetime, progress: Progress | None
) -> tuple[int, int]:
    """Open every ballot in the order of the commitments; return how many are spoiled, and all."""
    opening_key = vault.read(hearing.reference).opening_key
    total = Ballot.objects.filter(hearing=hearing).count()
    spoiled = position = 0
    for chunk in _chunks(hearing):
        rows: list[BallotOpening] = []
        for ballot in chunk:
            position += 1
            read = _read(hearing, ballot, opening_key, count)
            spoiled += not read.body
            rows.append(
                BallotOpening(
                    ballot=ballot,
                    hearing=hearing,
                    position=position,
                    nonce=read.nonce,
                    body=read.body,
                    words_nonce=read.words_nonce,
                    words=read.words,
                    is_spoiled=not read.body,
                    opened_at=now,
                )
            )
        BallotOpening.objects.bulk_create(rows)
        if progress is not None:
            progress(position, total)
    return spoiled, total


def _publish_openings(hearing: Hearing, total: int, withheld: str, now: datetime) -> None:
    """Publish every ballot with its nonce, in parts, in the order of the receipts."""
    parts = -(-total // PART)
    for part in range(1, parts + 1):
        rows = BallotOpening.objects.filter(
            hearing=hearing, position__gt=(part - 1) * PART, position__lte=part * PART
        ).select_related("ballot")
        append_entry(
            kind="ballots_opened",
            subject=hearing.reference,
            body={
                "hearing": hearing.reference,
                "round": hearing.round,
                "part": part,
                "parts": parts,
                "ballots": [
                    opened_body(row, withheld)
                    for row in rows.defer("ballot__ciphertext").order_by("position")
                ],
            },
            now=now,
        )


def opened_body(row: BallotOpening, withheld: str) -> dict[str, Any]:
    """Return an opened ballot as the record lists it, without the words where they stay back."""
    body: dict[str, Any] = {
        "pseudonym": pseudonym(row.position),
        "nonce": row.nonce,
        "ballot": row.body,
        "commitment": row.ballot.commitment,
    }
    if not withheld and not row.is_spoiled:
        body["words"] = {"nonce": row.words_nonce, "text": row.words}
    return body


def pseudonym(position: int) -> str:
    """Return a juror's name in one hearing: the place of their receipt among the sorted ones."""
    return f"J{position}"


def _chunks(hearing: Hearing) -> Iterator[list[Ballot]]:
    rows = (
        Ballot.objects.filter(hearing=hearing).select_related("seat").order_by("commitment")
    ).iterator(chunk_size=CHUNK)
    chunk: list[Ballot] = []
    for row in rows:
        chunk.append(row)
        if len(chunk) == CHUNK:
            yield chunk
            chunk = []
    if chunk:
        yield chunk


def _read(hearing: Hearing, ballot: Ballot, opening_key: bytes, count: Count) -> _Read:
    """Open one ballot and count it; one copied from elsewhere, or garbled, is spoiled."""
    info = info_of(hearing.reference, hearing.round, ballot.seat.number)
    try:
        opened = unseal(bytes(ballot.ciphertext), private_key=opening_key, info=info)
        if commitment_of(opened.nonce, opened.ballot) != ballot.commitment:
            return _Read()
        body, words = opened.ballot.decode(), opened.words.decode()
        content = json.loads(body)
        if (content["format"], content["hearing"], content["round"], content["words"]) != (
            FORMAT,
            hearing.reference,
            hearing.round,
            digest_under(opened.words_nonce, opened.words),
        ):
            return _Read()
        count.add(OpenedBallot(content["vote"], content["answers"]))
    except (NotOpenable, ValueError, KeyError, TypeError):
        return _Read()
    return _Read(opened.nonce.hex(), body, opened.words_nonce.hex(), words)


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
