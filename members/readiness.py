"""What members adds to the look whether all is well: how long the oldest e-mail has waited."""

from datetime import datetime, timedelta

from core.readiness import Finding, look
from members.mail_queries import oldest_waiting

LONGEST_WAIT = timedelta(hours=2)


@look("mail")
def mail(at: datetime) -> Finding:
    """Well while the oldest waiting e-mail is younger than two hours; pages are served anyway."""
    oldest = oldest_waiting()
    if oldest is None or at - oldest <= LONGEST_WAIT:
        return Finding("mail", True)
    waited = int((at - oldest).total_seconds())
    return Finding("mail", False, f"the oldest has waited {waited} s")
