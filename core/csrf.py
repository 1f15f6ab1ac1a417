"""What is shown where a form's token does not fit, e.g. after signing in on another tab."""

from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import render
from django.urls import Resolver404, resolve
from django.views.decorators.csrf import requires_csrf_token

from core.resend import kept_fields


@requires_csrf_token
def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponseBase:
    """Show the form again with what was typed and a fresh token; nothing has been done.

    Only a click on our own page sends it: a page elsewhere cannot, and frames are refused.
    """
    try:
        match = resolve(request.path_info)
    except Resolver404:
        return render(request, "core/resend.html", {"kept": []}, status=403)
    page = getattr(match.func, "view_class", None)
    show_again = getattr(page, "show_again", None)
    if isinstance(page, type) and callable(show_again) and _is_signed_in(request):
        request.resolver_match = match
        shown: HttpResponseBase = page(**vars(match.func).get("view_initkwargs", {})).show_again(
            request, *match.args, **match.kwargs
        )
        return shown
    return render(request, "core/resend.html", {"kept": kept_fields(request)}, status=403)


def _is_signed_in(request: HttpRequest) -> bool:
    user = getattr(request, "user", None)
    return user is not None and user.is_authenticated
