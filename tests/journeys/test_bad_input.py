"""Every form with empty, too long, wrong and hostile input: answered clearly, nothing lost."""

import html
import json
from collections.abc import Iterator
from typing import Any

import pytest
from django import forms
from django.db import connection, transaction
from django.http import HttpResponse
from django.test import Client
from django.urls import get_resolver, resolve

from core.form_fields import DayField, LineField, YuanField
from core.pages import StepPage
from disclosure.complaint_steps import COMPLAINT_STEPS
from disclosure.steps import OBJECTION_STEPS, REDACTION_STEPS
from jury.exhibits.steps import EXHIBIT_STEPS
from jury.juror_steps import JUROR_STEPS, QUALIFICATION_STEPS
from jury.steps import HEARING_STEPS
from jury.views.ballot import BallotPage
from members.models import Account
from tests import databases
from tests.journeys.access import Sweep
from tests.journeys.bad_forms import ASKING, CONFIRMED, OPEN, PREPARED
from tests.journeys.scenery import make_scenery
from tests.journeys.stage import MINE, Scenery
from tests.journeys.world import make_journey_world

pytestmark = pytest.mark.xdist_group("bad_input")

HOSTILE = {
    "direction": "报告\u202e第二页",
    "control": "报告\x07第二页",
    "zero": "报告\x00第二页",
    "formula": '=HYPERLINK("http://evil.example","报告")',
    "markup": "<script>alert(1)</script>报告",
    "quotes": "'; DROP TABLE claims_claim; --",
}
REFUSED_ALWAYS = ("direction", "control", "zero")
# Rows that a refused request may leave: its audit row, and the counter of the sequencer.
MAY_GROW = frozenset({"core_auditrow"})
# Those who are named by what they are, and the steps whose page has an address of its own.
JURORS = ("juror", "juror_suspended")
ELSEWHERE = {"enter_number": "/number/"}
# Moving the clock: outside the demo there is no such page.
ONLY_IN_THE_DEMO = {"travel"}


@pytest.fixture(scope="module")
def sweep(django_db_setup: None, django_db_blocker: Any) -> Iterator[Sweep]:
    """One world for the module; every request in it is undone."""
    with django_db_blocker.unblock():
        yield Sweep(make_scenery(make_journey_world()))
        databases.empty()


def path_of(scenery: Scenery, template: str) -> str:
    """The path with the world's references in it."""
    return template.format(**scenery.found)


def client_of(sweep: Sweep, username: str) -> Client:
    """A client of a person, as on the first request; the anonymous one without a name."""
    client = Client(raise_request_exception=False, headers={"accept-language": "en"})
    client.handler = sweep.clients["anonymous"].handler
    if username:
        name = sweep.scenery.found[username] if username in JURORS else username
        client.force_login(Account.objects.get(username=name))
    return client


def rows() -> dict[str, int]:
    """How many rows every table holds."""
    tables = connection.introspection.table_names()
    counts = " UNION ALL ".join(f"SELECT '{name}', count(*) FROM {name}" for name in tables)
    with connection.cursor() as cursor:
        cursor.execute(counts)
        return dict(cursor.fetchall())


def send(client: Client, path: str, data: dict[str, Any]) -> tuple[HttpResponse, set[str]]:
    """Post a form; return the answer and the tables that grew; then undo it."""
    with transaction.atomic():
        before = rows()
        answer = client.post(path, data)
        after = rows()
        transaction.set_rollback(True)
    grown = {name for name, count in after.items() if count != before.get(name)}
    return answer, grown - MAY_GROW


def fields_of(client: Client, path: str) -> dict[str, forms.Field]:
    """The questions of the form on a page."""
    answer = client.get(path)
    assert answer.status_code == 200, (path, answer.status_code)
    form = answer.context["form"]
    return dict(form.fields)


def plain_value(name: str, field: forms.Field) -> Any:
    """An answer that fits a field."""
    if isinstance(field, forms.ModelChoiceField):
        return str(field.choices.__iter__().__next__()[0])  # type: ignore[attr-defined] # stubs
    if isinstance(field, forms.ChoiceField):
        choices = [str(value) for value, _label in field.choices if value]
        return choices[:1] if isinstance(field, forms.MultipleChoiceField) else choices[0]
    if isinstance(field, forms.BooleanField):
        return "on"
    if isinstance(field, DayField):
        return "2020-07-10" if name in ("due_on", "deadline_on") else "2020-05-20"
    if isinstance(field, YuanField):
        return "300000"
    return {"bank_account": "6222020200112230", "number": "42"}.get(
        name, "材料可信，理由如上文所述。"
    )


def test_every_form_of_the_product_is_in_the_list() -> None:
    asked = {resolve(path_with_samples(path)).view_name for _who, path in ASKING + OPEN + PREPARED}
    confirmed = {resolve(path_with_samples(path)).view_name for path in CONFIRMED}
    wanted = set()
    for name, view_class in _view_classes():
        if issubclass(view_class, StepPage | BallotPage):
            wanted.add(name)
    assert wanted - asked - confirmed == ONLY_IN_THE_DEMO


def test_every_step_of_hearings_papers_jurors_and_complaints_is_in_the_list() -> None:
    paths = [path for _who, path in ASKING + OPEN + PREPARED] + list(CONFIRMED)
    for step in (*HEARING_STEPS, *EXHIBIT_STEPS, *JUROR_STEPS, *QUALIFICATION_STEPS):
        end = ELSEWHERE.get(step, f"/steps/{step}/")
        assert any(path.endswith(end) for path in paths), step
    for step in (*COMPLAINT_STEPS, *OBJECTION_STEPS, *REDACTION_STEPS):
        assert any(path.endswith(f"/steps/{step}/") for path in paths), step


def path_with_samples(template: str) -> str:
    """A template's path whatever the world holds; only its shape matters."""

    class Sample(dict[str, str]):
        def __missing__(self, key: str) -> str:
            return "K-0000-0000" if key == "case" else "critical-illness"

    return template.format_map(Sample())


def _view_classes() -> Iterator[tuple[str, type]]:
    def walk(patterns: Any) -> Iterator[tuple[str, type]]:
        for pattern in patterns:
            if hasattr(pattern, "url_patterns"):
                yield from walk(pattern.url_patterns)
            elif hasattr(pattern.callback, "view_class"):
                yield str(pattern.name), pattern.callback.view_class

    yield from walk(get_resolver().url_patterns)


@pytest.mark.parametrize(("username", "template"), ASKING + OPEN)
def test_an_empty_form_is_answered_beside_every_field(
    sweep: Sweep, username: str, template: str
) -> None:
    client, path = client_of(sweep, username), path_of(sweep.scenery, template)
    required = [name for name, field in fields_of(client, path).items() if field.required]
    answer, grown = send(client, path, {})
    assert (answer.status_code, grown) == (422, set()), answer.content.decode()[:500]
    if required:
        assert set(required) <= set(answer.context["form"].errors)
    text = answer.content.decode()
    assert "<title>Error:" in text
    form = answer.context["form"]
    for name in form.errors:
        is_seen = not form.fields[name].widget.is_hidden
        assert not is_seen or f"id_{name}" in text, "the fault is linked to its field"
    for word in ("sorry", "invalid", "illegal", "oops"):
        assert (
            word
            not in " ".join(
                str(one) for errors in answer.context["form"].errors.values() for one in errors
            ).lower()
        ), word


@pytest.mark.parametrize(("username", "template"), ASKING + OPEN)
def test_too_long_and_of_the_wrong_kind_is_said_and_kept(
    sweep: Sweep, username: str, template: str
) -> None:
    client, path = client_of(sweep, username), path_of(sweep.scenery, template)
    fields = fields_of(client, path)
    data, wrong = {}, []
    for name, field in fields.items():
        if isinstance(field, LineField):
            longest = int(field.max_length or 0)
            data[name] = "长" * (longest + 1)
        elif isinstance(field, forms.BooleanField | forms.FileField) or field.widget.is_hidden:
            continue
        else:
            data[name] = "无此项"
        wrong.append(name)
    answer, grown = send(client, path, data)
    assert (answer.status_code, grown) == (422, set()), answer.content.decode()[:500]
    errors = answer.context["form"].errors
    assert set(wrong) <= set(errors), (wrong, dict(errors))
    shown = answer.content.decode()
    for name in wrong:
        if not isinstance(fields[name], forms.ChoiceField):
            assert data[name] in shown, f"{name} is not kept"


@pytest.mark.parametrize(("username", "template"), ASKING + OPEN)
def test_hostile_text_is_refused_or_stays_text(sweep: Sweep, username: str, template: str) -> None:
    client, path = client_of(sweep, username), path_of(sweep.scenery, template)
    fields = fields_of(client, path)
    lines = [name for name, field in fields.items() if isinstance(field, LineField)]
    if not lines:
        return
    for kind, text in HOSTILE.items():
        data = {name: plain_value(name, field) for name, field in fields.items()}
        data |= dict.fromkeys(lines, text)
        answer, grown = send(client, path, data)
        assert answer.status_code in (200, 302, 403, 409, 422), (kind, answer.status_code)
        if kind in REFUSED_ALWAYS:
            assert (answer.status_code, grown) == (422, set()), kind
        if answer.status_code not in (200, 302):
            assert grown == set(), kind
            assert "<script>alert" not in answer.content.decode()
        if answer.status_code == 422 and kind in ("formula", "quotes"):
            assert html.escape(text) in answer.content.decode(), kind


@pytest.mark.parametrize(("username", "template"), ASKING)
def test_what_was_typed_survives_an_expired_session(
    sweep: Sweep, username: str, template: str
) -> None:
    path = path_of(sweep.scenery, template)
    fields = fields_of(client_of(sweep, username), path)
    data = {name: plain_value(name, field) for name, field in fields.items()}
    answer, grown = send(client_of(sweep, ""), path, data)
    assert (answer.status_code, grown) == (403, set())
    text = answer.content.decode()
    assert "/accounts/login/" in text
    for name, field in fields.items():
        if isinstance(field, LineField):
            assert str(data[name]) in text, name


@pytest.mark.parametrize("template", CONFIRMED)
def test_a_confirmation_by_a_stranger_changes_nothing(sweep: Sweep, template: str) -> None:
    answer, grown = send(client_of(sweep, ""), path_of(sweep.scenery, template), {})
    assert (answer.status_code, grown) == (403, set())


@pytest.mark.parametrize("page", ["1", "2", "vote"])
@pytest.mark.parametrize("typed", ["", "无此项", "\u202e", "<script>alert(1)</script>"])
def test_a_practice_page_says_what_to_choose(sweep: Sweep, page: str, typed: str) -> None:
    client = client_of(sweep, "member")
    given = {"go": "1", "answer": typed, "vote": typed, "a1": typed, "from": typed, "next": typed}
    answer = client.get(f"/jury/practice/{page}/", given)
    assert answer.status_code == 422
    assert list(answer.context["form"].errors) == ["vote" if page == "vote" else "answer"]
    text = answer.content.decode()
    assert "<title>Error:" in text
    assert "<script>alert" not in text


def test_a_form_sent_three_times_counts_once(sweep: Sweep) -> None:
    client = client_of(sweep, MINE)
    path = path_of(sweep.scenery, "/me/claims/{claim_asked}/steps/supply_information/")
    data = {"answer": "病理报告已经上传。", "idempotency_key": "sent-three-times"}
    with transaction.atomic():
        first = client.post(path, data)
        assert first.status_code == 302
        before = rows()
        for _again in range(2):
            repeat = client.post(path, data)
            assert (repeat.status_code, repeat["Location"]) == (302, first["Location"])
        other = client.post(path, {**data, "answer": "别的话"})
        assert other.status_code == 422
        assert "别的话" in other.content.decode()
        grown = {name for name, count in rows().items() if count != before[name]}
        transaction.set_rollback(True)
    assert grown - MAY_GROW == set()


API_BODIES = (
    (MINE, "claims/", {"membership": "{membership_theirs}"}),
    (MINE, "claims/", {"membership": "M-ZZZZ-ZZZZ"}),
    (MINE, "claims/", {"membership": 7}),
    (MINE, "claims/{draft_mine}/steps/save_draft/", {"nonsense": "x"}),
    (MINE, "claims/{draft_mine}/steps/save_draft/", {"story": "短"}),
    (MINE, "claims/{draft_mine}/steps/save_draft/", {"story": ["a", "list"]}),
    (MINE, "claims/{draft_mine}/steps/save_draft/", {"hospital_name": "x\u202ey"}),
    (MINE, "claims/{claim_asked}/steps/supply_information/", {"answer": "\x00"}),
    ("reviewer2", "claims/{claim_recommended}/steps/approve/", {"amount_cents": "all"}),
    ("reviewer", "claims/{claim_mine}/steps/request_information/", {"deadline_on": "2020-02-31"}),
    ("finance", "payouts/batches/", {"claims": ["C-ZZZZ-ZZZZ", "x"]}),
    ("finance", "payouts/batches/", {"claims": "=1+1"}),
    ("juror", "hearings/{hearing}/ballot/", {"vote": "maybe", "answers": [], "reason": ""}),
    ("member", "notice/entries/{entry_theirs}/objections/", {"grounds": "x", "statement": ""}),
    (MINE, "jury/exam/{exam_mine}/choices/", {"code": "no-such-question", "choice": "A"}),
    (MINE, "jury/exam/{exam_mine}/choices/", {"code": 7, "choice": ["A"]}),
    (MINE, "jury/exam/{exam_mine}/answer/", {"choices": {"x": "A"}}),
    (MINE, "jury/exam/{exam_mine}/answer/", {"choices": "all of them"}),
    (MINE, "jury/rules/accept/", {"version": "no-such-version", "accepted": True}),
    (MINE, "jury/rules/accept/", {"version": "1", "accepted": False}),
    (MINE, "jury/record/hospitals/", {"kind": "owns", "hospital_name": "湘雅医院"}),
    (MINE, "jury/record/hospitals/", {"kind": "treated", "hospital_name": "湘雅\u202e医院"}),
    ("juror", "jury/record/qualifications/", {"kind": "wizard", "evidence_note": "证书"}),
    ("juror_suspended", "jury/record/appeal/", {"grounds": "\x00"}),
    ("jury_officer", "jurors/{person_juror}/steps/suspend_juror/", {"until_on": "2020-02-31"}),
    (
        "jury_officer",
        "jurors/{person_juror}/steps/suspend_juror/",
        {"cause": "secrecy_broken", "until_on": "2019-01-01", "reasons": "理由"},
    ),
    (
        "jury_officer",
        "jurors/{person_juror}/steps/suspend_juror/",
        {"cause": "secrecy_broken", "until_on": "9999-12-31", "reasons": "理由"},
    ),
    ("jury_officer", "jurors/{person_juror}/steps/disqualify_juror/", {"cause": "dislike"}),
    (
        "jury_officer",
        "qualifications/{qualification}/steps/verify_qualification/",
        {"expires_on": "2001-01-01"},
    ),
    ("ombudsman", "juror-appeals/{juror_appeal}/answer/", {"outcome": "maybe", "reasons": "x"}),
    (
        "jury_officer",
        "hearings/{hearing}/steps/replace_juror/",
        {"number": -1, "reason_code": "absent"},
    ),
    (
        "jury_officer",
        "hearings/{hearing}/steps/replace_juror/",
        {"number": 99_999_999_999, "reason_code": "absent"},
    ),
    ("jury_officer", "hearings/{hearing_preparing}/steps/prepare_brief/", {"background": ""}),
    ("jury_officer", "hearings/{hearing_preparing}/exhibits/", {"evidence": "E-ZZZZ-ZZZZ"}),
    ("jury_officer", "exhibits/{exhibit_mine}/steps/change_exhibit/", {"label": "x\u202ey"}),
    ("member", "complaints/", {"category": "weather", "text": "下雨。"}),
    ("member", "complaints/", {"category": "time", "text": "慢" * 4001}),
    ("ombudsman", "complaints/{complaint}/steps/answer_complaint/", {"outcome": "both"}),
    ("ombudsman", "complaints/{complaint}/steps/assign_complaint/", {"owner": "P-ZZZZ-ZZZZ"}),
    ("member", "me/messages/settings/", {"groups": ["weather"], "language": "en"}),
    ("member", "me/messages/settings/", {"groups": "all", "language": "tlh"}),
)


@pytest.mark.parametrize(("username", "path", "body"), API_BODIES)
def test_the_api_answers_a_bad_body_with_a_problem_that_names_the_field(
    sweep: Sweep, username: str, path: str, body: dict[str, Any]
) -> None:
    client = client_of(sweep, username)
    target = f"/api/v1/{path_of(sweep.scenery, path)}"
    text = json.dumps(body)
    for name, reference in sweep.scenery.found.items():
        text = text.replace("{" + name + "}", reference)
    with transaction.atomic():
        before = rows()
        answer = client.post(target, text, content_type="application/json")
        grown = {name for name, count in rows().items() if count != before[name]}
        transaction.set_rollback(True)
    assert answer.status_code in (400, 422), answer.content
    assert answer["Content-Type"] == "application/problem+json"
    problem = answer.json()
    assert problem["code"]
    assert problem.get("errors") or problem.get("blockers") or problem.get("detail")
    assert grown - MAY_GROW == set()


@pytest.mark.parametrize("text", ["", "{", "[]", "7", '"text"', '{"a": NaN}', "\xff"])
def test_the_api_answers_what_is_no_json_object(sweep: Sweep, text: str) -> None:
    path = path_of(sweep.scenery, "/api/v1/claims/{claim_asked}/steps/supply_information/")
    answer = client_of(sweep, MINE).post(
        path, text.encode("latin-1"), content_type="application/json"
    )
    assert answer.status_code == 400, answer.content
    assert answer["Content-Type"] == "application/problem+json"


def test_lists_of_references_name_what_is_wrong(sweep: Sweep) -> None:
    finance = client_of(sweep, "finance")
    answer, grown = send(finance, "/console/payouts/prepare/", {"claims": ["x", "C-ZZZZ-ZZZZ"]})
    assert (answer.status_code, grown) == (422, set())
    admin = client_of(sweep, "admin")
    answer, grown = send(
        admin, "/console/roles/grant/", {"person": "nobody", "role": "reviewer", "reason": "x"}
    )
    assert (answer.status_code, grown) == (422, set())
    assert 'value="nobody"' in answer.content.decode()
