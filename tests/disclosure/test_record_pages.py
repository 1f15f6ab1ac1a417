"""Promise 24: each case and period page, and each answer about it, is its entries byte for byte."""

import hashlib
import json
import re
from html import unescape

import pytest
from django.test import Client

from core.actor import CLOCK
from core.canonical import canonical_json
from disclosure import services
from disclosure.models import NoticePeriod, PublicCase
from disclosure.queries import period_key
from disclosure.states import PeriodState
from record import tree
from record.keys import load_or_make_signer
from record.models import Entry
from record.notes import CheckpointText, parse_vkey
from record.sequencer import sequence_all
from tests import databases
from tests.worlds_disclosure import DisclosureWorld, sweep_until_quiet
from tests.worlds_money import CLOSING_AT, SHARING_AT

pytestmark = pytest.mark.django_db(transaction=True)

ITEM = re.compile(r'<li data-entry="(\d+)" data-file="([^"]+)" data-proof="([^"]+)">')


@pytest.fixture
def shown(transactional_db: None, world: DisclosureWorld) -> DisclosureWorld:
    """Twelve cases on the board, noticed, shared, with a closed round; all signed."""
    for _number in range(12):
        world.approved()
    world.open_period()
    world.publish()
    sweep_until_quiet(SHARING_AT)
    world.money.closed_round()
    services.update_board(actor=CLOCK, now=CLOSING_AT)
    sequence_all(load_or_make_signer())
    return world


def root_signed(client: Client) -> tuple[int, bytes]:
    """Size and root of the newest checkpoint, verified with the published key."""
    verifier = parse_vkey(client.get("/board/record/key").content.decode())
    note = client.get("/board/record/checkpoint").content.decode()
    said = CheckpointText.parse(verifier.verify(note))
    return said.size, said.root


def proven(client: Client, page: str) -> list[bytes]:
    """The bytes of every entry a page lists, each hashed and joined to the signed root."""
    size, root = root_signed(client)
    found = []
    for number, file, proof in ITEM.findall(page):
        content = client.get(unescape(file)).content
        path = [bytes.fromhex(one) for one in client.get(unescape(proof)).json()["path"]]
        leaf = hashlib.sha256(b"\0" + content).digest()
        assert tree.verify_inclusion(leaf, int(number), size, path, root)
        found.append(content)
    return found


def test_every_case_page_lists_all_its_entries_and_each_is_in_the_signed_tree(
    shown: DisclosureWorld,
) -> None:
    client = Client()
    cases = list(PublicCase.objects.order_by("id"))
    assert len(cases) >= 11
    for case in cases:
        page = client.get(f"/board/cases/{case.reference}/", {"lang": "en"}).content.decode()
        found = proven(client, page)
        own = Entry.objects.filter(subject=case.reference).order_by("id")
        assert [json.loads(one)["body"] for one in found] == [json.loads(e.body) for e in own]
        assert f"{len(found)} entr" in page
        assert "unchanged since publication" in page
        statements = client.get(f"/api/v1/board/cases/{case.reference}/").json()["entries"]
        for statement, content, entry in zip(statements, found, own, strict=True):
            body = canonical_json(statement["statement"])
            assert body == entry.body.encode()
            assert content.startswith(b'{"body":' + body + b",")


def test_every_period_page_lists_its_totals_and_its_round(shown: DisclosureWorld) -> None:
    client = Client()
    periods = NoticePeriod.objects.exclude(state=PeriodState.PLANNED)
    kinds = set()
    for period in periods.select_related("plan"):
        address = f"/board/periods/{period.plan.code}/{period.notice_on.isoformat()}/"
        page = client.get(address, {"lang": "zh-hans"}).content.decode()
        found = [json.loads(one) for one in proven(client, page)]
        assert found, address
        kinds |= {one["kind"] for one in found}
        assert {one["subject"] for one in found} >= {period_key(period)}
        rounds = [one["body"] for one in found if one["kind"] == "round_closed"]
        for body in rounds:
            answer = client.get(f"{address}round.json").json()
            inside = answer.get("body", answer)
            assert canonical_json(inside) == canonical_json(body)
    assert {"notice_period", "round_closed"} <= kinds


def test_a_page_whose_entry_was_changed_says_so_and_names_it(shown: DisclosureWorld) -> None:
    case = PublicCase.objects.order_by("id")[0]
    entry = Entry.objects.filter(subject=case.reference).order_by("id")[0]
    superuser = databases.connect("superuser")
    superuser.autocommit = True
    with superuser.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        cursor.execute(
            "UPDATE record_entry SET occurred_at = occurred_at + interval '1 us' WHERE id = %s",
            [entry.pk],
        )
    superuser.close()
    page = Client().get(f"/board/cases/{case.reference}/", {"lang": "en"}).content.decode()
    assert f"Entry {entry.leaf.index} does not match the record" in page
    assert "unchanged since publication" not in page
