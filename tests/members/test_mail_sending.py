"""Letters on their way: a real SMTP conversation, what goes wrong, what is tried again."""

import logging
import socket
from datetime import timedelta
from typing import Any

import pytest
from django.core import mail as outbox

from core.errors import NotAllowed, WrongState
from members import messages, services
from members.mail_queries import failed_mail, oldest_waiting, reader_of
from members.mail_words import masked, message_id, plain
from members.models import Account, Mail, MailRefusal, Message
from members.readiness import mail as look_at_mail
from members.services.mailing import TRIES, error_code, send_waiting
from tests.members.letters import mail_server, move_address, reader, use_server
from tests.members.world import World

FREE = messages.register("post_free", "Hello %(name)s", "Dear %(name)s.", "inbox", ())
DUTY = messages.register(
    "post_duty", "Vote now", "Until %(due_at)s.", "inbox", (), is_duty=True, deadline="due_at"
)


def send(world: World, **later: int) -> services.Sent:
    """One pass of the clock, so much later."""
    return send_waiting(world.now + timedelta(**later))


def test_a_letter_arrives_with_its_words_its_links_and_its_headers(
    world: World, settings: Any
) -> None:
    person = reader(world, "zhang")
    services.notify(person.pk, FREE, {"name": "Zhang"}, "k", world.now)
    with mail_server(settings) as post:
        assert send(world).sent == 1
    (letter,) = post.letters
    message = Message.objects.get(person=person)
    assert post.recipients == ["zhang@example.org"]
    assert letter["Subject"] == "Hello Zhang"
    assert letter["Message-ID"] == message_id(message.reference)
    assert letter["Auto-Submitted"] == "auto-generated"
    assert letter["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    link = str(letter["List-Unsubscribe"]).strip(" <>")
    assert link.startswith(f"{settings.PUBLIC_URL}/mail/{message.reference}.")
    text, html = (part.get_content() for part in letter.iter_parts())
    for shown in (text, html):
        assert "Dear Zhang." in shown
        assert f"{settings.PUBLIC_URL}/me/inbox/" in shown
        assert "/me/messages/settings/" in shown
        assert "Your membership" in shown
    assert letter.get_content_type() == "multipart/alternative"
    assert Mail.objects.get().state == "sent"


def test_a_letter_is_in_its_readers_language_and_its_chinese_subject_is_encoded(
    world: World, settings: Any
) -> None:
    services.notify(reader(world, "en").pk, "role_granted", {"role": "reviewer"}, "k", world.now)
    chinese = reader(world, "zh", language="zh-hans")
    services.notify(chinese.pk, "role_granted", {"role": "reviewer"}, "k", world.now)
    with mail_server(settings) as post:
        assert send(world).sent == 2
    by_language = {str(one["Content-Language"]): one for one in post.letters}
    assert by_language["en"]["Subject"] == "You have a new role: Reviewer"
    assert by_language["zh-Hans"]["Subject"] == "您有一项新角色：审核员"
    assert all(raw.split(b"\r\n\r\n", 1)[0].isascii() for raw in post.raw)
    assert "打开页面" in by_language["zh-Hans"].get_body(("plain",)).get_content()


def test_a_duty_has_no_way_to_refuse_it_and_goes_before_the_rest(
    world: World, settings: Any
) -> None:
    person = reader(world)
    services.notify(person.pk, FREE, {"name": "Z"}, "k", world.now)
    due = (world.now + timedelta(days=1)).isoformat()
    services.notify(person.pk, DUTY, {"due_at": due}, "k", world.now)
    with mail_server(settings) as post:
        assert send(world).sent == 2
    first, second = post.letters
    assert (first["Subject"], second["Subject"]) == ("Vote now", "Hello Z")
    assert first["List-Unsubscribe"] is None
    assert "It cannot be refused" in first.get_body(("plain",)).get_content()
    assert "2 June 2020" in first.get_body(("html",)).get_content()


def test_nothing_in_a_message_can_add_a_header_or_steer_a_screen(
    world: World, settings: Any
) -> None:
    person = reader(world)
    wicked = "Z\r\nBcc: all@example.org\n\n<script>x</script>\u202e\u200b\x1b[31m\x00"
    services.notify(
        person.pk, FREE, {"name": wicked.replace("\x00", "")}, "k", world.now, "H\r\nX: y"
    )
    with mail_server(settings) as post:
        assert send(world).sent == 1
    (letter,) = post.letters
    assert letter["Bcc"] is None
    assert post.recipients == ["zhang@example.org"]
    assert letter["Subject"].startswith("Hello Z  Bcc: all@example.org")
    html = letter.get_body(("html",)).get_content()
    assert "<script>" not in html
    for shown in (html, str(letter["Subject"])):
        assert not {"\u202e", "\u200b", "\x1b"} & set(shown)
    assert plain("a\u202eb\tc\u2066") == "ab c"


def test_an_address_with_a_line_break_is_sent_nowhere(world: World, settings: Any) -> None:
    person = reader(world)
    move_address(person, "zhang@example.org\nBcc: all@example.org")
    services.notify(person.pk, FREE, {"name": "Z"}, "k", world.now)
    with mail_server(settings) as post:
        assert send(world).put_off == 1
    assert post.raw == []
    assert Mail.objects.get().last_error == "not_sendable"


@pytest.mark.parametrize(
    ("answers", "code"),
    [
        ({"RCPT": "550 no such user zhang@example.org"}, "address_refused"),
        ({"RCPT": "451 greylisted"}, "address_deferred"),
        ({"MAIL": "550 not for you"}, "sender_refused"),
        ({"DATA": "554 no"}, "server_refused"),
    ],
)
def test_a_refusal_is_kept_as_a_code_and_the_letter_put_off(
    world: World,
    settings: Any,
    caplog: pytest.LogCaptureFixture,
    answers: dict[str, str],
    code: str,
) -> None:
    person = reader(world)
    services.notify(person.pk, FREE, {"name": "Z"}, "k", world.now)
    with mail_server(settings, **answers), caplog.at_level(logging.DEBUG):
        assert send(world).put_off == 1
        assert send(world).put_off == 0
    mail = Mail.objects.get()
    assert (mail.state, mail.last_error, mail.attempts) == ("waiting", code, 1)
    assert mail.next_try_at == world.now + timedelta(minutes=1)
    assert "example.org" not in caplog.text


def test_a_refused_address_fails_after_three_tries_and_an_officer_sees_it(
    world: World, settings: Any
) -> None:
    person = reader(world)
    services.notify(person.pk, FREE, {"name": "Z"}, "k", world.now)
    with mail_server(settings, RCPT="550 no"):
        passes = [send(world, hours=hour) for hour in range(6)]
    assert [one.failed for one in passes] == [0, 0, 1, 0, 0, 0]
    admin = world.admin()
    assert [mail.last_error for mail in failed_mail(admin)] == ["address_refused"]


def test_a_server_that_is_down_fails_each_letter_after_ten_tries(
    world: World, settings: Any
) -> None:
    for name in ("one", "two"):
        services.notify(reader(world, name).pk, FREE, {"name": "Z"}, "k", world.now)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        use_server(settings, free.getsockname()[1])
        first = send(world)
        assert (first.sent, first.put_off) == (0, 1)
        for turn in range(1, 3 * TRIES):
            send(world, hours=7 * turn)
    rows = Mail.objects.values_list("state", "last_error", "attempts")
    assert list(rows) == [("failed", "server_unreachable", TRIES)] * 2


def test_a_server_that_falls_silent_is_left_and_asked_again(world: World, settings: Any) -> None:
    services.notify(reader(world).pk, FREE, {"name": "Z"}, "k", world.now)
    with mail_server(settings) as post:
        post.silent_at = "MAIL"
        assert send(world).put_off == 1
        post.silent_at = ""
        assert send(world, minutes=2).sent == 1
    assert len(post.raw) == 1


def test_after_a_crash_the_letter_goes_out_once_more_under_the_same_id(
    world: World, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    services.notify(reader(world).pk, FREE, {"name": "Z"}, "k", world.now)

    def die(*_args: object) -> None:
        raise KeyboardInterrupt

    with mail_server(settings) as post:
        with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
            patch.setattr("members.services.mailing._note", die)
            send(world)
        assert send(world, minutes=9).sent == 0
        assert send(world, minutes=11).sent == 1
        assert send(world, minutes=30).sent == 0
    first, second = post.letters
    assert first["Message-ID"] == second["Message-ID"]
    assert Mail.objects.get().attempts == 2


def test_what_nobody_wants_any_more_is_not_sent(world: World, settings: Any) -> None:
    gone, refuser, late = (reader(world, name) for name in ("gone", "refuser", "late"))
    for person in (gone, refuser):
        services.notify(person.pk, FREE, {"name": "Z"}, "k", world.now)
    services.notify(late.pk, DUTY, {"due_at": world.now.isoformat()}, "k", world.now)
    Account.objects.get(person=gone).emailaddress_set.all().delete()
    MailRefusal.objects.create(person=refuser, kind="*")
    with mail_server(settings) as post:
        assert send(world).suppressed == 3
    assert post.raw == []
    found = dict(Mail.objects.values_list("message__person_id", "last_error"))
    assert found == {gone.pk: "no_address", refuser.pk: "unsubscribed", late.pk: "too_late"}
    assert set(Mail.objects.values_list("state", flat=True)) == {"suppressed"}


def test_a_kind_of_newer_code_is_put_off_until_that_code_sends_it(
    world: World, settings: Any
) -> None:
    person = reader(world)
    services.notify(person.pk, FREE, {"name": "Z"}, "k", world.now)
    with mail_server(settings) as post:
        with pytest.MonkeyPatch.context() as patch:
            patch.delitem(messages._KINDS, FREE)
            assert send(world).put_off == 1
        assert Mail.objects.get().last_error == "not_sendable"
        assert send(world, minutes=2).sent == 1
    assert len(post.raw) == 1


def test_an_officer_has_a_failed_letter_tried_again_once(world: World, settings: Any) -> None:
    services.notify(reader(world).pk, FREE, {"name": "Z"}, "k", world.now)
    with mail_server(settings, RCPT="550 no"):
        for hour in range(3):
            send(world, hours=hour)
    reference = Message.objects.get(kind=FREE).reference
    admin = world.admin()
    with pytest.raises(NotAllowed):
        services.retry_mail(
            reference=reference, actor=world.actor(world.person(), "jury_officer"), now=world.now
        )
    services.retry_mail(reference=reference, actor=admin, now=world.now)
    with pytest.raises(WrongState):
        services.retry_mail(reference=reference, actor=admin, now=world.now)
    with mail_server(settings) as post:
        assert send(world).sent == 1
    assert len(post.raw) == 1


def test_a_pass_ends_when_its_time_is_over(world: World) -> None:
    for name in ("a", "b", "c"):
        services.notify(reader(world, name).pk, FREE, {"name": "Z"}, "k", world.now)
    ticks = iter(range(0, 100, 3))
    done = send_waiting(world.now, seconds=5, monotonic=lambda: float(next(ticks)))
    assert done.sent == 2
    assert len(outbox.outbox) == 2


def test_readiness_tells_the_oldest_letter_that_waits(world: World) -> None:
    assert look_at_mail(world.now).is_well
    services.notify(reader(world).pk, FREE, {"name": "Z"}, "k", world.now)
    assert oldest_waiting() == world.now
    assert look_at_mail(world.now + timedelta(hours=1)).is_well
    late = look_at_mail(world.now + timedelta(hours=3))
    assert (late.is_well, late.stops_serving) == (False, False)
    assert late.detail == "the oldest has waited 10800 s"


def test_an_address_is_masked_and_errors_have_codes() -> None:
    assert masked("zhang@mail.example.org") == "z…@m….org"
    assert masked("odd") == "…"
    assert error_code(TimeoutError()) == "server_timeout"
    assert error_code(ConnectionRefusedError()) == "server_unreachable"


def test_whoever_has_no_person_or_address_is_no_reader(world: World) -> None:
    assert reader_of(world.person().pk) is None
