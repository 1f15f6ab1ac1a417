"""RFC 9457 problem documents: how the API says that something was not done."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.utils.translation import gettext as _
from rest_framework import exceptions
from rest_framework.response import Response
from rest_framework.views import set_rollback

from core.audit import current_request_id
from core.errors import Refusal, WrongState

CONTENT_TYPE = "application/problem+json"
TYPE_PREFIX = "urn:gongdao:problem:"


class InvalidBody(Exception):
    """A body that does not fit the step's form: field → messages with their codes."""

    def __init__(self, errors: Mapping[str, Sequence[Mapping[str, str]]]) -> None:
        super().__init__("invalid body")
        self.errors = {name: [dict(one) for one in found] for name, found in errors.items()}


def problem(status: int, code: str, title: str, detail: str = "", **members: Any) -> dict[str, Any]:
    """Return a problem document; its `code` is stable, its words are for people."""
    document: dict[str, Any] = {
        "type": f"{TYPE_PREFIX}{code}",
        "title": title,
        "status": status,
        "code": code,
    }
    if detail:
        document["detail"] = detail
    request_id = current_request_id()
    if request_id:
        document["instance"] = f"urn:gongdao:request:{request_id}"
    return document | members


def refusal_problem(refusal: Refusal) -> dict[str, Any]:
    """Return a refusal as a problem document, with every blocker."""
    members: dict[str, Any] = {key: str(value) for key, value in refusal.extra.items()}
    if refusal.details:
        members["blockers"] = [
            {"code": one.code, "message": str(one.message)} for one in refusal.details
        ]
    if isinstance(refusal, WrongState):
        title = _("The state does not allow this step")
    else:
        title = _("The step was not taken")
    return problem(refusal.status, refusal.code, title, str(refusal.message), **members)


def exception_handler(exc: Exception, context: Mapping[str, Any]) -> Response | None:
    """Answer refusals, invalid bodies and the framework's exceptions; bugs surface as 500."""
    headers: dict[str, str] = {}
    if isinstance(exc, Refusal):
        document = refusal_problem(exc)
    elif isinstance(exc, InvalidBody):
        title = _("Some fields need another look")
        document = problem(400, "invalid", title, errors=exc.errors)
    elif isinstance(exc, Http404):
        document = problem(404, "not_found", _("There is nothing here for you"))
    elif isinstance(exc, PermissionDenied):
        document = problem(403, "not_allowed", _("You may not do this"))
    elif isinstance(exc, exceptions.APIException):
        document, headers = _framework_problem(exc)
    else:
        return None
    set_rollback()
    return Response(document, status=document["status"], headers=headers, content_type=CONTENT_TYPE)


def _framework_problem(
    exc: exceptions.APIException,
) -> tuple[dict[str, Any], dict[str, str]]:
    headers: dict[str, str] = {}
    challenge = getattr(exc, "auth_header", None)
    if challenge:
        headers["WWW-Authenticate"] = challenge
    wait = getattr(exc, "wait", None)
    if wait is not None:
        headers["Retry-After"] = str(int(wait) + 1)
    if isinstance(exc, exceptions.ValidationError):
        errors = _field_errors(exc.get_full_details())
        title = _("Some fields need another look")
        return problem(exc.status_code, "invalid", title, errors=errors), headers
    codes = exc.get_codes()
    code = codes if isinstance(codes, str) else exc.default_code
    return problem(exc.status_code, code, str(exc.detail)), headers


def _field_errors(details: Any, path: str = "") -> dict[str, list[dict[str, str]]]:
    """Flatten the framework's nested error details to field → errors."""
    if isinstance(details, Mapping) and "message" in details and "code" in details:
        name = path or "non_field_errors"
        return {name: [{"code": str(details["code"]), "message": str(details["message"])}]}
    found: dict[str, list[dict[str, str]]] = {}
    pairs: Sequence[tuple[str, Any]]
    if isinstance(details, Mapping):
        pairs = [(f"{path}.{key}" if path else str(key), item) for key, item in details.items()]
    else:
        pairs = [(path, item) for item in details]
    for name, item in pairs:
        for field, errors in _field_errors(item, name).items():
            found.setdefault(field, []).extend(errors)
    return found
