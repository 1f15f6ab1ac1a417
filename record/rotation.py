"""Changing the record's signing key: an entry that names both keys, signed by both."""

from datetime import UTC, datetime

from django.db import transaction

from record.keys import (
    KeyUnavailable,
    finish_rotation,
    key_path,
    load_or_make_signer,
    make_key,
    may_open_or_raise,
    next_key_path,
    parse_signer,
)
from record.models import VerificationKey
from record.notes import Signer
from record.queries import TIME_FORMAT
from record.sequencer import number_all, sign_checkpoint, wait_for_lock
from record.services import append_entry

KEY_ROTATED = "key_rotated"
SUBJECT = "record-key"


def rotate_key(*, now: datetime, is_old_lost: bool = False) -> VerificationKey:
    """Bring in a new signing key; return its row.

    The entry `key_rotated` and the checkpoint that covers it are one transaction, so no reader
    sees one without the other. The old key signs that checkpoint too, unless it is lost. The
    new key's file stands before the commit and takes the old one's name after it; a crash in
    between is completed by whoever opens the key next. Raises KeyUnavailable where this process
    may not open keys, where the old one cannot be read, or is said to be lost and is not.
    """
    may_open_or_raise()
    finish_rotation()
    old = _old_signer(is_old_lost)
    new = parse_signer(make_key(next_key_path()))
    with transaction.atomic():
        wait_for_lock()
        current = VerificationKey.objects.order_by("-id").first()
        if current is None:
            raise KeyUnavailable("the record has no key yet; the clock makes the first one")
        if old is not None and old.verifier().vkey() != current.vkey:
            raise KeyUnavailable("another change of keys came first; try again")
        made = VerificationKey.objects.create(
            vkey=new.verifier().vkey(), replaces=current, is_old_lost=is_old_lost
        )
        body = {
            "new": made.vkey,
            "old": current.vkey,
            "old_is_lost": int(is_old_lost),
            "until": now.astimezone(UTC).strftime(TIME_FORMAT),
        }
        append_entry(kind=KEY_ROTATED, subject=SUBJECT, body=body, now=now)
        sign_checkpoint([new] if old is None else [old, new], number_all())
    finish_rotation()
    return made


def _old_signer(is_lost: bool) -> Signer | None:
    if not is_lost:
        return load_or_make_signer()
    if key_path().is_file():
        raise KeyUnavailable(f"{key_path()} is there: the old key can sign, so it must")
    return None
