"""What the clock does for members: announced rules take effect, messages go on their way."""

from datetime import datetime

from core.actor import CLOCK
from core.deadlines import handler, periodic
from members.models import RulebookVersion
from members.services.broadcasts import work_broadcasts
from members.services.mailing import send_waiting
from members.services.rulebooks import PUT_IN_FORCE, put_in_force


@handler(PUT_IN_FORCE)
def put_version_in_force(subject: str, now: datetime) -> str:
    """Put the announced version `plan@number` in force."""
    plan_code, _at, number = subject.rpartition("@")
    version = RulebookVersion.objects.get(plan__code=plan_code, number=int(number))
    put_in_force(version_id=version.pk, actor=CLOCK, now=now)
    return "in_force"


@periodic(2, "members.tell_many")
def tell_many(now: datetime) -> None:
    """Go on telling very many what is being told."""
    work_broadcasts(now)


@periodic(5, "members.send_mail")
def send_mail(now: datetime) -> None:
    """Send what waits by e-mail."""
    send_waiting(now)
