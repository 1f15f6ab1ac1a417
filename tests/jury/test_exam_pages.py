"""The pages and API of the exam: nothing tells the right answers before it is handed in."""

import json
import re
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from core import clock
from core.actor import Actor
from jury import services
from jury.exam.bank import bank
from jury.models import ExamAttempt, JurorAffiliation, JurorStanding
from members.models import Account, Person
from tests.worlds_jury import JuryWorld

pytestmark = pytest.mark.django_db(transaction=True)

LANGUAGES = ["zh-hans", "en"]


def _client(actor: Actor, language: str = "zh-hans") -> Client:
    person = Person.objects.get(pk=actor.person_id)
    account, _made = Account.objects.get_or_create(
        person=person, defaults={"username": f"u{person.pk}", "language": language}
    )
    client = Client(headers={"accept-language": language})
    client.force_login(account)
    return client


def _question(attempt: ExamAttempt, number: int) -> str:
    return reverse("jury_exam_question", args=[attempt.reference, number])


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_member_becomes_a_juror_by_pages_alone(world: JuryWorld, language: str) -> None:
    actor = world.base.actor(world.base.person("新人"))
    client = _client(actor, language)
    home = client.get(reverse("jury_exam")).content.decode()
    assert reverse("jury_rules") in home
    assert client.get(reverse("jury_exam_start")).status_code == 200
    refused = client.post(reverse("jury_rules"), {"version": "1"})
    assert refused.status_code == 422
    accepted = client.post(reverse("jury_rules"), {"version": "1", "accepted": "on"})
    assert accepted.status_code == 302, accepted.content.decode()
    started = client.post(reverse("jury_exam_start"))
    attempt = ExamAttempt.objects.get()
    assert started.headers["Location"] == _question(attempt, 1)
    for number, one in enumerate(attempt.questions, start=1):
        empty = client.post(_question(attempt, number), {})
        assert empty.status_code == 422
        assert bank()[one["code"]].text(language).why not in empty.content.decode()
        kept = client.post(_question(attempt, number), {"choice": bank()[one["code"]].right})
        assert kept.status_code == 302, kept.content.decode()
    review = reverse("jury_exam_review", args=[attempt.reference])
    assert kept.headers["Location"] == review
    assert client.get(review).status_code == 200
    result = reverse("jury_exam_result", args=[attempt.reference])
    assert client.post(review).headers["Location"] == result
    page = client.get(result).content.decode()
    for one in attempt.questions:
        assert bank()[one["code"]].text(language).question in page.replace("&quot;", '"')
    assert JurorStanding.objects.filter(person_id=actor.person_id, state="active").exists()
    assert client.get(_question(attempt, 1)).headers["Location"] == result
    assert client.post(_question(attempt, 1), {"choice": "a"}).status_code in (409, 422)


def test_another_device_goes_on_where_the_first_stopped(world: JuryWorld) -> None:
    candidate = world.candidate()
    first, second = _client(candidate), _client(candidate)
    first.post(reverse("jury_exam_start"))
    attempt = ExamAttempt.objects.get()
    option = attempt.questions[0]["options"][1]
    first.post(_question(attempt, 1), {"choice": option})
    assert _question(attempt, 2) in second.get(reverse("jury_exam")).content.decode()
    again = second.get(reverse("jury_exam_start"))
    assert again.headers["Location"] == _question(attempt, 2)
    page = second.get(_question(attempt, 1)).content.decode()
    assert re.search(rf'value="{option}"[^>]*checked', page)


def _leaks(text: str, attempt: ExamAttempt) -> list[str]:
    """Return what in a text tells which answer is right: explanations, marks, digests."""
    found = []
    for one in attempt.questions:
        question = bank()[one["code"]]
        found += [words.why for words in (question.en, question.zh) if words.why in text]
    return found + [word for word in ("is_right", '"right"', "bank_digest") if word in text]


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_page_answer_cookie_or_header_tells_what_is_right(
    world: JuryWorld, language: str, caplog: pytest.LogCaptureFixture
) -> None:
    candidate = world.candidate()
    client = _client(candidate, language)
    client.post(reverse("jury_exam_start"))
    attempt = ExamAttempt.objects.get()
    reference = attempt.reference
    numbers = range(1, len(attempt.questions) + 1)
    addresses = [
        reverse("jury_exam"),
        reverse("jury_exam_start"),
        reverse("jury_exam_review", args=[reference]),
        reverse("jury_exam_result", args=[reference]),
        reverse("jury_record"),
        reverse("api_exam"),
        reverse("api_exam_attempt", args=[reference]),
        *(_question(attempt, number) for number in numbers),
    ]
    caplog.set_level("DEBUG")
    for address in addresses:
        answer = client.get(address, follow=True)
        seen = answer.content.decode() + str(answer.headers) + client.cookies.output()
        assert _leaks(seen, attempt) == [], address
    for number, one in enumerate(attempt.questions, start=1):
        answer = client.post(_question(attempt, number), {"choice": one["options"][0]})
        assert _leaks(answer.content.decode() + str(answer.headers), attempt) == []
    assert _leaks(caplog.text, attempt) == []


def test_the_right_answer_is_at_no_place_of_its_own(world: JuryWorld) -> None:
    places = set()
    for _person in range(6):
        attempt = services.start_attempt(actor=world.candidate(), now=clock.now())
        for one in attempt.questions:
            places.add(one["options"].index(bank()[one["code"]].right))
    assert places == {0, 1, 2, 3}


def test_the_pages_of_two_choices_are_alike(world: JuryWorld) -> None:
    candidate = world.candidate()
    client = _client(candidate)
    client.post(reverse("jury_exam_start"))
    attempt = ExamAttempt.objects.get()
    shapes = set()
    for option in attempt.questions[0]["options"]:
        answer = client.post(_question(attempt, 1), {"choice": option})
        shapes.add((answer.status_code, answer.headers["Location"], answer.content))
    assert len(shapes) == 1


def test_a_strangers_attempt_is_not_there(world: JuryWorld) -> None:
    attempt = services.start_attempt(actor=world.candidate(), now=clock.now())
    client = _client(world.jurors[0])
    for name in ("jury_exam_review", "jury_exam_result", "api_exam_attempt"):
        assert client.get(reverse(name, args=[attempt.reference])).status_code == 404
    assert client.get(_question(attempt, 1)).status_code == 404
    assert client.post(_question(attempt, 1), {"choice": "a"}).status_code == 404


@pytest.mark.parametrize("choice", ["", "z", "'; DROP TABLE", "a" * 5000, "\u202e", "a\x00"])
def test_an_absurd_choice_is_answered_in_words(world: JuryWorld, choice: str) -> None:
    candidate = world.candidate()
    client = _client(candidate)
    client.post(reverse("jury_exam_start"))
    attempt = ExamAttempt.objects.get()
    assert client.post(_question(attempt, 1), {"choice": choice}).status_code == 422
    assert ExamAttempt.objects.get().choices == {}
    for number in (0, 7, 10**30):
        assert client.get(_question(attempt, number)).status_code == 404


def _post(client: Client, name: str, body: dict[str, Any], *arguments: str) -> Any:
    return client.post(
        reverse(name, args=arguments), json.dumps(body), content_type="application/json"
    )


def test_the_exam_by_api(world: JuryWorld) -> None:
    candidate = world.base.actor(world.base.person("接口"))
    client = _client(candidate)
    blocked = _post(client, "api_exam_start", {})
    assert blocked.status_code == 422
    assert blocked.json()["blockers"][0]["code"] == "jury_rules_not_accepted"
    rules = client.get(reverse("api_jury_rules")).json()
    assert rules["accepted_at"] is None
    accepted = _post(
        client, "api_jury_rules_accept", {"version": rules["version"], "accepted": True}
    )
    assert accepted.status_code == 200
    started = _post(client, "api_exam_start", {})
    assert started.status_code == 201
    body = started.json()
    assert len(body["questions"]) == 6
    assert body["results"] == []
    for question in body["questions"]:
        right = bank()[question["code"]].right
        kept = _post(
            client,
            "api_exam_choice",
            {"code": question["code"], "choice": right},
            body["reference"],
        )
        assert kept.status_code == 200, kept.content
    answered = _post(client, "api_exam_answer", {}, body["reference"]).json()
    assert answered["is_passed"]
    assert all(row["is_right"] and row["why"] and row["basis"] for row in answered["results"])
    assert _post(client, "api_exam_answer", {}, body["reference"]).status_code == 409
    record = client.get(reverse("api_jury_record")).json()
    assert record["state"] == "active"
    assert record["blockers"] == []


def test_a_jurors_own_page_shows_number_service_and_hospitals(world: JuryWorld) -> None:
    hearing = world.drawn_hearing()
    juror = world.panel(hearing)[0]
    client = _client(juror)
    page = client.get(reverse("jury_record")).content.decode()
    roll = hearing.roll
    assert roll is not None
    number = roll.entries.get(person_id=juror.person_id).number
    assert roll.reference in page
    assert f"<b>{number}</b>" in page
    added = client.post(reverse("jury_affiliation"), {"kind": "works", "hospital_name": "湘雅医院"})
    assert added.status_code == 302
    stated = JurorAffiliation.objects.get()
    end = reverse("jury_affiliation_end", args=[stated.reference])
    assert "湘雅医院" in client.get(end).content.decode()
    assert _client(world.panel(hearing)[1]).get(end).status_code == 404
    assert client.post(end).status_code == 302
    stated.refresh_from_db()
    assert stated.ended_at is not None


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_officer_suspends_and_the_ombudsman_reverses_by_pages(
    world: JuryWorld, language: str
) -> None:
    juror = world.jurors[0]
    officer, ombudsman = _client(world.jury_officer, language), _client(world.ombudsman, language)
    reference = world.person_reference(juror)
    assert reference in officer.get(reverse("console_jurors")).content.decode()
    detail = reverse("console_juror", args=[reference])
    step = reverse("console_juror_step", args=[reference, "suspend_juror"])
    assert step in officer.get(detail).content.decode()
    wrong = officer.post(step, {"cause": "", "until_on": "soon", "reasons": "理由留着"})
    assert wrong.status_code == 422
    assert "理由留着" in wrong.content.decode()
    done = officer.post(
        step, {"cause": "pressure", "until_on": "2020-06-20", "reasons": "向申请人施压。"}
    )
    assert done.status_code == 302, done.content.decode()
    own = _client(juror, language)
    assert "向申请人施压。" in own.get(reverse("jury_record")).content.decode()
    filed = own.post(reverse("jury_standing_appeal"), {"grounds": "我没有联系过申请人。"})
    assert filed.status_code == 302
    listed = ombudsman.get(reverse("console_juror_appeals")).content.decode()
    found = re.search(r"AP-[0-9A-Z]{4}-[0-9A-Z]{4}", listed)
    assert found is not None
    address = reverse("console_juror_appeal", args=[found.group()])
    assert "我没有联系过申请人。" in ombudsman.get(address).content.decode()
    assert officer.post(address, {"outcome": "upheld", "reasons": "x"}).status_code == 403
    answered = ombudsman.post(address, {"outcome": "reversed", "reasons": "查无此事。"})
    assert answered.status_code == 302
    assert "查无此事。" in own.get(reverse("jury_record")).content.decode()
    assert JurorStanding.objects.get(person_id=juror.person_id).state == "active"


def test_the_officers_list_is_searched_and_paged_in_a_fixed_number_of_queries(
    world: JuryWorld, django_assert_max_num_queries: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("jury.juror_queries.PAGE_SIZE", 5)
    officer = _client(world.jury_officer)
    officer.get(reverse("console_jurors"))
    seen: list[str] = []
    address = reverse("console_jurors")
    while address:
        with django_assert_max_num_queries(12):
            page = officer.get(address).content.decode()
        seen += re.findall(r"/console/jurors/(P-[0-9A-Z-]+)/", page)
        following = re.search(r'href="(\?[^"]+)" rel="next"', page)
        query = following.group(1).replace("&amp;", "&") if following else ""
        address = reverse("console_jurors") + query if query else ""
    assert sorted(seen) == sorted(world.person_reference(juror) for juror in world.jurors)
    wanted = world.person_reference(world.jurors[3])
    found = officer.get(reverse("console_jurors"), {"words": wanted.lower()}).content.decode()
    assert re.findall(r"/console/jurors/(P-[0-9A-Z-]+)/", found) == [wanted]
    assert officer.get(reverse("console_jurors"), {"state": "suspended"}).status_code == 200
    assert officer.get(reverse("console_jurors"), {"after": "x" * 900}).status_code == 200


def test_a_member_finds_none_of_the_officers_pages(world: JuryWorld) -> None:
    client = _client(world.jurors[0])
    reference = world.person_reference(world.jurors[1])
    for address in (
        reverse("console_jurors"),
        reverse("console_juror", args=[reference]),
        reverse("console_juror_step", args=[reference, "suspend_juror"]),
        reverse("console_juror_appeals"),
        reverse("api_jurors"),
        reverse("api_juror", args=[reference]),
        reverse("api_juror_appeals"),
    ):
        assert client.get(address).status_code == 404, address


def test_the_officers_page_is_the_same_however_a_juror_voted(world: JuryWorld) -> None:
    hearing = world.open_hearing()
    one, other = world.panel(hearing)[:2]
    officer = _client(world.jury_officer)
    address = reverse("console_juror", args=[world.person_reference(one)])

    def body() -> str:
        page = officer.get(address).content.decode()
        return re.sub(r'(csrfmiddlewaretoken" value=")[^"]+|nonce="[^"]+"', "", page)

    before = body()
    world.cast(hearing, one, vote="pay")
    world.cast(hearing, other, vote="deny")
    assert body() == before
