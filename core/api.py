"""An API resource for a step: a JSON body, the page's own form, the same service."""

from collections.abc import Iterable, Mapping
from typing import Any, cast

from django import forms
from django.utils.translation import gettext as _
from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from core import gate
from core.actor import Actor
from core.clock import now
from core.pages import NoQuestions
from core.problems import InvalidBody
from core.requests import actor_of, form_digest, view_name
from core.schema import StepSchema
from core.steps import Step


def validated(
    form_class: type[forms.Form],
    data: Any,
    files: Any = None,
    form_kwargs: Mapping[str, Any] | None = None,
) -> forms.Form:
    """Return the valid form for a body; raises InvalidBody with every field's errors.

    A field the form does not know is refused: a misspelt one would otherwise pass unseen.
    """
    if not isinstance(data, Mapping):
        message = _("The body must be a JSON object.")
        raise InvalidBody({"non_field_errors": [{"code": "not_an_object", "message": message}]})
    _refuse_unstorable(data)
    present = {key: value for key, value in data.items() if value is not None}
    bound = data if hasattr(data, "getlist") else present
    form = form_class(data=bound, files=files, **(form_kwargs or {}))
    unknown = sorted(set(map(str, present)) - set(form.fields) - set(files or ()))
    errors: dict[str, list[dict[str, str]]] = {
        name: [{"code": "unknown_field", "message": _("There is no such field.")}]
        for name in unknown
    }
    for name in _not_text(form, present):
        errors[name] = [{"code": "not_text", "message": _("Send text.")}]
    for name, found in form.errors.get_json_data().items():
        key = "non_field_errors" if name == "__all__" else name
        errors.setdefault(key, []).extend(
            {"code": one["code"], "message": one["message"]} for one in found
        )
    if errors:
        raise InvalidBody(errors)
    return form


def _not_text(form: forms.Form, sent: Mapping[str, Any]) -> list[str]:
    """Return the fields of text that were sent a list, an object or a truth value."""
    return [
        name
        for name, field in form.fields.items()
        if isinstance(field, forms.CharField) and isinstance(sent.get(name), Mapping | list | bool)
    ]


def _refuse_unstorable(value: Any, path: str = "") -> None:
    """Refuse what no database keeps: half a character, a zero byte. `path` names the place."""
    if isinstance(value, str):
        if "\x00" in value or any("\ud800" <= one <= "\udfff" for one in value):
            words = _("This holds characters that cannot be stored.")
            raise InvalidBody({path or "non_field_errors": [{"code": "text", "message": words}]})
    elif isinstance(value, Mapping):
        for key, item in value.items():
            _refuse_unstorable(str(key), path)
            _refuse_unstorable(item, path or str(key))
    elif isinstance(value, list):
        for item in value:
            _refuse_unstorable(item, path)


def describe_form(form_class: type[forms.Form] | None) -> list[dict[str, Any]]:
    """Return a form's fields as an API client sees them: name, label, type, whether required."""
    if form_class is None:
        return []
    found: list[dict[str, Any]] = []
    for name, field in form_class.base_fields.items():
        about: dict[str, Any] = {
            "name": name,
            "label": str(field.label or name),
            "type": type(field).__name__.removesuffix("Field").lower(),
            "required": field.required,
        }
        if isinstance(field, forms.ChoiceField):
            pairs = cast(Iterable[tuple[Any, Any]], field.choices)
            about["choices"] = [
                {"value": str(value), "label": str(label)} for value, label in pairs
            ]
        found.append(about)
    return found


class StepEndpoint(APIView):
    """POST takes the step. Subclasses name the step and say how its result is shown."""

    permission_classes = (IsAuthenticated,)
    schema = StepSchema()
    step: Step | None = None
    success_status = 200

    def get_step(self) -> Step:
        """Return the step of this resource."""
        if self.step is None:
            raise NotImplementedError("name the step, or override get_step")
        return self.step

    def may_open(self, actor: Actor) -> None:
        """Raise Http404 where this actor may not even know of the row."""

    def form_kwargs(self) -> Mapping[str, Any]:
        """Return further arguments of the form's constructor."""
        return {}

    def service_kwargs(self, form: forms.Form) -> Mapping[str, Any]:
        """Return the service's arguments from the form."""
        return form.cleaned_data

    def encode(self, result: Any) -> Mapping[str, Any]:
        """Return the answer's JSON object for what the service returned."""
        raise NotImplementedError("say how the result is shown")

    def location(self, result: Any) -> str:
        """Return the address of what was made, if anything was."""
        return ""

    def post(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Validate the body, take the step through the gate, answer."""
        self.actor = actor_of(request._request)
        self.may_open(self.actor)
        step = self.get_step()
        form_class = step.form or NoQuestions
        form = validated(form_class, request.data, request.FILES, self.form_kwargs())
        reference = str(kwargs.get("reference", ""))
        operation = view_name(request._request)
        at = now()
        answer = gate.perform(
            actor=self.actor,
            operation=operation,
            subject=reference,
            idempotency_key=request.headers.get("Idempotency-Key"),
            request_digest=body_digest(request, operation, reference, step.name),
            call=lambda: step.service(
                **({"reference": reference} if reference else {}),
                actor=self.actor,
                now=at,
                **self.service_kwargs(form),
            ),
            encode=lambda result: gate.Answer(
                self.success_status, self.location(result), self.encode(result)
            ),
        )
        return answer_response(answer)


def body_digest(request: Request, *parts: str) -> str:
    """Return the digest of an API request's body, its files included."""
    if request.FILES:
        return form_digest(request._request, *_two(parts))
    return gate.digest_of(*parts, request.data)


def _two(parts: tuple[str, ...]) -> tuple[str, str]:
    return parts[0], "/".join(parts[1:])


def answer_response(answer: gate.Answer) -> Response:
    """Return the HTTP answer; a replayed one says so in a header."""
    headers: dict[str, str] = {}
    if answer.location:
        headers["Location"] = answer.location
    if answer.is_replayed:
        headers["Idempotent-Replayed"] = "true"
    return Response(dict(answer.body), status=answer.status, headers=headers)
