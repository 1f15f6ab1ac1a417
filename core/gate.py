"""The one way a state-changing request is performed, by page and by API."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar

from django.core.serializers.json import DjangoJSONEncoder
from django.db import connection, transaction
from django.utils.translation import gettext_lazy as _

from core import audit
from core.actor import Actor
from core.canonical import canonical_json, sha256_hex
from core.errors import Blocked, Refusal
from core.models import IdempotencyKey

T = TypeVar("T")
KEY_LENGTH = 200


@dataclass(frozen=True, slots=True)
class Answer:
    """What a request is answered with, now and whenever its key comes again."""

    status: int = 200
    location: str = ""
    body: Mapping[str, Any] = field(default_factory=dict)
    is_replayed: bool = False


def digest_of(*parts: Any) -> str:
    """Return a digest of a request: its operation, subject and what was sent."""
    return sha256_hex(canonical_json([_plain(part) for part in parts]))


def _plain(value: Any) -> Any:
    """Reduce a parsed JSON body or form data to text, lists and objects of a fixed form."""
    if isinstance(value, Mapping):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    return value if isinstance(value, str) else f"{type(value).__name__}:{value}"


def perform(
    *,
    actor: Actor,
    operation: str,
    subject: str,
    call: Callable[[], T],
    encode: Callable[[T], Answer],
    idempotency_key: str | None = None,
    request_digest: str = "",
) -> Answer:
    """Run `call` in one transaction with its key, its answer and its one audit row.

    Without a key the call simply runs. With one: the first request runs; a repeat, even at
    the same time, gets the stored answer; another body under the same key is refused with
    `idempotency_key_reused`. A Refusal leaves nothing but its own audit row, and is raised.
    """
    try:
        with transaction.atomic():
            held = _claim_key(actor, operation, idempotency_key, request_digest)
            if isinstance(held, Answer):
                answer = held
            else:
                answer = encode(call())
                if held is not None:
                    _store(held, answer)
            outcome = "replayed" if answer.is_replayed else "done"
            audit.write(actor, operation, subject, outcome, status=answer.status)
    except Refusal as refusal:
        audit.write(actor, operation, subject, "refused", refusal.code, refusal.status)
        audit.count_row()
        raise
    audit.count_row()
    return answer


def is_key(key: str) -> bool:
    """Say whether a text may be an Idempotency-Key; none at all may."""
    return len(key) <= KEY_LENGTH and key.isprintable()


def _claim_key(
    actor: Actor, operation: str, key: str | None, request_digest: str
) -> Answer | int | None:
    """Return the key's new row id, or the answer stored under it, or None without a key."""
    if not key:
        return None
    if not is_key(key):
        message = _("The Idempotency-Key must be at most 200 printable characters.")
        raise Blocked("idempotency_key_malformed", message)
    account = actor.account_id or 0
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO core_idempotencykey "
            "(account_id, key, operation, request_digest, status, location, body) "
            "VALUES (%s, %s, %s, %s, 0, '', '') "
            "ON CONFLICT (account_id, key) DO NOTHING RETURNING id",
            [account, key, operation, request_digest],
        )
        row = cursor.fetchone()
    if row is not None:
        return int(row[0])
    stored = IdempotencyKey.objects.get(account_id=account, key=key)
    if (stored.operation, stored.request_digest) != (operation, request_digest):
        message = _("This Idempotency-Key was used for a different request.")
        raise Blocked("idempotency_key_reused", message)
    body = json.loads(stored.body) if stored.body else {}
    return Answer(stored.status, stored.location, body, is_replayed=True)


def _store(pk: int, answer: Answer) -> None:
    IdempotencyKey.objects.filter(pk=pk).update(
        status=answer.status,
        location=answer.location,
        body=json.dumps(answer.body, cls=DjangoJSONEncoder, ensure_ascii=False),
    )
