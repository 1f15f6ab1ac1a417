"""The configured witnesses as the record's page tells of them."""

from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _

from record.cosignatures import parse_cosigner
from record.models import Checkpoint, Witness


def witness_table(newest: Checkpoint | None) -> dict[str, Any] | None:
    """Return a row for each configured witness, or nothing where none is; one query."""
    vkeys = [one.vkey for one in settings.RECORD_WITNESSES]
    if newest is None or not vkeys:
        return None
    known = {row.vkey: row for row in Witness.objects.filter(vkey__in=vkeys)}
    rows = [
        {
            "cells": [
                {"text": parse_cosigner(vkey).name},
                {"text": _standing(known.get(vkey), newest)},
                {"text": _answered(known.get(vkey))},
            ]
        }
        for vkey in vkeys
    ]
    columns = [_("Witness"), _("How far it went along"), _("Last answer (UTC)")]
    return {
        "caption": _("Witnesses"),
        "columns": [{"label": label, "is_number": False} for label in columns],
        "rows": rows,
    }


def _standing(witness: Witness | None, newest: Checkpoint) -> str:
    if witness is None or (not witness.size and not witness.attempts):
        return _("Not asked yet")
    if witness.size == newest.size:
        return _("Co-signed the newest checkpoint")
    if witness.attempts:
        words = _("Co-signed %(size)s entries last; does not answer or does not agree now")
        return words % {"size": witness.size}
    return _("Co-signed %(size)s entries last; is being asked") % {"size": witness.size}


def _answered(witness: Witness | None) -> str:
    if witness is None or witness.answered_at is None:
        return _("never")
    return witness.answered_at.strftime("%Y-%m-%d %H:%M:%S")
