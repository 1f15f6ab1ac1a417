"""Objections against the close, and against each other, with real threads and connections."""

import threading
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction

from claims.models import Claim
from core.actor import CLOCK
from core.errors import Blocked, Refusal, WrongState
from disclosure import services
from disclosure.models import NoticeEntry, Objection, Redaction
from disclosure.states import EntryState
from tests.worlds_disclosure import (
    FILED_AT,
    OPENS_AT,
    DisclosureWorld,
    make_disclosure_world,
    set_clock,
)

InThreads = Callable[[int, Callable[[int], Any]], list[Any]]
STATEMENT = {"grounds": "other", "statement": "我认识他。"}


@pytest.fixture
def world(transactional_db: None) -> Iterator[DisclosureWorld]:
    """The world, committed, so that other connections see it."""
    set_clock(OPENS_AT)
    yield make_disclosure_world()
    set_clock(None)


def test_an_objection_in_flight_when_the_clock_clears_still_blocks(
    world: DisclosureWorld, in_threads: InThreads
) -> None:
    entry = world.noticed()
    actor = world.objector()
    set_clock(entry.closes_at - timedelta(seconds=3))
    inserted = threading.Event()

    def object_slowly() -> Objection:
        with transaction.atomic():
            found = services.object_to_entry(
                reference=entry.reference,
                actor=actor,
                now=entry.closes_at - timedelta(seconds=3),
                **STATEMENT,
            )
            inserted.set()
            time.sleep(1)
        return found

    def clear() -> NoticeEntry:
        inserted.wait(10)
        set_clock(entry.closes_at + timedelta(seconds=1))
        return services.close_entry(
            reference=entry.reference, actor=CLOCK, now=entry.closes_at + timedelta(seconds=1)
        )

    first, second = in_threads(2, lambda index: clear() if index else object_slowly())
    assert isinstance(first, Objection)
    assert isinstance(second, Blocked)
    assert second.code == "entry_objection"
    assert NoticeEntry.objects.get().state == EntryState.OPEN


def test_an_objection_that_waits_for_the_clearing_lock_comes_too_late(
    world: DisclosureWorld, in_threads: InThreads
) -> None:
    entry = world.noticed()
    actor = world.objector()
    set_clock(entry.closes_at)
    cleared = threading.Event()

    def clear_slowly() -> None:
        with transaction.atomic():
            services.close_entry(reference=entry.reference, actor=CLOCK, now=entry.closes_at)
            cleared.set()
            time.sleep(1)

    def object_late() -> Objection:
        cleared.wait(10)
        return services.object_to_entry(
            reference=entry.reference,
            actor=actor,
            now=entry.closes_at - timedelta(seconds=1),
            **STATEMENT,
        )

    _none, late = in_threads(2, lambda index: object_late() if index else clear_slowly())
    assert isinstance(late, Blocked)
    assert late.code == "objection_in_time"
    assert NoticeEntry.objects.get().state == EntryState.CLEARED
    assert not Objection.objects.exists()


def test_twelve_posts_of_one_member_make_one_objection(
    world: DisclosureWorld, in_threads: InThreads
) -> None:
    entry = world.noticed()
    actor = world.objector()
    at = entry.opens_at + timedelta(hours=1)
    set_clock(at)
    results = in_threads(
        12,
        lambda _index: services.object_to_entry(
            reference=entry.reference, actor=actor, now=at, **STATEMENT
        ),
    )
    assert Objection.objects.count() == 1
    assert sum(isinstance(result, Objection) for result in results) == 1
    assert all(isinstance(result, Objection | Refusal) for result in results)


def test_two_clocks_clear_an_entry_once(world: DisclosureWorld, in_threads: InThreads) -> None:
    entry = world.noticed()
    set_clock(entry.closes_at)
    before = Claim.objects.get().event_count
    results = in_threads(
        6,
        lambda _index: services.close_entry(
            reference=entry.reference, actor=CLOCK, now=entry.closes_at
        ),
    )
    assert sum(isinstance(result, NoticeEntry) for result in results) == 1
    assert sum(isinstance(result, WrongState) for result in results) == 5
    assert Claim.objects.get().event_count == before + 1


def test_sustain_and_dismiss_at_once_leave_one_answer(
    world: DisclosureWorld, in_threads: InThreads
) -> None:
    objection = world.objection(world.noticed())
    who = {"reference": objection.reference, "now": objection.received_at}
    services.open_inquiry(**who, actor=world.reviewer)
    services.draft_answer(
        **who,
        actor=world.reviewer,
        outcome="dismissed",
        answer="已核实。",
        board_answer="核实无误。",
    )
    results = in_threads(
        8,
        lambda index: (services.sustain if index % 2 else services.dismiss)(
            **who, actor=world.reviewer2
        ),
    )
    assert sum(isinstance(result, Objection) for result in results) == 1
    assert all(isinstance(result, Objection | Refusal) for result in results)
    assert Objection.objects.get().state == "dismissed"


def test_the_same_person_never_takes_both_signatures(
    world: DisclosureWorld, in_threads: InThreads
) -> None:
    claim = world.approved(is_signed=False)
    who = {"reference": claim.reference, "now": FILED_AT}
    texts = {"story": "一", "investigation_summary": "二", "board_summary": "三"}
    services.prepare_redaction(**who, actor=world.reviewer2, **texts)

    def act(index: int) -> object:
        if index % 2:
            return services.prepare_redaction(**who, actor=world.reviewer, **texts)
        return services.sign_redaction(**who, actor=world.reviewer)

    in_threads(8, act)
    row = Redaction.objects.get()
    assert row.signed_by_id is None or row.signed_by_id != row.prepared_by_id
