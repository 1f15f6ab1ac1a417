"""What the clock runs for the record: the sequencer, often enough that 60 s are kept."""

from datetime import datetime

from core.deadlines import periodic
from record.keys import load_or_make_signer
from record.sequencer import sequence

SECONDS = 2
FULL_PASS_EVERY = 150
_passes = {"count": 0}


@periodic(SECONDS, "record.sequence")
def sequence_task(now: datetime) -> None:
    """Number and sign; every so many passes look among all ids for late entries."""
    is_full = _passes["count"] % FULL_PASS_EVERY == 0
    _passes["count"] += 1
    while True:
        report = sequence(signer=load_or_make_signer(), now=now, is_full=is_full)
        if report.entries < 1000 and report.audit_rows < 1000:
            break
