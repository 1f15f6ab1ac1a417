"""What the clock does about jurors: ends suspensions, escalates appeals that are late."""

from datetime import datetime

from core.deadlines import handler
from jury.services import standing


@handler(standing.END_SUSPENSION)
def end_suspension(subject: str, now: datetime) -> str:
    """Restore a juror whose suspension has run out."""
    return standing.end_suspension(reference=subject, now=now)


@handler(standing.APPEAL_DUE)
def escalate_appeal(subject: str, now: datetime) -> str:
    """Say that an appeal is late."""
    return standing.escalate_appeal(reference=subject, now=now)
