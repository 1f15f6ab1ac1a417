"""Documents as pages: adding files to a claim, and handing them out inert and logged."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.db.models import Prefetch
from django.http import (
    Http404,
    HttpRequest,
    HttpResponse,
    HttpResponseBase,
    HttpResponseRedirect,
    StreamingHttpResponse,
)
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views import View

from claims import services
from claims.evidence import storage
from claims.evidence.access import duty_on, may_add
from claims.evidence.limits import MEDIA_TYPES
from claims.evidence.wording import WORDING
from claims.models import Claim
from claims.models.evidence import (
    Evidence,
    EvidenceAccess,
    EvidenceCheck,
    EvidenceKind,
    EvidenceVersion,
)
from claims.states import State
from core import gate
from core.clock import now
from core.errors import Refusal
from core.form_fields import ProseField
from core.pages import StepPage, problem_of
from core.requests import actor_of, new_form_key, view_name
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
    version = list(document.versions.all())[-1]
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
        "size_text": _size_text(version.size_bytes),
        "facts": _facts_text(version, check),
        "received_at": version.received_at,
        "checked_at": check.checked_at if passed else None,
        "seen_at": seen[0] if seen else None,
        "seen_by": len({access.person_id for access in version.accesses.all()}),
        "problem": WORDING[check.refusal] if check.refusal else "",
        "replace_url": reverse("evidence_add", args=[claim.reference, document.kind]),
        "digest": version.digest,
        "digest_short": version.digest[:8],
        "media_type": check.media_type,
        "pages": check.pages,
    }


def _facts_text(version: EvidenceVersion, check: EvidenceCheck) -> str:
    size = _size_text(version.size_bytes)
    if check.media_type != "application/pdf":
        return size
    pages = ngettext("%(n)s page", "%(n)s pages", check.pages) % {"n": check.pages}
    return f"{pages} · {size}"


def _size_text(size: int) -> str:
    return f"{size / 1_048_576:.1f} MB" if size >= 1_048_576 else f"{max(1, size // 1024)} kB"


class AddEvidencePage(View):
    """Adds one or several files of a kind; each is taken or refused on its own."""

    template_name = "claims/evidence_add.html"

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Only who may add now; for anybody else the claim does not exist."""
        self.actor = actor_of(request)
        self.claim = get_object_or_404(Claim, reference=kwargs["reference"])
        if kwargs["kind"] not in EvidenceKind.values or self.actor.person_id is None:
            raise Http404
        if not may_add(self.claim, self.actor):
            raise Http404
        return super().dispatch(request, *args, **kwargs)

    def get(self, request: HttpRequest, reference: str, kind: str) -> HttpResponse:
        """Show what is there and the field for more."""
        return self._show(kind, [], 200)

    def post(self, request: HttpRequest, reference: str, kind: str) -> HttpResponse:
        """Take every file that can be taken; name each that cannot, and why."""
        uploads = request.FILES.getlist("files")
        if not uploads:
            return self._show(kind, [str(WORDING["none_chosen"])], 422)
        problems = []
        for upload in uploads:
            problem = self._take(upload, kind)
            if problem:
                name = services.clean_file_name(upload.name or "")
                problems.append(_("%(name)s: %(problem)s") % {"name": name, "problem": problem})
        if problems:
            return self._show(kind, problems, 422)
        return HttpResponseRedirect(self._next_url())

    def _take(self, upload: Any, kind: str) -> str:
        """Take one file; return what is wrong with it, or nothing."""
        try:
            stored = services.receive_file(upload)
        except Refusal as refusal:
            self._audit_refusal(refusal)
            return str(refusal.message)
        try:
            gate.perform(
                actor=self.actor,
                operation=view_name(self.request),
                subject=self.claim.reference,
                call=lambda: services.add_evidence(
                    reference=self.claim.reference,
                    kind=kind,
                    stored=stored,
                    actor=self.actor,
                    now=now(),
                ),
                encode=lambda _version: gate.Answer(303, self._next_url()),
            )
        except Refusal as refusal:
            storage.discard(stored.key)
            return str(refusal.message)
        return ""

    def _audit_refusal(self, refusal: Refusal) -> None:
        def refuse() -> None:
            raise refusal

        try:
            gate.perform(
                actor=self.actor,
                operation=view_name(self.request),
                subject=self.claim.reference,
                call=refuse,
                encode=lambda _nothing: gate.Answer(),
            )
        except Refusal:
            return

    def _next_url(self) -> str:
        if self.claim.state == State.DRAFT:
            return reverse("filing_documents", args=[self.claim.reference])
        if self.actor.person_id == self.claim.claimant_id:
            return reverse("my_claim", args=[self.claim.reference])
        return reverse("console_claim", args=[self.claim.reference])

    def _show(self, kind: str, problems: list[str], status: int) -> HttpResponse:
        context = {
            "claim": self.claim,
            "kind": kind,
            "kind_label": EvidenceKind(kind).label,
            "errors": [{"url": "#id_files", "text": problem} for problem in problems],
            "problems": problems,
            "has_errors": bool(problems),
            "idempotency_key": new_form_key(),
            "evidence": [row for row in evidence_rows(self.claim) if row["code"] == kind],
            "back_url": self._next_url(),
        }
        return render(self.request, self.template_name, context, status=status)


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

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
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

    def _serve(self, purpose: str) -> HttpResponse:
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


def inert_response(version: EvidenceVersion, check: EvidenceCheck) -> HttpResponse:
    """Return the bytes as an attachment that no browser runs or takes for something else."""
    response: Any = StreamingHttpResponse(
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
