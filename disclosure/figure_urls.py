"""The addresses of the registers: complaints, figures, charts."""

from django.urls import path

from disclosure import complaint_api
from disclosure.complaint_steps import COMPLAINT_STEPS
from disclosure.views import complaint_desk, complaints, figures

root_urls = [
    path("complaints/new/", complaints.FilePage.as_view(), name="complaint_new"),
    path("complaints/", complaints.TrackPage.as_view(), name="complaint_track"),
    path("complaints/<str:reference>/", complaints.complaint_page, name="complaint"),
    path(
        "complaints/<str:reference>/received/",
        complaints.complaint_received,
        name="complaint_received",
    ),
]

console_urls = [
    path("complaints/", complaint_desk.console_complaints, name="console_complaints"),
    path("complaints/<str:reference>/", complaint_desk.console_complaint, name="console_complaint"),
    *(
        path(
            f"complaints/<str:reference>/steps/{name}/",
            complaint_desk.ComplaintStepPage.as_view(),
            {"step": name},
            name=f"console_{name}",
        )
        for name in COMPLAINT_STEPS
    ),
]

board_urls = [
    path("times/", figures.board_times, name="board_times"),
    path("complaints/", figures.board_complaints, name="board_complaints"),
    path("denials/", figures.board_denials, name="board_denials"),
    path("agencies/", figures.board_agencies, name="board_agencies"),
    path("people/", figures.board_people, name="board_people"),
    path("figures/<slug:name>.csv", figures.figures_csv, name="board_figures_csv"),
    path("charts/<slug:name>/", figures.board_chart, name="board_chart"),
    path("charts/<slug:name>.csv", figures.chart_csv, name="board_chart_csv"),
    path("charts/<slug:name>.<slug:language>.svg", figures.chart_svg, name="board_chart_svg"),
    path(
        "charts/<slug:name>.<slug:language>.dark.svg",
        figures.chart_svg,
        {"dark": "dark"},
        name="board_chart_dark",
    ),
]

api_urls = [
    path("complaints/", complaint_api.Complaints.as_view(), name="api_complaints"),
    path(
        "complaints/<str:reference>/", complaint_api.ComplaintDetail.as_view(), name="api_complaint"
    ),
    path(
        "complaints/<str:reference>/steps/<str:step>/",
        complaint_api.ComplaintEndpoint.as_view(),
        name="api_complaint_step",
    ),
    path("board/figures/<slug:name>/", complaint_api.Figures.as_view(), name="api_board_figures"),
]
