"""The pages and the API of payouts, for two finance people, for the claimant, closed to others."""

import pytest
from django.test import Client

from claims.models import Claim
from core.actor import CLOCK
from payouts import services
from payouts.models import Outbox, Payout, PayoutBatch
from tests.sharing.test_pages import signed_in, text_of
from tests.worlds_money import CARD, PAYING_AT, MoneyWorld

pytestmark = pytest.mark.django_db


def test_two_finance_people_pay_a_claim_through_the_pages(world: MoneyWorld) -> None:
    claim = world.funded_claim()
    first, second = signed_in(world.finance.person_id), signed_in(world.finance2.person_id)
    assert claim.reference in text_of(first.get("/console/payouts/"))
    prepared = first.post(
        "/console/payouts/prepare/", {"claims": [claim.reference], "idempotency_key": "one"}
    )
    batch = PayoutBatch.objects.get()
    page = f"/console/payouts/batches/{batch.reference}/"
    assert prepared.headers["Location"] == page
    assert "A second finance person has to approve it." in text_of(first.get(page))
    assert first.post(f"{page}steps/approve_batch/").status_code == 403
    assert second.get(f"{page}steps/approve_batch/").status_code == 200
    assert second.post(f"{page}steps/approve_batch/").headers["Location"] == page
    assert Claim.objects.get(pk=claim.pk).state == "in_payment"
    payout = Payout.objects.get()
    shown = text_of(second.get(f"/console/payouts/{payout.reference}/"))
    assert payout.end_to_end_id in shown
    assert CARD not in shown
    assert CARD[-4:] in shown
    assert payout.reference in text_of(second.get("/console/payouts/"))


def test_preparing_nothing_says_what_to_do(world: MoneyWorld) -> None:
    world.funded_claim()
    client = signed_in(world.finance.person_id)
    answer = client.post("/console/payouts/prepare/", {})
    assert answer.status_code == 422
    assert "Choose at least one claim." in text_of(answer)
    wrong = client.post("/console/payouts/prepare/", {"claims": ["C-0000-0000"]})
    assert wrong.status_code == 422
    assert "There is no claim C-0000-0000." in text_of(wrong)
    assert PayoutBatch.objects.count() == 0


def test_the_bank_page_shows_the_books(world: MoneyWorld) -> None:
    world.approved_payout()
    shown = text_of(signed_in(world.auditor.person_id).get("/console/bank/"))
    assert "Every line of the statement matches its payout." in shown
    assert "Payouts on their way" in shown


def test_payouts_are_closed_to_others(world: MoneyWorld) -> None:
    batch = world.prepared_batch()
    addresses = (
        "/console/payouts/",
        "/console/bank/",
        f"/console/payouts/batches/{batch.reference}/",
        f"/console/payouts/{batch.payouts.get().reference}/",
    )
    client = signed_in(world.reviewer.person_id)
    for address in addresses:
        assert Client().get(address).status_code == 302
        assert client.get(address).status_code == 403
    step = f"/console/payouts/batches/{batch.reference}/steps/approve_batch/"
    assert client.post(step).status_code == 404
    assert client.post("/console/payouts/prepare/", {}).status_code == 404
    assert client.get("/api/v1/payouts/").status_code == 403
    assert client.post("/api/v1/payouts/batches/", {}).status_code in (400, 403)
    assert Outbox.objects.count() == 0


def test_the_api_pays_with_two_people(world: MoneyWorld) -> None:
    claim = world.funded_claim()
    first, second = signed_in(world.finance.person_id), signed_in(world.finance2.person_id)
    made = first.post(
        "/api/v1/payouts/batches/",
        {"claims": [claim.reference]},
        content_type="application/json",
        headers={"Idempotency-Key": "one"},
    )
    assert made.status_code == 201, made.content
    assert first.get("/api/v1/payouts/batches/").json()[0]["state"] == "prepared"
    step = made.headers["Location"] + "steps/approve_batch/"
    refused = first.post(step, {}, content_type="application/json")
    assert (refused.status_code, refused.json()["code"]) == (403, "payout_second_person")
    approved = second.post(step, {}, content_type="application/json")
    assert approved.status_code == 200, approved.content
    assert approved.json()["payouts"][0]["state"] == "approved"
    (payout,) = second.get("/api/v1/payouts/").json()
    assert payout["claim"] == claim.reference
    assert CARD not in str(payout)


def test_a_claimant_corrects_the_account_of_a_returned_payout(world: MoneyWorld) -> None:
    payout = world.approved_payout()
    claim = payout.claim
    services.return_payout(
        reference=payout.reference, reason_code="AC04", actor=CLOCK, now=PAYING_AT
    )
    page = f"/me/claims/{claim.reference}/account/"
    stranger = signed_in(world.person().pk)
    assert stranger.get(page).status_code == 404
    client = signed_in(claim.claimant_id)
    assert "The account is closed (AC04)" in text_of(client.get(page))
    wrong = client.post(page, {"account_holder": "张三", "bank_account": "12"})
    assert wrong.status_code == 422
    done = client.post(page, {"account_holder": "张三", "bank_account": "6222 0202 0011 2248 0"})
    assert done.headers["Location"] == f"/me/claims/{claim.reference}/"
    assert Claim.objects.get(pk=claim.pk).bank_account_last4 == "2480"
