"""Choosing, refusing by link, and looking after failed messages: pages, API and commands."""

import json
import re
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse

from core.models import AuditRow
from members import messages, services
from members.mail_links import unsubscribe_token
from members.mail_queries import refused_kinds
from members.models import Account, Mail, MailRefusal, Message, Person
from tests.members.letters import mail_server, reader
from tests.members.test_mail_writing import Queries
from tests.members.world import World

FREE = messages.register("page_free", "Hello %(name)s", "Body", "inbox", ())
DUTY = messages.register("page_duty", "Vote now", "Body", is_duty=True)
OF_JURY = messages.register("jury_page_kind", "Of the jury %(reference)s", "Body")
WEB = {"accept-language": "en"}


def browser(person: Person, **kwargs: Any) -> Client:
    """A person's browser, in English."""
    client = Client(headers=WEB, **kwargs)
    client.force_login(Account.objects.get(person=person))
    return client


def told(world: World, person: Person, kind: str = FREE) -> Message:
    """A message to a person."""
    services.notify(person.pk, kind, {"name": "Z", "reference": "H-1"}, "k", world.now)
    return Message.objects.get(person=person, kind=kind)


def failed(person: Person, message: Message) -> Mail:
    """A message's e-mail, failed."""
    Mail.objects.filter(message=message).update(state="failed", last_error="address_refused")
    return Mail.objects.get(message=message)


def link(message: Message) -> str:
    """The address that a letter's link opens."""
    return reverse("mail_unsubscribe", args=[unsubscribe_token(message.reference)])


# Refusing by the link


def test_the_link_asks_first_and_refuses_only_when_sent(world: World) -> None:
    person = reader(world)
    message = told(world, person)
    stranger = Client(headers=WEB)
    asked = stranger.get(link(message))
    assert asked.status_code == 200
    assert "Stop e-mails?" in asked.content.decode()
    assert not MailRefusal.objects.exists()
    done = stranger.post(link(message))
    assert "You get no more e-mails but for your duty" in done.content.decode()
    assert [row.kind for row in MailRefusal.objects.filter(person=person)] == ["*"]


def test_a_mail_program_refuses_with_one_post_and_no_cookie(world: World) -> None:
    person, other = reader(world), reader(world, "other")
    message = told(world, person)
    program = Client(enforce_csrf_checks=True)
    for _twice in range(2):
        response = program.post(link(message), {"List-Unsubscribe": "One-Click"})
        assert response.status_code == 200
    assert refused_kinds(person.pk)
    assert not refused_kinds(other.pk)
    rows = AuditRow.objects.filter(operation="mail_unsubscribe")
    assert [row.outcome for row in rows] == ["done", "done"]
    assert person.reference not in link(message)


@pytest.mark.parametrize("change", ["cut", "altered", "another"])
def test_a_forged_link_refuses_nothing(world: World, change: str) -> None:
    message, other = told(world, reader(world)), told(world, reader(world, "other"))
    good = link(message)
    forged = {
        "cut": good[:-6] + "/",
        "altered": good.replace(message.reference[-4:], "0000"),
        "another": good.replace(message.reference, other.reference),
    }[change]
    for response in (Client().get(forged), Client().post(forged)):
        assert response.status_code == 404
    assert not MailRefusal.objects.exists()


def test_an_old_link_says_what_to_do_instead(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    message = told(world, reader(world))
    address = link(message)
    monkeypatch.setattr("time.time", lambda: 5_000_000_000.0)
    response = Client(headers=WEB).post(address)
    assert response.status_code == 410
    assert "This link is too old" in response.content.decode()
    assert not MailRefusal.objects.exists()


def test_the_page_of_the_link_is_whole_in_chinese(world: World) -> None:
    message = told(world, reader(world))
    text = Client().get(f"{link(message)}?lang=zh-hans").content.decode()
    assert "停止邮件？" in text
    assert 'lang="zh-Hans"' in text


# Choosing


def test_one_chooses_by_subject_and_the_duty_is_only_told(world: World) -> None:
    person = reader(world)
    client = browser(person)
    text = client.get(reverse("mail_settings")).content.decode()
    assert "zhang@example.org" in text
    assert "<li>Vote now</li>" in text
    assert "<li>Hello …</li>" in text
    boxes = re.findall(r'<input[^>]*name="groups"[^>]*>', text)
    assert len(boxes) == 5
    assert all("checked" in box for box in boxes)
    chosen = {"language": "zh-hans", "groups": ["claim", "jury", "notice", "work"]}
    response = client.post(reverse("mail_settings"), chosen)
    assert response.status_code == 302
    refused = refused_kinds(person.pk)
    assert FREE in refused
    assert not {DUTY, OF_JURY, "role_granted"} & refused
    assert Account.objects.get(person=person).language == "zh-hans"
    again = client.get(reverse("mail_settings")).content.decode()
    boxes = re.findall(r'<input[^>]*name="groups"[^>]*>', again)
    assert ["checked" in box for box in boxes] == [False, True, True, True, True]


def test_an_address_not_confirmed_is_said_to_be_so(world: World) -> None:
    text = browser(reader(world, is_confirmed=False)).get(reverse("mail_settings"))
    assert "is not confirmed" in text.content.decode()
    none = world.person()
    services.create_account(
        username="none", password=None, person_id=none.pk, actor=world.admin(), now=world.now
    )
    assert (
        "we have no e-mail address" in browser(none).get(reverse("mail_settings")).content.decode()
    )


def test_a_kind_that_is_no_choice_is_refused_beside_the_field(world: World) -> None:
    response = browser(reader(world)).post(
        reverse("mail_settings"), {"language": "en", "groups": [DUTY]}
    )
    assert response.status_code == 422
    assert "Choose among the subjects listed here." in response.content.decode()


def test_switching_the_language_signed_in_is_remembered_for_emails(world: World) -> None:
    person = reader(world, language="en")
    client = browser(person)
    client.get(reverse("inbox") + "?lang=zh-hans")
    assert Account.objects.get(person=person).language == "zh-hans"
    client.get(reverse("inbox"))
    client.get(reverse("inbox") + "?lang=tlh")
    assert Account.objects.get(person=person).language == "zh-hans"
    assert AuditRow.objects.filter(operation="set_language").count() == 1


def test_who_signs_up_in_english_reads_english(db: None) -> None:
    Client(headers=WEB).post(
        reverse("account_signup"),
        {"username": "fresh", "password1": "gB7!kkq0-xx", "password2": "gB7!kkq0-xx"},
    )
    assert Account.objects.get(username="fresh").language == "en"


# The inbox


def test_the_inbox_shows_the_unread_first_and_asks_little(
    world: World, django_assert_num_queries: Queries
) -> None:
    person = reader(world)
    old = told(world, person)
    services.notify(person.pk, DUTY, {}, "k2", world.now)
    Message.objects.filter(kind=DUTY).update(read_at=world.now)
    client = browser(person)
    with django_assert_num_queries(4):
        text = client.get(reverse("inbox")).content.decode()
    assert text.index("Hello Z") < text.index("Vote now")
    assert reverse("mark_read", args=[old.reference]) in text


def test_a_page_of_the_inbox_goes_on_from_the_unread_to_the_read(world: World) -> None:
    person = reader(world)
    for number in range(70):
        services.notify(person.pk, DUTY, {}, str(number), world.now)
    keys = [str(number) for number in range(0, 70, 2)]
    Message.objects.filter(person=person, key__in=keys).update(read_at=world.now)
    client, url, seen = browser(person), reverse("inbox"), []
    while url:
        text = client.get(url).content.decode()
        seen += re.findall(r'<section class="card" aria-labelledby="(MS-[^"]+)"', text)
        found = re.search(r'href="(\?before=[^"]+)" rel="next"', text)
        url = reverse("inbox") + found[1] if found else ""
    assert len(seen) == len(set(seen)) == 70
    by_reference = dict(Message.objects.values_list("reference", "read_at"))
    is_read = [by_reference[one] is not None for one in seen]
    assert is_read == sorted(is_read)


# Looking after what failed


def test_failed_messages_are_for_who_looks_after_them_and_hide_the_address(world: World) -> None:
    admin = reader(world, "admin", roles=("admin",))
    officer = reader(world, "officer", roles=("jury_officer",))
    person = reader(world, "zhang")
    one, of_jury = told(world, person), told(world, person, OF_JURY)
    failed(person, one)
    failed(person, of_jury)
    text = browser(admin).get(reverse("failed_mail")).content.decode()
    assert "z…@e….org" in text
    assert "zhang@example.org" not in text
    assert "Hello …" in text
    assert "the address does not exist" in text
    theirs = browser(officer).get(reverse("failed_mail")).content.decode()
    assert of_jury.reference in theirs
    assert one.reference not in theirs
    assert browser(person).get(reverse("failed_mail")).status_code == 403
    retry = reverse("retry_mail", args=[one.reference])
    assert browser(officer).post(retry).status_code == 404
    assert browser(admin).post(retry).status_code == 302
    assert Mail.objects.get(message=one).state == "waiting"
    assert browser(admin).post(retry).status_code == 409


def test_a_page_of_failed_messages_costs_the_same_however_many(
    world: World, django_assert_num_queries: Queries
) -> None:
    admin = browser(reader(world, "admin", roles=("admin",)))
    for number in range(35):
        person = reader(world, f"p{number}")
        failed(person, told(world, person))
    admin.get(reverse("failed_mail"))
    with django_assert_num_queries(7):
        text = admin.get(reverse("failed_mail")).content.decode()
    assert text.count('<section class="card"') == 30
    (following,) = re.findall(r'href="(\?after=[^"]+)" rel="next"', text)
    rest = admin.get(reverse("failed_mail") + following).content.decode()
    assert rest.count('<section class="card"') == 5


# The API


def test_the_api_lists_marks_and_chooses(world: World) -> None:
    person = reader(world)
    message = told(world, person)
    client = browser(person)
    body = client.get(reverse("api_messages")).json()
    assert [one["title"] for one in body["results"]] == ["Hello Z"]
    read = client.post(
        reverse("api_mark_read", args=[message.reference]), "{}", content_type="application/json"
    )
    assert read.json()["read_at"]
    assert browser(reader(world, "other")).get(reverse("api_messages")).json()["results"] == []
    chosen = client.post(
        reverse("api_mail_settings"),
        json.dumps({"language": "en", "groups": ["membership"]}),
        content_type="application/json",
    ).json()
    kinds = {one["kind"]: one["is_wanted"] for one in chosen["kinds"]}
    assert (kinds[FREE], kinds[DUTY], kinds["role_granted"]) == (True, True, False)
    assert client.get(reverse("api_mail_settings")).json() == chosen


def test_the_api_of_failed_messages_is_the_officers(world: World) -> None:
    person, admin = reader(world), reader(world, "admin", roles=("admin",))
    message = told(world, person)
    failed(person, message)
    assert browser(person).get(reverse("api_failed_mail")).status_code == 403
    (row,) = browser(admin).get(reverse("api_failed_mail")).json()["results"]
    assert (row["address"], row["code"]) == ("z…@e….org", "address_refused")
    retry = reverse("api_retry_mail", args=[message.reference])
    assert browser(person).post(retry).status_code == 404
    assert browser(admin).post(retry).json() == {
        "reference": message.reference,
        "state": "waiting",
    }


# The command


def test_the_trial_message_is_sent_or_the_remedy_is_said(settings: Any, tmp_path: Path) -> None:
    out = StringIO()
    with mail_server(settings) as post:
        call_command("send_test_email", "you@example.org", "--language", "zh-hans", stdout=out)
    assert post.letters[0]["Subject"] == "公道测试邮件"
    assert "took the message" in out.getvalue()
    with (
        mail_server(settings, RCPT="550 no"),
        pytest.raises(CommandError, match=r"does not exist.*Ask the person"),
    ):
        call_command("send_test_email", "you@example.org")
    with pytest.raises(CommandError, match="no e-mail address"):
        call_command("send_test_email", "not an address")
    settings.EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
    settings.EMAIL_FILE_PATH = tmp_path
    call_command("send_test_email", "you@example.org", stdout=out)
    assert "EMAIL_URL=smtp" in out.getvalue()
    assert len(list(tmp_path.iterdir())) == 1
