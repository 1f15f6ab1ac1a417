"""What is asked about e-mail: who reads it where, what failed, what waits the longest."""

from dataclasses import dataclass
from datetime import datetime

from allauth.account.models import EmailAddress
from django.db.models import QuerySet

from core.actor import Actor
from members.messages import ALL_BUT_DUTY, kinds, refusal_of
from members.models import Account, Mail, MailRefusal
from members.states import MailState, Role


@dataclass(frozen=True, slots=True)
class Reader:
    """Where a person reads e-mail, in which language, and which kinds they refused."""

    address: str
    language: str
    refused: frozenset[str]


def reader_of(person_id: int) -> Reader | None:
    """Return where a person reads e-mail, or None without a confirmed address."""
    found = (
        EmailAddress.objects.filter(user__person_id=person_id, user__is_active=True, verified=True)
        .order_by("-primary", "pk")
        .values_list("email", "user__language")
        .first()
    )
    if found is None:
        return None
    return Reader(found[0], found[1], refused_kinds(person_id))


def refused_kinds(person_id: int) -> frozenset[str]:
    """Return the kinds a person does not get by e-mail; never one of the duty."""
    rows = frozenset(MailRefusal.objects.filter(person_id=person_id).values_list("kind", flat=True))
    return frozenset(
        kind.kind
        for kind in kinds()
        if not kind.is_duty and rows & {kind.kind, refusal_of(kind.group), ALL_BUT_DUTY}
    )


def addresses_of(account: Account) -> list[EmailAddress]:
    """Return an account's addresses, confirmed ones first."""
    return list(EmailAddress.objects.filter(user=account).order_by("-verified", "-primary", "pk"))


def may_see_failed(actor: Actor, kind: str) -> bool:
    """Say whether an actor looks after failed messages of a kind."""
    return actor.has(Role.ADMIN) or kind in _jury_kinds(actor)


def failed_mail(actor: Actor) -> QuerySet[Mail]:
    """Return the failed messages an actor looks after, with who reads them."""
    rows = Mail.objects.filter(state=MailState.FAILED).select_related("message__person__account")
    if actor.has(Role.ADMIN):
        return rows
    return rows.filter(message__kind__in=sorted(_jury_kinds(actor)))


def _jury_kinds(actor: Actor) -> frozenset[str]:
    if not actor.has(Role.JURY_OFFICER):
        return frozenset()
    return frozenset(kind.kind for kind in kinds() if kind.group == "jury")


def oldest_waiting() -> datetime | None:
    """Return when the oldest e-mail that still waits was written."""
    return (
        Mail.objects.filter(state=MailState.WAITING)
        .order_by("created_at")
        .values_list("created_at", flat=True)
        .first()
    )
