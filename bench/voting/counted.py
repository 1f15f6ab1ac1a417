"""A process that closes and counts one hearing of the bench's, and says what memory that took.

Told a second word, `again`, it does what a close waits for and takes that back, over and over,
until it is ended: what casting has to bear beside it.
"""

import json
import re
import sys
from pathlib import Path
from time import perf_counter

from django.db import transaction

from bench.voting import on_scratch  # noqa: F401 - names the database, before what follows
from core import clock
from jury import services
from jury.models import Hearing
from jury.queries import lock_hearing
from jury.services.counting import root_of, stop_casting
from record import sequencer
from record.keys import load_or_make_signer


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
    """Hold the row, keep ballots out, compute the root, write the row; take it all back."""
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
