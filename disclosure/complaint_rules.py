"""What holds for complaints: who may answer, what opens one to its complainant, what is kept."""

import base64
import hashlib
import hmac
import re

from django.utils.translation import gettext_lazy as _

from core.actor import Actor
from core.errors import Blocker
from core.fields import keyed_digest
from disclosure.models import Complaint
from members.models import Person
from members.queries import live_roles
from members.states import Role

ASSIGNERS = frozenset({Role.OMBUDSMAN})
OWNERS = frozenset({Role.OMBUDSMAN, Role.REVIEWER, Role.JURY_OFFICER, Role.FINANCE})
READERS = frozenset({*OWNERS, Role.AUDITOR})
NOT_YOURS = Blocker(
    "complaint_not_yours", _("Its owner or the ombudsman answers this complaint, not you.")
)
OWN = Blocker("complaint_own", _("It is your own complaint, so others answer it."))
_PLAIN_PAGE = re.compile(r"/(?!/)[^\s\\]*\Z")
_ALIKE = str.maketrans({"O": "0", "I": "1", "L": "1", "U": "V"})
_TO_CROCKFORD = str.maketrans(
    "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567", "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
)
CODE_LENGTH = 12
LONGEST_PAGE = 200


def code_of(reference: str) -> str:
    """Return the code that opens a complaint to who has no account: `7KQ2-M0XD-9TRB`, 60 bits.

    It follows from the reference under the field key, so that it stands in no table and no log.
    """
    digest = bytes.fromhex(keyed_digest(reference, "complaint code"))
    text = base64.b32encode(digest).decode().translate(_TO_CROCKFORD)[:CODE_LENGTH]
    return "-".join(text[place : place + 4] for place in range(0, CODE_LENGTH, 4))


def is_code_of(reference: str, typed: str) -> bool:
    """Say, in a time that tells nothing, whether what was typed is a complaint's code."""
    compact = re.sub(r"[\s\-–—_]+", "", typed).upper().translate(_ALIKE)
    given = hashlib.sha256(compact.encode()).digest()
    right = hashlib.sha256(code_of(reference).replace("-", "").encode()).digest()
    return hmac.compare_digest(given, right)


def page_of(address: str) -> str:
    """Return the path of our own that a complaint is filed from; nothing else, no query."""
    path = address.partition("?")[0].partition("#")[0]
    return path if len(path) <= LONGEST_PAGE and _PLAIN_PAGE.match(path) else ""


def is_complainant(complaint: Complaint, actor: Actor) -> bool:
    """Say whether the actor filed the complaint while signed in."""
    return actor.person_id is not None and actor.person_id == complaint.person_id


def may_read(complaint: Complaint, actor: Actor) -> bool:
    """Say whether somebody of the staff reads a complaint: its owner, ombudsman, auditor."""
    if is_complainant(complaint, actor):
        return False
    return actor.has_any(frozenset({Role.OMBUDSMAN, Role.AUDITOR})) or _owns(complaint, actor)


def _owns(complaint: Complaint, actor: Actor) -> bool:
    return (
        actor.person_id is not None
        and complaint.owner_id == actor.person_id
        and actor.has_any(OWNERS)
    )


def hand_blockers(complaint: Complaint, actor: Actor) -> list[Blocker]:
    """Return why an actor may not examine or answer: only its owner and the ombudsman do."""
    if is_complainant(complaint, actor):
        return [OWN]
    if actor.has(Role.OMBUDSMAN) or _owns(complaint, actor):
        return []
    return [NOT_YOURS]


def assigner_blockers(complaint: Complaint, actor: Actor) -> list[Blocker]:
    """Return why an actor may not give a complaint to somebody else: only the ombudsman does."""
    if is_complainant(complaint, actor):
        return [OWN]
    return [] if actor.has_any(ASSIGNERS) else [NOT_YOURS]


def able_owner(reference: str) -> Person | None:
    """Return the person a complaint may be given to, or None."""
    person = Person.objects.filter(reference=reference).first()
    if person is None or not live_roles(person.pk) & OWNERS:
        return None
    return person


def owner_blockers(complaint: Complaint, person: Person | None) -> list[Blocker]:
    """Return why a complaint may not be given to a person."""
    if person is None:
        return [Blocker("complaint_owner_unfit", _("Choose somebody whose work it is to answer."))]
    if person.pk == complaint.person_id:
        return [OWN]
    return []
