"""The pages: public without an account, private to members, at most eight queries, no canary."""

import json
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from core.actor import CLOCK
from disclosure import services
from disclosure.models import NoticeEntry, Objection, PublicCase
from members import services as member_services
from members.models import Account, Person
from record.keys import load_or_make_signer
from record.sequencer import sequence
from tests.members.world import PLAN
from tests.worlds_disclosure import (
    BOARD,
    CANARY,
    NOTICE_ON,
    OPENS_AT,
    STORY,
    SUMMARY,
    DisclosureWorld,
    set_clock,
)

HOUR = timedelta(hours=1)
BOARD_PAGES = (
    "/board/",
    "/board/cases/",
    "/board/periods/",
    f"/board/periods/{PLAN}/{NOTICE_ON.isoformat()}/",
    "/board/rules/",
    f"/board/rules/{PLAN}/2/",
    "/board/times/",
)


@pytest.fixture
def published(world: DisclosureWorld) -> DisclosureWorld:
    """Eleven cases on notice and on the board, the record sequenced and signed."""
    for _number in range(11):
        world.approved()
    world.open_period()
    world.publish()
    sequence(signer=load_or_make_signer(), now=OPENS_AT + HOUR, is_full=True)
    return world


def signed_in(person_id: int | None, username: str = "reader") -> Client:
    """A browser signed in as a person."""
    person = Person.objects.get(pk=person_id)
    account = Account.objects.filter(person=person).first()
    if account is None:
        account = member_services.create_account(
            username=username,
            password="demo-demo-1",
            person_id=person.pk,
            actor=CLOCK,
            now=OPENS_AT,
        )
    client = Client()
    client.force_login(account)
    return client


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_anyone_reads_every_board_page(published: DisclosureWorld, language: str) -> None:
    client = Client()
    case = PublicCase.objects.order_by("-id")[0]
    for url in (*BOARD_PAGES, f"/board/cases/{case.reference}/"):
        answer = client.get(url, {"lang": language})
        assert answer.status_code == 200, url
        text = answer.content.decode()
        for word in (CANARY, STORY, SUMMARY, "湘雅", "6222"):
            assert word not in text, (url, word)


@pytest.mark.parametrize("url", BOARD_PAGES)
def test_a_board_page_takes_at_most_eight_queries(published: DisclosureWorld, url: str) -> None:
    client = Client()
    client.get(url)
    with CaptureQueriesContext(
        connection,
    ) as queries:
        client.get(url)
    assert len(queries) <= 8, [query["sql"][:120] for query in queries]


def test_a_case_page_is_its_entry(published: DisclosureWorld) -> None:
    case = PublicCase.objects.order_by("-id")[0]
    client = Client()
    with CaptureQueriesContext(connection) as queries:
        answer = client.get(f"/board/cases/{case.reference}/", {"lang": "en"})
    assert len(queries) <= 8, [query["sql"][:120] for query in queries]
    text = answer.content.decode()
    assert "Malignant tumour, 30–39, Hunan: approved, on notice" in text
    assert BOARD in text
    assert "unchanged since publication" in text
    assert "324,000.00" in text
    statement = client.get(f"/api/v1/board/cases/{case.reference}/").json()["entries"][-1]
    entry = case.entries.get().entry
    assert statement["statement"] == json.loads(entry.body)


def test_a_page_is_not_sent_again_while_nothing_changed(published: DisclosureWorld) -> None:
    client = Client()
    first = client.get("/board/cases/")
    assert "public" in first.headers["Cache-Control"]
    again = client.get("/board/cases/", headers={"if-none-match": first.headers["ETag"]})
    assert again.status_code == 304


@pytest.mark.parametrize(
    ("query", "count"),
    [
        ("", 11),
        ("q=湖南", 11),
        ("q=恶性肿瘤 湖南", 11),
        ("q=hunan", 11),
        ("q=广东", 0),
        ("q=！！！", 0),
        ("q=" + "啊" * 200, 0),
        ("result=approved&stage=on_notice", 11),
        ("result=denied", 0),
        ("province=430000&disease=malignant-tumour", 11),
        (f"period={NOTICE_ON.isoformat()}", 11),
        ("period=never", 0),
        ("plan=no-such-plan", 0),
        ("before=K-0000-0000", 0),
    ],
)
def test_a_set_of_cases_has_a_stable_address(
    published: DisclosureWorld, query: str, count: int
) -> None:
    client = Client()
    assert client.get(f"/board/cases/?{query}").status_code == 200
    found = client.get(f"/api/v1/board/cases/?{query}").json()["results"]
    assert len(found) == count
    lines = b"".join(client.get(f"/board/cases.csv?{query}").streaming_content).decode()
    if "before" not in query:
        assert len(lines.strip().splitlines()) == count + 1


def test_strangers_and_wrong_references_get_a_plain_answer(published: DisclosureWorld) -> None:
    client = Client()
    for url in (
        "/board/cases/K-0000-0000/",
        "/board/cases/C-0000-0000/",
        f"/board/periods/{PLAN}/2020-13-01/",
        f"/board/periods/{PLAN}/1999-01-07/",
        f"/board/rules/{PLAN}/99/",
    ):
        assert client.get(url).status_code == 404, url


def test_the_notice_is_for_the_signed_in_and_never_indexed(published: DisclosureWorld) -> None:
    entry = NoticeEntry.objects.order_by("-id")[0]
    for url in ("/notice/", f"/notice/cases/{entry.reference}/", "/notice/objections/"):
        assert Client().get(url).status_code == 302
    client = signed_in(published.objector().person_id)
    for language in ("zh-hans", "en"):
        for url in ("/notice/", f"/notice/cases/{entry.reference}/"):
            # The choice is kept with the account, once; parsed rules are kept by the process.
            client.get(url, {"lang": language})
            with CaptureQueriesContext(connection) as queries:
                answer = client.get(url)
            assert answer.status_code == 200
            assert "noindex" in answer.headers["X-Robots-Tag"]
            assert len(queries) <= 8, [query["sql"][:100] for query in queries]
            text = answer.content.decode()
            assert entry.claim.covered.full_name not in text
            assert entry.claim.public_reference not in text
    page = client.get(f"/notice/cases/{entry.reference}/").content.decode()
    assert STORY in page
    assert SUMMARY in page


def test_a_member_objects_on_the_page_and_sees_number_owner_and_day(
    published: DisclosureWorld,
) -> None:
    entry = NoticeEntry.objects.order_by("-id")[0]
    set_clock(entry.opens_at + HOUR)
    client = signed_in(published.objector().person_id)
    url = f"/notice/cases/{entry.reference}/object/"
    assert client.get(url).status_code == 200
    wrong = client.post(url, {"grounds": "", "statement": "知道一些"})
    assert wrong.status_code == 422
    assert "知道一些" in wrong.content.decode()
    sent = {"grounds": "forged", "statement": "病历是别人的。", "idempotency_key": "once"}
    answer = client.post(url, sent)
    assert answer.status_code == 303 or answer.status_code == 302
    again = client.post(url, sent)
    assert again.headers["Location"] == answer.headers["Location"]
    objection = Objection.objects.get()
    page = client.get(answer.headers["Location"]).content.decode()
    assert objection.reference in page
    assert objection.owner is not None
    assert objection.owner.full_name in page


def test_a_reviewer_walks_an_objection_through_the_console(published: DisclosureWorld) -> None:
    entry = NoticeEntry.objects.order_by("-id")[0]
    objection = published.objection(entry)
    first = signed_in(published.reviewer.person_id, "first")
    second = signed_in(published.reviewer2.person_id, "second")
    page = reverse("console_objection", args=[objection.reference])
    for url in (reverse("console_objections"), page, reverse("console_notice")):
        assert first.get(url).status_code == 200
    assert first.post(reverse("console_open_inquiry", args=[objection.reference])).status_code < 400
    texts = {
        "outcome": "dismissed",
        "answer": "已向医院核实，电话 13800138000。",
        "board_answer": "核实后没有问题。",
    }
    draft_url = reverse("console_draft_answer", args=[objection.reference])
    warned = first.post(draft_url, texts)
    assert warned.status_code == 422
    assert first.post(draft_url, {**texts, "answer": "已向医院核实。"}).status_code < 400
    dismiss_url = reverse("console_dismiss", args=[objection.reference])
    assert first.post(dismiss_url).status_code == 403
    assert second.get(dismiss_url).status_code == 200
    assert second.post(dismiss_url).status_code < 400
    assert Objection.objects.get().state == "dismissed"
    member = signed_in(objection.member_id)
    assert "已向医院核实。" in member.get("/notice/objections/").content.decode()


def test_a_redaction_is_prepared_and_signed_on_pages(world: DisclosureWorld) -> None:
    claim = world.approved(is_signed=False)
    first = signed_in(world.reviewer.person_id, "first")
    second = signed_in(world.reviewer2.person_id, "second")
    url = reverse("console_prepare_redaction", args=[claim.reference])
    shown = first.get(url).content.decode()
    assert claim.story in shown
    texts = {"story": STORY, "investigation_summary": SUMMARY, "board_summary": BOARD}
    named = {**texts, "story": f"{claim.covered.full_name}确诊。"}
    assert first.post(url, named).status_code == 422
    assert first.post(url, texts).status_code < 400
    sign = reverse("console_sign_redaction", args=[claim.reference])
    assert first.post(sign).status_code == 403
    assert BOARD in second.get(sign).content.decode()
    assert second.post(sign).status_code < 400
    assert claim.redactions.get().is_signed


def test_a_correction_is_prepared_and_signed_on_pages(published: DisclosureWorld) -> None:
    case = PublicCase.objects.order_by("-id")[0]
    first = signed_in(published.reviewer.person_id, "first")
    second = signed_in(published.reviewer2.person_id, "second")
    url = reverse("console_prepare_correction", args=[case.reference])
    assert first.get(url).status_code == 200
    sent = {"field": "finding.summary", "replacement": "更正后的摘要。", "reason": "原文有误。"}
    assert first.post(url, sent).status_code < 400
    listed = second.get(reverse("console_corrections")).content.decode()
    assert "原文有误。" in listed
    draft = case.entries.get().correction_drafts.get()
    sign = reverse("console_correct", args=[draft.reference])
    assert "更正后的摘要。" in second.get(sign).content.decode()
    assert second.post(sign).status_code < 400
    page = Client().get(f"/board/cases/{case.reference}/").content.decode()
    assert "更正后的摘要。" in page
    assert BOARD in page
    assert "原文有误。" in page


def test_the_console_is_closed_to_members(published: DisclosureWorld) -> None:
    client = signed_in(published.objector().person_id)
    for name in ("console_notice", "console_objections", "console_corrections"):
        assert client.get(reverse(name)).status_code == 404


def test_the_steps_offered_are_the_steps_allowed(world: DisclosureWorld) -> None:
    from disclosure.steps import offers

    claim = world.approved(is_signed=False)
    assert [offer.step.name for offer in offers(claim, world.reviewer, OPENS_AT)] == [
        "prepare_redaction",
        "sign_redaction",
        "return_redaction",
    ]
    assert offers(claim, world.money.finance, OPENS_AT) == []
    services.prepare_redaction(
        reference=claim.reference,
        actor=world.reviewer,
        now=OPENS_AT,
        story=STORY,
        investigation_summary=SUMMARY,
        board_summary=BOARD,
    )
    mine = {o.step.name: o.is_open for o in offers(claim, world.reviewer, OPENS_AT)}
    theirs = {o.step.name: o.is_open for o in offers(claim, world.reviewer2, OPENS_AT)}
    assert mine == {"prepare_redaction": True, "sign_redaction": False, "return_redaction": False}
    assert theirs["sign_redaction"]
