"""Several uploads at once: the claim's lock lets each file in once and keeps its limits."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from claims.evidence.limits import MAX_CLAIM_FILES
from claims.models import EvidenceCheck, EvidenceVersion
from claims.services import add_evidence, receive_file
from core.errors import Blocked
from tests.claims.papers import add, pdf, upload
from tests.worlds import World, make_world

Threads = Callable[[int, Callable[[int], Any]], list[Any]]


@pytest.fixture
def world(transactional_db: None, settings: Any, tmp_path: Path) -> World:
    """The world, committed, with its own folder of files."""
    settings.EVIDENCE_ROOT = tmp_path / "evidence"
    return make_world()


def test_one_file_sent_by_eight_at_once_is_taken_once(world: World, in_threads: Threads) -> None:
    claim, now, data = world.draft(), world.tick(), pdf()
    stored = [receive_file(upload(data)) for _number in range(8)]

    def send(number: int) -> EvidenceVersion:
        return add_evidence(
            reference=claim.reference,
            kind="identity",
            stored=stored[number],
            actor=world.claimant,
            now=now,
        )

    results = in_threads(8, send)
    refused = [one for one in results if isinstance(one, Blocked)]
    assert EvidenceVersion.objects.count() == 1
    assert [one.code for one in refused] == ["repeated"] * 7


def test_the_last_place_is_given_once(world: World, in_threads: Threads) -> None:
    claim = world.draft()
    first = add(world, claim, world.claimant, pdf())
    for number in range(2, MAX_CLAIM_FILES):
        version = EvidenceVersion.objects.create(
            evidence=first.evidence,
            number=number,
            storage_key=f"{number:032d}",
            digest=f"{number:064d}",
            size_bytes=1,
            file_name="页.pdf",
            added_by_id=first.added_by_id,
            received_at=world.now,
        )
        EvidenceCheck.objects.create(version=version, outcome="passed", checked_at=world.now)
    stored = [receive_file(upload(pdf(title=str(number)))) for number in range(4)]
    now = world.tick()

    def send(number: int) -> EvidenceVersion:
        return add_evidence(
            reference=claim.reference,
            kind="other",
            stored=stored[number],
            actor=world.claimant,
            now=now,
        )

    results = in_threads(4, send)
    assert EvidenceVersion.objects.count() == MAX_CLAIM_FILES
    assert [one.code for one in results if isinstance(one, Blocked)] == ["too_many"] * 3
