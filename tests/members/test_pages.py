"""Inbox, memberships and roles as pages."""

import re

import pytest
from django.test import Client
from django.urls import reverse

from core.actor import SYSTEM
from core.models import AuditRow
from members import services
from members.models import Account, HealthStatement, Membership, Message, Person, RoleGrant
from tests.members.world import World

PAGES = ["inbox", "memberships"]


def account_of(world: World, person: Person, username: str, *roles: str) -> Account:
    """An account of a person with roles."""
    for role in roles:
        services.grant_role(person_id=person.pk, role=role, actor=SYSTEM, now=world.now)
    return services.create_account(
        username=username, password="demo", person_id=person.pk, actor=SYSTEM, now=world.now
    )


def signed_in(account: Account, language: str = "en") -> Client:
    """A browser that is signed in and reads a language."""
    client = Client(headers={"accept-language": language})
    client.force_login(account)
    return client


@pytest.fixture
def member(world: World) -> Membership:
    """A member with an account."""
    membership = world.member()
    account_of(world, membership.person, "zhang")
    return membership


@pytest.fixture
def browser(member: Membership) -> Client:
    """The member's browser."""
    return signed_in(Account.objects.get(person=member.person))


@pytest.fixture
def admin(world: World) -> Client:
    """An administrator's browser."""
    return signed_in(account_of(world, world.person("管理"), "admin", "admin"))


@pytest.mark.parametrize("name", PAGES)
def test_a_stranger_is_asked_to_sign_in(world: World, name: str) -> None:
    response = Client().get(reverse(name))
    assert response.status_code == 302
    assert "login" in response["Location"]


def test_the_inbox_shows_ones_own_messages_and_how_many_are_new(
    world: World, browser: Client
) -> None:
    world.member()
    text = browser.get(reverse("inbox")).content.decode()
    assert text.count("You are a member of Critical illness mutual aid") >= 1
    assert len(re.findall(r'<section class="card"', text)) == 1
    assert "New" in text


def test_the_inbox_is_whole_in_chinese(world: World, member: Membership) -> None:
    chinese = signed_in(Account.objects.get(person=member.person), "zh-hans")
    text = chinese.get(reverse("inbox")).content.decode()
    assert "您已加入重大疾病互助计划" in text
    assert "全部标为已读" in text
    assert 'lang="zh-Hans"' in text


def test_marking_read_leaves_one_audit_row_and_a_repeat_changes_nothing(
    browser: Client, member: Membership
) -> None:
    message = Message.objects.get(person=member.person)
    address = reverse("mark_read", args=[message.reference])
    before = AuditRow.objects.count()
    for _time in range(2):
        response = browser.post(address, {"idempotency_key": "same"})
        assert (response.status_code, response["Location"]) == (303, reverse("inbox")) or (
            response.status_code,
            response["Location"],
        ) == (302, reverse("inbox"))
    assert Message.objects.get(pk=message.pk).read_at is not None
    assert AuditRow.objects.count() == before + 2


def test_the_message_of_another_is_no_page(world: World, browser: Client) -> None:
    other = Message.objects.get(person=world.member().person)
    address = reverse("mark_read", args=[other.reference])
    assert browser.get(address).status_code == 404
    assert browser.post(address).status_code == 404
    assert Message.objects.get(pk=other.pk).read_at is None


def test_all_are_marked_read_at_once(browser: Client, member: Membership) -> None:
    browser.post(reverse("mark_all_read"))
    assert not Message.objects.filter(person=member.person, read_at__isnull=True).exists()


def test_the_inbox_goes_on_page_by_page(world: World, browser: Client, member: Membership) -> None:
    for number in range(35):
        services.notify(
            member.person_id, "role_granted", {"role": "auditor"}, str(number), world.now
        )
    first = browser.get(reverse("inbox")).content.decode()
    older = re.search(r'href="(\?before=[^"]+)"', first)
    assert older is not None
    second = browser.get(reverse("inbox") + older[1]).content.decode()
    assert (first.count('<section class="card"'), second.count('<section class="card"')) == (30, 6)


def test_memberships_show_who_pays_and_the_health_statement_as_answered(
    browser: Client, member: Membership
) -> None:
    text = browser.get(reverse("memberships")).content.decode()
    statement = HealthStatement.objects.get(membership=member)
    assert member.reference in text
    assert member.payer.full_name in text
    for answer in statement.answers:
        assert answer["question"] in text
    assert statement.shown_text in text


def test_the_number_of_queries_does_not_grow_with_the_memberships(
    world: World, browser: Client, member: Membership, django_assert_max_num_queries: object
) -> None:
    for _number in range(5):
        services.change_payer(
            reference=world.member().reference,
            payer_id=member.person_id,
            actor=SYSTEM,
            now=world.now,
        )
    assert callable(django_assert_max_num_queries)
    with django_assert_max_num_queries(20):
        browser.get(reverse("memberships"))


def test_a_member_joins_by_the_page_with_every_question_answered(world: World) -> None:
    person = world.person()
    browser = signed_in(account_of(world, person, "li"))
    address = reverse("join", args=[world.plan.code])
    page = browser.get(address).content.decode()
    assert "90 days" in page
    empty = browser.post(address, {"tier": "standard"})
    assert empty.status_code == 422
    assert "Answer yes or no." in empty.content.decode()
    assert not Membership.objects.filter(person=person).exists()
    answers = {f"health_{code}": answer for code, answer in world.answers().items()}
    done = browser.post(address, {"tier": "entry", **answers})
    assert done.status_code in (302, 303), done.content.decode()
    membership = Membership.objects.get(person=person)
    statement = HealthStatement.objects.get(membership=membership)
    assert statement.language == "en"
    assert statement.shown_text.startswith("I have read the rulebook.")


def test_a_refused_joining_keeps_what_was_answered(world: World) -> None:
    browser = signed_in(account_of(world, world.person(), "li"))
    answers = {f"health_{code}": answer for code, answer in world.answers().items()}
    answers["health_serious_illness"] = "yes"
    response = browser.post(reverse("join", args=[world.plan.code]), {"tier": "entry", **answers})
    assert response.status_code == 422
    text = response.content.decode()
    assert "conditions for joining are not met" in text
    assert re.search(r'value="entry"[^>]*checked', text)


def test_a_plan_that_does_not_exist_cannot_be_joined(browser: Client) -> None:
    assert browser.get(reverse("join", args=["no-such-plan"])).status_code == 404


def test_a_member_leaves_by_the_page(browser: Client, member: Membership) -> None:
    address = reverse("leave", args=[member.reference])
    assert browser.get(address).status_code == 200
    assert browser.post(address).status_code in (302, 303)
    assert Membership.objects.get(pk=member.pk).end_reason == "left"
    again = browser.post(address)
    assert again.status_code == 409


def test_the_membership_of_another_is_no_page(world: World, browser: Client) -> None:
    other = world.member()
    for name in ("leave", "change_tier"):
        address = reverse(name, args=[other.reference])
        assert browser.get(address).status_code == 404
        assert browser.post(address, {"tier": "entry"}).status_code == 404
    assert Membership.objects.get(pk=other.pk).ends_on is None


@pytest.mark.parametrize("name", ["roles", "grant_role"])
def test_roles_are_for_administrators(world: World, browser: Client, name: str) -> None:
    address = reverse(name)
    assert browser.get(address).status_code == 403
    assert Client().get(address).status_code == 302


def test_an_auditor_reads_the_roles_and_changes_none(world: World) -> None:
    auditor = signed_in(account_of(world, world.person(), "audit", "auditor"))
    text = auditor.get(reverse("roles")).content.decode()
    assert "Auditor" in text
    assert reverse("grant_role") not in text
    assert auditor.get(reverse("grant_role")).status_code == 403


@pytest.mark.parametrize("by", ["reference", "username"])
def test_an_administrator_grants_and_revokes_with_a_reason(
    world: World, admin: Client, by: str
) -> None:
    person = world.person()
    account_of(world, person, "wang")
    name = {"reference": person.reference.lower(), "username": "wang"}[by]
    granted = admin.post(
        reverse("grant_role"), {"person": name, "role": "reviewer", "reason": "passed the exam"}
    )
    assert granted.status_code in (302, 303), granted.content.decode()
    assert "passed the exam" in admin.get(reverse("roles")).content.decode()
    address = reverse("revoke_role", args=[person.reference, "reviewer"])
    assert admin.post(address, {"reason": ""}).status_code == 422
    assert admin.post(address, {"reason": "moved on"}).status_code in (302, 303)
    grant = RoleGrant.objects.get(person=person)
    assert grant.revoke_reason == "moved on"
    assert admin.post(address, {"reason": "again"}).status_code == 422


@pytest.mark.parametrize(
    ("person", "role", "reason", "said"),
    [
        ("", "reviewer", "x", "Enter the person"),
        ("nobody", "reviewer", "x", "this one does not"),
        ("wang", "", "x", "Choose a role."),
        ("wang", "emperor", "x", "Choose a role."),
        ("wang", "reviewer", "", "Enter why"),
        ("wang", "reviewer", "x" * 501, "Shorten this"),
        ("wang", "reviewer", "a\u202eb", "direction of writing"),
        ("wang", "finance", "x", "Finance neither investigates nor decides"),
    ],
)
def test_bad_input_is_answered_in_words_and_nothing_is_written(
    world: World, admin: Client, person: str, role: str, reason: str, said: str
) -> None:
    account_of(world, world.person(), "wang", "reviewer")
    before = RoleGrant.objects.count()
    response = admin.post(reverse("grant_role"), {"person": person, "role": role, "reason": reason})
    assert response.status_code == 422
    assert said in response.content.decode()
    assert RoleGrant.objects.count() == before


def test_a_role_nobody_has_is_no_page(world: World, admin: Client) -> None:
    person = world.person()
    for args in ([person.reference, "emperor"], ["P-0000-0000", "reviewer"]):
        assert admin.get(reverse("revoke_role", args=args)).status_code == 404


def test_a_demoted_administrator_loses_the_power_at_the_next_request(world: World) -> None:
    person = world.person()
    client = signed_in(account_of(world, person, "demoted", "admin"))
    assert client.get(reverse("roles")).status_code == 200
    services.revoke_role(person_id=person.pk, role="admin", actor=SYSTEM, now=world.now)
    assert client.get(reverse("roles")).status_code == 403
    assert (
        client.post(
            reverse("grant_role"), {"person": "demoted", "role": "admin", "reason": "back"}
        ).status_code
        == 403
    )
    assert not RoleGrant.objects.filter(revoked_at__isnull=True).exists()
