"""What answers where no view could: a page for people, a problem document under /api/."""

from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.utils.translation import gettext as _
from django.views import defaults

from core.problems import CONTENT_TYPE, problem

API = "/api/"


def _is_api(request: HttpRequest) -> bool:
    return request.path_info.startswith(API)


def _document(status: int, code: str, title: str) -> HttpResponse:
    found = problem(status, code, title)
    return JsonResponse(found, status=status, content_type=CONTENT_TYPE)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponseBase:
    """400: the request could not be read."""
    if _is_api(request):
        return _document(400, "unreadable", _("This request could not be read"))
    return defaults.bad_request(request, exception)


def page_not_found(request: HttpRequest, exception: Exception) -> HttpResponseBase:
    """404: no such address."""
    if _is_api(request):
        return _document(404, "not_found", _("There is nothing here for you"))
    return defaults.page_not_found(request, exception)


def server_error(request: HttpRequest) -> HttpResponseBase:
    """500: our fault."""
    if _is_api(request):
        return _document(500, "failed", _("This did not work, and it is our fault"))
    return defaults.server_error(request)
