"""Complaints: the number, the owner, the day, the answer; who reads and who may not."""

import logging
from datetime import timedelta
from urllib.parse import quote

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.urls import reverse

from core import deadlines
from core.actor import CLOCK
from core.errors import Blocked, NotAllowed, Refusal, WrongState
from core.models import AuditRow, Deadline, IdempotencyKey
from core.zone import local_date
from disclosure import services
from disclosure.complaint_rules import code_of, is_code_of, page_of
from disclosure.models import Complaint, ComplaintEvent
from disclosure.states import ComplaintState
from members.models import Account, Message, Person
from record.models import Entry
from tests.disclosure.test_pages import signed_in
from tests.step_tables import ROLES, Row, check, people_of_every_role, row
from tests.worlds_complaints import (
    ANSWER,
    CONTACT,
    DAY,
    WORDS,
    ComplaintWorld,
    make_complaint_world,
)
from tests.worlds_disclosure import OPENS_AT, DisclosureWorld, set_clock

LATER = OPENS_AT + 2 * DAY


@pytest.fixture
def complaints(world: DisclosureWorld) -> ComplaintWorld:
    """Officers, and nothing counted against anybody's address."""
    cache.clear()
    return make_complaint_world(world)


def test_a_complaint_gets_a_number_an_owner_and_a_day_at_once(complaints: ComplaintWorld) -> None:
    found = complaints.filed()
    assert found.reference.startswith("G-")
    assert found.owner_id in (complaints.ombudsman.person_id, complaints.second.person_id)
    assert local_date(found.due_at - timedelta(seconds=1)) == local_date(OPENS_AT) + timedelta(15)
    assert deadlines.due_at("complaint_due", found.reference) == found.due_at
    assert Message.objects.filter(kind="complaint_assigned", person_id=found.owner_id).exists()
    again = complaints.filed()
    assert again.owner_id != found.owner_id


def test_the_ombudsman_who_complains_does_not_own_it(complaints: ComplaintWorld) -> None:
    for _time in range(3):
        found = complaints.filed(actor=complaints.ombudsman)
        assert found.owner_id == complaints.second.person_id
        with pytest.raises(NotAllowed) as refused:
            services.answer_complaint(
                reference=found.reference,
                actor=complaints.ombudsman,
                now=LATER,
                outcome="upheld",
                answer=ANSWER,
            )
        assert refused.value.code == "complaint_own"


def rows(complaints: ComplaintWorld) -> dict[str, Row]:
    """The machine: from where each step is taken, and by whom."""
    second = Person.objects.get(pk=complaints.second.person_id).reference
    return {
        "examine_complaint": row(
            lambda found, actor: services.examine_complaint(
                reference=found.reference, actor=actor, now=LATER
            ),
            "ombudsman",
            "received",
        ),
        "answer_complaint": row(
            lambda found, actor: services.answer_complaint(
                reference=found.reference, actor=actor, now=LATER, outcome="upheld", answer=ANSWER
            ),
            "ombudsman",
            "received under_examination",
        ),
        "assign_complaint": row(
            lambda found, actor: services.assign_complaint(
                reference=found.reference, actor=actor, now=LATER, owner=second
            ),
            "ombudsman",
            "received under_examination",
        ),
        "mark_overdue": row(
            lambda found, actor: services.mark_complaint_overdue(
                reference=found.reference, actor=actor, now=LATER
            ),
            "clock",
            "received under_examination",
        ),
    }


@pytest.mark.parametrize("state", ComplaintState.values)
def test_every_step_of_a_complaint_by_every_role(complaints: ComplaintWorld, state: str) -> None:
    found = complaints.in_state(state)
    assert found.state == state
    actors = people_of_every_role(complaints.around.money.base, complaints.around.person)
    assert set(actors) == set(ROLES)
    check(rows(complaints), state, found, actors)


def test_a_complaint_may_be_given_to_a_reviewer_who_then_answers(
    complaints: ComplaintWorld,
) -> None:
    found = complaints.filed()
    reviewer = complaints.officer("reviewer")
    person = Person.objects.get(pk=reviewer.person_id)
    who = {"reference": found.reference, "now": LATER}
    with pytest.raises(Blocked):
        services.assign_complaint(
            **who, actor=complaints.ombudsman, owner=complaints.around.person().reference
        )
    services.assign_complaint(**who, actor=complaints.ombudsman, owner=person.reference)
    services.examine_complaint(**who, actor=reviewer)
    done = services.answer_complaint(**who, actor=reviewer, outcome="not_upheld", answer=ANSWER)
    events = ComplaintEvent.objects.filter(complaint=found).order_by("seq")
    assert [event.event for event in events] == [
        "file_complaint",
        "assign_complaint",
        "examine_complaint",
        "answer_complaint",
    ]
    assert (done.state, done.answered_by_id) == ("answered", reviewer.person_id)
    assert not Deadline.objects.filter(subject=found.reference, done_at__isnull=True).exists()
    with pytest.raises(WrongState):
        services.answer_complaint(**who, actor=reviewer, outcome="upheld", answer="又一次。")


def test_an_unanswered_complaint_is_overdue_and_told_again_every_week(
    complaints: ComplaintWorld,
) -> None:
    admin = complaints.officer("admin")
    found = complaints.filed()
    for week in range(2):
        at = found.due_at + week * 7 * DAY + timedelta(minutes=1)
        set_clock(at)
        report = deadlines.sweep(now=at)
        assert not report.failed
    assert Complaint.objects.get().is_overdue
    told = Message.objects.filter(kind="complaint_overdue", person_id=admin.person_id)
    assert told.count() == 2
    due = deadlines.due_at("complaint_due", found.reference)
    assert due is not None
    assert due > found.due_at + 7 * DAY


def test_the_code_opens_one_complaint_and_no_other() -> None:
    code = code_of("G-9TX4-K2QH")
    assert len(code.replace("-", "")) == 12
    assert is_code_of("G-9TX4-K2QH", code.lower().replace("-", " "))
    assert not is_code_of("G-9TX4-K2QJ", code)
    assert not is_code_of("G-9TX4-K2QH", "")


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("/board/cases/?q=肺癌", "/board/cases/"),
        ("//evil.example/", ""),
        ("https://evil.example/", ""),
        ("/a b", ""),
        ("/\\evil", ""),
        ("javascript:alert(1)", ""),
        ("/" + "a" * 300, ""),
    ],
)
def test_only_a_path_of_our_own_is_kept_as_the_page(given: str, kept: str) -> None:
    assert page_of(given) == kept


FORM = {"category": "conduct", "text": WORDS, "contact": CONTACT, "page": "/board/cases/"}


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_anybody_complains_from_the_foot_of_a_page_and_follows_it(
    complaints: ComplaintWorld, language: str
) -> None:
    client = Client(headers={"accept-language": language})
    foot = client.get("/board/cases/").content.decode()
    assert f"{reverse('complaint_new')}?from={quote('/board/cases/', safe='/')}" in foot
    page = client.get(reverse("complaint_new"), {"from": "/board/cases/"}).content.decode()
    assert "/board/cases/" in page
    assert client.post(reverse("complaint_new"), {"text": ""}).status_code == 422
    sent = client.post(reverse("complaint_new"), FORM)
    assert sent.status_code == 303 or sent.status_code == 302
    found = Complaint.objects.get()
    assert (found.person_id, found.page, found.contact) == (None, "/board/cases/", CONTACT)
    for _again in range(2):
        received = client.get(sent.headers["Location"]).content.decode()
        assert found.reference in received
        assert code_of(found.reference) in received
    assert WORDS in client.get(reverse("complaint", args=[found.reference])).content.decode()
    other = Client()
    asked = other.get(reverse("complaint", args=[found.reference]))
    assert asked.status_code == 302
    assert other.get(reverse("complaint", args=["G-0000-0000"])).status_code == 302
    opened = other.post(
        reverse("complaint_track"),
        {"reference": found.reference.lower(), "code": code_of(found.reference)},
    )
    assert opened.status_code in (302, 303)
    services.answer_complaint(
        reference=found.reference,
        actor=complaints.ombudsman,
        now=LATER,
        outcome="upheld",
        answer=ANSWER,
    )
    assert ANSWER in other.get(opened.headers["Location"]).content.decode()


def test_a_copy_of_a_session_that_was_signed_out_opens_no_complaint(
    complaints: ComplaintWorld,
) -> None:
    account = Account.objects.create_user("reader", "a-former-word-7")
    browser, copied = Client(), Client()
    browser.force_login(account)
    sent = browser.post(reverse("complaint_new"), {"category": "time", "text": "迟迟没有答复。"})
    assert sent.status_code == 302, sent.content.decode()
    for name, morsel in browser.cookies.items():
        copied.cookies[name] = morsel.value
    assert copied.get(sent["Location"]).status_code == 200
    browser.post(reverse("account_logout"))
    assert copied.get(sent["Location"]).status_code == 302


def test_guessing_the_code_ends_after_ten_tries(complaints: ComplaintWorld) -> None:
    found = complaints.filed()
    client = Client()
    wrong = {"reference": found.reference, "code": "0000-0000-0000"}
    answers = [client.post(reverse("complaint_track"), wrong).status_code for _try in range(11)]
    assert answers == [403] * 10 + [422]
    right = {"reference": found.reference, "code": code_of(found.reference)}
    assert client.post(reverse("complaint_track"), right).status_code == 422
    by_api = client.get(
        reverse("api_complaint", args=[found.reference]),
        headers={"Complaint-Code": code_of(found.reference)},
    )
    assert by_api.status_code == 422


def test_a_flood_from_one_address_is_refused(complaints: ComplaintWorld) -> None:
    client = Client()
    answers = [client.post(reverse("complaint_new"), FORM).status_code for _try in range(21)]
    assert set(answers[:20]) <= {302, 303}
    assert answers[20] == 422
    assert Complaint.objects.count() == 20


def test_the_api_takes_follows_and_answers_complaints(complaints: ComplaintWorld) -> None:
    client = Client()
    made = client.post(
        reverse("api_complaints"),
        FORM,
        content_type="application/json",
        headers={"Idempotency-Key": "one"},
    )
    assert made.status_code == 201
    again = client.post(
        reverse("api_complaints"),
        FORM,
        content_type="application/json",
        headers={"Idempotency-Key": "one"},
    )
    assert again.json()["reference"] == made.json()["reference"]
    assert made.json()["code"] not in IdempotencyKey.objects.get(key="one").body
    address = made.headers["Location"]
    assert client.get(address).status_code == 404
    followed = client.get(address, headers={"Complaint-Code": made.json()["code"]}).json()
    assert followed["state"] == "received"
    assert "contact" not in followed
    staff = signed_in(complaints.ombudsman.person_id)
    seen = staff.get(address).json()
    assert (seen["text"], seen["contact"]) == (WORDS, CONTACT)
    names = [step["name"] for step in seen["available_steps"]]
    assert names == ["examine_complaint", "answer_complaint", "assign_complaint"]
    done = staff.post(
        reverse("api_complaint_step", args=[made.json()["reference"], "answer_complaint"]),
        {"outcome": "partly_upheld", "answer": ANSWER},
        content_type="application/json",
    )
    assert done.json()["outcome"] == "partly_upheld"


def test_the_desk_shows_a_sentence_and_only_what_is_ones_own(complaints: ComplaintWorld) -> None:
    for _one in range(3):
        complaints.filed()
    client = signed_in(complaints.ombudsman.person_id, "first")
    page = client.get(reverse("console_complaints"), headers={"accept-language": "en"})
    assert "3 complaints to answer" in page.content.decode()
    reviewer = complaints.officer("reviewer")
    other = signed_in(reviewer.person_id, "second")
    nothing = other.get(reverse("console_complaints"), headers={"accept-language": "en"})
    assert "No complaint waits for an answer" in nothing.content.decode()
    found = Complaint.objects.order_by("id")[0]
    assert other.get(reverse("console_complaint", args=[found.reference])).status_code == 404
    seen = client.get(reverse("console_complaint", args=[found.reference])).content.decode()
    assert CONTACT in seen
    member = signed_in(complaints.around.objector().person_id, "third")
    assert member.get(reverse("console_complaints")).status_code == 404
    done = client.post(
        reverse("console_answer_complaint", args=[found.reference]),
        {"outcome": "not_upheld", "answer": ANSWER},
    )
    assert done.status_code in (302, 303)
    assert Complaint.objects.get(pk=found.pk).outcome == "not_upheld"


def test_neither_text_nor_contact_reaches_the_record_the_audit_the_board_or_the_log(
    complaints: ComplaintWorld, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    client = Client()
    client.post(reverse("complaint_new"), FORM)
    for number in range(12):
        complaints.answered(OPENS_AT + number * timedelta(hours=2))
    services.publish_figures(actor=CLOCK, now=OPENS_AT + 40 * DAY)
    pages = [
        client.get(address).content.decode()
        for address in ("/board/", "/board/complaints/", "/api/v1/board/figures/complaints/")
    ]
    texts = [*pages, *Entry.objects.values_list("body", flat=True), caplog.text]
    texts += [f"{one.operation} {one.subject} {one.code}" for one in AuditRow.objects.all()]
    texts += [str(one.params) for one in Message.objects.all()]
    with connection.cursor() as cursor:
        cursor.execute("SELECT contact FROM disclosure_complaint")
        texts += [contact for (contact,) in cursor.fetchall()]
        cursor.execute("SELECT string_agg(k::text, '') FROM core_idempotencykey k")
        texts += [str(cursor.fetchone()[0])]
    assert not [text for text in texts if WORDS in text or CONTACT in text or ANSWER in text]
    assert Complaint.objects.filter(text=WORDS).count() == 13


def test_refusals_write_nothing(complaints: ComplaintWorld) -> None:
    found = complaints.filed()
    before = ComplaintEvent.objects.count()
    for actor in (complaints.officer("reviewer"), complaints.officer("auditor")):
        with pytest.raises(Refusal):
            services.examine_complaint(reference=found.reference, actor=actor, now=LATER)
    assert ComplaintEvent.objects.count() == before
