"""What the clock does for members: an announced rulebook version takes effect on its day."""

from datetime import datetime

from core.actor import CLOCK
from core.deadlines import handler
from members.models import RulebookVersion
from members.services.rulebooks import PUT_IN_FORCE, put_in_force


@handler(PUT_IN_FORCE)
def put_version_in_force(subject: str, now: datetime) -> str:
    """Put the announced version `plan@number` in force."""
    plan_code, _at, number = subject.rpartition("@")
    version = RulebookVersion.objects.get(plan__code=plan_code, number=int(number))
    put_in_force(version_id=version.pk, actor=CLOCK, now=now)
    return "in_force"
