"""The pages and the API of rounds, for finance, for members, and closed to others."""

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from core.actor import CLOCK
from members.models import Account, Person
from sharing import services
from sharing.models import FailedDebit, Round
from tests.worlds_money import SHARING_AT, MoneyWorld

pytestmark = pytest.mark.django_db


def signed_in(person_id: int | None, language: str = "en") -> Client:
    client = Client(headers={"accept-language": language})
    account = Account.objects.create_user(
        username=f"u{person_id}", person=Person.objects.get(pk=person_id)
    )
    client.force_login(account, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


def text_of(answer: Any) -> str:
    return answer.content.decode()


def test_finance_walks_a_round_to_its_end_through_the_pages(world: MoneyWorld) -> None:
    world.cleared_claim()
    poor = world.member()
    found = world.open_round()
    services.propose_round(reference=found.reference, actor=CLOCK, now=SHARING_AT)
    client = signed_in(world.finance.person_id)
    page = f"/console/rounds/{found.reference}/"
    assert page in text_of(client.get("/console/rounds/"))
    shown = text_of(client.get(page))
    assert "300,000.00" in shown
    assert "The sum that adds up" in shown
    started = client.post(f"{page}steps/start_collecting/")
    assert (started.status_code, started.headers["Location"]) == (302, page)
    failed = client.post(
        f"{page}steps/record_failed_debits/", {"memberships": poor.reference.lower()}
    )
    assert failed.status_code in (302, 303)
    assert FailedDebit.objects.get().membership_id == poor.pk
    client.post(f"{page}steps/close_round/")
    assert Round.objects.get().state == "closed"
    closed = text_of(client.get(page))
    assert "In the journal" in closed
    assert "Not collected" in closed
    assert client.post(f"{page}steps/close_round/").status_code == 409


def test_the_pages_are_in_chinese_too(world: MoneyWorld) -> None:
    world.cleared_claim()
    found = world.closed_round()
    client = signed_in(world.finance.person_id, "zh-hans")
    shown = text_of(client.get(f"/console/rounds/{found.reference}/"))
    assert "收支相抵" in shown
    assert "应分摊金" in shown


def test_a_file_of_the_bank_names_failed_debits(world: MoneyWorld) -> None:
    world.cleared_claim()
    poor = world.member()
    found = world.collecting_round()
    client = signed_in(world.finance.person_id)
    address = f"/console/rounds/{found.reference}/steps/record_failed_debits/"
    rows = f"成员,原因\n{poor.reference},余额不足\n".encode("gb18030")
    client.post(address, {"file": SimpleUploadedFile("失败.csv", rows)})
    assert FailedDebit.objects.count() == 1
    wrong = client.post(address, {"memberships": "=1+1\n\u202eM-0000"})
    assert wrong.status_code == 422
    assert "Check line 1, 2" in text_of(wrong)
    empty = client.post(address, {})
    assert empty.status_code == 422


def test_rounds_are_closed_to_others(world: MoneyWorld) -> None:
    world.cleared_claim()
    found = world.collecting_round()
    page = f"/console/rounds/{found.reference}/"
    assert Client().get(page).status_code == 302
    for who in (world.reviewer, world.base.actor(world.person())):
        client = signed_in(who.person_id)
        assert client.get(page).status_code == 403
        assert client.get("/console/rounds/").status_code == 403
        assert client.post(f"{page}steps/close_round/").status_code == 404
        assert client.get(f"/api/v1/rounds/{found.reference}/").status_code == 403
    auditor = signed_in(world.auditor.person_id)
    assert auditor.get(page).status_code == 200
    assert auditor.post(f"{page}steps/close_round/").status_code == 403
    assert Round.objects.get().state == "collecting"
    assert auditor.get("/console/rounds/R-0000-0000/").status_code == 404
    assert auditor.get(f"{page}steps/explode/").status_code == 404


def test_a_member_sees_where_each_share_went_and_nobody_elses(world: MoneyWorld) -> None:
    claim = world.cleared_claim()
    found = world.closed_round()
    mine, other = world.members[0], world.member()
    client = signed_in(mine.person_id)
    shown = text_of(client.get("/me/shares/"))
    assert mine.reference in shown
    detail = client.get(f"/me/shares/{mine.reference}/{found.reference}/")
    assert claim.public_reference in text_of(detail)
    assert claim.reference not in text_of(detail)
    assert client.get(f"/me/shares/{other.reference}/{found.reference}/").status_code == 404
    assert client.get(f"/me/shares/{mine.reference}/R-0000-0000/").status_code == 404
    assert Client().get("/me/shares/").status_code == 302
    rows = client.get("/api/v1/shares/").json()
    assert [(row["round"], row["share_cents"]) for row in rows] == [(found.reference, 10)]


def test_the_api_does_what_the_pages_do(world: MoneyWorld) -> None:
    world.cleared_claim()
    found = world.open_round()
    client = signed_in(world.finance.person_id)
    assert client.get("/api/v1/rounds/").json()[0]["reference"] == found.reference
    address = f"/api/v1/rounds/{found.reference}/"
    steps = client.get(address).json()["available_steps"]
    assert [step["name"] for step in steps] == ["propose_round"]
    for step in ("propose_round", "start_collecting", "close_round"):
        answer = client.post(f"{address}steps/{step}/", {}, content_type="application/json")
        assert answer.status_code == 200, answer.content
    assert client.get(address).json()["state"] == "closed"
    again = client.post(f"{address}steps/close_round/", {}, content_type="application/json")
    assert again.status_code == 409
    assert again.json()["state"] == "closed"


def test_failed_debits_by_api_take_a_list(world: MoneyWorld) -> None:
    world.cleared_claim()
    found = world.collecting_round()
    client = signed_in(world.finance.person_id)
    answer = client.post(
        f"/api/v1/rounds/{found.reference}/steps/record_failed_debits/",
        {"memberships": [world.members[0].reference]},
        content_type="application/json",
        headers={"Idempotency-Key": "one"},
    )
    assert answer.status_code == 200
    assert FailedDebit.objects.count() == 1


def test_a_case_on_the_board_is_a_link_and_another_is_not(world: MoneyWorld) -> None:
    from record.services import append_entry

    shown, waiting = world.cleared_claim(), world.cleared_claim()
    found = world.closed_round()
    append_entry(kind="case_published", subject=shown.public_reference, body={}, now=SHARING_AT)
    mine = world.members[0]
    page = text_of(signed_in(mine.person_id).get(f"/me/shares/{mine.reference}/{found.reference}/"))
    assert f'href="/board/cases/{shown.public_reference}/"' in page
    assert f'href="/board/cases/{waiting.public_reference}/"' not in page
