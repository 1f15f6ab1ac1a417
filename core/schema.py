"""How steps stand in the OpenAPI document: the form's fields as the body, problems as answers."""

from typing import Any

from django import forms
from drf_spectacular.openapi import AutoSchema
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse

from core.problems import CONTENT_TYPE

JsonSchema = dict[str, Any]

PROBLEM: JsonSchema = {
    "type": "object",
    "description": "RFC 9457 problem document; `code` is stable, the words are for people.",
    "required": ["type", "title", "status", "code"],
    "properties": {
        "type": {"type": "string"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "code": {"type": "string"},
        "detail": {"type": "string"},
        "instance": {"type": "string"},
        "errors": {"type": "object", "additionalProperties": {"type": "array", "items": {}}},
        "blockers": {"type": "array", "items": {"type": "object"}},
    },
}
REFUSALS = {
    400: "The body does not fit: `errors` names every field.",
    401: "Who asks is not known.",
    403: "This step is for somebody else.",
    404: "There is nothing here for you.",
    409: "The state does not allow this step.",
    422: "The step is blocked: `blockers` holds every reason.",
}
_TYPES: tuple[tuple[type[forms.Field], JsonSchema], ...] = (
    (forms.IntegerField, {"type": "integer"}),
    (forms.BooleanField, {"type": "boolean"}),
    (forms.DateField, {"type": "string", "format": "date"}),
    (forms.FileField, {"type": "string", "format": "binary"}),
    (forms.MultipleChoiceField, {"type": "array", "items": {"type": "string"}}),
    (forms.JSONField, {}),
)


def field_schema(field: forms.Field) -> JsonSchema:
    """Return a form field's JSON schema; what is not known better is text."""
    found: JsonSchema = {"type": "string"}
    for kind, schema in _TYPES:
        if isinstance(field, kind):
            found = dict(schema)
            break
    longest = getattr(field, "max_length", None)
    if longest is not None and found.get("type") == "string":
        found["maxLength"] = longest
    words = [str(text) for text in (field.label, field.help_text) if text]
    return found | ({"description": " · ".join(words)} if words else {})


def form_schema(form: type[forms.Form] | None) -> JsonSchema:
    """Return a form's JSON schema; a step without questions takes an empty object."""
    fields = form.base_fields if form is not None else {}
    return {
        "type": "object",
        "additionalProperties": False,
        "properties": {name: field_schema(field) for name, field in fields.items()},
        "required": [name for name, field in fields.items() if field.required],
    }


class StepSchema(AutoSchema):
    """Describes a StepEndpoint from its step. A composed resource takes any step's fields."""

    def get_request_serializer(self) -> Any:
        """Return the body by media type."""
        step = getattr(self.view, "step", None)
        if step is None:
            return {"application/json": {"type": "object", "additionalProperties": True}}
        schema = form_schema(step.form)
        has_file = any(one.get("format") == "binary" for one in schema["properties"].values())
        return {"multipart/form-data" if has_file else "application/json": schema}

    def get_response_serializers(self) -> Any:
        """Return the answer and every refusal."""
        answered = {"type": "object", "additionalProperties": True}
        found: dict[Any, Any] = {
            getattr(self.view, "success_status", 200): OpenApiResponse(
                answered, "The step is taken."
            )
        }
        for status, words in REFUSALS.items():
            found[(status, CONTENT_TYPE)] = OpenApiResponse(PROBLEM, words)
        return found

    def get_override_parameters(self) -> list[Any]:
        """Return the header by which a repeated request counts once."""
        return [
            OpenApiParameter(
                "Idempotency-Key",
                str,
                OpenApiParameter.HEADER,
                description="A repeat with the same key and body gets the same answer.",
            )
        ]
