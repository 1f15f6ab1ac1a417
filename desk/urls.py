"""The desk's addresses under each door."""

from django.urls import path, re_path

from desk import api
from desk.views import console, me, travel
from desk.views import help as help_views

# `claims/new/` under /me/ is the filing's, which stands below the desk.
MY_CLAIM = r"^claims/(?P<reference>(?!new/)[^/]+)/$"

root_urls = [
    path("", help_views.home, name="home"),
    path("help/", help_views.help_page, name="help"),
    path("help/verify/", help_views.verify_page, name="help_verify"),
    path("help/source/", help_views.source_page, name="help_source"),
]

console_urls = [
    path("", console.console, name="console"),
    path("open/", console.open_claim, name="console_open"),
    path("travel/", travel.TravelPage.as_view(), name="travel"),
    path("claims/<str:reference>/", console.console_claim, name="console_claim"),
]

me_urls = [
    path("", me.me, name="me"),
    re_path(MY_CLAIM, me.my_claim, name="my_claim"),
]

api_urls = [
    path("claims/", api.Claims.as_view(), name="api_claims"),
    path("claims/<str:reference>/", api.ClaimDetail.as_view(), name="api_claim"),
]
