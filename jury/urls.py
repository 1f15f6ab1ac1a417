"""The addresses of the jury's pages and resources, a list for each door."""

from django.urls import path, re_path

from jury import api, api_exhibits, api_public, juror_urls
from jury.views import (
    ballot,
    board,
    briefs,
    claimant,
    console,
    exhibit_work,
    exhibits,
    juror,
    practice,
    review,
)

jury_urls = [
    # First, because thousands may ask for it in the last minute.
    path("<str:reference>/ballot/review/", review.ReviewPage.as_view(), name="jury_review"),
    path("", juror.HomePage.as_view(), name="jury_home"),
    *juror_urls.jury_urls,
    path("practice/", practice.PracticeStart.as_view(), name="jury_practice"),
    path("practice/<str:page>/", practice.PracticePage.as_view(), name="jury_practice_page"),
    path("papers/<str:reference>/", exhibits.ExhibitReading.as_view(), name="jury_exhibit"),
    path(
        "papers/<str:reference>/<int:number>/",
        exhibits.ExhibitImage.as_view(),
        name="jury_exhibit_page",
    ),
    path("<str:reference>/", juror.HearingPage.as_view(), name="jury_hearing"),
    path("<str:reference>/ballot/<str:page>/", ballot.BallotPage.as_view(), name="jury_ballot"),
    path("<str:reference>/receipt/", review.ReceiptPage.as_view(), name="jury_receipt"),
    path("<str:reference>/receipt.pdf", review.ReceiptFile.as_view(), name="jury_receipt_pdf"),
    path("<str:reference>/steps/<slug:step>/", juror.JurorStepPage.as_view(), name="jury_step"),
]

me_urls = [
    path("hearings/<str:reference>/", claimant.claimant_hearing, name="claimant_hearing"),
    path(
        "hearings/<str:reference>/number/",
        claimant.ClaimantNumberPage.as_view(),
        name="claimant_number",
    ),
    path(
        "hearings/<str:reference>/steps/<slug:step>/",
        claimant.ClaimantStepPage.as_view(),
        name="claimant_step",
    ),
    path(
        "claims/<str:reference>/steps/withdraw_dispute/",
        claimant.WithdrawDisputePage.as_view(),
        name="withdraw_dispute",
    ),
]

console_urls = [
    *juror_urls.console_urls,
    path("hearings/", console.hearing_list, name="console_hearings"),
    path("hearings/<str:reference>/", console.hearing_page, name="console_hearing"),
    path(
        "hearings/<str:reference>/steps/prepare_brief/",
        briefs.PrepareBriefPage.as_view(),
        name="console_prepare_brief",
    ),
    path(
        "hearings/<str:reference>/steps/sign_brief/",
        briefs.SignBriefPage.as_view(),
        name="console_sign_brief",
    ),
    path(
        "hearings/<str:reference>/papers/",
        exhibit_work.AddExhibitPage.as_view(),
        name="console_exhibit_add",
    ),
    path(
        "papers/<str:reference>/",
        exhibit_work.ConsoleExhibit.as_view(),
        name="console_exhibit",
    ),
    path(
        "papers/<str:reference>/original/",
        exhibit_work.ExhibitOriginal.as_view(),
        name="console_exhibit_original",
    ),
    path(
        "papers/<str:reference>/steps/<slug:step>/",
        exhibit_work.ExhibitStepPage.as_view(),
        name="console_exhibit_step",
    ),
    path(
        "hearings/<str:reference>/steps/<slug:step>/",
        console.HearingStepPage.as_view(),
        name="console_hearing_step",
    ),
    re_path(
        r"^claims/(?P<reference>[^/]+)/steps/(?P<step>open_hearing|refer_to_jury)/$",
        console.ClaimStepPage.as_view(),
        name="jury_claim_step",
    ),
]

board_urls = [
    path("hearings/", board.public_list, name="public_hearings"),
    path("hearings/<str:reference>/", board.public_hearing, name="public_hearing"),
    path("hearings/<str:reference>/draw/", board.public_draw, name="public_hearing_draw"),
    path(
        "hearings/<str:reference>/ballots/",
        board.public_ballots_page,
        name="public_hearing_ballots",
    ),
    path("hearings/<str:reference>/record.json", board.public_bundle, name="public_hearing_bundle"),
    path("hearings/<str:reference>/check.zip", board.public_archive, name="public_hearing_archive"),
]

api_urls = [
    path(
        "hearings/<str:reference>/exhibits/",
        api_exhibits.HearingExhibits.as_view(),
        name="api_hearing_exhibits",
    ),
    path("exhibits/<str:reference>/", api_exhibits.ExhibitResource.as_view(), name="api_exhibit"),
    path(
        "exhibits/<str:reference>/pages/<int:number>/",
        api_exhibits.ExhibitPageResource.as_view(),
        name="api_exhibit_page",
    ),
    path(
        "exhibits/<str:reference>/steps/<slug:step>/",
        api_exhibits.ExhibitStep.as_view(),
        name="api_exhibit_step",
    ),
    *juror_urls.api_urls,
    path("hearings/", api.Hearings.as_view(), name="api_hearings"),
    path("hearings/<str:reference>/", api.HearingDetail.as_view(), name="api_hearing"),
    path("hearings/<str:reference>/ballot/", api.BallotResource.as_view(), name="api_ballot"),
    path(
        "hearings/<str:reference>/steps/<slug:step>/",
        api.HearingStep.as_view(),
        name="api_hearing_step",
    ),
    re_path(
        r"^claims/(?P<reference>[^/]+)/steps/"
        r"(?P<step>open_hearing|refer_to_jury|withdraw_dispute)/$",
        api.ClaimStep.as_view(),
        name="api_jury_claim_step",
    ),
    path("board/hearings/", api_public.PublicHearings.as_view(), name="api_public_hearings"),
    path(
        "board/hearings/<str:reference>/",
        api_public.PublicHearing.as_view(),
        name="api_public_hearing",
    ),
    path(
        "board/hearings/<str:reference>/ballots/",
        api_public.PublicBallots.as_view(),
        name="api_public_ballots",
    ),
]
