"""A page for a step: GET shows its form, POST performs it through the gate and redirects."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.forms.utils import ErrorDict
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import render
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.views import View
from django.views.decorators.cache import never_cache

from core import gate
from core.actor import Actor
from core.clock import now
from core.errors import Blocked, Blocker, NotAllowed, Refusal, Text, WrongState
from core.requests import actor_of, form_digest, new_form_key, view_name
from core.resend import ask_to_sign_in_and_resend
from core.steps import Step


class NoQuestions(forms.Form):
    """The form of a step that asks nothing and is only confirmed."""


def without_validation(form_class: type[forms.Form], **kwargs: Any) -> forms.Form:
    """Return a form that shows what was typed and complains about nothing."""
    form = form_class(**kwargs)
    vars(form)["_errors"] = ErrorDict()  # a bound form validates itself only while it has none
    return form


@method_decorator(never_cache, name="dispatch")
class StepPage(View):
    """One step of one row. Subclasses name the step, where it leads, and what is shown around it.

    `step` may be set on the class or found by `get_step`. The row's reference is the URL's
    `reference`. Override `blockers`, `may_open`, `page_context`, `initial`, `form_kwargs`,
    `service_kwargs` and `success_url` where the step needs them.
    """

    step: Step | None = None
    template_name = "core/step_page.html"
    success_message: Text = ""
    asks_sign_in = True

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Find the step and the actor; ask a stranger to sign in, and keep what was typed."""
        self._begin(request)
        if self.asks_sign_in and self.actor.account_id is None:
            if request.method == "POST":
                return ask_to_sign_in_and_resend(request)
            return redirect_to_login(request.get_full_path())
        self.found_step = self.get_step()
        return super().dispatch(request, *args, **kwargs)

    # What subclasses say

    def get_step(self) -> Step:
        """Return the step of this page."""
        if self.step is None:
            raise NotImplementedError("name the step, or override get_step")
        return self.step

    def may_open(self) -> None:
        """Raise Http404 where this actor may not even know of the row."""

    def blockers(self) -> list[Blocker]:
        """Return what blocks the step now, shown instead of a surprise after sending."""
        return []

    def initial(self) -> Mapping[str, Any]:
        """Return what stands in the form at first."""
        return {}

    def form_kwargs(self) -> Mapping[str, Any]:
        """Return further arguments of the form's constructor, e.g. the rulebook's criteria."""
        return {}

    def service_kwargs(self, form: forms.Form) -> Mapping[str, Any]:
        """Return the service's arguments from the form."""
        return form.cleaned_data

    def page_context(self) -> Mapping[str, Any]:
        """Return what the template shows around the form."""
        return {}

    def success_url(self, result: Any) -> str:
        """Return where the reader goes once the step is taken."""
        raise NotImplementedError("say where the step leads")

    # The page

    @property
    def reference(self) -> str:
        """Return the reference in the URL."""
        return str(self.kwargs.get("reference", ""))

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Show the form."""
        self.may_open()
        form = self._form_class()(initial=dict(self.initial()), **self.form_kwargs())
        return self._show(form, status=200)

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Take the step, or show why not beside what was typed."""
        self.may_open()
        bound = {"data": request.POST, "files": request.FILES, **self.form_kwargs()}
        if "_language" in request.POST:
            return self._show(without_validation(self._form_class(), **bound), status=200)
        form = self._form_class()(**bound)
        if not form.is_valid():
            return self._show(form, status=422)
        try:
            answer = self._perform(form)
        except Refusal as refusal:
            return self._show(form, status=refusal.status, refusal=refusal)
        if self.success_message and not answer.is_replayed:
            messages.success(request, str(self.success_message))
        return HttpResponseRedirect(answer.location)

    def show_again(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Show what was typed with a fresh token, after one that did not fit; do nothing."""
        self.setup(request, *args, **kwargs)
        self._begin(request)
        self.found_step = self.get_step()
        self.may_open()
        form = without_validation(
            self._form_class(), data=request.POST, files=request.FILES, **self.form_kwargs()
        )
        return self._show(form, status=403, refusal=stale_page())

    def _begin(self, request: HttpRequest) -> None:
        self.actor: Actor = actor_of(request)

    def _perform(self, form: forms.Form) -> gate.Answer:
        operation = view_name(self.request)
        at = now()
        return gate.perform(
            actor=self.actor,
            operation=operation,
            subject=self.reference,
            idempotency_key=self.request.POST.get("idempotency_key"),
            request_digest=form_digest(self.request, operation, self.reference),
            call=lambda: self.found_step.service(
                **({"reference": self.reference} if self.reference else {}),
                actor=self.actor,
                now=at,
                **self.service_kwargs(form),
            ),
            encode=lambda result: gate.Answer(303, self.success_url(result)),
        )

    def _form_class(self) -> type[forms.Form]:
        return self.found_step.form or NoQuestions

    def _show(self, form: forms.Form, status: int, refusal: Refusal | None = None) -> HttpResponse:
        key = self.request.POST.get("idempotency_key") or new_form_key()
        if refusal is not None and refusal.code.startswith("idempotency_key"):
            key = new_form_key()
        context = {
            "form": form,
            "page_form": True,
            "step": self.found_step,
            "reference": self.reference,
            "idempotency_key": key,
            # Whoever has sent the form sees it again, with what was typed in it.
            "blockers": self.blockers() if self.request.method == "GET" else [],
            "problem": problem_of(refusal) if refusal else None,
            "has_errors": bool(refusal),
            **self.page_context(),
        }
        return render(self.request, self.template_name, context, status=status)


def stale_page() -> Blocked:
    """Return what is said where a page's token no longer fits: nothing was done."""
    return Blocked(
        "page_stale",
        _("The page was open for long, so nothing was sent. Check it and send it again."),
    )


def problem_of(refusal: Refusal) -> dict[str, Any]:
    """Return a refusal as the `_problem` component shows it."""
    if isinstance(refusal, WrongState):
        title = _("This has moved on since you opened it")
    elif isinstance(refusal, NotAllowed):
        title = _("This step is for somebody else")
    else:
        title = _("This cannot be done yet")
    others = [str(blocker.message) for blocker in refusal.details]
    text = str(refusal.message)
    if refusal.code == "idempotency_key_reused":
        text = _(
            "This form was already sent with other answers. "
            "Check what was received before you send it again."
        )
    return {
        "code": refusal.code,
        "title": title,
        "text": text,
        "details": [words for words in others if words != text],
    }
