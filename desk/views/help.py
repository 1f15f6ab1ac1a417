"""The same three pages at the foot of every page: help, how this is verified, the source."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """The front door is the public board."""
    return redirect("/board/")


@require_safe
def help_page(request: HttpRequest) -> HttpResponse:
    """What one can do here, and whom to ask."""
    return render(request, "desk/help.html")


@require_safe
def verify_page(request: HttpRequest) -> HttpResponse:
    """How anybody checks the record without trusting the operator."""
    return render(request, "desk/help_verify.html")


@require_safe
def source_page(request: HttpRequest) -> HttpResponse:
    """The licence, and where the rules come from."""
    return render(request, "desk/help_source.html")
