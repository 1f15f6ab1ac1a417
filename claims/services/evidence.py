"""Takes documents in, replaces them by new versions, checks them again, and hands them out."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import PurePath
from typing import Any
from unicodedata import category, normalize

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.db.models import Count, Sum
from django.utils.translation import gettext_lazy as _

from claims.evidence import storage
from claims.evidence.access import duty_on, may_add_kind
from claims.evidence.checking import Check, check_file, check_files
from claims.evidence.limits import MAX_CLAIM_BYTES, MAX_CLAIM_FILES, MAX_FILE_BYTES
from claims.evidence.wording import WORDING
from claims.messages import EVIDENCE_REFUSED, tell
from claims.models import Claim
from claims.models.evidence import Evidence, EvidenceAccess, EvidenceCheck, EvidenceVersion
from claims.queries import lock_claim
from core import deadlines
from core.actor import Actor
from core.errors import Blocked, NotAllowed, WrongState
from core.references import new_reference

RECHECK = "claims.recheck_evidence"
RECHECK_WAIT = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class StoredFile:
    """Bytes that lie on disk and were looked at, but that no row refers to yet."""

    key: str
    digest: str
    size_bytes: int
    file_name: str
    check: Check


def receive_file(upload: "UploadedFile[Any]") -> StoredFile:
    """Store and check an upload, before any row is locked. Raises Blocked in plain words."""
    key, digest, size = _store(upload)
    return _taken(upload, key, digest, size, check_file(storage.path_of(key)))


def receive_files(uploads: "Sequence[UploadedFile[Any]]") -> list[StoredFile]:
    """Store and check several uploads together; the first that is unfit is refused."""
    kept = [_store(upload) for upload in uploads]
    checks = check_files([storage.path_of(key) for key, _digest, _size in kept])
    return [
        _taken(upload, key, digest, size, check)
        for upload, (key, digest, size), check in zip(uploads, kept, checks, strict=True)
    ]


def _store(upload: "UploadedFile[Any]") -> tuple[str, str, int]:
    if not upload.size:
        raise _refused("empty")
    if upload.size > MAX_FILE_BYTES:
        raise _refused("too_big")
    return storage.store(upload)


def _taken(
    upload: "UploadedFile[Any]", key: str, digest: str, size: int, check: Check
) -> StoredFile:
    if check.refusal:
        storage.discard(key)
        raise _refused(check.refusal)
    return StoredFile(key, digest, size, clean_file_name(upload.name or ""), check)


def clean_file_name(name: str) -> str:
    """Keep a name in any script, without folders, control and direction characters."""
    last = PurePath(normalize("NFC", name).replace("\\", "/")).name
    kept = "".join(c for c in last if category(c) not in {"Cc", "Cf", "Cs", "Co", "Zl", "Zp"})
    return kept.strip()[-200:] or "file"


@transaction.atomic
def add_evidence(
    *,
    reference: str,
    kind: str,
    stored: StoredFile,
    actor: Actor,
    now: datetime,
    replaces: str = "",
) -> EvidenceVersion:
    """Add a stored file to a claim, as a new document or as a new version of `replaces`.

    Raises NotAllowed for who may not add to this claim now, Blocked (`too_many`,
    `total_too_big`, `repeated`) where the claim's files leave no room for it.
    """
    claim = lock_claim(reference)
    if actor.person_id is None or not may_add_kind(claim, actor, kind):
        raise NotAllowed(
            "evidence_not_yours",
            _("Documents can be added by the claimant while papers are asked for."),
        )
    _refuse_crowding(claim, stored)
    evidence = _document(claim, kind, replaces) or Evidence.objects.create(
        reference=new_reference("E"),
        claim=claim,
        kind=kind,
        added_by_id=actor.person_id,
        created_at=now,
    )
    version = EvidenceVersion.objects.create(
        evidence=evidence,
        number=evidence.versions.count() + 1,
        storage_key=stored.key,
        digest=stored.digest,
        size_bytes=stored.size_bytes,
        file_name=stored.file_name,
        added_by_id=actor.person_id,
        received_at=now,
    )
    _record_check(version, stored.check, now)
    return version


def _document(claim: Claim, kind: str, reference: str) -> Evidence | None:
    """Return the document that is replaced, if one is; Blocked where the claim has none such."""
    if not reference:
        return None
    found = claim.evidence.filter(reference=reference, kind=kind).first()
    if found is None:
        raise Blocked(
            "evidence_unknown", _("This claim has no such document. Add the file as a new one.")
        )
    return found


def _refuse_crowding(claim: Claim, stored: StoredFile) -> None:
    versions = EvidenceVersion.objects.filter(evidence__claim=claim)
    held = versions.aggregate(files=Count("pk"), size=Sum("size_bytes"))
    if held["files"] >= MAX_CLAIM_FILES:
        raise _refused("too_many")
    if (held["size"] or 0) + stored.size_bytes > MAX_CLAIM_BYTES:
        raise _refused("total_too_big")
    if versions.filter(digest=stored.digest).exists():
        raise _refused("repeated")


def _record_check(version: EvidenceVersion, check: Check, now: datetime) -> EvidenceCheck:
    outcome = EvidenceCheck.Outcome.PASSED
    if check.unfinished:
        outcome = EvidenceCheck.Outcome.QUARANTINED
        deadlines.schedule(kind=RECHECK, subject=str(version.pk), due_at=now + RECHECK_WAIT)
    elif check.refusal:
        outcome = EvidenceCheck.Outcome.REFUSED
    return EvidenceCheck.objects.create(
        version=version,
        outcome=outcome,
        refusal=check.refusal,
        media_type=check.media_type,
        pages=check.pages,
        width=check.width,
        height=check.height,
        checked_at=now,
    )


@transaction.atomic
def recheck_evidence(*, version_id: int, now: datetime) -> EvidenceCheck:
    """Look again at a version whose check was not finished; called by the clock.

    A file that cannot be read after all is told to the claimant by message. Raises WrongState
    where the draft was erased with its files meanwhile.
    """
    rows = EvidenceVersion.objects.select_related("evidence__claim")
    version = rows.filter(pk=version_id).first()
    if version is None:
        raise WrongState("evidence_erased", _("This file was erased with its draft."))
    check = _record_check(version, check_file(storage.path_of(version.storage_key)), now)
    if check.refusal:
        claim = version.evidence.claim
        params = {"reference": claim.reference, "file_name": version.file_name}
        tell(claim.claimant_id, EVIDENCE_REFUSED, params, f"evidence:{version.pk}", now)
    return check


@transaction.atomic
def read_evidence(
    *, reference: str, number: int, purpose: str, actor: Actor, now: datetime
) -> tuple[EvidenceVersion, EvidenceCheck]:
    """Log who reads which version why, and return it with its passed check.

    Raises NotAllowed for a person without a live duty on the claim (promise 20), Blocked
    (`evidence_unchecked`) before the checks pass, `storage.DigestMismatch` where the bytes
    changed. The row is committed before the caller sends the first byte.
    """
    version = EvidenceVersion.objects.select_related("evidence__claim").get(
        evidence__reference=reference, number=number
    )
    duty = duty_on(version.evidence.claim, actor)
    if duty is None or actor.person_id is None:
        raise NotAllowed(
            "evidence_closed", _("Only people at work on this claim may read its documents.")
        )
    if duty == "auditor" and not purpose.strip():
        raise Blocked("purpose_missing", _("Enter why you read this document; it is logged."))
    return version, _logged_read(version, duty, purpose, actor.person_id, now)


@transaction.atomic
def read_original(
    *, version: EvidenceVersion, duty: str, person_id: int, now: datetime
) -> EvidenceCheck:
    """Log a read by somebody whose duty an upper app has found, and return the passed check.

    Who compares a redacted copy with its original reads that one version and no other.
    """
    return _logged_read(version, duty, "", person_id, now)


def _logged_read(
    version: EvidenceVersion, duty: str, purpose: str, person_id: int, now: datetime
) -> EvidenceCheck:
    check = version.checks.filter(outcome=EvidenceCheck.Outcome.PASSED).last()
    if check is None:
        raise Blocked("evidence_unchecked", _("This file has not passed its check yet. Try later."))
    storage.verify(version.storage_key, version.digest)
    EvidenceAccess.objects.create(
        version=version, person_id=person_id, duty=duty, purpose=purpose.strip(), read_at=now
    )
    return check


def _refused(code: str) -> Blocked:
    return Blocked(code, WORDING[code])
