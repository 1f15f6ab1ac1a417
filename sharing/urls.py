"""Sharing's addresses, by door."""

from django.urls import path

from sharing import api
from sharing.views import console, member

console_urls = [
    path("rounds/", console.RoundsPage.as_view(), name="rounds"),
    path("rounds/<str:reference>/", console.RoundPage.as_view(), name="round"),
    path(
        "rounds/<str:reference>/steps/<slug:step>/",
        console.RoundStepPage.as_view(),
        name="round_step",
    ),
]
me_urls = [
    path("shares/", member.SharesPage.as_view(), name="shares"),
    path("shares/<str:membership>/<str:reference>/", member.SharePage.as_view(), name="share"),
]
api_urls = [
    path("rounds/", api.RoundsEndpoint.as_view(), name="api_rounds"),
    path("rounds/<str:reference>/", api.RoundEndpoint.as_view(), name="api_round"),
    path(
        "rounds/<str:reference>/steps/<slug:step>/",
        api.RoundStepEndpoint.as_view(),
        name="api_round_step",
    ),
    path("shares/", api.MySharesEndpoint.as_view(), name="api_shares"),
]
