"""What a person wants by e-mail: chosen group by group, or refused by a letter's link."""

from collections.abc import Collection
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from core.actor import Actor
from core.errors import NotAllowed
from members.mail_queries import refused_kinds
from members.messages import ALL_BUT_DUTY, GROUPS, refusal_of
from members.models import MailRefusal, Message, Person
from members.services.people import set_language


@transaction.atomic
def choose_mail(
    *, groups: Collection[str], language: str, actor: Actor, now: datetime
) -> frozenset[str]:
    """Keep which groups the actor wants by e-mail, and in which language they read them.

    The duty comes in any case. Returns the kinds refused.
    """
    if actor.person_id is None or actor.account_id is None:
        raise NotAllowed("members_not_yours", _("You may do this only for yourself."))
    Person.objects.select_for_update().only("pk").get(pk=actor.person_id)
    set_language(account_id=actor.account_id, language=language, actor=actor, now=now)
    refused = {refusal_of(name) for name in GROUPS if name not in set(groups)}
    _refuse_only(actor.person_id, {ALL_BUT_DUTY} if len(refused) == len(GROUPS) else refused)
    return refused_kinds(actor.person_id)


@transaction.atomic
def unsubscribe(*, message_reference: str, now: datetime) -> Person:
    """Refuse all but the duty for whoever a letter went to; the signed link is the right."""
    message = Message.objects.get(reference=message_reference)
    person = Person.objects.select_for_update().get(pk=message.person_id)
    _refuse_only(person.pk, {ALL_BUT_DUTY})
    return person


def _refuse_only(person_id: int, wanted: set[str]) -> None:
    MailRefusal.objects.filter(person_id=person_id).exclude(kind__in=sorted(wanted)).delete()
    MailRefusal.objects.bulk_create(
        [MailRefusal(person_id=person_id, kind=kind) for kind in sorted(wanted)],
        ignore_conflicts=True,
    )
