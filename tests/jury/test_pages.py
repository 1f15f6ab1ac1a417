"""A juror's pages from invitation to receipt, the officer's, the claimant's and the public's."""

import json
import re

import pytest
from django.test import Client
from django.urls import reverse

from core import clock
from core.actor import Actor
from jury.ballot_pages import VOTE as VOTE_PAGE
from jury.brief import question_codes
from jury.models import Ballot, BallotDraft, Hearing
from members.models import Account, Person
from tests.worlds_jury import JuryWorld

pytestmark = pytest.mark.django_db(transaction=True)


def _client(actor: Actor, language: str = "zh-hans") -> Client:
    person = Person.objects.get(pk=actor.person_id)
    account, _made = Account.objects.get_or_create(
        person=person, defaults={"username": f"u{person.pk}", "language": language}
    )
    client = Client(headers={"accept-language": language})
    client.force_login(account)
    return client


def _vote(client: Client, hearing: Hearing) -> None:
    """Answer page by page, to the review."""
    for number, _code in enumerate(question_codes(hearing.brief), start=1):
        page = client.get(reverse("jury_ballot", args=[hearing.reference, str(number)]))
        assert page.status_code == 200
        answered = client.post(
            reverse("jury_ballot", args=[hearing.reference, str(number)]),
            {"answer": "met", "note": "复印件盖章"},
        )
        assert answered.status_code == 302, answered.content.decode()
    whole = client.post(
        reverse("jury_ballot", args=[hearing.reference, VOTE_PAGE]),
        {"vote": "pay", "reason": "材料可信，应当给付。"},
    )
    assert whole.headers["Location"] == reverse("jury_review", args=[hearing.reference])


def test_a_juror_votes_from_invitation_to_receipt(world: JuryWorld) -> None:
    hearing = world.drawn_hearing()
    juror = world.panel(hearing)[0]
    client = _client(juror)
    assert "接受或谢绝" in client.get(reverse("jury_home")).content.decode()
    accept = reverse("jury_step", args=[hearing.reference, "accept_seat"])
    assert client.get(accept).status_code == 200
    assert client.post(accept).status_code == 302
    hearing = world.open_now(hearing)
    home = client.get(reverse("jury_home")).content.decode()
    assert re.search(r">投票<span", home)
    _vote(client, hearing)
    draft = BallotDraft.objects.get()
    assert "材料可信".encode() not in bytes(draft.ciphertext)
    assert "继续填写草稿" in client.get(reverse("jury_home")).content.decode()
    review = client.get(reverse("jury_review", args=[hearing.reference]))
    assert "材料可信，应当给付。" in review.content.decode()
    cast = client.post(reverse("jury_review", args=[hearing.reference]))
    assert cast.headers["Location"] == reverse("jury_receipt", args=[hearing.reference])
    receipt = client.get(cast.headers["Location"]).content.decode()
    ballot = Ballot.objects.get()
    assert ballot.commitment in receipt
    assert "应当给付" not in receipt
    assert not BallotDraft.objects.exists()
    again = client.post(reverse("jury_review", args=[hearing.reference]))
    assert again.status_code == 302
    assert Ballot.objects.count() == 1
    assert "您的回执" in client.get(reverse("jury_home")).content.decode()


def test_a_stranger_finds_no_hearing_and_a_missing_answer_is_said(world: JuryWorld) -> None:
    hearing = world.open_hearing()
    stranger = _client(world.juror())
    for name in ("jury_hearing", "jury_review", "jury_receipt", "claimant_hearing"):
        assert stranger.get(reverse(name, args=[hearing.reference])).status_code == 404
    client = _client(world.panel(hearing)[0])
    page = reverse("jury_ballot", args=[hearing.reference, "1"])
    empty = client.post(page, {"note": "理由"})
    assert empty.status_code == 422
    assert "请在三个答案中选择一个。" in empty.content.decode()
    assert "理由</textarea>" in empty.content.decode()
    named = client.post(page, {"answer": "met", "note": "电话 13800138000"})
    assert named.status_code == 422
    early = client.get(reverse("jury_review", args=[hearing.reference]))
    assert early.headers["Location"] == page
    assert not BallotDraft.objects.exists()


def test_a_draft_cannot_be_read_without_the_jurors_own_cookie(world: JuryWorld) -> None:
    hearing = world.open_hearing()
    juror = world.panel(hearing)[0]
    _vote(_client(juror), hearing)
    other_device = _client(juror)
    page = other_device.get(reverse("jury_ballot", args=[hearing.reference, VOTE_PAGE]))
    assert "材料可信" not in page.content.decode()


def test_answers_that_contradict_the_vote_are_asked_about_not_blocked(world: JuryWorld) -> None:
    hearing = world.open_hearing()
    client = _client(world.panel(hearing)[0])
    _vote(client, hearing)
    client.post(
        reverse("jury_ballot", args=[hearing.reference, VOTE_PAGE]),
        {"vote": "deny", "reason": "金额太高。"},
    )
    review = client.get(reverse("jury_review", args=[hearing.reference])).content.decode()
    assert "按您对各项的判断，条款已经满足" in review
    cast = client.post(reverse("jury_review", args=[hearing.reference]))
    assert cast.status_code == 302


def test_the_officer_opens_prepares_and_announces_by_pages(world: JuryWorld) -> None:
    claim = world.disputed_claim()
    officer = _client(world.jury_officer)
    opening = reverse("jury_claim_step", args=[claim.reference, "open_hearing"])
    assert officer.get(opening).status_code == 200
    opened = officer.post(opening)
    assert opened.status_code == 302, opened.content.decode()
    hearing = Hearing.objects.get()
    world.run_clock(1)
    brief = reverse("console_hearing_step", args=[hearing.reference, "prepare_brief"])
    assert officer.get(brief).status_code == 200
    answers = {"background": "一名成员体检发现肿瘤。"}
    for index, _code in enumerate(question_codes(hearing.brief), start=1):
        answers |= {f"claimant_holds_{index}": "有章", f"reviewers_hold_{index}": "无原件"}
    assert officer.post(brief, answers).status_code == 302
    sign = reverse("console_hearing_step", args=[hearing.reference, "sign_brief"])
    assert "摘要不能由编写人自己签字" in officer.get(sign).content.decode()
    assert officer.post(sign).status_code == 422
    assert _client(world.ombudsman).post(sign).status_code == 302
    announce = reverse("console_hearing_step", args=[hearing.reference, "announce_draw"])
    assert officer.post(announce, {"delay_minutes": "10"}).status_code == 302
    listed = officer.get(reverse("console_hearings")).content.decode()
    assert hearing.reference in listed
    assert officer.get(reverse("console_hearing", args=[hearing.reference])).status_code == 200


def test_the_claimant_reads_the_brief_writes_and_enters_a_number(world: JuryWorld) -> None:
    hearing = world.announced_hearing()
    client = _client(world.claimant_of(hearing.claim))
    page = client.get(reverse("claimant_hearing", args=[hearing.reference])).content.decode()
    assert "一名成员体检发现肿瘤并手术。" in page
    statement = reverse("claimant_step", args=[hearing.reference, "add_statement"])
    assert client.post(statement, {"statement": "请看病理号。"}).status_code == 302
    number = reverse("claimant_number", args=[hearing.reference])
    assert client.get(number).status_code == 200
    assert client.post(number, {"number": "我的号"}).status_code == 422
    assert client.post(number, {"number": "３１ ４１５"}).status_code == 302
    assert world.reload(hearing).contribution == "number:31415"
    assert client.post(number, {"number": "7"}).status_code == 409


def test_the_public_page_shows_draw_count_and_a_receipt(world: JuryWorld) -> None:
    hearing = world.open_hearing()
    receipts = [world.cast(hearing, juror, "deny", "not_met") for juror in world.panel(hearing)]
    public = Client()
    address = reverse("public_hearing", args=[hearing.reference])
    before = public.get(address).content.decode()
    assert "陪审席是怎样抽出的" in before
    assert "复印件盖章可信" not in before
    world.close(hearing)
    page = public.get(address, {"receipt": receipts[0].commitment[:16]}).content.decode()
    assert "刚刚重新计票：数目相符。" in page
    assert "刚刚重新抽签：结果一致。" in page
    assert "在，已计入。" in page
    served = public.get(reverse("public_hearing_bundle", args=[hearing.reference]))
    bundle = json.loads(b"".join(served.streaming_content))
    kinds = {json.loads(entry["text"])["kind"] for entry in bundle["entries"]}
    assert kinds >= {"panel_drawn", "verdict"}
    assert public.get(reverse("public_hearings")).status_code == 200


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_two_opposite_votes_leave_pages_of_equal_size(world: JuryWorld, language: str) -> None:
    hearing = world.open_hearing()
    first, second = world.panel(hearing)[:2]
    world.cast(hearing, first, "pay", "met")
    world.cast(hearing, second, "deny", "not_met")
    pages = []
    for juror in (first, second):
        client = _client(juror, language)
        for name in ("jury_hearing", "jury_receipt"):
            pages.append(len(client.get(reverse(name, args=[hearing.reference])).content))
    assert abs(pages[0] - pages[2]) <= 4, "the roll number's digits may differ, nothing else"
    sizes = {len(bytes(ballot.ciphertext)) for ballot in Ballot.objects.all()}
    assert len(sizes) == 1


def test_the_api_casts_one_ballot_and_answers_with_problems(world: JuryWorld) -> None:
    hearing = world.open_hearing()
    juror = world.panel(hearing)[0]
    client = _client(juror)
    link = reverse("api_ballot", args=[hearing.reference])
    body = {
        "vote": "pay",
        "answers": dict.fromkeys(question_codes(hearing.brief), "met"),
        "reason": "材料可信。",
    }
    listed = client.get(reverse("api_hearings")).json()["results"]
    assert [row["reference"] for row in listed] == [hearing.reference]
    shown = client.get(reverse("api_hearing", args=[hearing.reference])).json()
    assert shown["stands"] == "vote"
    bad = client.post(link, {**body, "vote": "maybe"}, content_type="application/json")
    assert (bad.status_code, bad.headers["Content-Type"]) == (400, "application/problem+json")
    unknown = client.post(link, {**body, "answers": {"x": "met"}}, content_type="application/json")
    assert unknown.json()["code"] == "jury_answers_missing"
    headers = {"Idempotency-Key": "one"}
    first = client.post(link, body, content_type="application/json", headers=headers)
    again = client.post(link, body, content_type="application/json", headers=headers)
    third = client.post(link, body, content_type="application/json")
    assert first.status_code == 201
    assert first.json() == again.json() == third.json() == client.get(link).json()
    assert Ballot.objects.count() == 1
    assert clock.now()


def test_the_receipt_is_a_pdf_that_never_says_how_one_voted(world: JuryWorld) -> None:
    hearing = world.open_hearing()
    juror = world.panel(hearing)[0]
    client = _client(juror)
    address = reverse("jury_receipt_pdf", args=[hearing.reference])
    assert client.get(address).status_code == 302
    world.cast(hearing, juror, "deny", "not_met")
    file = client.get(address)
    assert file.headers["Content-Type"] == "application/pdf"
    assert file.content.startswith(b"%PDF")
    sizes = {len(file.content)}
    other = world.panel(hearing)[1]
    world.cast(hearing, other, "pay", "met")
    sizes.add(len(_client(other).get(address).content))
    assert max(sizes) - min(sizes) < 200, "only the code's pattern differs"
