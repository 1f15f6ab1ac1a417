"""The page that takes documents in: several files at once, each taken or refused on its own."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.core.files.uploadedfile import UploadedFile
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views import View
from django.views.decorators.cache import never_cache

from claims import services
from claims.evidence import storage
from claims.evidence.access import may_add_kind
from claims.evidence.wording import WORDING
from claims.evidence_pages import evidence_rows
from claims.models import Evidence, EvidenceKind
from claims.services.evidence import StoredFile
from claims.states import State
from claims.visibility import claim_for
from core import gate
from core.clock import now
from core.errors import Blocked, NotAllowed, Refusal
from core.pages import problem_of
from core.requests import actor_of, form_digest, new_form_key, view_name
from core.resend import ask_to_sign_in_and_resend


@dataclass(slots=True)
class _Received:
    """One upload: its bytes on disk, or what is wrong with it in words."""

    name: str
    stored: StoredFile | None = None
    refusal: Refusal | None = None

    @property
    def problem(self) -> str:
        """What to say beside the field; empty for a file that was taken."""
        if self.refusal is None:
            return ""
        return _("%(name)s: %(problem)s") % {"name": self.name, "problem": self.refusal.message}


def _receive(upload: "UploadedFile[Any]") -> _Received:
    found = _Received(services.clean_file_name(upload.name or ""))
    try:
        found.stored = services.receive_file(upload)
    except Refusal as refusal:
        found.refusal = refusal
    return found


@method_decorator(never_cache, name="dispatch")
class AddEvidencePage(View):
    """Adds files of a kind, or with `?replaces=` the next version of a document."""

    template_name = "claims/evidence_add.html"

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Ask a stranger to sign in; for whoever may not know of the claim it does not exist."""
        self.actor = actor_of(request)
        if self.actor.account_id is None:
            if request.method == "POST":
                return ask_to_sign_in_and_resend(request)
            return redirect_to_login(request.get_full_path())
        self.kind = str(kwargs["kind"])
        if self.kind not in EvidenceKind.values:
            raise Http404
        self.claim = claim_for(str(kwargs["reference"]), self.actor)
        self.replaced = self._replaced(request.GET.get("replaces", ""))
        if not may_add_kind(self.claim, self.actor, self.kind):
            return self._closed()
        return super().dispatch(request, *args, **kwargs)

    def _replaced(self, reference: str) -> Evidence | None:
        if not reference:
            return None
        found = self.claim.evidence.filter(reference=reference, kind=self.kind).first()
        if found is None:
            raise Http404
        return found

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Show what is there and the field for more."""
        return self._show([], 200)

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Take every file that can be taken; name each that cannot, and why."""
        uploads = request.FILES.getlist("files")
        if "_language" in request.POST:
            return self._show([], 200)
        if not uploads:
            return self._show([str(WORDING["none_chosen"])], 422)
        if self.replaced is not None and len(uploads) > 1:
            return self._show([str(WORDING["one_replaces"])], 422)
        received = [_receive(upload) for upload in uploads]
        kept: set[str] = set()
        try:
            return self._answer(received, kept)
        finally:
            for one in received:
                if one.stored is not None and one.stored.key not in kept:
                    storage.discard(one.stored.key)

    def _answer(self, received: Sequence[_Received], kept: set[str]) -> HttpResponse:
        if all(one.stored is None for one in received):
            return self._show([one.problem for one in received], 422)
        try:
            answer = self._perform(received)
        except NotAllowed:
            return self._closed()
        except Refusal as refusal:
            problems = [one.problem for one in received if one.problem]
            return self._show(problems or [str(refusal.message)], refusal.status)
        if not answer.is_replayed:
            kept.update(one.stored.key for one in received if one.stored and not one.refusal)
        problems = list(answer.body.get("problems", ()))
        if problems:
            return self._show(problems, 422)
        if not answer.is_replayed:
            messages.success(self.request, _taken_words(len(received)))
        return HttpResponseRedirect(answer.location)

    def _perform(self, received: Sequence[_Received]) -> gate.Answer:
        operation = view_name(self.request)
        reference = self.claim.reference
        return gate.perform(
            actor=self.actor,
            operation=operation,
            subject=reference,
            idempotency_key=self.request.POST.get("idempotency_key"),
            request_digest=form_digest(self.request, operation, f"{reference}/{self.kind}"),
            call=lambda: self._add(received),
            encode=lambda problems: gate.Answer(
                422 if problems else 303, self._next_url(), {"problems": problems}
            ),
        )

    def _add(self, received: Sequence[_Received]) -> list[str]:
        """Add each file on its own; raise where not one could be taken."""
        taken = 0
        for one in received:
            if one.stored is None:
                continue
            try:
                self._add_one(one.stored)
                taken += 1
            except Blocked as refusal:
                one.refusal = refusal
        refused = next((one.refusal for one in received if one.refusal), None)
        if not taken and refused is not None:
            raise refused
        return [one.problem for one in received if one.problem]

    def _add_one(self, stored: StoredFile) -> None:
        services.add_evidence(
            reference=self.claim.reference,
            kind=self.kind,
            stored=stored,
            actor=self.actor,
            now=now(),
            replaces=self.replaced.reference if self.replaced else "",
        )

    def _next_url(self) -> str:
        if self.actor.person_id != self.claim.claimant_id:
            return reverse("console_claim", args=[self.claim.reference])
        is_draft = self.claim.state == State.DRAFT
        return reverse("filing_documents" if is_draft else "my_claim", args=[self.claim.reference])

    def _closed(self) -> HttpResponse:
        refusal = NotAllowed(
            "evidence_not_yours",
            _("Documents can be added by the claimant while papers are asked for."),
        )
        link = {"url": self._next_url(), "label": _("Go to the claim")}
        context = {"problem": {**problem_of(refusal), "links": [link]}}
        return render(self.request, "claims/evidence_closed.html", context, status=403)

    def _show(self, problems: list[str], status: int) -> HttpResponse:
        rows = [row for row in evidence_rows(self.claim) if row["code"] == self.kind]
        context = {
            "claim": self.claim,
            "kind_label": EvidenceKind(self.kind).label,
            "replaced": self._replaced_name(rows),
            "errors": [{"url": "#id_files", "text": problem} for problem in problems],
            "problems": problems,
            "has_errors": bool(problems),
            "idempotency_key": new_form_key(),
            "evidence": rows,
            "back_url": self._next_url(),
        }
        return render(self.request, self.template_name, context, status=status)

    def _replaced_name(self, rows: list[dict[str, Any]]) -> str:
        if self.replaced is None:
            return ""
        names = {row["reference"]: str(row["name"]) for row in rows}
        return names.get(self.replaced.reference, self.replaced.reference)


def _taken_words(count: int) -> str:
    return ngettext(
        "%(n)s file was received and checked.", "%(n)s files were received and checked.", count
    ) % {"n": count}
