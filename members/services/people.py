"""Registering people, verifying who they are, opening their accounts."""

from datetime import date, datetime

from allauth.account.models import EmailAddress
from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils.translation import gettext_lazy as _

from core.actor import Actor
from core.errors import Blocked, Blocker, refuse_if
from core.fields import keyed_digest
from core.references import new_reference
from members.identity import Identity, NotAnIdentityNumber, read_identity
from members.models import Account, Household, Person
from members.permissions import require_admin, require_self_or_admin
from members.states import Language

# The two-character surnames still common; any other name's surname is its first character.
COMPOUND_SURNAMES = frozenset({"欧阳", "司马", "上官", "诸葛", "皇甫", "司徒", "令狐", "慕容"})


def surname_of(full_name: str) -> str:
    """Return the surname of a Chinese name, or the last word of a name in Latin letters."""
    name = full_name.strip()
    if name.isascii():
        return name.split()[-1] if name else ""
    return name[:2] if name[:2] in COMPOUND_SURNAMES else name[:1]


@transaction.atomic
def register_person(
    *,
    full_name: str,
    born_on: date,
    sex: str,
    actor: Actor,
    now: datetime,
    province: str = "",
    identity_number: str = "",
    phone: str = "",
    surname: str = "",
    household_id: int | None = None,
) -> Person:
    """Register a person; with an identity number the identity counts as verified.

    Raises Blocked with `identity_malformed`, `identity_mismatch` or `identity_taken`.
    """
    require_admin(actor)
    identity = _identity(identity_number) if identity_number else None
    if identity is not None:
        refuse_if(_mismatches(identity, born_on, sex))
    person = Person(
        reference=new_reference("P"),
        full_name=full_name,
        surname=surname or surname_of(full_name),
        born_on=born_on,
        sex=sex,
        province=province or (identity.province if identity else ""),
        identity_digest=identity.digest if identity else "",
        identity_encrypted=identity.number if identity else "",
        phone_digest=keyed_digest(phone, "phone") if phone else "",
        is_identity_verified=identity is not None,
        verified_at=now if identity else None,
        household_id=household_id,
    )
    _save_identity(person)
    return person


@transaction.atomic
def verify_identity(*, person_id: int, identity_number: str, actor: Actor, now: datetime) -> Person:
    """Bind a verified identity to a person; one identity belongs to one person (promise 13).

    Raises Blocked with `identity_verified`, `identity_malformed`, `identity_mismatch` or
    `identity_taken`.
    """
    person = Person.objects.select_for_update().get(pk=person_id)
    require_self_or_admin(actor, person_id)
    if person.is_identity_verified:
        raise Blocked("identity_verified", _("This identity is verified already."))
    identity = _identity(identity_number)
    refuse_if(_mismatches(identity, person.born_on, person.sex))
    person.identity_digest = identity.digest
    person.identity_encrypted = identity.number
    person.is_identity_verified = True
    person.verified_at = now
    _save_identity(person)
    return person


@transaction.atomic
def create_account(
    *,
    username: str,
    password: str | None,
    person_id: int,
    actor: Actor,
    now: datetime,
    language: str = Language.CHINESE,
    email: str = "",
    is_email_confirmed: bool = False,
) -> Account:
    """Open a person's one account; Blocked with `account_exists` or `username_taken`.

    Messages go by e-mail only to an address whose owner confirmed it.
    """
    require_admin(actor)
    Person.objects.select_for_update().get(pk=person_id)
    blockers = []
    if Account.objects.filter(person_id=person_id).exists():
        blockers.append(Blocker("account_exists", _("This person has an account already.")))
    if Account.objects.filter(username=username).exists():
        blockers.append(Blocker("username_taken", _("This username is taken.")))
    refuse_if(blockers)
    account = Account.objects.create_user(
        username,
        password,
        person_id=person_id,
        language=language,
        email=email,
        date_joined=now,
    )
    if email:
        EmailAddress.objects.create(
            user=account, email=email.lower(), verified=is_email_confirmed, primary=True
        )
    return account


@transaction.atomic
def create_household(*, person_ids: list[int], actor: Actor, now: datetime) -> Household:
    """Make a household of people."""
    require_admin(actor)
    household = Household.objects.create(reference=new_reference("HH"))
    for person_id in sorted(person_ids):
        join_household(person_id=person_id, household_id=household.pk, actor=actor, now=now)
    return household


@transaction.atomic
def join_household(*, person_id: int, household_id: int, actor: Actor, now: datetime) -> Person:
    """Record that a person lives from a household's purse."""
    person = Person.objects.select_for_update().get(pk=person_id)
    require_admin(actor)
    person.household = Household.objects.get(pk=household_id)
    person.save(update_fields=["household"])
    return person


@transaction.atomic
def set_language(*, account_id: int, language: str, actor: Actor, now: datetime) -> Account:
    """Remember the language an account reads in."""
    account = Account.objects.select_for_update().get(pk=account_id)
    if actor.account_id != account_id:
        require_admin(actor)
    account.language = Language(language).value
    account.save(update_fields=["language"])
    return account


def end_sessions(*, account_id: int) -> None:
    """End all of an account's sessions, on every device: no copy of their cookies counts again."""
    Account.objects.filter(pk=account_id).update(session_generation=F("session_generation") + 1)


def _identity(number: str) -> Identity:
    try:
        return read_identity(number)
    except NotAnIdentityNumber:
        message = _("Enter the 18 characters of the identity card; check the last one.")
        raise Blocked("identity_malformed", message) from None


def _mismatches(identity: Identity, born_on: date, sex: str) -> list[Blocker]:
    if (identity.born_on, identity.sex) == (born_on, sex):
        return []
    message = _("The identity number belongs to another date of birth or sex.")
    return [Blocker("identity_mismatch", message)]


def _save_identity(person: Person) -> None:
    try:
        with transaction.atomic():
            person.save()
    except IntegrityError as error:
        if "person_identity_is_one" not in str(error):
            raise
        message = _("This identity belongs to another person already.")
        raise Blocked("identity_taken", message) from error
