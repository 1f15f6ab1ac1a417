"""The ballot's pages: where a juror stands, one question a page, nothing lost, nothing blocked."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from core import clock
from core.actor import Actor
from jury import services
from jury.ballot_pages import EXPLAIN, VOTE
from jury.brief import question_codes
from jury.contradictions import leads_to
from jury.models import Ballot, BallotDraft, Hearing, JurorStanding
from members.criteria import AllOf, AnyOf, Criterion
from members.models import Account, Person
from tests.worlds_jury import JuryWorld

pytestmark = pytest.mark.django_db(transaction=True)


def _client(actor: Actor, language: str = "en", **more: Any) -> Client:
    person = Person.objects.get(pk=actor.person_id)
    account, _made = Account.objects.get_or_create(
        person=person, defaults={"username": f"u{person.pk}", "language": language}
    )
    client = Client(headers={"accept-language": language}, **more)
    client.force_login(account)
    return client


def _page(hearing: Hearing, page: str) -> str:
    return reverse("jury_ballot", args=[hearing.reference, page])


def _answer_all(client: Client, hearing: Hearing, answer: str = "met") -> None:
    for number, _code in enumerate(question_codes(hearing.brief), start=1):
        client.post(_page(hearing, str(number)), {"answer": answer, "note": ""})


def _whole(client: Client, hearing: Hearing, vote: str, query: str = "") -> str:
    body = {"vote": vote, "reason": "材料一致。"}
    return str(client.post(_page(hearing, VOTE) + query, body).headers["Location"])


def _home(actor: Actor) -> str:
    return _client(actor).get(reverse("jury_home")).content.decode()


def test_the_button_says_where_a_juror_stands(world: JuryWorld) -> None:
    assert "Become a juror" in _home(world.reviewer)
    hearing = world.drawn_hearing()
    first, second, third = world.panel(hearing)[:3]
    assert "You were drawn as a juror" in _home(first)
    assert "Accept or decline" in _home(first)
    for juror in world.panel(hearing):
        if juror != third:
            services.accept_seat(reference=hearing.reference, actor=juror, now=clock.now())
    services.decline_seat(reference=hearing.reference, actor=third, now=clock.now())
    assert "You gave this seat up" in _home(third)
    assert "You serve in this hearing; voting has not begun" in _home(first)
    hearing = world.open_now(hearing)
    assert "You can vote now" in _home(first)
    client = _client(first)
    client.post(_page(hearing, "1"), {"answer": "met", "note": ""})
    assert "You have begun, but not voted yet" in client.get(reverse("jury_home")).content.decode()
    assert "Continue your draft" in client.get(reverse("me")).content.decode()
    world.cast(hearing, first)
    assert "You have voted" in _home(first)
    for juror in world.panel(hearing):
        if juror.person_id not in {first.person_id, second.person_id}:
            world.cast(hearing, juror)
    world.close(hearing)
    assert "You did not vote in time" in _home(second)


def test_the_right_to_vote_is_checked_before_reading(world: JuryWorld) -> None:
    hearing = world.drawn_hearing()
    juror = world.panel(hearing)[0]
    client = _client(juror)
    away = reverse("jury_hearing", args=[hearing.reference])
    assert client.get(_page(hearing, "1")).headers["Location"] == away
    assert client.post(_page(hearing, "1"), {"answer": "met"}).headers["Location"] == away
    review = reverse("jury_review", args=[hearing.reference])
    assert client.get(review).headers["Location"] == away
    assert _client(world.juror()).get(away).status_code == 404


def test_a_page_says_position_time_left_and_what_comes_next(world: JuryWorld) -> None:
    hearing = world.open_hearing()
    client = _client(world.panel(hearing)[0])
    count = len(question_codes(hearing.brief))
    page = client.get(_page(hearing, "1")).content.decode()
    assert f"question 1 of {count}" in page
    assert "hours left" in page
    nexts = "Save, go on to the whole" if count == 1 else "Save, go on to question 2"
    assert nexts in page
    client.post(_page(hearing, "1"), {"answer": "met", "note": "x"})
    again = client.get(_page(hearing, "1")).content.decode()
    assert "Draft saved" in again
    assert "It counts only once you cast it." in again
    for absent in ("0", "01", str(count + 1), "x", "١"):
        assert client.get(_page(hearing, absent)).status_code == 404


def test_bad_input_stays_with_its_error_beside_it(world: JuryWorld) -> None:
    hearing = world.open_hearing()
    client = _client(world.panel(hearing)[0])
    nothing = client.post(_page(hearing, "1"), {"note": "为什么"})
    assert nothing.status_code == 422
    assert "Choose one of the three answers." in nothing.content.decode()
    assert "为什么" in nothing.content.decode()
    strange = client.post(_page(hearing, "1"), {"answer": "maybe", "note": ""})
    assert "Choose one of the three answers." in strange.content.decode()
    body = {"vote": "pay", "reason": "张三 110101199003071234"}
    named = client.post(_page(hearing, VOTE), body)
    assert named.status_code == 422
    assert "110101199003071234" in named.content.decode()
    assert "id_reason_error" in named.content.decode()
    assert not BallotDraft.objects.exists()
    switched = client.post(_page(hearing, VOTE), {**body, "_language": "zh-hans"})
    assert switched.status_code == 200
    assert "110101199003071234" in switched.content.decode()
    assert "id_reason_error" not in switched.content.decode()


def test_a_stale_token_and_an_ended_session_keep_what_was_typed(world: JuryWorld) -> None:
    hearing = world.open_hearing()
    juror = world.panel(hearing)[0]
    strict = _client(juror, enforce_csrf_checks=True)
    stale = strict.post(_page(hearing, "1"), {"answer": "met", "note": "途中未撤机"})
    assert stale.status_code == 403
    assert "途中未撤机" in stale.content.decode()
    assert "nothing was sent" in stale.content.decode()
    out = Client().post(_page(hearing, "1"), {"answer": "met", "note": "途中未撤机"})
    assert out.status_code == 403
    assert "途中未撤机" in out.content.decode()
    assert not BallotDraft.objects.exists()


def test_a_vote_the_answers_do_not_lead_to_is_asked_about_once(world: JuryWorld) -> None:
    hearing = world.open_hearing()
    juror = world.panel(hearing)[0]
    client = _client(juror)
    _answer_all(client, hearing, "not_met")
    explain = _page(hearing, EXPLAIN)
    review = reverse("jury_review", args=[hearing.reference])
    assert _whole(client, hearing, "pay") == explain
    assert "By your answers the clause is not met" in client.get(explain).content.decode()
    left_empty = client.post(explain, {"explanation": ""})
    assert left_empty.headers["Location"] == review, "asked for, never required"
    assert _whole(client, hearing, "pay", "?from=review") == review, "asked once"
    named = client.post(explain + "?from=review", {"explanation": "打 13812345678"})
    assert named.status_code == 422
    client.post(explain + "?from=review", {"explanation": "条款没有预见这种情况。"})
    shown = client.get(review).content.decode()
    assert "条款没有预见这种情况。" in shown
    assert f"{explain}?from=review" in shown
    assert client.post(review).status_code == 302
    assert Ballot.objects.count() == 1


def test_answers_and_vote_that_agree_are_not_asked_about(world: JuryWorld) -> None:
    hearing = world.open_hearing()
    client = _client(world.panel(hearing)[0])
    _answer_all(client, hearing, "met")
    review = reverse("jury_review", args=[hearing.reference])
    assert _whole(client, hearing, "pay") == review
    changed = client.post(_page(hearing, "1") + "?from=review", {"answer": "not_met", "note": ""})
    assert changed.headers["Location"] == _page(hearing, EXPLAIN), "now they differ"
    back = client.post(_page(hearing, "1") + "?from=review", {"answer": "met", "note": ""})
    assert back.headers["Location"] == review, "a change leads straight back"


def test_what_the_papers_do_not_show_counts_as_the_rulebook_says() -> None:
    one, two = (Criterion(code, code, code) for code in "ab")
    tree = AllOf((one, two))
    answers = {"a": "met", "b": "not_shown"}
    assert leads_to(tree, answers, {}, "not_met") == "deny"
    assert leads_to(tree, answers, {}, "met") == "pay"
    assert leads_to(AnyOf((one, two)), answers, {}, "not_met") == "pay"
    assert leads_to(tree, {"a": "met", "b": "met"}, {"accident": "not_met"}, "met") == "deny"


def test_a_draft_of_another_device_is_said_kindly_and_begun_again(world: JuryWorld) -> None:
    hearing = world.open_hearing()
    juror = world.panel(hearing)[0]
    first = _client(juror)
    first.post(_page(hearing, "1"), {"answer": "met", "note": "第一台"})
    other = _client(juror)
    shown = other.get(reverse("jury_hearing", args=[hearing.reference])).content.decode()
    assert "Your draft is on another device." in shown
    assert "Begin here again" in shown
    page = other.get(_page(hearing, "1")).content.decode()
    assert "Your draft is on another device." in page
    assert "第一台" not in page
    assert other.post(_page(hearing, "1"), {"answer": "not_met", "note": ""}).status_code == 302
    assert "another device" not in other.get(_page(hearing, "1")).content.decode()
    assert BallotDraft.objects.count() == 1


def test_the_first_ballot_is_preceded_by_a_practice_case_that_can_be_passed_over(
    world: JuryWorld,
) -> None:
    hearing = world.open_hearing()
    juror = world.panel(hearing)[0]
    client = _client(juror)
    page = reverse("jury_hearing", args=[hearing.reference])
    practice = f"{reverse('jury_practice')}?next={hearing.reference}"
    shown = client.get(page).content.decode()
    assert practice in shown
    assert "Go straight to the ballot" in shown
    assert client.get(practice).status_code == 200
    answers = {"a1": "met", "a2": "not_met", "a3": "not_shown", "avote": "deny"}
    review = reverse("jury_practice_page", args=["review"])
    done = client.post(review, {**answers, "next": hearing.reference})
    assert JurorStanding.objects.get(person_id=juror.person_id).practised_at is not None
    result = client.get(done.headers["Location"]).content.decode()
    assert "You have practised" in result
    assert "Your answers and your vote go together." in result
    assert page in result
    assert practice not in client.get(page).content.decode()
    assert not BallotDraft.objects.exists()


def test_practice_keeps_answers_in_the_address_and_asks_for_each(world: JuryWorld) -> None:
    client = _client(world.jurors[0], "zh-hans")
    first = reverse("jury_practice_page", args=["1"])
    missing = client.get(first, {"go": "1"})
    assert missing.status_code == 422
    assert "请在三个答案中选择一个。" in missing.content.decode()
    on = client.get(first, {"go": "1", "answer": "met"})
    assert on.headers["Location"] == reverse("jury_practice_page", args=["2"]) + "?a1=met"
    gap = client.get(reverse("jury_practice_page", args=["review"]), {"a1": "met", "avote": "x"})
    assert gap.headers["Location"].startswith(reverse("jury_practice_page", args=["2"]))
    back = client.get(first, {"a1": "met", "from": "review", "go": "1", "answer": "not_met"})
    assert back.headers["Location"].startswith(reverse("jury_practice_page", args=["review"]))
    assert client.get(reverse("jury_practice_page", args=["9"])).status_code == 404
    assert client.post(first).status_code == 404
    hostile = client.get(reverse("jury_practice"), {"next": "//evil.example/"})
    assert 'name="next"' not in hostile.content.decode()
    assert 'href="/jury//evil' not in hostile.content.decode()


def test_a_member_who_is_no_juror_practises_and_leaves_no_trace(world: JuryWorld) -> None:
    client = _client(world.reviewer)
    answers = {"a1": "met", "a2": "not_met", "a3": "met", "avote": "pay"}
    before = JurorStanding.objects.filter(practised_at=None).count()
    assert client.post(reverse("jury_practice_page", args=["review"]), answers).status_code == 302
    assert JurorStanding.objects.filter(practised_at=None).count() == before


def test_the_api_offers_what_a_hosts_own_form_needs(world: JuryWorld) -> None:
    hearing = world.open_hearing()
    juror = world.panel(hearing)[0]
    client = _client(juror)
    body = client.get(reverse("api_hearing", args=[hearing.reference])).json()
    form = body["ballot_form"]
    assert form["questions"] == question_codes(hearing.brief)
    assert [one["value"] for one in form["answers"]] == ["met", "not_met", "not_shown"]
    assert form["not_shown_counts_as"] in {"met", "not_met"}
    assert body["brief"]["criteria"]["text"]
    cast = client.post(
        form["link"],
        {
            "vote": "pay",
            "answers": dict.fromkeys(form["questions"], "not_met"),
            "reason": "材料可信。",
            "explanation": "条款没有预见。",
        },
        content_type="application/json",
    )
    assert cast.status_code == 201
    assert "ballot_form" not in client.get(reverse("api_hearing", args=[hearing.reference])).json()
