"""Every address of the product: each app's lists under its door."""

from importlib import import_module
from typing import Any

from django.urls import URLPattern, URLResolver, include, path
from drf_spectacular.views import SpectacularAPIView

from config import views

# Each door shows the lists of these apps, upper apps first.
APPS = ("desk", "disclosure", "payouts", "sharing", "jury", "claims", "members", "record")
DOORS = {
    "console/": "console_urls",
    "me/": "me_urls",
    "notice/": "notice_urls",
    "jury/": "jury_urls",
    "board/": "board_urls",
    "api/v1/": "api_urls",
    "": "root_urls",
}

Patterns = list[URLPattern | URLResolver]


def _lists(name: str) -> Patterns:
    patterns: Patterns = []
    for app in APPS:
        module: Any = import_module(f"{app}.urls")
        patterns += getattr(module, name, [])
    return patterns


urlpatterns: Patterns = [
    path("healthz", views.healthz, name="healthz"),
    path("readyz", views.readyz, name="readyz"),
    path("api/schema/", SpectacularAPIView.as_view(), name="schema"),
    path("accounts/", include("allauth.urls")),
    *(path(prefix, include(_lists(name))) for prefix, name in DOORS.items()),
]

handler400 = "config.failures.bad_request"
handler404 = "config.failures.page_not_found"
handler500 = "config.failures.server_error"
