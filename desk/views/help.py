"""The same three pages at the foot of every page: help, how this is verified, the source."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render


def home(request: HttpRequest) -> HttpResponse:
    """The front door is the public board."""
    return redirect("/board/")


def help_page(request: HttpRequest) -> HttpResponse:
    """What one can do here, and whom to ask."""
    return render(request, "desk/help.html")


def verify_page(request: HttpRequest) -> HttpResponse:
    """How anybody checks the record without trusting the operator."""
    return render(request, "desk/help_verify.html")


def source_page(request: HttpRequest) -> HttpResponse:
    """The licence, and where the rules come from."""
    return render(request, "desk/help_source.html")
