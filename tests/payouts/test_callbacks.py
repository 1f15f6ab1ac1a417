"""The bank's callbacks over HTTP: signed and fresh, or refused with nothing written."""

import json
import time
from typing import Any

import pytest
from django.conf import settings
from django.test import Client

from core.models import AuditRow
from payouts.models import BankCallback, Payout
from payouts.rules import sign
from sharing.models import JournalEntry
from tests.worlds_money import MoneyWorld

pytestmark = pytest.mark.django_db
ADDRESS = "/api/v1/bank/callbacks/"


def body_for(payout: Payout, **changes: Any) -> bytes:
    fields = {
        "event_id": f"{payout.end_to_end_id}-settled",
        "kind": "settled",
        "end_to_end_id": payout.end_to_end_id,
        "amount_cents": payout.amount_cents,
        "bank_reference": "SB0000000001",
        "reason_code": "",
    }
    return json.dumps({**fields, **changes}).encode()


def post(client: Client, body: bytes, secret: str = "", at: int = 0, stamp: str = "") -> Any:
    signed_at = int(time.time()) + at
    return client.post(
        ADDRESS,
        data=body,
        content_type="application/json",
        headers={
            "X-Bank-Timestamp": stamp or str(signed_at),
            "X-Bank-Signature": sign(secret or settings.BANK_SECRET, signed_at, body),
        },
    )


def test_a_signed_callback_settles_and_its_copy_changes_nothing(
    world: MoneyWorld, client: Client
) -> None:
    payout = world.approved_payout()
    first = post(client, body_for(payout))
    assert (first.status_code, first.json()["outcome"]) == (200, "applied")
    entries = JournalEntry.objects.count()
    again = post(client, body_for(payout))
    assert (again.status_code, again.json()) == (200, first.json())
    assert Payout.objects.get().state == "settled"
    assert JournalEntry.objects.count() == entries
    assert BankCallback.objects.count() == 1
    assert AuditRow.objects.filter(operation="bank_callback", actor_kind="bank").count() == 2


@pytest.mark.parametrize(
    "how",
    [
        {"secret": "not the secret"},
        {"at": -301},
        {"at": 301},
        {"stamp": "1"},
        {"stamp": "soon"},
    ],
)
def test_a_forged_or_stale_callback_is_refused_and_nothing_is_written(
    world: MoneyWorld, client: Client, how: dict[str, Any]
) -> None:
    payout = world.approved_payout()
    entries = JournalEntry.objects.count()
    answer = post(client, body_for(payout), **how)
    assert answer.status_code == 401
    assert Payout.objects.get().state == "approved"
    assert BankCallback.objects.count() == 0
    assert JournalEntry.objects.count() == entries


def test_a_callback_without_a_signature_is_refused(world: MoneyWorld, client: Client) -> None:
    payout = world.approved_payout()
    answer = client.post(ADDRESS, data=body_for(payout), content_type="application/json")
    assert answer.status_code == 401
    assert BankCallback.objects.count() == 0


@pytest.mark.parametrize(
    "body",
    [b"", b"null", b"[]", b"{", b'{"event_id": 1}', b'"text"', b"\xff\xfe", b"x" * 20_000],
)
def test_a_signed_body_that_is_no_event_is_answered_and_changes_nothing(
    db: None, client: Client, body: bytes
) -> None:
    assert post(client, body).status_code in (400, 401)
    assert BankCallback.objects.count() == 0


@pytest.mark.parametrize(
    "changes",
    [
        {"amount_cents": 0},
        {"amount_cents": -1},
        {"amount_cents": 10**16},
        {"kind": "stolen"},
        {"event_id": "x" * 65},
        {"bank_reference": ""},
        {"surprise": 1},
    ],
)
def test_fields_out_of_shape_are_named(
    world: MoneyWorld, client: Client, changes: dict[str, Any]
) -> None:
    payout = world.approved_payout()
    answer = post(client, body_for(payout, **changes))
    assert answer.status_code == 400
    assert set(answer.json()["errors"]) == set(changes)
    assert Payout.objects.get().state == "approved"


def test_nobody_reads_callbacks(client: Client, db: None) -> None:
    assert client.get(ADDRESS).status_code == 405
