"""Who signs signs what they read: a text swapped under their eyes is refused."""

from datetime import timedelta

import pytest
from django.test import Client

from core.actor import SYSTEM
from core.errors import Blocked
from disclosure import services
from disclosure.models import Objection, Redaction
from disclosure.permissions import stamp_of
from members import services as member_services
from tests.worlds_disclosure import BOARD, FILED_AT, SUMMARY, DisclosureWorld

TEXTS = {"investigation_summary": SUMMARY, "board_summary": BOARD}


def test_a_redaction_changed_after_the_page_was_opened_is_not_signed(
    world: DisclosureWorld,
) -> None:
    claim = world.approved(is_signed=False)
    who = {"reference": claim.reference, "now": FILED_AT}
    services.prepare_redaction(**who, actor=world.reviewer, story="第一稿。", **TEXTS)
    account = member_services.create_account(
        username="signer",
        password="demo",
        person_id=world.reviewer2.person_id or 0,
        actor=SYSTEM,
        now=FILED_AT,
    )
    client = Client()
    client.force_login(account)
    path = f"/console/claims/{claim.reference}/steps/sign_redaction/"
    shown = client.get(path).context["form"].initial["seen"]
    assert shown.encode() in client.get(path).content
    services.prepare_redaction(**who, actor=world.reviewer, story="第二稿。", **TEXTS)
    assert client.post(path, {"seen": shown}).status_code == 422
    assert not Redaction.objects.get().is_signed
    anew = client.get(path).context["form"].initial["seen"]
    assert client.post(path, {"seen": anew}).status_code == 302
    assert Redaction.objects.get().is_signed


@pytest.mark.parametrize("outcome", ["sustained", "dismissed"])
def test_an_answer_changed_after_it_was_read_is_not_confirmed(
    world: DisclosureWorld, outcome: str
) -> None:
    objection = world.objection(world.noticed())
    who = {"reference": objection.reference, "now": objection.received_at + timedelta(hours=1)}
    services.open_inquiry(**who, actor=world.reviewer)
    draft = {**who, "actor": world.reviewer, "outcome": outcome, "board_answer": "无误。"}
    seen = stamp_of(*services.draft_answer(**draft, answer="第一稿。").texts)
    services.draft_answer(**draft, answer="第二稿。")
    confirm = services.sustain if outcome == "sustained" else services.dismiss
    with pytest.raises(Blocked) as caught:
        confirm(**who, actor=world.reviewer2, seen=seen)
    assert caught.value.code == "text_changed"
    assert Objection.objects.get().state == "under_inquiry"
    confirm(**who, actor=world.reviewer2, seen=stamp_of(*Objection.objects.get().texts))
    assert Objection.objects.get().state == outcome
