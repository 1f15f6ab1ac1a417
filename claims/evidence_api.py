"""Documents as API resources: the list of a claim's, adding one, and reading its bytes."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.http import Http404, HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from claims import services
from claims.evidence import storage
from claims.evidence.access import duty_on
from claims.evidence.wording import WORDING
from claims.evidence_pages import inert_response
from claims.models.evidence import EvidenceCheck, EvidenceKind, EvidenceVersion
from claims.visibility import claim_for
from core.actor import Actor
from core.api import StepEndpoint
from core.clock import now
from core.errors import Refusal
from core.form_fields import ReferenceField
from core.problems import CONTENT_TYPE, problem
from core.requests import actor_of
from core.steps import Step


class EvidenceForm(forms.Form):
    """One file of a kind; with `replaces` it becomes the next version of a document."""

    kind = forms.ChoiceField(
        label=_("Kind"),
        choices=EvidenceKind.choices,
        error_messages={
            "required": _("Choose a kind of the list."),
            "invalid_choice": _("Choose a kind of the list."),
        },
    )
    file = forms.FileField(
        label=_("The file itself"),
        allow_empty_file=True,
        error_messages={"required": WORDING["none_chosen"], "invalid": WORDING["none_chosen"]},
    )
    replaces = ReferenceField(
        label=_("Reference of the document it replaces"),
        prefix="E",
        missing=_("Enter the reference of the document it replaces."),
        required=False,
    )


def receive_and_add(
    *,
    reference: str,
    kind: str,
    file: "UploadedFile[Any]",
    replaces: str,
    actor: Actor,
    now: datetime,
) -> EvidenceVersion:
    """Store, check and add one file; a file that is refused leaves nothing on the disk."""
    stored = services.receive_file(file)
    try:
        return services.add_evidence(
            reference=reference,
            kind=kind,
            stored=stored,
            actor=actor,
            now=now,
            replaces=replaces,
        )
    except Refusal:
        storage.discard(stored.key)
        raise


class EvidenceVersionOutput(serializers.Serializer[Any]):
    """One version of a document: what it is and what became of its check."""

    document = serializers.CharField()
    kind = serializers.CharField()
    number = serializers.IntegerField()
    file_name = serializers.CharField()
    size_bytes = serializers.IntegerField()
    digest = serializers.CharField()
    media_type = serializers.CharField()
    check = serializers.CharField()
    received_at = serializers.DateTimeField()
    content = serializers.CharField()


class EvidenceVersions(serializers.Serializer[Any]):
    """Every version of every document of a claim."""

    results = EvidenceVersionOutput(many=True)


def version_body(version: EvidenceVersion) -> dict[str, Any]:
    """Return a version as JSON; its check is `passed`, `refused` or `quarantined`."""
    check: EvidenceCheck = list(version.checks.all())[-1]
    document = version.evidence
    return {
        "document": document.reference,
        "kind": document.kind,
        "number": version.number,
        "file_name": version.file_name,
        "size_bytes": version.size_bytes,
        "digest": version.digest,
        "media_type": check.media_type,
        "check": check.outcome,
        "received_at": version.received_at.isoformat(),
        "content": reverse("api_evidence_file", args=[document.reference, version.number]),
    }


class ClaimEvidence(StepEndpoint):
    """A claim's documents, for who has a duty on it; POST adds one file (multipart)."""

    step = Step(
        name="add_evidence", label=_("Add a document"), service=receive_and_add, form=EvidenceForm
    )
    success_status = 201

    @extend_schema(summary="List a claim's documents", responses={200: EvidenceVersions})
    def get(self, request: Request, reference: str) -> Response:
        """Return every version of every document, the oldest first."""
        actor = actor_of(request._request)
        claim = claim_for(reference, actor)
        if duty_on(claim, actor) is None:
            raise Http404
        versions = (
            EvidenceVersion.objects.filter(evidence__claim=claim)
            .select_related("evidence")
            .prefetch_related("checks")
            .order_by("evidence__created_at", "evidence_id", "number")
        )
        return Response({"results": [version_body(version) for version in versions]})

    def may_open(self, actor: Actor) -> None:
        """Nobody learns of a claim they may not know of."""
        claim_for(str(self.kwargs["reference"]), actor)

    def encode(self, result: Any) -> Mapping[str, Any]:
        """Answer with the version that was added."""
        return version_body(result)

    def location(self, result: Any) -> str:
        """Return the address of the bytes."""
        return reverse("api_evidence_file", args=[result.evidence.reference, result.number])


class EvidenceContent(APIView):
    """The bytes of one version, after the read was logged."""

    @extend_schema(
        summary="Read a document; an auditor says why",
        parameters=[OpenApiParameter("purpose", str, description="an auditor's reason")],
        responses={200: OpenApiTypes.BINARY},
    )
    def get(self, request: Request, reference: str, number: int) -> HttpResponseBase:
        """Return the file, inert; for whoever has no duty on the claim it does not exist."""
        actor = actor_of(request._request)
        version = (
            EvidenceVersion.objects.select_related("evidence__claim")
            .filter(evidence__reference=reference, number=number)
            .first()
        )
        if version is None or duty_on(version.evidence.claim, actor) is None:
            raise Http404
        try:
            read, check = services.read_evidence(
                reference=reference,
                number=number,
                purpose=request.query_params.get("purpose", "")[:300],
                actor=actor,
                now=now(),
            )
        except (storage.DigestMismatch, FileNotFoundError):
            title = gettext("This file is no longer what was uploaded")
            gone = problem(410, "evidence_changed", title)
            return Response(gone, status=410, content_type=CONTENT_TYPE)
        return inert_response(read, check)
