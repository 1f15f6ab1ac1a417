"""Registering people, verifying identities, opening accounts, households."""

from datetime import date

import pytest

from core.actor import SYSTEM
from core.errors import Blocked, NotAllowed
from members import services
from members.ages import age_on
from members.identity import NotAnIdentityNumber, compose_identity, read_identity
from members.models import Account, Person
from members.queries import actor_for, household_of
from members.services.people import surname_of
from tests.members.world import World

BORN = date(1988, 8, 8)


def test_an_identity_number_tells_birth_sex_and_province() -> None:
    identity = read_identity(compose_identity("430103", BORN, 7))
    assert (identity.born_on, identity.sex, identity.province) == (BORN, "male", "430000")
    assert read_identity(compose_identity("430103", BORN, 8)).sex == "female"


def test_an_identity_number_is_read_however_it_is_typed() -> None:
    number = compose_identity("110101", BORN, 6)
    wide = "".join(chr(ord(c) + 0xFEE0) for c in number)
    for typed in (f" {number[:6]} {number[6:14]}-{number[14:]}", wide, number.lower()):
        assert read_identity(typed).digest == read_identity(number).digest


@pytest.mark.parametrize(
    "typed",
    ["", "1", "11010119880808006", "990101198808080069", "abc", "１" * 18, "110101198813080060"],
)
def test_what_is_no_identity_number_is_refused(typed: str) -> None:
    with pytest.raises(NotAnIdentityNumber):
        read_identity(typed)


def test_a_wrong_check_digit_is_refused() -> None:
    number = compose_identity("110101", BORN, 6)
    wrong = number[:-1] + ("0" if number[-1] != "0" else "1")
    with pytest.raises(NotAnIdentityNumber, match="check digit"):
        read_identity(wrong)


def test_the_identity_is_stored_encrypted_and_found_by_digest(world: World) -> None:
    person = world.person()
    number = person.identity_encrypted
    stored = Person.objects.extra(select={"raw": "identity_encrypted || ''"}).get(pk=person.pk)
    assert number not in stored.raw
    assert Person.objects.get(pk=person.pk).identity_encrypted == number
    assert Person.objects.get(identity_digest=read_identity(number).digest) == person


def test_an_identity_is_verified_by_its_own_holder(world: World) -> None:
    person = services.register_person(
        full_name="张三", born_on=BORN, sex="male", actor=SYSTEM, now=world.now
    )
    verified = services.verify_identity(
        person_id=person.pk,
        identity_number=compose_identity("430103", BORN, 7),
        actor=world.actor(person),
        now=world.now,
    )
    assert (verified.is_identity_verified, verified.verified_at) == (True, world.now)


@pytest.mark.parametrize(
    ("number", "code"),
    [
        ("123", "identity_malformed"),
        (compose_identity("430103", BORN, 8), "identity_mismatch"),
        (compose_identity("430103", date(1988, 8, 9), 7), "identity_mismatch"),
    ],
)
def test_a_number_that_does_not_fit_is_refused(world: World, number: str, code: str) -> None:
    person = services.register_person(
        full_name="张三", born_on=BORN, sex="male", actor=SYSTEM, now=world.now
    )
    with pytest.raises(Blocked) as refusal:
        services.verify_identity(
            person_id=person.pk, identity_number=number, actor=SYSTEM, now=world.now
        )
    assert refusal.value.code == code
    assert not Person.objects.get(pk=person.pk).is_identity_verified


def test_nobody_verifies_the_identity_of_another(world: World) -> None:
    person, stranger = world.person(), world.person()
    with pytest.raises(NotAllowed):
        services.verify_identity(
            person_id=person.pk, identity_number="1", actor=world.actor(stranger), now=world.now
        )


def test_a_second_verification_is_refused(world: World) -> None:
    person = world.person()
    with pytest.raises(Blocked) as refusal:
        services.verify_identity(
            person_id=person.pk,
            identity_number=person.identity_encrypted,
            actor=SYSTEM,
            now=world.now,
        )
    assert refusal.value.code == "identity_verified"


def test_an_account_has_no_powers_but_its_persons_roles(world: World) -> None:
    person = world.person()
    account = services.create_account(
        username="zhang", password="demo", person_id=person.pk, actor=SYSTEM, now=world.now
    )
    assert account.check_password("demo")
    assert not account.has_perm("members.change_person")
    assert not account.has_perms(["x"])
    assert not account.has_module_perms("members")
    assert (account.is_staff, account.is_superuser) == (False, False)
    assert actor_for(account).roles == frozenset()
    services.grant_role(person_id=person.pk, role="reviewer", actor=SYSTEM, now=world.now)
    assert actor_for(account).roles == {"reviewer"}


def test_an_account_switched_off_or_without_a_person_acts_for_nobody(world: World) -> None:
    account = services.create_account(
        username="zhang",
        password="demo",
        person_id=world.person().pk,
        actor=SYSTEM,
        now=world.now,
    )
    account.is_active = False
    assert actor_for(account).account_id is None
    lone = Account.objects.create_user("lone", "demo")
    assert (actor_for(lone).person_id, actor_for(lone).account_id) == (None, lone.pk)
    assert actor_for(object()).account_id is None


def test_a_taken_username_is_said_before_anything_is_written(world: World) -> None:
    def open_account() -> Account:
        return services.create_account(
            username="zhang",
            password="demo",
            person_id=world.person().pk,
            actor=SYSTEM,
            now=world.now,
        )

    open_account()
    with pytest.raises(Blocked) as refusal:
        open_account()
    assert refusal.value.code == "username_taken"
    assert Account.objects.count() == 1


def test_a_household_is_everybody_in_it(world: World) -> None:
    one, two, three = world.person(), world.person(), world.person()
    assert household_of(one.pk) == {one.pk}
    services.create_household(person_ids=[one.pk, two.pk], actor=SYSTEM, now=world.now)
    assert household_of(one.pk) == household_of(two.pk) == {one.pk, two.pk}
    assert household_of(three.pk) == {three.pk}


def test_only_administrators_register_people(world: World) -> None:
    with pytest.raises(NotAllowed):
        services.register_person(
            full_name="张三",
            born_on=BORN,
            sex="male",
            actor=world.actor(world.person(), "reviewer"),
            now=world.now,
        )


def test_an_account_reads_in_its_own_language(world: World) -> None:
    person = world.person()
    account = services.create_account(
        username="zhang", password="demo", person_id=person.pk, actor=SYSTEM, now=world.now
    )
    services.set_language(
        account_id=account.pk, language="en", actor=actor_for(account), now=world.now
    )
    assert Account.objects.get(pk=account.pk).language == "en"
    with pytest.raises(NotAllowed):
        services.set_language(
            account_id=account.pk,
            language="en",
            actor=world.actor(world.person()),
            now=world.now,
        )


@pytest.mark.parametrize(
    ("name", "surname"),
    [("张三", "张"), ("欧阳修", "欧阳"), ("Li Wei", "Wei"), ("", "")],
)
def test_the_surname_of_a_name(name: str, surname: str) -> None:
    assert surname_of(name) == surname


@pytest.mark.parametrize(
    ("born_on", "day", "age"),
    [
        (date(1980, 6, 2), date(2020, 6, 1), 39),
        (date(1980, 6, 2), date(2020, 6, 2), 40),
        (date(1980, 2, 29), date(2021, 2, 28), 40),
        (date(1980, 2, 29), date(2021, 3, 1), 41),
    ],
)
def test_the_age_changes_on_the_birthday(born_on: date, day: date, age: int) -> None:
    assert age_on(born_on, day) == age
