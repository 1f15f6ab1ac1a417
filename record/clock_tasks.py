"""What the clock runs for the record: the sequencer, the files, the witnesses."""

import logging
import shutil
import threading
from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.db import connections

from core.deadlines import periodic
from record.keys import load_or_make_signer
from record.sequencer import sequence
from record.tile_files import is_of_this_record, tiles_folder, write_tiles
from record.witnesses import submit_due

log = logging.getLogger(__name__)

SECONDS = 2
FULL_PASS_EVERY = 150
_passes = {"count": 0}
_asking: dict[str, threading.Thread] = {}


@periodic(SECONDS, "record.sequence")
def sequence_task(now: datetime) -> None:
    """Number and sign; every so many passes look among all ids for late entries."""
    is_full = _passes["count"] % FULL_PASS_EVERY == 0
    _passes["count"] += 1
    while True:
        report = sequence(signer=load_or_make_signer(), now=now, is_full=is_full)
        if report.entries < 1000 and report.audit_rows < 1000:
            break


@periodic(SECONDS, "record.tiles")
def tiles_task(now: datetime) -> None:
    """Bring the static files up to the newest checkpoint.

    Outside production a folder left by a world that is gone is begun anew.
    """
    folder = tiles_folder()
    if not settings.IS_PRODUCTION and not is_of_this_record(folder):
        shutil.rmtree(Path(folder), ignore_errors=True)
    write_tiles(folder)


@periodic(SECONDS, "record.witnesses")
def witnesses_task(now: datetime) -> None:
    """Ask the witnesses from a thread of its own: a slow one keeps nothing else waiting."""
    if not settings.RECORD_WITNESSES:
        return
    running = _asking.get("thread")
    if running is not None and running.is_alive():
        return
    _asking["thread"] = threading.Thread(target=_ask, args=(now,), daemon=True)
    _asking["thread"].start()


def _ask(now: datetime) -> None:
    try:
        submit_due(now)
    except Exception:
        log.exception("asking the witnesses failed")
    finally:
        connections.close_all()
