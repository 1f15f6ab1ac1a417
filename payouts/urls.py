"""The payouts' addresses, by door."""

from django.urls import path

from payouts import api
from payouts.views import callbacks, claimant, console

console_urls = [
    path("payouts/", console.PayoutsPage.as_view(), name="payouts"),
    path("payouts/prepare/", console.PreparePage.as_view(), name="prepare_payouts"),
    path("payouts/batches/<str:reference>/", console.BatchPage.as_view(), name="payout_batch"),
    path(
        "payouts/batches/<str:reference>/steps/<slug:step>/",
        console.BatchStepPage.as_view(),
        name="payout_batch_step",
    ),
    path("payouts/<str:reference>/", console.PayoutPage.as_view(), name="payout"),
    path("bank/", console.BankPage.as_view(), name="bank"),
]
me_urls = [
    path(
        "claims/<str:reference>/account/",
        claimant.CorrectAccountPage.as_view(),
        name="correct_account",
    ),
]
api_urls = [
    path("payouts/", api.PayoutsEndpoint.as_view(), name="api_payouts"),
    path("payouts/batches/", api.BatchesEndpoint.as_view(), name="api_payout_batches"),
    path(
        "payouts/batches/<str:reference>/",
        api.BatchEndpoint.as_view(),
        name="api_payout_batch",
    ),
    path(
        "payouts/batches/<str:reference>/steps/<slug:step>/",
        api.BatchStepEndpoint.as_view(),
        name="api_payout_batch_step",
    ),
    path("payouts/<str:reference>/", api.PayoutEndpoint.as_view(), name="api_payout"),
    path(
        "claims/<str:reference>/account/",
        api.CorrectAccountEndpoint.as_view(),
        name="api_correct_account",
    ),
    path("bank/callbacks/", callbacks.CallbacksEndpoint.as_view(), name="bank_callbacks"),
]
