"""A process that closes and counts one hearing of the bench's, and says what memory that took.

Told a second word, `again`, it closes the hearing and takes that back, over and over, until it is
ended: what casting has to bear beside it.
"""

import json
import os
import re
import sys
from pathlib import Path
from time import perf_counter

os.environ["DJANGO_SETTINGS_MODULE"] = "tests.settings"

import django
from django.conf import settings

for _alias in settings.DATABASES.values():
    _alias["NAME"] = os.environ["GONGDAO_BENCH_DATABASE"]
django.setup()

from django.db import transaction  # noqa: E402 - after the database is named

from core import clock  # noqa: E402
from jury import services  # noqa: E402
from jury.models import Hearing  # noqa: E402
from jury.queries import lock_hearing  # noqa: E402
from jury.services.counting import root_of, stop_casting  # noqa: E402
from record import sequencer  # noqa: E402
from record.keys import load_or_make_signer  # noqa: E402


def _mib(name: str) -> int:
    """Return a size from this process's own status: `VmRSS` is now, `VmHWM` the most so far."""
    found = re.search(rf"{name}:\s+(\d+)", Path("/proc/self/status").read_text(encoding="ascii"))
    assert found is not None
    return int(found[1]) // 1024


def count(reference: str) -> dict[str, float]:
    """Close and count by the services the clock calls; the memory is what it took beyond now."""
    before, began = _mib("VmRSS"), perf_counter()
    services.close_voting(reference=reference, now=clock.now())
    sequencer.sequence_all(load_or_make_signer())
    outcome = ""
    while not outcome.startswith("decided"):
        outcome = services.count_ballots(reference=reference, now=clock.now())
    return {"seconds": perf_counter() - began, "grown_mib": _mib("VmHWM") - before}


def close_again_and_again(reference: str) -> None:
    """Close: hold the row, keep ballots out, compute the root, change the state; take it back."""
    while True:
        with transaction.atomic():
            hearing = lock_hearing(reference)
            stop_casting(hearing)
            root_of(hearing)
            Hearing.objects.filter(pk=hearing.pk).update(due_at=clock.now())
            transaction.set_rollback(True)


if __name__ == "__main__":
    if sys.argv[2:] == ["again"]:
        close_again_and_again(sys.argv[1])
    else:
        sys.stdout.write(json.dumps(count(sys.argv[1])))
