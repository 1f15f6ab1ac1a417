"""A ballot cast at once leaves what the ordinary way leaves, and does nothing where it may not."""

import ast
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from django.conf import settings
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from core import clock
from core.models import AuditRow, IdempotencyKey
from jury import services
from jury.brief import question_codes
from jury.models import Ballot, BallotDraft, BallotOpening, Hearing, Seat, Verdict
from jury.services import opened_ballots
from members.models import Account, Mail, MailRefusal, Message
from members.services import notify
from tests import databases
from tests.worlds_jury import JuryWorld, travel

pytestmark = pytest.mark.django_db(transaction=True)

InThreads = Callable[[int, Callable[[int], Any]], list[Any]]
KEY = b"\x07" * 32


def _juror(world: JuryWorld, hearing: Hearing, place: int = 0) -> tuple[Client, Account]:
    """Sign a juror in who has a whole draft, with its key in the cookie."""
    actor = world.panel(hearing)[place]
    account, _made = Account.objects.get_or_create(
        username=f"juror-{actor.person_id}", defaults={"person_id": actor.person_id}
    )
    account.set_password("secret")
    account.save()
    client = Client()
    client.force_login(account)
    client.cookies["gongdao_ballot"] = KEY.hex()
    services.save_draft_ballot(
        reference=hearing.reference,
        actor=actor,
        now=clock.now(),
        draft={
            "vote": "pay",
            "answers": dict.fromkeys(question_codes(hearing.brief), "met"),
            "notes": {},
            "reason": "复印件盖章可信。",
        },
        key=KEY,
    )
    return client, account


def _review(hearing: Hearing) -> str:
    return reverse("jury_review", args=[hearing.reference])


def test_a_ballot_is_cast_by_two_statements(world: JuryWorld) -> None:
    hearing = world.open_hearing()
    first, _other = _juror(world, hearing, place=1)
    first.post(_review(hearing))  # a process reads the rules of a version once
    client, account = _juror(world, hearing)
    before = AuditRow.objects.count()
    with CaptureQueriesContext(connection) as asked:
        answer = client.post(_review(hearing), {"idempotency_key": "k"})
    assert answer.status_code == 302
    assert answer["Location"] == reverse("jury_receipt", args=[hearing.reference])
    assert "no-store" in answer["Cache-Control"]
    assert [query["sql"].split("(")[0] for query in asked.captured_queries] == [
        "SELECT * FROM jury_voter",
        "SELECT jury_cast",
    ]
    assert AuditRow.objects.count() == before + 1
    row = AuditRow.objects.latest("id")
    assert (row.account_id, row.operation, row.outcome) == (account.pk, "jury_review", "done")
    assert (row.subject, row.request_id) == (hearing.reference, answer["X-Request-Id"])
    assert not BallotDraft.objects.exists()


def test_the_message_is_the_one_that_notify_writes(world: JuryWorld) -> None:
    hearing = world.open_hearing()
    client, account = _juror(world, hearing)
    client.post(_review(hearing))
    world.cast(hearing, world.panel(hearing)[1])
    at_once, by_service = Message.objects.filter(kind="jury_cast").order_by("id")
    assert at_once.person_id == account.person_id
    assert at_once.key == by_service.key == at_once.subject_reference == hearing.reference
    assert set(at_once.params) == set(by_service.params) == {"reference", "receipt", "closes_at"}
    assert "pay" not in str(at_once.params)


def test_a_session_that_was_signed_out_casts_nothing(world: JuryWorld) -> None:
    hearing = world.open_hearing()
    client, _account = _juror(world, hearing)
    thief = Client()
    for name, morsel in client.cookies.items():
        thief.cookies[name] = morsel.value
    client.post(reverse("account_logout"))
    assert thief.post(_review(hearing)).status_code in (302, 403)
    assert not Ballot.objects.exists()


@pytest.mark.parametrize("vote", ["pay", "deny"])
def test_who_explains_leaves_the_same_rows_as_who_does_not(world: JuryWorld, vote: str) -> None:
    """Promise 40: which door a ballot took must not tell what is in it."""
    hearing = world.open_hearing()
    client, account = _juror(world, hearing)
    draft = {
        "vote": vote,
        "answers": dict.fromkeys(question_codes(hearing.brief), "met"),
        "notes": {},
        "reason": "复印件盖章可信。",
        "explanation": "另有原因。",
    }
    who = {"reference": hearing.reference, "actor": world.panel(hearing)[0], "now": clock.now()}
    services.save_draft_ballot(**who, draft=draft, key=KEY)
    assert client.post(_review(hearing), {"idempotency_key": "k"}).status_code == 302
    assert Ballot.objects.count() == 1
    assert not IdempotencyKey.objects.filter(account_id=account.pk).exists()


@pytest.mark.parametrize("refused", ["", "jury_cast", "*jury", "*", "no address", "unverified"])
def test_the_message_goes_by_mail_as_notify_sends_it(world: JuryWorld, refused: str) -> None:
    """The same person, told by the vote and by `notify`: the two e-mails wait alike."""
    hearing = world.open_hearing()
    client, account = _juror(world, hearing)
    if refused != "no address":
        EmailAddress.objects.create(
            user=account, email="j@example.org", verified=refused != "unverified", primary=True
        )
    if refused in ("jury_cast", "*jury", "*"):
        MailRefusal.objects.create(person_id=account.person_id, kind=refused)
    client.post(_review(hearing))
    at_once = Message.objects.get(kind="jury_cast")
    assert account.person_id is not None
    notify(
        person_id=account.person_id,
        kind="jury_cast",
        key="again",
        subject_reference=hearing.reference,
        params=at_once.params,
        now=clock.now(),
    )
    waiting = ("state", "is_urgent", "attempts", "last_error", "sent_at")
    told = Message.objects.filter(kind="jury_cast").order_by("id")
    mails = [list(Mail.objects.filter(message=one).values(*waiting)) for one in told]
    assert len(mails) == 2
    assert mails[0] == mails[1]
    assert len(mails[0]) == (refused == "")


def test_the_form_sent_again_leads_to_the_same_receipt(world: JuryWorld) -> None:
    hearing = world.open_hearing()
    client, _account = _juror(world, hearing)
    first = client.post(_review(hearing), {"idempotency_key": "k"})
    second = client.post(_review(hearing), {"idempotency_key": "k"})
    assert (second.status_code, second["Location"]) == (302, first["Location"])
    assert Ballot.objects.count() == 1


def test_fifty_posts_of_one_ballot_by_page_give_one_row_and_one_receipt(
    world: JuryWorld, in_threads: InThreads
) -> None:
    hearing = world.open_hearing()
    client, _account = _juror(world, hearing)
    cookies = client.cookies

    def post(_number: int) -> tuple[int, str, str]:
        one = Client()
        one.cookies = cookies.copy() if hasattr(cookies, "copy") else cookies
        sent = one.post(_review(hearing), {"idempotency_key": "the-form"})
        page = one.get(sent["Location"])
        return sent.status_code, sent["Location"], str(page.context["receipt"])

    answers = in_threads(50, post)
    assert all(isinstance(answer, tuple) for answer in answers), answers
    assert len(set(answers)) == 1
    assert Ballot.objects.count() == 1
    assert AuditRow.objects.filter(operation="jury_review").count() == 50


def test_fifty_posts_by_api_give_one_row_and_fifty_equal_receipts(
    world: JuryWorld, in_threads: InThreads
) -> None:
    hearing = world.open_hearing()
    client, _account = _juror(world, hearing)
    ballot = {
        "vote": "pay",
        "answers": dict.fromkeys(question_codes(hearing.brief), "met"),
        "reason": "复印件盖章可信。",
    }

    def post(_number: int) -> tuple[int, str]:
        one = Client(headers={"Idempotency-Key": "one"})
        one.cookies = client.cookies
        link = reverse("api_ballot", args=[hearing.reference])
        sent = one.post(link, ballot, content_type="application/json")
        return sent.status_code, str(sorted(sent.json().items()))

    answers = in_threads(50, post)
    assert len(set(answers)) == 1, answers
    assert answers[0][0] == 201
    assert Ballot.objects.count() == 1
    assert IdempotencyKey.objects.filter(key="one").count() == 1


def test_a_form_without_its_token_casts_nothing(world: JuryWorld) -> None:
    hearing = world.open_hearing()
    client, account = _juror(world, hearing)
    strict = Client(enforce_csrf_checks=True)
    strict.cookies = client.cookies
    assert strict.post(_review(hearing)).status_code == 403
    assert not Ballot.objects.exists()
    row = AuditRow.objects.latest("id")
    assert (row.outcome, row.account_id) == ("refused", account.pk)


@pytest.mark.parametrize("change", ["password", "inactive"])
def test_a_session_that_has_ended_casts_nothing(world: JuryWorld, change: str) -> None:
    hearing = world.open_hearing()
    client, account = _juror(world, hearing)
    if change == "password":
        account.set_password("another")
    else:
        account.is_active = False
    account.save()
    assert client.post(_review(hearing)).status_code == 403
    assert not Ballot.objects.exists()


def test_after_the_close_the_page_says_so_in_words_and_leaves_a_refusal(world: JuryWorld) -> None:
    hearing = world.open_hearing()
    client, _account = _juror(world, hearing)
    assert hearing.closes_at is not None
    travel(hearing.closes_at + timedelta(seconds=1))
    for language, words in (("zh-hans", "投票"), ("en", "Voting is not open")):
        answer = client.post(_review(hearing) + f"?lang={language}")
        assert answer.status_code in (409, 422)
        assert words in answer.content.decode()
    assert AuditRow.objects.filter(operation="jury_review", outcome="refused").count() == 2
    assert not Ballot.objects.exists()


def test_a_ballot_that_is_incomplete_is_refused_with_what_is_missing(world: JuryWorld) -> None:
    hearing = world.open_hearing()
    client, _account = _juror(world, hearing)
    actor = world.panel(hearing)[0]
    draft = {"vote": "pay", "answers": {}, "notes": {}, "reason": ""}
    who = {"reference": hearing.reference, "actor": actor, "now": clock.now()}
    services.save_draft_ballot(**who, draft=draft, key=KEY)
    assert client.post(_review(hearing)).status_code == 422
    assert not Ballot.objects.exists()


def test_a_garbled_ballot_spoils_only_itself_and_a_crash_goes_on(
    world: JuryWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    hearing = world.open_hearing()
    for juror in world.panel(hearing):
        world.cast(hearing, juror)
    superuser = databases.connect("superuser")
    with superuser, superuser.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        cursor.execute(
            "UPDATE jury_ballot SET ciphertext = set_byte(ciphertext, 100, "
            "get_byte(ciphertext, 100) # 1) WHERE id = (SELECT min(id) FROM jury_ballot)"
        )
    superuser.close()
    monkeypatch.setattr(opened_ballots, "STEP", 4)
    assert hearing.closes_at is not None
    travel(hearing.closes_at + timedelta(seconds=1))
    services.close_voting(reference=hearing.reference, now=clock.now())
    world.run_clock(1)
    seen = [BallotOpening.objects.count()]
    while world.reload(hearing).state == "closed":
        world.run_clock(1)
        seen.append(BallotOpening.objects.count())
    assert seen[-1] == 9
    assert {4, 8} <= set(seen), "each step is kept, and the next goes on after it"
    verdict = Verdict.objects.get(hearing=hearing)
    assert (verdict.ballots, verdict.spoiled, verdict.pay) == (9, 1, 8)


def test_a_hearing_whose_opening_has_begun_is_counted_and_not_voided(world: JuryWorld) -> None:
    hearing = world.open_hearing()
    for juror in world.panel(hearing):
        world.cast(hearing, juror)
    seats = Seat.objects.filter(hearing=hearing).count()
    decided = world.close(hearing)
    assert decided.state == "decided"
    assert BallotOpening.objects.filter(hearing=hearing).count() <= seats


def test_only_the_clocks_services_know_the_vault() -> None:
    """No page, resource or form can reach an opening key, whatever its process may do."""
    allowed = {"hearings.py", "draws.py", "endings.py", "opened_ballots.py"}
    found = set()
    for path in Path(settings.BASE_DIR, "jury").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.ImportFrom) and (
                node.module == "jury.vault"
                or (node.module == "jury" and any(name.name == "vault" for name in node.names))
            ):
                found.add(path.name)
    assert found <= allowed
