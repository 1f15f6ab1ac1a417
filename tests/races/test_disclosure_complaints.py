"""Complaints and figures raced with real threads and connections."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest

from core.actor import CLOCK
from core.errors import Refusal, WrongState
from disclosure import services
from disclosure.models import Complaint, ComplaintEvent
from record.models import Entry
from tests.worlds_complaints import ANSWER, DAY, ComplaintWorld, make_complaint_world
from tests.worlds_disclosure import OPENS_AT, make_disclosure_world, set_clock

InThreads = Callable[[int, Callable[[int], Any]], list[Any]]


@pytest.fixture
def complaints(transactional_db: None) -> Iterator[ComplaintWorld]:
    """The world, committed, so that other connections see it."""
    set_clock(OPENS_AT)
    yield make_complaint_world(make_disclosure_world())
    set_clock(None)


def test_of_two_officers_who_answer_at_once_one_answers(
    complaints: ComplaintWorld, in_threads: InThreads
) -> None:
    found = complaints.filed()
    outcomes = ("upheld", "not_upheld")

    def answer(index: int) -> Complaint:
        return services.answer_complaint(
            reference=found.reference,
            actor=(complaints.ombudsman, complaints.second)[index % 2],
            now=OPENS_AT + DAY,
            outcome=outcomes[index % 2],
            answer=ANSWER,
        )

    results = in_threads(8, answer)
    (won,) = [one for one in results if isinstance(one, Complaint)]
    assert sum(isinstance(one, WrongState) for one in results) == 7
    assert Complaint.objects.get().outcome == won.outcome
    assert ComplaintEvent.objects.filter(event="answer_complaint").count() == 1


def test_answer_overdue_and_assignment_at_once_leave_a_whole_history(
    complaints: ComplaintWorld, in_threads: InThreads
) -> None:
    from members.models import Person

    found = complaints.filed()
    second = Person.objects.get(pk=complaints.second.person_id).reference
    who = {"reference": found.reference, "now": found.due_at + timedelta(hours=1)}

    def act(index: int) -> object:
        if index % 3 == 0:
            return services.mark_complaint_overdue(**who, actor=CLOCK)
        if index % 3 == 1:
            return services.assign_complaint(**who, actor=complaints.ombudsman, owner=second)
        return services.answer_complaint(
            **who, actor=complaints.ombudsman, outcome="upheld", answer=ANSWER
        )

    results = in_threads(9, act)
    assert all(isinstance(one, Complaint | Refusal) for one in results)
    rows = list(ComplaintEvent.objects.filter(complaint=found).order_by("seq"))
    assert [row.seq for row in rows] == list(range(1, len(rows) + 1))
    now = Complaint.objects.get()
    assert (rows[-1].to_state, rows[-1].owner_id) == (now.state, now.owner_id)


def test_two_clocks_publish_a_month_once(complaints: ComplaintWorld, in_threads: InThreads) -> None:
    for number in range(12):
        complaints.answered(OPENS_AT + number * timedelta(hours=1))
    now = OPENS_AT + 70 * DAY
    results = in_threads(4, lambda _index: services.publish_figures(actor=CLOCK, now=now))
    assert sorted(len(found) for found in results)[:3] == [0, 0, 0]
    subjects = list(
        Entry.objects.filter(kind__endswith="_figures").values_list("subject", flat=True)
    )
    assert len(subjects) == len(set(subjects)) > 0
