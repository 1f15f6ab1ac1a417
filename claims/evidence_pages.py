"""Documents as pages: adding files to a claim, and handing them out inert and logged."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.db.models import Prefetch
from django.http import (
    Http404,
    HttpRequest,
    HttpResponseBase,
    StreamingHttpResponse,
)
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.http import content_disposition_header, urlencode
from django.utils.translation import gettext_lazy, ngettext

from claims import services
from claims.evidence import storage
from claims.evidence.access import duty_on
from claims.evidence.limits import MEDIA_TYPES
from claims.evidence.wording import WORDING
from claims.models import Claim
from claims.models.evidence import (
    Evidence,
    EvidenceAccess,
    EvidenceCheck,
    EvidenceVersion,
)
from core.clock import now
from core.errors import Refusal
from core.form_fields import ProseField
from core.pages import StepPage, problem_of
from core.steps import Step


def evidence_rows(claim: Claim) -> list[dict[str, Any]]:
    """Return the claim's documents as the evidence list shows them, in three queries."""
    versions = EvidenceVersion.objects.prefetch_related(
        Prefetch("checks", EvidenceCheck.objects.order_by("pk")),
        Prefetch("accesses", EvidenceAccess.objects.exclude(duty="claimant").order_by("pk")),
    )
    documents = claim.evidence.prefetch_related(Prefetch("versions", versions))
    return [_row(claim, document) for document in documents]


def _row(claim: Claim, document: Evidence) -> dict[str, Any]:
    versions = list(document.versions.all())
    version = versions[-1]
    check = list(version.checks.all())[-1]
    seen = [access.read_at for access in version.accesses.all()]
    passed = check.outcome == EvidenceCheck.Outcome.PASSED
    return {
        "code": document.kind,
        "reference": document.reference,
        "number": version.number,
        "name": version.file_name,
        "kind": document.get_kind_display(),
        "url": reverse("evidence_file", args=[document.reference, version.number]),
        "earlier": [
            {
                "number": one.number,
                "url": reverse("evidence_file", args=[document.reference, one.number]),
            }
            for one in versions[:-1]
        ],
        "size_text": _size_text(version.size_bytes),
        "facts": _facts_text(version, check),
        "received_at": version.received_at,
        "checked_at": check.checked_at if passed else None,
        "seen_at": seen[0] if seen else None,
        "seen_by": len({access.person_id for access in version.accesses.all()}),
        "problem": WORDING[check.refusal] if check.refusal else "",
        "replace_url": replace_url(claim, document),
        "digest": version.digest,
        "digest_short": version.digest[:8],
        "media_type": check.media_type,
        "pages": check.pages,
    }


def replace_url(claim: Claim, document: Evidence) -> str:
    """Return where the next version of a document is uploaded."""
    page = reverse("evidence_add", args=[claim.reference, document.kind])
    return f"{page}?{urlencode({'replaces': document.reference})}"


def _facts_text(version: EvidenceVersion, check: EvidenceCheck) -> str:
    size = _size_text(version.size_bytes)
    if check.media_type != "application/pdf":
        return size
    pages = ngettext("%(n)s page", "%(n)s pages", check.pages) % {"n": check.pages}
    return f"{pages} · {size}"


def _size_text(size: int) -> str:
    return f"{size / 1_048_576:.1f} MB" if size >= 1_048_576 else f"{max(1, size // 1024)} kB"


class PurposeForm(forms.Form):
    """Why an auditor reads a document."""

    purpose = ProseField(
        label=gettext_lazy("Why do you read this document?"),
        help_text=gettext_lazy("The claimant and the ombudsman can see the reason."),
        missing=gettext_lazy("Enter why you read this document; it is logged."),
        max_length=300,
    )


class EvidenceFile(StepPage):
    """One version's bytes, for people with a live duty; an auditor gives a reason first."""

    template_name = "claims/evidence_purpose.html"
    step = Step(
        name="read_evidence",
        label=gettext_lazy("Read the document"),
        service=services.read_evidence,
        form=PurposeForm,
    )

    def may_open(self) -> None:
        """For whoever has no duty on the claim the document does not exist."""
        self.version = get_object_or_404(
            EvidenceVersion.objects.select_related("evidence__claim"),
            evidence__reference=self.reference,
            number=self.kwargs["number"],
        )
        self.duty = duty_on(self.version.evidence.claim, self.actor)
        if self.duty is None:
            raise Http404

    def get(  # type: ignore[override] # a stream, where other step pages answer with a page
        self, request: HttpRequest, *args: Any, **kwargs: Any
    ) -> HttpResponseBase:
        """Serve the file; ask an auditor for the reason."""
        self.may_open()
        if self.duty == "auditor":
            return super().get(request, *args, **kwargs)
        return self._serve("")

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Serve the file to an auditor who has given a reason."""
        self.may_open()
        form = PurposeForm(request.POST)
        if not form.is_valid():
            return self._show(form, status=422)
        return self._serve(form.cleaned_data["purpose"])

    def page_context(self) -> Mapping[str, Any]:
        """Name the file."""
        return {"version": self.version, "submit_label": self.found_step.label}

    def _serve(self, purpose: str) -> HttpResponseBase:
        try:
            version, check = services.read_evidence(
                reference=self.reference,
                number=self.kwargs["number"],
                purpose=purpose,
                actor=self.actor,
                now=now(),
            )
        except Refusal as refusal:
            problem = {"problem": problem_of(refusal)}
            return render(
                self.request, "claims/evidence_closed.html", problem, status=refusal.status
            )
        except (storage.DigestMismatch, FileNotFoundError):
            return render(self.request, "claims/evidence_changed.html", status=410)
        return inert_response(version, check)


def inert_response(version: EvidenceVersion, check: EvidenceCheck) -> HttpResponseBase:
    """Return the bytes as an attachment that no browser runs or takes for something else."""
    response = StreamingHttpResponse(
        storage.stream(version.storage_key), content_type=check.media_type
    )
    name = f"{version.evidence.reference}-{version.number}{MEDIA_TYPES[check.media_type]}"
    response["Content-Disposition"] = content_disposition_header(True, name)
    response["Content-Length"] = str(version.size_bytes)
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "sandbox; default-src 'none'"
    response["Cache-Control"] = "no-store, private"
    response["Digest"] = f"sha-256={version.digest}"
    return response
