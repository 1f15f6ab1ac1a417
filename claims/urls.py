"""The claims app's addresses under each door."""

from django.urls import path

from claims import api, evidence_api, evidence_pages, evidence_upload, filing_pages, views

console_urls = [
    path(
        "claims/<str:reference>/steps/<slug:step>/",
        views.ClaimStepPage.as_view(),
        name="console_claim_step",
    ),
]

me_urls = [
    path("claims/new/", filing_pages.StartPage.as_view(), name="filing_start"),
    path("claims/<str:reference>/file/", filing_pages.TaskListPage.as_view(), name="filing"),
    path(
        "claims/<str:reference>/file/documents/",
        filing_pages.FilingDocumentsPage.as_view(),
        name="filing_documents",
    ),
    path(
        "claims/<str:reference>/file/check/",
        filing_pages.CheckPage.as_view(),
        name="filing_check",
    ),
    path("claims/<str:reference>/file/done/", filing_pages.filed, name="filed"),
    path(
        "claims/<str:reference>/file/<slug:page>/",
        filing_pages.QuestionPage.as_view(),
        name="filing_page",
    ),
    path(
        "claims/<str:reference>/evidence/<slug:kind>/",
        evidence_upload.AddEvidencePage.as_view(),
        name="evidence_add",
    ),
    path(
        "claims/<str:reference>/steps/<slug:step>/",
        views.MyClaimStepPage.as_view(),
        name="me_claim_step",
    ),
]

api_urls = [
    path(
        "claims/<str:reference>/steps/<slug:step>/",
        api.ClaimStep.as_view(),
        name="api_claim_step",
    ),
    path("claims/<str:reference>/events/", api.ClaimEvents.as_view(), name="api_claim_events"),
    path(
        "claims/<str:reference>/evidence/",
        evidence_api.ClaimEvidence.as_view(),
        name="api_claim_evidence",
    ),
    path(
        "evidence/<str:reference>/v/<int:number>/",
        evidence_api.EvidenceContent.as_view(),
        name="api_evidence_file",
    ),
]

root_urls = [
    path(
        "evidence/<str:reference>/v/<int:number>/",
        evidence_pages.EvidenceFile.as_view(),
        name="evidence_file",
    ),
]
