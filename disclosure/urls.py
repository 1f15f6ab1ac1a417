"""Disclosure's addresses: the members' notice, the console's desks, the board, the API."""

from django.urls import path, re_path

from disclosure import api, figure_urls
from disclosure.steps import OBJECTION_STEPS, REDACTION_STEPS
from disclosure.views import board, console, corrections, feeds, lists, notice

notice_urls = [
    path("", notice.notice_home, name="notice_home"),
    path("cases/<str:reference>/", notice.notice_case, name="notice_case"),
    path("cases/<str:reference>/object/", notice.ObjectPage.as_view(), name="notice_object"),
    path("objections/", notice.notice_objections, name="notice_objections"),
    path("objections/<str:reference>/", notice.notice_objection, name="notice_objection"),
]

root_urls = figure_urls.root_urls

console_urls = [
    *figure_urls.console_urls,
    path("notice/", console.console_notice, name="console_notice"),
    *(
        path(
            f"claims/<str:reference>/steps/{name}/",
            console.RedactionPage.as_view(),
            {"step": name},
            name=f"console_{name}",
        )
        for name in REDACTION_STEPS
    ),
    path("objections/", console.console_objections, name="console_objections"),
    path("objections/<str:reference>/", console.console_objection, name="console_objection"),
    *(
        path(
            f"objections/<str:reference>/steps/{name}/",
            console.ObjectionPage.as_view(),
            {"step": name},
            name=f"console_{name}",
        )
        for name in OBJECTION_STEPS
    ),
    path("corrections/", corrections.console_corrections, name="console_corrections"),
    path(
        "corrections/cases/<str:reference>/",
        corrections.PrepareCorrectionPage.as_view(),
        name="console_prepare_correction",
    ),
    path(
        "corrections/<str:reference>/correct/",
        corrections.CorrectPage.as_view(),
        name="console_correct",
    ),
]

board_urls = [
    path("", board.board_home, name="board_home"),
    path("cases/", lists.board_cases, name="board_cases"),
    path("cases.csv", lists.board_cases_csv, name="board_cases_csv"),
    re_path(
        r"^cases/(?P<reference>K-[0-9A-Z]{4}-[0-9A-Z]{4})/$", board.board_case, name="board_case"
    ),
    path("periods/", board.board_periods, name="board_periods"),
    path("periods/rounds.csv", lists.rounds_csv, name="board_rounds_csv"),
    path("periods/<slug:plan>/<str:day>/", board.board_period, name="board_period"),
    path("periods/<slug:plan>/<str:day>/round.json", lists.period_json, name="board_round_json"),
    path("rules/", board.board_rules, name="board_rules"),
    path("rules/<slug:plan>/<int:number>/", board.board_rulebook, name="board_rulebook"),
    re_path(
        r"^feeds/(?P<plan>[-\w]+)\.(?P<language>zh|en)\.atom$", feeds.board_feed, name="board_feed"
    ),
    *figure_urls.board_urls,
]

api_urls = [
    *figure_urls.api_urls,
    path("board/cases/", api.BoardCases.as_view(), name="api_board_cases"),
    path("board/cases/<str:reference>/", api.BoardCase.as_view(), name="api_board_case"),
    path("board/periods/", api.BoardPeriods.as_view(), name="api_board_periods"),
    path("notice/entries/", api.NoticeEntries.as_view(), name="api_notice_entries"),
    path(
        "notice/entries/<str:reference>/", api.NoticeEntryDetail.as_view(), name="api_notice_entry"
    ),
    path(
        "notice/entries/<str:reference>/objections/",
        api.ObjectEndpoint.as_view(),
        name="api_object",
    ),
    path("objections/", api.Objections.as_view(), name="api_objections"),
    path("objections/<str:reference>/", api.ObjectionDetail.as_view(), name="api_objection"),
    path(
        "objections/<str:reference>/steps/<str:step>/",
        api.ObjectionEndpoint.as_view(),
        name="api_objection_step",
    ),
    *(
        path(
            f"claims/<str:reference>/steps/{name}/",
            api.RedactionEndpoint.as_view(),
            {"step": name},
            name=f"api_{name}",
        )
        for name in REDACTION_STEPS
    ),
]
