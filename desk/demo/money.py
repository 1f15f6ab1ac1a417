"""What finance does in the demo world: collects rounds, prepares and approves payouts."""

import json
import os
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

from django.conf import settings

from claims.models import Claim
from claims.states import State
from core.actor import Actor
from core.zone import local_date, start_of_day
from desk.demo.director import Life
from desk.demo.stage import Stage
from members.models import Membership
from payouts import services as payouts
from payouts.deadlines import send_what_is_due
from payouts.rules import sign
from sharing import services as sharing
from sharing.models import Round
from sharing.states import RoundState

LAST_DAYS = timedelta(days=6)
KEPT_TO_THE_END = 5
FAILED_SHARE = 0.002
PATIENCE_SECONDS = 15
# While the history is played nobody listens to callbacks: the statement tells the outcome.
QUIET = {"delay_ms": 0, "silent": 100_000}


def finance_days(stage: Stage) -> Life:
    """Be finance: look at rounds and funded claims every working morning."""
    while True:
        day = local_date(stage.now) + timedelta(days=1)
        yield start_of_day(day) + timedelta(hours=10)
        for found in Round.objects.filter(state=RoundState.PROPOSED).order_by("pk"):
            sharing.start_collecting(
                reference=found.reference, actor=stage.world.actors["finance"], now=stage.now
            )
        yield stage.now + timedelta(hours=1)
        for found in Round.objects.filter(state=RoundState.COLLECTING).order_by("pk"):
            _collect(stage, found)
        yield stage.now + timedelta(hours=1)
        is_last = stage.now > stage.director.until - LAST_DAYS
        pay_funded(stage, keep=KEPT_TO_THE_END if is_last else 0)


def _collect(stage: Stage, found: Round) -> None:
    """Report the failed debits on the second day; close once the days of retrying are over."""
    finance = stage.world.actors["finance"]
    if not found.failed_debits.exists():
        wanted = Membership.objects.filter(
            plan_id=found.plan_id, ends_on=None, starts_on__lt=local_date(found.lock_at)
        )
        own = {actor.person_id or 0 for actor in stage.world.actors.values()}
        own |= stage.world.in_the_cast  # who does not pay is out, and not covered any more
        names = list(
            wanted.exclude(person_id__in=own)
            .exclude(payer_id__in=own)
            .exclude(claims__isnull=False)
            .order_by("pk")
            .values_list("reference", flat=True)[:400]
        )
        failed = stage.random.sample(names, max(2, int(len(names) * FAILED_SHARE)))
        sharing.record_failed_debits(
            reference=found.reference, memberships=failed, actor=finance, now=stage.now
        )
        return
    if found.collecting_ends_at and stage.now >= found.collecting_ends_at:
        sharing.close_round(reference=found.reference, actor=finance, now=stage.now)


def pay_funded(stage: Stage, keep: int = 0) -> list[str]:
    """Prepare and approve a batch a plan of what is funded, but for `keep` claims; return them."""
    first, second = stage.world.actors["finance"], stage.world.actors["finance2"]
    paid: list[str] = []
    for plan_id in (
        Claim.objects.filter(state=State.FUNDED).values_list("plan_id", flat=True).distinct()
    ):
        waiting = list(
            Claim.objects.filter(state=State.FUNDED, plan_id=plan_id, payouts__isnull=True)
            .order_by("pk")
            .values_list("reference", flat=True)
        )
        chosen = waiting[keep:]
        for returned in [name for name in chosen if stage.awaited.pop(name, "")]:
            tell_bank({"return_next": 1})
            _pay([returned], first, second, stage)
            send_what_is_due(stage.now)
            chosen.remove(returned)
        if chosen:
            _pay(chosen, first, second, stage)
            paid += chosen
    return paid


def _pay(chosen: list[str], first: Actor, second: Actor, stage: Stage) -> None:
    batch = payouts.prepare_payouts(claims=chosen, actor=first, now=stage.now)
    payouts.approve_batch(reference=batch.reference, actor=second, now=stage.now)


@contextmanager
def sandbox_bank() -> Iterator[None]:
    """Run the sandbox bank as a process of its own while the history is played."""
    bank = subprocess.Popen(
        [sys.executable, "manage.py", "sandbox_bank", "--callback-url", "http://127.0.0.1:9/"],
        cwd=settings.BASE_DIR,
        env={**os.environ, "GONGDAO_PROCESS": "bank"},
        stdout=subprocess.DEVNULL,
    )
    try:
        _wait_for_bank()
        tell_bank(QUIET)
        yield
    finally:
        bank.terminate()
        bank.wait(timeout=20)


def _wait_for_bank() -> None:
    for _attempt in range(PATIENCE_SECONDS * 10):
        try:
            tell_bank({})
        except urllib.error.URLError:
            time.sleep(0.1)
        else:
            return
    raise RuntimeError("the sandbox bank did not start")


def tell_bank(behaviour: dict[str, int]) -> None:
    """Tell the sandbox bank how to behave from now on."""
    body = json.dumps(behaviour).encode()
    stamp = int(time.time())
    request = urllib.request.Request(  # noqa: S310  the bank's address is a setting
        f"{settings.BANK_URL}/behaviour",
        data=body,
        headers={
            "Content-Type": "application/json",
            "X-Bank-Timestamp": str(stamp),
            "X-Bank-Signature": sign(settings.BANK_SECRET, stamp, body),
        },
    )
    with urllib.request.urlopen(request, timeout=5) as answer:  # noqa: S310  as above
        answer.read()
