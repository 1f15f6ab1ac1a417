"""The audit's one chain: rows numbered after their commit, each bound to the one before."""

from datetime import UTC, datetime

from core.canonical import canonical_json, sha256_hex
from core.models import AuditLink, AuditRow
from record.models import Entry
from record.queries import TIME_FORMAT
from record.services import append_entry

FIRST_PREVIOUS = "0" * 64
LATE_IDS = 10_000
HEAD_KIND = "audit_head"


def digest_of(row: AuditRow, seq: int, previous: str) -> str:
    """Return the digest that binds a row to its number and to the row before it."""
    document = {
        "seq": seq,
        "previous": previous,
        "row": {
            "id": row.pk,
            "occurred_at": row.occurred_at.astimezone(UTC).strftime(TIME_FORMAT),
            "request_id": row.request_id,
            "account": "" if row.account_id is None else str(row.account_id),
            "actor_kind": row.actor_kind,
            "operation": row.operation,
            "subject": row.subject,
            "outcome": row.outcome,
            "code": row.code,
            "status": row.status,
        },
    }
    return sha256_hex(canonical_json(document))


def chain_rows(batch: int, is_full: bool = True) -> int:
    """Number the next audit rows; the caller holds the sequencer's lock. Return how many."""
    last = AuditLink.objects.order_by("-seq").first()
    seq, previous = (last.seq, last.digest) if last else (0, FIRST_PREVIOUS)
    newest = AuditLink.objects.order_by("-row_id").values_list("row_id", flat=True).first()
    floor = 0 if is_full or newest is None else newest - LATE_IDS
    rows = AuditRow.objects.filter(link__isnull=True, id__gt=floor).order_by("id")[:batch]
    links: list[AuditLink] = []
    for row in rows:
        seq += 1
        digest = digest_of(row, seq, previous)
        links.append(AuditLink(seq=seq, row=row, previous_digest=previous, digest=digest))
        previous = digest
    AuditLink.objects.bulk_create(links)
    return len(links)


def append_head(now: datetime) -> Entry | None:
    """Anchor the chain's head in the public record, once a day (UTC) from its first pass on."""
    day = now.astimezone(UTC).date().isoformat()
    subject = f"audit-{day}"
    last = AuditLink.objects.order_by("-seq").first()
    if last is None or Entry.objects.filter(subject=subject, kind=HEAD_KIND).exists():
        return None
    body = {"day": day, "seq": last.seq, "digest": last.digest}
    return append_entry(kind=HEAD_KIND, subject=subject, body=body, now=now)


def find_break() -> int:
    """Return the first number at which the chain does not hold, or 0 where all of it does."""
    previous = FIRST_PREVIOUS
    expected = 1
    links = AuditLink.objects.select_related("row").order_by("seq")
    for link in links.iterator(chunk_size=2000):
        if (
            link.seq != expected
            or link.previous_digest != previous
            or link.digest != digest_of(link.row, link.seq, previous)
        ):
            return expected
        previous = link.digest
        expected += 1
    return 0
