"""The record's public pages and files; anyone may read them, without an account."""

import json
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from record import queries
from record.bundle import bundle_parts
from record.cosignatures import cosignatures_of, note_of, with_lines
from record.keys import published_vkey, vkey_lines
from record.kinds import kind_text
from record.models import Checkpoint, Leaf, VerificationKey
from record.presenting import checkpoint_proof, proof_of_entry
from record.witness_page import witness_table

TEXT = "text/plain; charset=utf-8"
forever = cache_control(public=True, max_age=31_536_000, immutable=True)
briefly = cache_control(public=True, max_age=5)
LATEST = 30


@login_not_required
@require_safe
@briefly
def record_page(request: HttpRequest) -> HttpResponse:
    """Show what the record is, its newest checkpoint and its latest entries."""
    newest = queries.latest_checkpoint()
    size = newest.size if newest else 0
    leaves = Leaf.objects.filter(index__lt=size).select_related("entry").order_by("-index")
    table = {
        "caption": _("The latest entries"),
        "columns": [
            {"label": _("Number"), "is_number": False},
            {"label": _("Kind"), "is_number": False},
            {"label": _("Subject"), "is_number": False},
            {"label": _("Time (UTC)"), "is_number": False},
        ],
        "rows": [_row(leaf) for leaf in leaves[:LATEST]],
    }
    cosignatures = cosignatures_of(newest) if newest else []
    context = {
        "checkpoint": newest,
        "note": with_lines(newest.note, cosignatures) if newest else "",
        "record": checkpoint_proof(newest, cosignatures) if newest else None,
        "witness_table": witness_table(newest),
        "table": table,
        "vkey": published_vkey(),
    }
    return render(request, "record/record_index.html", context)


def _row(leaf: Leaf) -> dict[str, Any]:
    entry = leaf.entry
    return {
        "cells": [
            {"text": str(leaf.index), "url": reverse("record_entry", args=[leaf.index])},
            {"text": kind_text(entry.kind)},
            {"text": entry.subject},
            {"text": entry.occurred_at.strftime("%Y-%m-%d %H:%M:%S")},
        ]
    }


@login_not_required
@require_safe
@briefly
def checkpoint(request: HttpRequest) -> HttpResponse:
    """Answer the newest checkpoint as the signed note it is."""
    newest = queries.latest_checkpoint()
    if newest is None:
        raise Http404
    return HttpResponse(note_of(newest), content_type=TEXT)


@login_not_required
@require_safe
@briefly
def checkpoint_of_size(request: HttpRequest, size: int) -> HttpResponse:
    """Answer the checkpoint of a size; cosignatures may still come to it."""
    return HttpResponse(note_of(get_object_or_404(Checkpoint, size=size)), content_type=TEXT)


@login_not_required
@require_safe
@briefly
def verification_key(request: HttpRequest) -> HttpResponse:
    """Answer the key under which checkpoints are verified."""
    vkey = published_vkey()
    if not vkey:
        raise Http404
    return HttpResponse(f"{vkey}\n", content_type=TEXT)


@login_not_required
@require_safe
@briefly
def verification_keys(request: HttpRequest) -> HttpResponse:
    """Answer every key that has signed checkpoints, the newest first."""
    return HttpResponse(vkey_lines(), content_type=TEXT)


@login_not_required
@require_safe
@briefly
def keys_page(request: HttpRequest) -> HttpResponse:
    """Show every key that has signed checkpoints, from when until when."""
    keys = list(VerificationKey.objects.order_by("-id").select_related("replaces", "replaced_by"))
    rows = [{"key": key, "until": _until(key)} for key in keys]
    return render(request, "record/record_keys.html", {"keys": rows})


def _until(key: VerificationKey) -> VerificationKey | None:
    return getattr(key, "replaced_by", None)


def _signed_leaf(index: int) -> Leaf:
    """Return a leaf that a checkpoint covers; nothing is shown before it is signed."""
    newest = queries.latest_checkpoint()
    if newest is None or index >= newest.size:
        raise Http404
    return get_object_or_404(Leaf.objects.select_related("entry"), index=index)


@login_not_required
@require_safe
@briefly
def entry_page(request: HttpRequest, index: int) -> HttpResponse:
    """Show one entry, and the proof that it stands in the newest checkpoint."""
    leaf = _signed_leaf(index)
    proof = queries.proof_for(leaf.entry)
    if proof is None:
        raise Http404
    context = {
        "entry": leaf.entry,
        "kind": kind_text(leaf.entry.kind),
        "record": proof_of_entry(leaf, proof.checkpoint),
        "index": index,
        "text": json.dumps(json.loads(leaf.entry.body), ensure_ascii=False, indent=2),
        "leaf_hash": proof.leaf_hash.hex(),
        "path": [one.hex() for one in proof.path],
        "checkpoint": proof.checkpoint,
        "root": bytes(proof.checkpoint.root).hex(),
    }
    return render(request, "record/entry_detail.html", context)


@login_not_required
@require_safe
@forever
def entry_json(request: HttpRequest, index: int) -> HttpResponse:
    """Answer the very bytes that the entry's leaf hashes."""
    leaf = _signed_leaf(index)
    return HttpResponse(queries.leaf_document(leaf.entry), content_type="application/json")


@login_not_required
@require_safe
@forever
def inclusion(request: HttpRequest, index: int, size: int) -> JsonResponse:
    """Answer the proof that an entry stands in the checkpoint of a size."""
    found = get_object_or_404(Checkpoint, size=size)
    leaf = _signed_leaf(index)
    proof = queries.proof_for(leaf.entry, found)
    if proof is None:
        raise Http404
    return JsonResponse(
        {
            "index": index,
            "size": size,
            "leaf": proof.leaf_hash.hex(),
            "path": [one.hex() for one in proof.path],
            "root": bytes(found.root).hex(),
        }
    )


@login_not_required
@require_safe
@forever
def consistency(request: HttpRequest, first: int, second: int) -> JsonResponse:
    """Answer the proof that one checkpoint continues another."""
    older = get_object_or_404(Checkpoint, size=first)
    newer = get_object_or_404(Checkpoint, size=second)
    if older.size > newer.size:
        raise Http404
    path = queries.consistency_between(first, second)
    return JsonResponse(
        {
            "first": first,
            "second": second,
            "first_root": bytes(older.root).hex(),
            "second_root": bytes(newer.root).hex(),
            "path": [one.hex() for one in path],
        }
    )


@login_not_required
@require_safe
@briefly
def bundle(request: HttpRequest) -> StreamingHttpResponse:
    """Answer the whole record as one file, streamed; `verify.py` checks it."""
    response = StreamingHttpResponse(bundle_parts(), content_type="application/json")
    response.headers["Content-Disposition"] = 'attachment; filename="gongdao-record.json"'
    return response
