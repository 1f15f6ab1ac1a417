"""A step by page and by API: the same form, the same service, the same refusals."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import pytest
from django import forms
from django.conf import settings
from django.contrib.auth import get_user_model
from django.test import Client
from django.urls import include, path
from drf_spectacular.generators import SchemaGenerator

from core.actor import Actor
from core.api import StepEndpoint
from core.errors import Blocked, Blocker, NotAllowed, WrongState
from core.models import AuditRow, Heartbeat
from core.pages import StepPage
from core.schema import form_schema
from core.steps import Step

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.urls("test_step_pages")]


class NoteForm(forms.Form):
    """A note of at least three letters."""

    note = forms.CharField(label="Note", min_length=3)


def add_note(*, reference: str, actor: Actor, now: datetime, note: str) -> Heartbeat:
    made = Heartbeat.objects.create(name=reference, beat_at=now, detail=note)
    if note == "late":
        raise WrongState("already_decided", "It is already decided.", state="approved")
    if note == "foreign":
        raise NotAllowed("not_yours", "This is another's.")
    if note == "blocked":
        raise Blocked.by([Blocker("one", "First reason."), Blocker("two", "Second reason.")])
    return made


STEP = Step(name="add_note", label="Add a note", service=add_note, form=NoteForm)


class NotePage(StepPage):
    step = STEP
    success_message = "Noted."

    def success_url(self, result: Heartbeat) -> str:
        return f"/done/{result.name}/"


class NoteEndpoint(StepEndpoint):
    step = STEP

    def encode(self, result: Heartbeat) -> Mapping[str, Any]:
        return {"name": result.name, "detail": result.detail}


urlpatterns = [
    path("me/notes/<str:reference>/", NotePage.as_view(), name="note_page"),
    path("api/v1/notes/<str:reference>/", NoteEndpoint.as_view(), name="note_api"),
    path("", include(settings.ROOT_URLCONF)),
]
PAGE = "/me/notes/T-1/"
API = "/api/v1/notes/T-1/"


@pytest.fixture
def signed_in(client: Client) -> Client:
    account = get_user_model().objects.create_user(username="ada")
    client.force_login(account, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


def post_api(client: Client, body: Any, **headers: str) -> Any:
    return client.post(API, body, content_type="application/json", headers=headers)


def test_a_stranger_is_asked_to_sign_in(client: Client) -> None:
    response = client.get(PAGE)
    assert response.status_code == 302
    assert response.headers["Location"].startswith("/accounts/login/?next=")


def test_an_ended_session_keeps_what_was_typed_and_writes_nothing(client: Client) -> None:
    typed = {"note": "<b>hello", "password": "secret", "idempotency_key": "k1"}
    response = client.post(PAGE + "?lang=en", typed)
    page = response.content.decode()
    assert response.status_code == 403
    assert "&lt;b&gt;hello" in page
    assert "secret" not in page
    assert "/accounts/login/?next=" in page
    assert not Heartbeat.objects.exists()
    assert AuditRow.objects.get().outcome == "refused"


def test_a_token_that_does_not_fit_shows_the_form_again_with_what_was_typed() -> None:
    client = Client(enforce_csrf_checks=True)
    account = get_user_model().objects.create_user(username="ada")
    client.force_login(account, backend="allauth.account.auth_backends.AuthenticationBackend")
    response = client.post(PAGE, {"note": "hello"})
    page = response.content.decode()
    assert response.status_code == 403
    assert 'value="hello"' in page
    assert "csrfmiddlewaretoken" in page
    assert not Heartbeat.objects.exists()
    token = page.split('name="csrfmiddlewaretoken" value="')[1].split('"')[0]
    key = page.split('name="idempotency_key" value="')[1].split('"')[0]
    again = {"note": "hello", "csrfmiddlewaretoken": token, "idempotency_key": key}
    assert client.post(PAGE, again).status_code == 302
    assert Heartbeat.objects.count() == 1


def test_a_token_that_fits_nothing_gets_a_plain_page() -> None:
    client = Client(enforce_csrf_checks=True)
    for address in ("/nowhere/", "/accounts/login/", PAGE):
        response = client.post(address, {"login": "ada", "password": "secret"})
        assert response.status_code == (404 if address == "/nowhere/" else 403)
        assert "secret" not in response.content.decode()


@pytest.mark.parametrize("address", ["/me/notes/T%00/", "/me/notes/T%0A/", PAGE + "?q=%00"])
def test_control_characters_in_an_address_are_not_found(signed_in: Client, address: str) -> None:
    assert signed_in.get(address).status_code == 404
    assert signed_in.post(address, {"note": "hello"}).status_code == 404
    assert AuditRow.objects.count() == 1


def test_the_page_shows_the_form_with_a_fresh_key(signed_in: Client) -> None:
    first = signed_in.get(PAGE).content.decode()
    second = signed_in.get(PAGE).content.decode()
    assert 'name="idempotency_key"' in first
    assert (
        first.split('name="idempotency_key"')[1][:60]
        != second.split('name="idempotency_key"')[1][:60]
    )
    assert not AuditRow.objects.exists()


def test_a_step_taken_redirects_and_a_repeated_post_counts_once(signed_in: Client) -> None:
    for _ in range(3):
        response = signed_in.post(PAGE, {"note": "hello", "idempotency_key": "k1"})
        assert response.status_code == 302
        assert response.headers["Location"] == "/done/T-1/"
    assert Heartbeat.objects.count() == 1
    assert sorted(AuditRow.objects.values_list("outcome", flat=True)) == [
        "done",
        "replayed",
        "replayed",
    ]
    assert set(AuditRow.objects.values_list("operation", flat=True)) == {"note_page"}


def test_a_wrong_answer_stays_in_its_field_with_the_error_beside_it(signed_in: Client) -> None:
    response = signed_in.post(PAGE, {"note": "ab"})
    page = response.content.decode()
    assert response.status_code == 422
    assert 'value="ab"' in page
    assert "field-wrong" in page
    assert not Heartbeat.objects.exists()
    assert AuditRow.objects.get().outcome == "refused"


@pytest.mark.parametrize(
    ("note", "status", "words"),
    [("late", 409, "already decided"), ("foreign", 403, "another"), ("blocked", 422, "Second")],
)
def test_a_refusal_is_told_in_words_with_what_was_typed_kept(
    signed_in: Client, note: str, status: int, words: str
) -> None:
    response = signed_in.post(PAGE, {"note": note, "idempotency_key": "k1"})
    page = response.content.decode()
    assert response.status_code == status
    assert words in page
    assert f'value="{note}"' in page
    assert not Heartbeat.objects.exists()
    (row,) = AuditRow.objects.all()
    assert (row.outcome, row.status) == ("refused", status)


def test_the_language_button_keeps_what_was_typed_and_judges_nothing(signed_in: Client) -> None:
    response = signed_in.post(PAGE, {"note": "a", "idempotency_key": "k1", "_language": "en"})
    page = response.content.decode()
    assert response.status_code == 200
    assert 'value="a"' in page
    assert "field-wrong" not in page
    assert '<html lang="en">' in page
    assert response.cookies["django_language"].value == "en"
    assert not Heartbeat.objects.exists()


def test_a_key_used_for_another_text_is_told_and_a_new_one_given(signed_in: Client) -> None:
    signed_in.post(PAGE, {"note": "hello", "idempotency_key": "k1"})
    response = signed_in.post(PAGE, {"note": "other", "idempotency_key": "k1"})
    assert response.status_code == 422
    assert 'value="k1"' not in response.content.decode()


def test_the_api_takes_the_same_step_once_under_its_key(signed_in: Client) -> None:
    first = post_api(signed_in, {"note": "hello"}, **{"Idempotency-Key": "k1"})
    second = post_api(signed_in, {"note": "hello"}, **{"Idempotency-Key": "k1"})
    other = post_api(signed_in, {"note": "other"}, **{"Idempotency-Key": "k1"})
    assert first.status_code == second.status_code == 200
    assert first.json() == second.json() == {"name": "T-1", "detail": "hello"}
    assert "Idempotent-Replayed" not in first.headers
    assert second.headers["Idempotent-Replayed"] == "true"
    assert (other.status_code, other.json()["code"]) == (422, "idempotency_key_reused")


@pytest.mark.parametrize(
    ("body", "field", "code"),
    [
        ({}, "note", "required"),
        ({"note": None}, "note", "required"),
        ({"note": "ab"}, "note", "min_length"),
        ({"note": "hello", "nope": 1}, "nope", "unknown_field"),
        ([1], "non_field_errors", "not_an_object"),
        ({"note": "a\x00b"}, "note", "text"),
        ({"note": "\ud800abc"}, "note", "text"),
    ],
)
def test_a_body_that_does_not_fit_is_a_problem_with_its_fields(
    signed_in: Client, body: Any, field: str, code: str
) -> None:
    response = post_api(signed_in, body)
    assert response.status_code == 400
    assert response.headers["Content-Type"] == "application/problem+json"
    document = response.json()
    assert (document["code"], document["status"]) == ("invalid", 400)
    assert document["errors"][field][0]["code"] == code
    assert not Heartbeat.objects.exists()
    assert AuditRow.objects.get().outcome == "refused"


@pytest.mark.parametrize(
    ("note", "status", "code"),
    [("late", 409, "already_decided"), ("foreign", 403, "not_yours"), ("blocked", 422, "one")],
)
def test_a_refusal_is_a_problem_with_its_code_and_every_blocker(
    signed_in: Client, note: str, status: int, code: str
) -> None:
    response = post_api(signed_in, {"note": note})
    document = response.json()
    assert (response.status_code, document["code"]) == (status, code)
    assert document["type"] == f"urn:gongdao:problem:{code}"
    if note == "blocked":
        assert [one["code"] for one in document["blockers"]] == ["one", "two"]
    if note == "late":
        assert document["state"] == "approved"
    assert AuditRow.objects.count() == 1


def test_broken_json_and_strangers_and_methods_get_problems_too(client: Client) -> None:
    stranger = post_api(client, {"note": "hello"})
    assert stranger.status_code in {401, 403}
    assert stranger.headers["Content-Type"] == "application/problem+json"
    account = get_user_model().objects.create_user(username="bo")
    client.force_login(account, backend="allauth.account.auth_backends.AuthenticationBackend")
    broken = client.post(API, "{", content_type="application/json")
    assert (broken.status_code, broken.json()["code"]) == (400, "parse_error")
    assert client.delete(API).json()["code"] == "method_not_allowed"


def test_every_unsafe_request_leaves_one_audit_row_even_for_no_page(client: Client) -> None:
    assert client.post("/nowhere/", {}).status_code == 404
    (row,) = AuditRow.objects.all()
    assert (row.operation, row.outcome, row.status) == ("no_such_page", "refused", 404)
    assert len(row.request_id) == 32


def test_the_language_comes_from_the_address_then_the_cookie_then_the_browser(
    signed_in: Client,
) -> None:
    assert b'lang="zh-Hans"' in signed_in.get(PAGE, headers={"Accept-Language": "zh-CN"}).content
    assert b'<html lang="en"' in signed_in.get(PAGE, headers={"Accept-Language": "en-GB"}).content
    chosen = signed_in.get(PAGE + "?lang=en", headers={"Accept-Language": "zh-CN"})
    assert b'<html lang="en"' in chosen.content
    again = signed_in.get(PAGE, headers={"Accept-Language": "zh-CN"})
    assert b'<html lang="en"' in again.content
    assert "Accept-Language" in again.headers["Vary"]
    assert again.headers["X-Request-Id"]
    assert b'<html lang="en"' in signed_in.get(PAGE + "?lang=tlh").content


def test_a_step_stands_in_the_schema_with_its_fields_and_refusals() -> None:
    schema = form_schema(NoteForm)
    assert schema["required"] == ["note"]
    assert schema["additionalProperties"] is False
    generator = SchemaGenerator(patterns=urlpatterns[:2])
    found = generator.get_schema(request=None, public=True)
    post = found["paths"]["/api/v1/notes/{reference}/"]["post"]
    assert post["requestBody"]["content"]["application/json"]["schema"] == schema
    assert set(post["responses"]) == {"200", "400", "401", "403", "404", "409", "422"}
    assert "application/problem+json" in post["responses"]["409"]["content"]
    assert [one["name"] for one in post["parameters"]] == ["Idempotency-Key", "reference"]
