"""The months' figures: once each, told in elevens, equal to a plain oracle; pages and files."""

import csv
import io
import json
import math
from collections import defaultdict
from datetime import timedelta
from itertools import combinations
from typing import Any

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils.translation import override

from claims import services as claim_services
from claims.models import ClaimEvent
from core.actor import CLOCK
from core.errors import NotAllowed
from core.zone import local_date
from disclosure import chart_data, chart_drawing, services
from disclosure.figure_queries import (
    AGENCIES,
    COMPLAINTS,
    TIMES,
    Quarter,
    RoundFigures,
    months_of,
)
from disclosure.models import Chart, Complaint
from members.models import Person
from record.models import Entry
from tests.worlds_complaints import DAY, ComplaintWorld, make_complaint_world
from tests.worlds_disclosure import FILED_AT, OPENS_AT, DisclosureWorld, set_clock

PAGES = (
    "/board/",
    "/board/complaints/",
    "/board/times/",
    "/board/denials/",
    "/board/agencies/",
    "/board/people/",
    *(f"/board/charts/{name}/" for name in chart_data.CHARTS),
)
FILES = (
    *(f"/board/figures/{name}.csv" for name in ("complaints", "outcomes", "times", "people")),
    "/board/figures/agencies.csv",
    *(f"/board/charts/{name}.csv" for name in chart_data.CHARTS),
)
HOUR = timedelta(hours=1)


@pytest.fixture
def complaints(world: DisclosureWorld) -> ComplaintWorld:
    """Officers, and nothing counted yet."""
    cache.clear()
    return make_complaint_world(world)


def test_complaints_of_few_months_are_told_together_and_each_month_once(
    complaints: ComplaintWorld,
) -> None:
    days = []
    for number in range(24):
        at = OPENS_AT + number * 5 * DAY
        found = complaints.answered(at, days=1 + number % 7)
        days.append((f"{local_date(found.answered_at):%Y-%m}", 1 + number % 7))  # type: ignore[arg-type] # it is answered
    with pytest.raises(NotAllowed):
        services.publish_figures(actor=complaints.ombudsman, now=OPENS_AT + 150 * DAY)
    first = services.publish_figures(actor=CLOCK, now=OPENS_AT + 150 * DAY)
    assert services.publish_figures(actor=CLOCK, now=OPENS_AT + 151 * DAY) == []
    months = months_of(COMPLAINTS)
    assert [body["month"] for body in months] == sorted({body["month"] for body in months})
    assert len(first) == 3 * len(months)
    told = [body["told"] for body in months if body["told"]]
    assert sum(one["answered"] for one in told) <= 24
    for one in told:
        own = sorted(n for month, n in days if one["first"] <= month <= one["last"])
        assert one["answered"] == len(own) >= 11
        assert one["median_days"] == own[math.ceil(len(own) * 0.5) - 1]
        assert one["slow_days"] == own[math.ceil(len(own) * 0.9) - 1]
    for one, other in combinations(told, 2):
        assert one["last"] < other["first"]


def test_figures_computed_late_are_those_computed_month_by_month(
    complaints: ComplaintWorld,
) -> None:
    from disclosure.month_figures import complaint_figures

    for number in range(50):
        category = ("time", "money", "decision")[number % 3]
        outcome = ("upheld", "not_upheld")[number % 2]
        complaints.answered(OPENS_AT + number * 3 * DAY, category=category, outcome=outcome)
    services.publish_figures(actor=CLOCK, now=OPENS_AT + 200 * DAY)
    late = months_of(COMPLAINTS)
    body: dict[str, Any] = {}
    for published in late:
        body = complaint_figures(published["month"], body)
        assert body == published
    (table,) = [one["table"] for one in late if one["table"]]
    told = [n for line in table["cells"] for n in line if n != ""]
    assert all(n == 0 or n >= 11 for n in told)
    assert sum(table["category_totals"]) == sum(table["outcome_totals"]) >= 44
    spans = [one["told"]["answered"] for one in late if one["told"]]
    reachable = {sum(part) for n in range(len(spans) + 1) for part in combinations(spans, n)}
    totals = [*table["category_totals"], *table["outcome_totals"]]
    assert sum(table["category_totals"]) in reachable
    assert all(total >= 11 for total in totals)


def _oracle(until: Any) -> dict[str, list[int]]:
    """Walk every claim's log in plain Python: days of each visit, the pauses left out."""
    found: dict[str, list[int]] = defaultdict(list)
    by_claim: dict[int, list[ClaimEvent]] = defaultdict(list)
    for event in ClaimEvent.objects.filter(occurred_at__lt=until).order_by("claim_id", "seq"):
        by_claim[event.claim_id].append(event)
    for events in by_claim.values():
        stage, spent, since = "", timedelta(0), None
        for event in events:
            if event.from_state == event.to_state:
                continue
            if since is not None:
                spent += event.occurred_at - since
            if event.to_state == "information_requested":
                since = None
                continue
            if event.from_state == "information_requested" and event.to_state == stage:
                since = event.occurred_at
                continue
            if stage and stage != "draft":
                found[stage].append(math.ceil(spent / DAY))
            stage, spent, since = event.to_state, timedelta(0), event.occurred_at
    return found


def test_times_leave_out_the_pauses_and_equal_a_plain_walk_through_the_log(
    world: DisclosureWorld,
) -> None:
    for number in range(13):
        claim = world.approved(is_signed=False)
        assert claim.reference
        if number < 3:
            _ask_and_wait(world, number)
    now = FILED_AT + 90 * DAY
    services.publish_figures(actor=CLOCK, now=now)
    months = months_of(TIMES)
    told = {
        stage: one
        for body in months
        for stage, one in body["told"].items()
        if "filed_to" not in stage
    }
    plain = _oracle(now)
    assert {"filed", "under_review", "under_final_review"} <= set(told)
    for stage, one in told.items():
        days = sorted(plain[stage])
        assert one["claims"] == len(days) >= 11, stage
        assert one["median_days"] == days[math.ceil(len(days) * 0.5) - 1], stage
        assert one["slow_days"] == days[math.ceil(len(days) * 0.9) - 1], stage
    assert not {stage for stage, days in plain.items() if len(days) < 11} & set(told)
    for body in months:
        for stage, year in body["year"].items():
            spans = [one["told"][stage] for one in months if stage in one["told"]]
            assert year["claims"] == sum(
                span["claims"] for span in spans if span["last"] <= body["month"]
            )


def _ask_and_wait(world: DisclosureWorld, number: int) -> None:
    """One more claim, asked for information and answered ten days later, then on."""
    membership = world.money.base.member(world.person(), now=FILED_AT - 300 * DAY)
    claimant = world.money.base.actor(Person.objects.get(pk=membership.person_id))
    draft = claim_services.start_draft(membership_id=membership.pk, actor=claimant, now=FILED_AT)
    who = {"reference": draft.reference}
    claim_services.save_draft(
        **who,
        actor=claimant,
        now=FILED_AT,
        disease_code="malignant-tumour",
        accident=False,
        first_diagnosed_on=local_date(FILED_AT) - timedelta(days=12),
        hospital_name="湘雅医院",
        province="430000",
        city="长沙",
        story="确诊。",
        account_holder=membership.person.full_name,
        bank_account="6222020200112230",
    )
    claim_services.file_claim(**who, actor=claimant, now=FILED_AT)
    claim_services.request_information(
        **who,
        actor=world.reviewer,
        now=FILED_AT + 2 * DAY,
        questions="请补充病理报告。",
        documents="病理报告",
        deadline_on=local_date(FILED_AT) + timedelta(days=30),
    )
    claim_services.supply_information(
        **who, actor=claimant, now=FILED_AT + 12 * DAY, answer="已补充。"
    )
    claim_services.open_investigation(
        **who,
        actor=world.reviewer,
        now=FILED_AT + (13 + number) * DAY,
        agency_code="agency",
        investigator_id=world.money.investigator.person_id,
        questions="病理报告是否真实？",
        due_on=local_date(FILED_AT) + timedelta(days=30),
    )


@pytest.fixture
def told(complaints: ComplaintWorld) -> ComplaintWorld:
    """Cases on the board, complaints answered, and all of it told."""
    for _number in range(12):
        complaints.around.approved()
    complaints.around.open_period()
    complaints.around.publish()
    for number in range(48):
        outcome = ("upheld", "partly_upheld", "not_upheld", "out_of_scope")[number % 4]
        category = ("time", "decision", "money", "privacy", "jury")[number % 5]
        complaints.answered(OPENS_AT + number * DAY, category=category, outcome=outcome)
    now = OPENS_AT + 120 * DAY
    set_clock(now)
    services.publish_figures(actor=CLOCK, now=now)
    return complaints


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_the_pages_are_whole_in_both_languages_in_at_most_eight_queries(
    told: ComplaintWorld, language: str
) -> None:
    client = Client(headers={"accept-language": language})
    for drawn in (False, True):
        if drawn:
            assert chart_drawing.draw_changed(OPENS_AT) > 0
        for address in PAGES:
            client.get(address)
            with CaptureQueriesContext(
                connection,
            ) as asked:
                page = client.get(address)
            assert page.status_code == 200, address
            assert len(asked) <= 8, (address, [one["sql"][:90] for one in asked])
            text = page.content.decode()
            assert "<script" not in text
            assert "style=" not in text
            if drawn and address == "/board/complaints/":
                assert "/board/charts/complaints." in text
            elif address == "/board/complaints/":
                assert "<progress" in text


def test_pictures_are_drawn_once_and_hold_neither_style_nor_script(told: ComplaintWorld) -> None:
    drawn = chart_drawing.draw_changed(OPENS_AT)
    assert drawn == Chart.objects.count() > 0
    assert chart_drawing.draw_changed(OPENS_AT) == 0
    client = Client()
    for chart in Chart.objects.all():
        dark = ".dark" if chart.theme == "dark" else ""
        answer = client.get(f"/board/charts/{chart.name}.{chart.language}{dark}.svg")
        svg = answer.content.decode()
        assert answer.headers["Content-Type"].startswith("image/svg+xml")
        assert 'role="img"' in svg
        assert "<title" in svg
        for forbidden in ("<style", "<script", "style=", "onload", "javascript:"):
            assert forbidden not in svg
        assert len(svg) < 40_000
    assert client.get("/board/charts/complaints.fr.svg").status_code == 404
    complaint = told.answered(OPENS_AT + 130 * DAY)
    assert Complaint.objects.filter(pk=complaint.pk).exists()


def test_what_a_drawing_may_not_hold_is_refused() -> None:
    for bad in ('<svg style="x"/>', "<svg><script/></svg>", '<svg onload="x"/>', "<html>"):
        with pytest.raises(chart_drawing.UnsafeDrawing):
            chart_drawing.with_words(bad, "t", "s")
    words = chart_drawing.with_words('<svg role="graphics"><g/></svg>', "<t>", "s & s")
    assert "&lt;t&gt;" in words
    assert words.count("role=") == 1


def test_every_shape_is_drawn_in_both_languages_and_themes() -> None:
    day = {"median_days": 3, "slow_days": 9}
    rounds = [
        RoundFigures("p", f"2020-{month:02d}-14", month * 7, month, 8_000_000, 900)
        for month in range(1, 13)
    ]
    for language in ("zh-hans", "en"):
        with override(language):
            charts = [
                chart_data.share_chart(rounds),
                chart_data.helped_chart(rounds),
                chart_data.times_chart({"year": {"filed": day, "filed_to_paid": day}}),
                chart_data.complaints_chart([{"first": "2020-01", "last": "2020-03", **day}]),
                chart_data.denials_chart([Quarter("2020-Q1", "2020-Q2", 40, 4, 500_000)]),
            ]
            for chart in charts:
                svg = chart_drawing.svg_of(chart, "dark")
                assert svg.startswith("<svg")
                assert chart.heading


def test_files_are_safe_for_spreadsheets_and_hold_no_small_cell(told: ComplaintWorld) -> None:
    client = Client()
    for address in FILES:
        answer = client.get(address)
        assert answer.status_code == 200, address
        rows = list(csv.reader(io.StringIO(answer.content.decode())))
        assert len(rows) >= 1
        for row in rows[1:]:
            assert not any(cell.startswith(("=", "+", "@", "-", "\t")) for cell in row)
        head = rows[0]
        for name in ("answered", "claims", "reports", "cases"):
            if name in head:
                place = head.index(name)
                assert all(int(row[place]) >= 11 for row in rows[1:]), (address, name)
        if "complaints" in head:
            cells = [row[-1] for row in rows[1:]]
            assert all(cell in ("", "0") or int(cell) >= 11 for cell in cells)
    assert client.get("/board/figures/nothing.csv").status_code == 404


def test_the_pages_say_what_the_records_entries_say(told: ComplaintWorld) -> None:
    client = Client(headers={"accept-language": "en"})
    page = client.get("/board/complaints/").content.decode()
    for body in months_of(COMPLAINTS):
        if body["told"]:
            assert f">{body['told']['answered']}<" in page
    listed = client.get("/api/v1/board/figures/complaints/").json()["results"]
    bodies = [json.loads(one.body) for one in Entry.objects.filter(kind=COMPLAINTS).order_by("id")]
    assert listed == bodies
    assert Entry.objects.filter(kind=AGENCIES).exists()
    assert "An investigation costs" in client.get("/board/agencies/").content.decode()


def test_an_agency_is_told_from_its_eleventh_report_on(told: ComplaintWorld) -> None:
    months = months_of(AGENCIES)
    spans = [one for body in months for one in body["told"].values()]
    assert [one["reports"] for one in spans] == [12]
    assert spans[0]["cost_cents"] == 12 * 100_000
