"""The demo's jurors beside the panels: an expert, one suspended, one who appeals, one waiting."""

from datetime import datetime, timedelta

from core.actor import SYSTEM, Actor
from core.zone import add_days, local_date
from desk.demo.world import World
from jury import services
from jury.models import Seat
from jury.states import SITTING, VOTING
from members.models import Account, Person

QUALIFIED_DAYS = 1500
SUSPENDED_DAYS = 40


def verify_expert(world: World, now: datetime) -> None:
    """Have the last juror with an account verified as a doctor; before the roll is frozen."""
    doctor = Actor(world.jurors[-1], None, frozenset())
    claimed = services.claim_qualification(
        kind="medical", evidence_note="医师执业证书，湖南省卫生健康委员会", actor=doctor, now=now
    )
    services.verify_qualification(
        reference=claimed.reference,
        expires_on=add_days(local_date(now), QUALIFIED_DAYS),
        actor=world.actors["jury_officer"],
        now=now,
    )


def decide_on_jurors(world: World, now: datetime) -> None:
    """Suspend one juror, disqualify another who appeals; a third waits for an officer's check.

    They have no accounts and sit on no panel. The others of the old exams let theirs expire.
    """
    suspended, appealing, waiting = world.spare_jurors[:3]
    officer = world.actors["jury_officer"]
    for person_id in (suspended, appealing, waiting):
        at = now - timedelta(minutes=50)
        services.enrol_juror(person_id=person_id, score=6, actor=SYSTEM, now=at)
    services.suspend_juror(
        reference=_reference(suspended),
        cause="duty_neglected",
        until_on=add_days(local_date(now), SUSPENDED_DAYS),
        reasons="两次接受赔审席位，均未投票，也没有说明原因。",
        actor=officer,
        now=now - timedelta(minutes=40),
    )
    services.disqualify_juror(
        reference=_reference(appealing),
        cause="papers_shown",
        reasons="把案件材料的截图发到了微信群。",
        actor=officer,
        now=now - timedelta(minutes=30),
    )
    services.file_appeal(
        grounds="截图不是我发的，我的手机当天借给了同事。请核对群里的发送记录。",
        actor=Actor(appealing, None, frozenset()),
        now=now - timedelta(minutes=20),
    )
    services.claim_qualification(
        kind="legal",
        evidence_note="律师执业证，长沙市司法局",
        actor=Actor(waiting, None, frozenset()),
        now=now - timedelta(minutes=10),
    )


def name_the_panel() -> None:
    """Give the accounts juror1 … juror9 to whoever the lot seated in the hearing open now.

    The roll is longer than the panel, so that the lot decides and a seat given up is filled.
    """
    seated = set(
        Seat.objects.filter(
            hearing__state__in=sorted(VOTING), state__in=sorted(SITTING)
        ).values_list("person_id", flat=True)
    )
    named = Account.objects.filter(username__startswith="juror").exclude(person_id__in=seated)
    unnamed = Account.objects.filter(username__startswith="reserve", person_id__in=seated)
    for idle, sitting in zip(list(named), list(unnamed), strict=False):
        for account, username in (
            (idle, f"{idle.username}-{sitting.username}"),
            (sitting, idle.username),
            (idle, sitting.username),
        ):
            Account.objects.filter(pk=account.pk).update(username=username)


def _reference(person_id: int) -> str:
    return Person.objects.get(pk=person_id).reference
