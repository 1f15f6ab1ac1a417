"""The plans' feeds: every publication and correction, well formed, in both languages."""

from xml.etree.ElementTree import Element, fromstring

import pytest
from django.test import Client

from disclosure import services
from tests.disclosure.test_board import on_board
from tests.members.world import PLAN
from tests.worlds_disclosure import CANARY, OPENS_AT, DisclosureWorld

ATOM = "{http://www.w3.org/2005/Atom}"


def feed(language: str = "en") -> Element:
    answer = Client().get(f"/board/feeds/{PLAN}.{language}.atom")
    assert answer.status_code == 200
    assert answer["Content-Type"] == "application/atom+xml; charset=utf-8"
    found: Element = fromstring(answer.content)  # noqa: S314 - the feed is our own
    return found


def titles(root: Element) -> list[str]:
    return [entry.findtext(f"{ATOM}title", "") for entry in root.iter(f"{ATOM}entry")]


def test_each_published_case_is_an_entry_with_an_id_of_its_own(world: DisclosureWorld) -> None:
    cases = on_board(world)
    root = feed()
    ids = [entry.findtext(f"{ATOM}id", "") for entry in root.iter(f"{ATOM}entry")]
    assert len(ids) == len(set(ids)) == len(cases) == 11
    links = {entry.find(f"{ATOM}link").attrib["href"] for entry in root.iter(f"{ATOM}entry")}  # type: ignore[union-attr] # each has one
    assert {link.rsplit("/", 2)[1] for link in links} == {case.reference for case in cases}
    assert CANARY not in "".join(titles(root))


def test_a_feed_speaks_the_language_of_its_address(world: DisclosureWorld) -> None:
    on_board(world)
    assert feed("zh").attrib["{http://www.w3.org/XML/1998/namespace}lang"] == "zh"
    assert all("approved" in title for title in titles(feed("en")))
    assert all("approved" not in title for title in titles(feed("zh")))


def test_a_reader_who_has_it_is_told_so(world: DisclosureWorld) -> None:
    on_board(world)
    address = f"/board/feeds/{PLAN}.en.atom"
    tag = Client().get(address)["ETag"]
    assert Client().get(address, headers={"If-None-Match": tag}).status_code == 304


@pytest.mark.parametrize("address", ["no-plan.en", f"{PLAN}.fr", f"{PLAN}.en.rss"])
def test_an_unknown_feed_is_not_found(world: DisclosureWorld, address: str) -> None:
    assert Client().get(f"/board/feeds/{address}.atom").status_code == 404


def test_a_feed_costs_few_queries_however_long(
    world: DisclosureWorld, django_assert_max_num_queries: object
) -> None:
    on_board(world, 22)
    with django_assert_max_num_queries(8):  # type: ignore[operator] # the plugin's fixture
        feed()


def test_a_correction_is_told_with_its_reason(world: DisclosureWorld) -> None:
    case = on_board(world)[0]
    entry = case.entries.get()
    draft = services.prepare_correction(
        reference=case.reference,
        actor=world.reviewer,
        now=OPENS_AT,
        field="finding.summary",
        replacement="病理结果与条款一致。",
        reason="措辞有误。",
    )
    services.correct_entry(reference=draft.reference, actor=world.reviewer2, now=OPENS_AT)
    assert entry.pk
    found = next(
        one for one in feed("zh").iter(f"{ATOM}entry") if "更正" in one.findtext(f"{ATOM}title", "")
    )
    assert "措辞有误。" in found.findtext(f"{ATOM}summary", "")
