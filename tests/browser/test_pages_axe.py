"""Every kind of page with content: accessible, light, quiet; two languages, phone and desk."""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser
from pytest_django.live_server_helper import LiveServer

from jury.models import Hearing
from members.mail_links import unsubscribe_token
from members.models import Message
from tests import databases
from tests.browser.conftest import DESK, MAX_BYTES, MAX_REQUESTS, PHONE, Visitor
from tests.journeys.jurors import juror_apart, make_jurors
from tests.journeys.scenery import make_scenery
from tests.journeys.stage import Scenery
from tests.journeys.world import make_journey_world

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("pages_axe")]

# Where screenshots go, for whoever wants to look; nothing is written unless it is named.
PICTURES = os.environ.get("GONGDAO_PICTURES", "")

PUBLIC = (
    "/",
    "/board/",
    "/board/cases/",
    "/board/cases/?words=肿瘤",
    "/board/cases/{case}/",
    "/board/periods/",
    "/board/periods/{plan}/{notice_on}/",
    "/board/rules/",
    "/board/rules/{plan}/2/",
    "/board/times/",
    "/board/hearings/",
    "/board/hearings/{hearing_decided}/",
    "/board/hearings/{hearing}/",
    "/board/hearings/{hearing_decided}/draw/",
    "/board/hearings/{hearing_decided}/ballots/",
    "/board/complaints/",
    "/board/denials/",
    "/board/agencies/",
    "/board/people/",
    "/board/charts/complaints/",
    "/complaints/new/?from=/board/",
    "/complaints/",
    "/mail/{token}/",
    "/board/record/",
    "/board/record/entry/3/",
    "/help/",
)
CLAIMANT = (
    "/me/",
    "/me/claims/new/",
    "/me/claims/{draft_mine}/file/",
    "/me/claims/{draft_mine}/file/illness/",
    "/me/claims/{draft_mine}/file/diagnosis/",
    "/me/claims/{draft_mine}/file/hospital/",
    "/me/claims/{draft_mine}/file/story/",
    "/me/claims/{draft_mine}/file/bank/",
    "/me/claims/{draft_mine}/file/documents/",
    "/me/claims/{draft_mine}/evidence/identity/",
    "/me/claims/{draft_mine}/file/check/",
    "/me/claims/{claim_mine}/file/done/",
    "/me/claims/{claim_mine}/",
    "/me/claims/{claim_asked}/",
    "/me/claims/{claim_asked}/steps/supply_information/",
    "/me/claims/{claim_denied}/",
    "/me/claims/{claim_denied}/steps/dispute/",
    "/me/claims/{claim_noticed}/",
    "/me/claims/{claim_noticed}/steps/withdraw/",
    "/me/claims/{claim_paid}/",
    "/me/claims/{claim_heard}/",
    "/me/hearings/{hearing}/",
    "/me/claims/{claim_heard}/steps/withdraw_dispute/",
    "/me/inbox/",
    "/me/messages/settings/",
    "/complaints/{complaint}/",
    "/complaints/{complaint}/received/",
    "/jury/exam/",
    "/jury/exam/rules/",
    "/jury/exam/{exam_mine}/questions/1/",
    "/jury/exam/{exam_mine}/review/",
    "/jury/record/",
    "/jury/record/hospitals/",
    "/jury/record/hospitals/{affiliation_mine}/end/",
    "/jury/papers/{exhibit_mine}/",
)
MEMBER = (
    "/jury/",
    "/jury/exam/",
    "/jury/practice/",
    "/jury/practice/1/",
    "/jury/practice/vote/?a1=met&a2=met&a3=met",
    "/jury/practice/review/?a1=met&a2=met&a3=met&avote=deny",
    "/jury/practice/result/?a1=met&a2=met&a3=met&avote=deny",
    "/me/memberships/",
    "/me/memberships/{membership_member}/leave/",
    "/me/memberships/{membership_member}/tier/",
    "/me/shares/",
    "/me/shares/{membership_member}/{round}/",
    "/notice/",
    "/notice/cases/{entry_mine}/",
    "/notice/cases/{entry_theirs}/",
    "/notice/cases/{entry_theirs}/object/",
    "/notice/objections/",
    "/notice/objections/{objection}/",
)
JUROR = (
    "/jury/",
    "/jury/{hearing}/",
    "/jury/{hearing}/ballot/1/",
    "/jury/{hearing}/ballot/vote/",
    "/jury/papers/{exhibit_mine}/",
    "/jury/record/",
    "/jury/record/qualifications/",
    "/jury/{hearing}/steps/recuse/",
)
VOTED = ("/jury/{hearing}/receipt/",)
SUSPENDED = ("/jury/record/", "/jury/record/appeal/")
REVIEWER = (
    "/console/",
    "/console/?view=all",
    "/console/claims/{claim_mine}/",
    "/console/claims/{claim_mine}/steps/open_investigation/",
    "/console/claims/{claim_mine}/steps/request_information/",
    "/console/claims/{claim_reported}/",
    "/console/claims/{claim_reported}/steps/recommend/",
    "/console/claims/{claim_disputed}/",
    "/console/claims/{claim_noticed}/",
    "/console/claims/{claim_paid}/",
    "/console/claims/{claim_unsigned}/steps/prepare_redaction/",
    "/console/notice/",
    "/console/objections/",
    "/console/objections/{objection}/",
    "/console/objections/{objection}/steps/open_inquiry/",
    "/console/objections/{objection_theirs}/",
    "/console/corrections/",
    "/console/corrections/cases/{case}/",
)
SECOND = (
    "/console/claims/{claim_recommended}/",
    "/console/claims/{claim_recommended}/steps/approve/",
    "/console/claims/{claim_recommended}/steps/send_back/",
    "/console/claims/{claim_unsigned}/steps/sign_redaction/",
    "/console/corrections/{correction}/correct/",
)
INVESTIGATOR = (
    "/console/",
    "/console/claims/{claim_investigated}/",
    "/console/claims/{claim_investigated}/steps/report_findings/",
)
OFFICER = (
    "/console/",
    "/console/hearings/",
    "/console/hearings/{hearing_preparing}/",
    "/console/hearings/{hearing_preparing}/steps/announce_draw/",
    "/console/hearings/{hearing}/",
    "/console/hearings/{hearing}/steps/void_hearing/",
    "/console/hearings/{hearing_decided}/",
    "/console/hearings/{hearing_preparing}/steps/prepare_brief/",
    "/console/hearings/{hearing_preparing}/steps/reopen_brief/",
    "/console/hearings/{hearing_preparing}/papers/",
    "/console/hearings/{hearing}/steps/replace_juror/",
    "/console/hearings/{hearing}/steps/extend_voting/",
    "/console/papers/{exhibit_mine}/",
    "/console/papers/{exhibit_theirs}/steps/change_exhibit/",
    "/console/papers/{exhibit_theirs}/steps/withdraw_exhibit/",
    "/console/jurors/",
    "/console/jurors/{person_juror}/",
    "/console/jurors/{person_juror}/steps/suspend_juror/",
    "/console/jurors/{person_juror}/steps/disqualify_juror/",
    "/console/qualifications/{qualification}/steps/verify_qualification/",
    "/console/qualifications/{qualification}/steps/refuse_qualification/",
    "/console/juror-appeals/",
    "/console/messages/",
)
FINANCE = (
    "/console/",
    "/console/rounds/",
    "/console/rounds/{round}/",
    "/console/payouts/",
    "/console/payouts/batches/{batch}/",
    "/console/payouts/{payout}/",
    "/console/payouts/{payout_returned}/",
    "/console/bank/",
)
SECOND_FINANCE = (
    "/console/payouts/batches/{batch}/",
    "/console/payouts/batches/{batch}/steps/approve_batch/",
)
ADMIN = ("/console/roles/", "/console/messages/")
OMBUDSMAN = (
    "/console/hearings/{hearing_preparing}/steps/sign_brief/",
    "/console/papers/{exhibit_theirs}/steps/sign_exhibit/",
    "/console/juror-appeals/",
    "/console/juror-appeals/{juror_appeal}/",
    "/console/complaints/",
    "/console/complaints/{complaint}/",
    "/console/complaints/{complaint}/steps/examine_complaint/",
    "/console/complaints/{complaint}/steps/answer_complaint/",
    "/console/complaints/{complaint}/steps/assign_complaint/",
)

ROUTES: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("", PUBLIC),
    ("claimant", CLAIMANT),
    ("member", MEMBER),
    ("{juror}", JUROR),
    ("{voted}", VOTED),
    ("{juror_suspended}", SUSPENDED),
    ("reviewer", REVIEWER),
    ("reviewer2", SECOND),
    ("investigator", INVESTIGATOR),
    ("jury_officer", OFFICER),
    ("finance", FINANCE),
    ("finance2", SECOND_FINANCE),
    ("admin", ADMIN),
    ("ombudsman", OMBUDSMAN),
)


@pytest.fixture(scope="module")
def scenery(django_db_setup: None, django_db_blocker: Any) -> Iterator[Scenery]:
    """One world for all tests of this module."""
    with django_db_blocker.unblock():
        made = make_scenery(make_journey_world())
        names = made.found
        names["plan"] = made.world.plan.code
        names["juror"] = juror_apart(made)
        make_jurors(made)
        told = Message.objects.filter(person=made.world.people["claimant"])
        names["token"] = unsubscribe_token(told.order_by("pk")[0].reference)
        names["voted"] = made.world.panel(Hearing.objects.get(reference=names["hearing"]))[0]
        names["membership_member"] = made.world.people["member"].memberships.get().reference
        yield made
        databases.empty()


@pytest.fixture(scope="module")
def site(scenery: Scenery) -> Iterator[str]:
    """A server for the module's world."""
    server = LiveServer("localhost:0")
    yield server.url
    server.stop()


class Tour:
    """One person's browser on a tour, noting what is wrong with each page."""

    def __init__(self, chromium: Browser, site: str, scenery: Scenery, width: int, language: str):
        self.names = scenery.found
        self.width, self.language = width, language
        self.context = chromium.new_context(
            viewport={"width": width, "height": 800},
            locale="zh-CN" if language == "zh-hans" else "en-GB",
            has_touch=width == PHONE,
        )
        self.visitor = Visitor(self.context.new_page(), site)
        self.page = self.visitor.page
        self.axe = True
        self.faults: list[str] = []
        self.heard: list[str] = []
        self.page.on(
            "console",
            lambda said: self.heard.append(said.text) if said.type == "error" else None,
        )
        self.page.on("pageerror", lambda error: self.heard.append(str(error)))

    def go(self, username: str, paths: tuple[str, ...]) -> None:
        """Sign in and open every page."""
        name = username.format(**self.names)
        if name:
            self.visitor.sign_in(name)
        for template in paths:
            path = template.format(**self.names)
            for fault in self.look_at(path):
                self.faults.append(f"{name or 'anyone'} {template} at {self.width}: {fault}")
            self.picture(f"{name or 'anyone'}{template}")
        self.context.close()

    def look_at(self, path: str) -> list[str]:
        """Open a page; return what is wrong with it."""
        self.heard.clear()
        answer = self.page.goto(f"{self.visitor.base}{path}")
        if answer is None or answer.status != 200:
            return [f"status {answer.status if answer else 'none'}"]
        sizes: list[int] = self.page.evaluate(
            """() => ["navigation", "resource"].flatMap(kind =>
                 performance.getEntriesByType(kind).map(one => one.decodedBodySize))"""
        )
        return [
            *([f"{sum(sizes)} bytes"] if sum(sizes) > MAX_BYTES else []),
            *([f"{len(sizes)} requests"] if len(sizes) > MAX_REQUESTS else []),
            *self.heard,
            *self.visitor.faults(axe=self.axe),
            *self.foreign_words(),
            *self.unreachable(),
        ]

    def foreign_words(self) -> list[str]:
        """English sentences on a Chinese page: three words in a row that nobody translated."""
        if self.language != "zh-hans":
            return []
        found = self.page.evaluate(
            r"""() => {
              const page = document.body.cloneNode(true);
              page.querySelectorAll("pre, code, .mono, script").forEach(e => e.remove());
              return page.textContent.match(/\b[A-Za-z]{2,}( [A-Za-z’']{2,}){2,}/g) || [];
            }"""
        )
        return [f"not translated: {words}" for words in found if words not in PROPER_NAMES]

    def unreachable(self) -> list[str]:
        """The primary act must be reached by Tab: shown, not disabled, in the order of focus."""
        found = self.page.evaluate(
            """() => [...document.querySelectorAll("main .button-primary")]
                .filter(e => e.tabIndex < 0 || e.disabled || !e.offsetParent)
                .map(e => e.outerHTML.slice(0, 120))"""
        )
        return [f"not reached by keyboard: {html}" for html in found]

    def picture(self, name: str) -> None:
        """Keep a screenshot where one is wanted."""
        if PICTURES:
            safe = "".join(c if c.isalnum() else "_" for c in name)[:80]
            folder = Path(PICTURES) / f"{self.language}-{self.width}"
            folder.mkdir(parents=True, exist_ok=True)
            self.page.screenshot(path=folder / f"{safe}.png", full_page=True)


# Names that stand in Latin letters on Chinese pages too.
PROPER_NAMES = frozenset({"Glasgow coma scale", "Apache License"})


@pytest.mark.parametrize(
    ("width", "language", "axe"),
    [
        # Each width and each language under axe; crossed, the layout and the words alone.
        (PHONE, "zh-hans", True),
        (DESK, "en", True),
        (PHONE, "en", False),
        (DESK, "zh-hans", False),
    ],
)
def test_every_kind_of_page_is_right(
    chromium: Browser, site: str, scenery: Scenery, width: int, language: str, axe: bool
) -> None:
    faults: list[str] = []
    for username, paths in ROUTES:
        tour = Tour(chromium, site, scenery, width, language)
        tour.axe = axe
        tour.go(username, paths)
        faults += tour.faults
    assert not faults, "\n".join(faults)


@pytest.mark.parametrize(
    ("username", "path", "goal"),
    [
        ("claimant", "/me/", "/me/claims/new/"),
        ("reviewer", "/console/claims/{claim_mine}/", "/steps/open_investigation/"),
        ("reviewer2", "/console/claims/{claim_recommended}/", "/steps/approve/"),
        ("member", "/notice/cases/{entry_theirs}/", "/object/"),
        ("{juror}", "/jury/{hearing}/", "/ballot/1/"),
    ],
)
def test_the_primary_act_is_reached_by_tab_and_done_by_enter(
    chromium: Browser, site: str, scenery: Scenery, username: str, path: str, goal: str
) -> None:
    tour = Tour(chromium, site, scenery, DESK, "en")
    tour.visitor.sign_in(username.format(**scenery.found))
    tour.visitor.open(path.format(**scenery.found))
    for _press in range(80):
        tour.page.keyboard.press("Tab")
        href = tour.page.evaluate("document.activeElement.getAttribute('href') || ''")
        if href.endswith(goal):
            break
    else:
        raise AssertionError(f"{goal} is not reached by Tab")
    tour.page.keyboard.press("Enter")
    tour.page.wait_for_url(f"**{goal}")
    tour.context.close()
