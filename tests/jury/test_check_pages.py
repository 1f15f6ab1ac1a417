"""What the public reads of a hearing at each stage, by page, file and API, and at what cost."""

import io
import json
import re
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from core import clock
from jury import public_ballots, public_list, public_page, services
from jury.models import Ballot, BallotOpening, Hearing
from jury.services.endings import withdraw_hearing
from record.models import Entry
from tests.jury.record_files import file_of
from tests.worlds_jury import JuryWorld

pytestmark = pytest.mark.django_db(transaction=True)


def _page(name: str, hearing: Hearing, **query: str) -> str:
    response = Client(headers={"accept-language": "en"}).get(
        reverse(name, args=[hearing.reference]), query
    )
    assert response.status_code == 200, response.status_code
    return response.content.decode()


def _decided(world: JuryWorld, pays: int = 6) -> tuple[Hearing, list[services.Receipt]]:
    hearing = world.open_hearing()
    receipts = [
        world.cast(hearing, juror, *(("pay", "met") if place < pays else ("deny", "not_shown")))
        for place, juror in enumerate(world.panel(hearing))
    ]
    return world.close(hearing), receipts


def test_the_finding_is_the_heading_and_majority_and_dissent_stand_apart(world: JuryWorld) -> None:
    hearing, receipts = _decided(world)
    page = _page("public_hearing", hearing)
    assert "6 of 9 jurors voted to pay: the claim is paid" in page
    assert "goes on public notice" in page
    assert page.index("The majority: to pay (6)") < page.index("The dissent: to deny (3)")
    assert page.count("复印件盖章可信。") == 9
    assert "Counted again just now: it adds up." in page
    assert "Drawn again just now: the same panel." in page
    for receipt in receipts:
        assert receipt.commitment in page


def test_a_juror_finds_their_ballot_in_two_clicks(world: JuryWorld) -> None:
    hearing, receipts = _decided(world)
    first = _page("public_hearing", hearing, receipt=receipts[2].commitment[:16])
    assert "Yes: it was counted." in first
    link = re.search(r'href="([^"]*ballots/\?from=1#(J\d))"', first)
    assert link is not None
    listed = Client().get(link[1].split("#")[0]).content.decode()
    row = listed[listed.index(f'id="{link[2]}"') :]
    assert receipts[2].commitment in row[: row.index("</tr>")]
    for wrong in ("", "12345", "zz" * 8, receipts[2].commitment[:7], "0" * 64, "%", "0" * 9_000):
        assert "Yes: it was counted." not in _page("public_hearing", hearing, receipt=wrong)


def test_a_unanimous_panel_shows_totals_only_and_says_why(world: JuryWorld) -> None:
    hearing, receipts = _decided(world, pays=0)
    page = _page("public_hearing", hearing, receipt=receipts[0].commitment[:8])
    assert "All jurors voted alike." in page
    assert "9 of 9 jurors voted to deny: the denial stands" in page
    assert "Yes: it was counted." in page
    assert "复印件盖章可信" not in page
    listed = _page("public_hearing_ballots", hearing)
    assert receipts[0].commitment in listed
    assert "to deny" not in listed
    bundle = json.dumps(file_of(hearing.reference), ensure_ascii=False)
    assert "复印件盖章可信" not in bundle
    assert "Counted again just now: it adds up." in page


def test_void_and_withdrawn_rounds_open_no_ballot_anywhere(world: JuryWorld) -> None:
    void = world.open_hearing()
    secret = [world.cast(void, juror, "pay", "met") for juror in world.panel(void)[:3]]
    services.void_hearing(
        reference=void.reference,
        actor=world.jury_officer,
        now=clock.now(),
        reason_code="panel_wrong",
        note="Nur für das Protokoll.",
    )
    world.run_clock()
    page = _page("public_hearing", void)
    assert "This round is void; no ballot was opened" in page
    assert "a juror should not have sat" in page
    assert "Nur für das Protokoll" not in page
    following = Hearing.objects.get(replaces=void)
    assert following.reference in page
    assert void.reference in _page("public_hearing", following)
    withdrawn = world.open_hearing()
    secret += [world.cast(withdrawn, juror, "deny") for juror in world.panel(withdrawn)[:3]]
    withdraw_hearing(
        reference=withdrawn.claim.reference,
        actor=world.claimant_of(withdrawn.claim),
        now=clock.now(),
    )
    world.run_clock()
    assert "The dispute was withdrawn; no ballot was opened" in _page("public_hearing", withdrawn)
    for hearing in (void, withdrawn):
        bundle = json.dumps(file_of(hearing.reference))
        assert "ballots_opened" not in bundle
        for receipt in secret:
            assert receipt.commitment not in bundle
        missing = Client().get(reverse("public_hearing_ballots", args=[hearing.reference]))
        assert missing.status_code == 404
    assert not BallotOpening.objects.exists()
    assert Ballot.objects.count() == 6


def test_a_rehearing_and_its_first_hearing_lead_to_each_other(world: JuryWorld) -> None:
    for _more in range(12):
        world.juror()
    first, _receipts = _decided(world, pays=2)
    again = world.disputed_again(first.claim)
    second = world.preparing_hearing(again)
    assert second.sitting == 2
    page = _page("public_hearing", first)
    assert "The rehearing of this dispute before a larger panel" in page
    assert second.reference in page
    assert first.reference in _page("public_hearing", second)


def test_the_page_of_a_draw_says_every_number_and_why(world: JuryWorld) -> None:
    hearing = world.drawn_hearing()
    leaving = world.panel(hearing)[0]
    services.decline_seat(reference=hearing.reference, actor=leaving, now=clock.now())
    page = _page("public_hearing_draw", hearing)
    entry = Entry.objects.get(subject=hearing.reference, kind="panel_drawn")
    body = json.loads(entry.body)
    for step in body["steps"]:
        assert f">{step['number']}<" in page
    for told in (body["secret"], body["seed"], body["checkpoint"]["root"], "314159"):
        assert told in page
    assert re.search(r"Number \d+ declined", page)
    assert "Drawn again just now: the same panel." in page


def test_pages_and_files_answer_unchanged_readers_with_not_modified(world: JuryWorld) -> None:
    hearing, _receipts = _decided(world)
    client = Client()
    for name in (
        "public_hearing_bundle",
        "public_hearing_draw",
        "public_hearing_ballots",
        "api_public_hearing",
        "api_public_ballots",
    ):
        address = reverse(name, args=[hearing.reference])
        first = client.get(address)
        assert "public" in first.headers["Cache-Control"]
        again = client.get(address, headers={"if-none-match": first.headers["ETag"]})
        assert again.status_code == 304, name
        assert not again.content


def test_the_archive_holds_what_checks_it(world: JuryWorld, tmp_path: Path) -> None:
    hearing, _receipts = _decided(world)
    response = Client().get(reverse("public_hearing_archive", args=[hearing.reference]))
    data = b"".join(response.streaming_content)  # type: ignore[attr-defined]  # it is streamed
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        assert archive.testzip() is None
        archive.extractall(tmp_path)
    folder = tmp_path / hearing.reference
    assert {one.name for one in folder.iterdir()} >= {"check.html", "verify.js"}
    done = subprocess.run(
        [sys.executable, "-I", folder / "verify.py", folder / "record.json"],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "Everything in this file holds" in done.stdout


def test_the_list_is_paged_by_key_at_a_constant_number_of_queries(
    world: JuryWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    hearings = [world.preparing_hearing() for _number in range(3)]
    address = reverse("public_hearings")
    monkeypatch.setattr(public_list, "A_PAGE", 2)
    client = Client(headers={"accept-language": "en"})
    with CaptureQueriesContext(connection) as whole:
        first = client.get(address).content.decode()
    assert "3 hearings so far: 3 are under way." in first
    assert [one.reference in first for one in hearings] == [False, True, True]
    following = re.search(r'href="(\?after=[^"]+)"', first)
    assert following is not None
    with CaptureQueriesContext(connection) as part:
        second = client.get(f"{address}{following[1]}").content.decode()
    assert [one.reference in second for one in hearings] == [True, False, False]
    assert len(whole) == len(part) <= 4
    listed = client.get(reverse("api_public_hearings")).json()
    assert [one["reference"] for one in listed["results"]] == [
        hearings[2].reference,
        hearings[1].reference,
    ]
    rest = client.get(listed["next"]).json()
    assert [one["reference"] for one in rest["results"]] == [hearings[0].reference]


def test_a_large_hearing_is_looked_up_by_index_and_read_a_part_at_a_time(
    world: JuryWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    hearing, receipts = _decided(world)
    monkeypatch.setattr(public_ballots, "A_PAGE", 4)
    monkeypatch.setattr(public_ballots, "TOGETHER", 4)
    monkeypatch.setattr(public_page, "COUNTED_EACH_TIME", 4)
    public_page.forget_counts()
    found = sorted(receipt.commitment for receipt in receipts)
    page = _page("public_hearing", hearing, receipt=found[7][:10])
    assert "from=5#J8" in page
    assert "复印件盖章可信" not in page
    assert "Counted again on " in page
    with CaptureQueriesContext(connection) as queries:
        _page("public_hearing", hearing)
    assert not any('"ballots_opened"' in one["sql"] for one in queries.captured_queries)
    listed = _page("public_hearing_ballots", hearing, **{"from": "5"})
    assert [commitment in listed for commitment in found] == [False] * 4 + [True] * 4 + [False]
    for odd in ("0", "-3", "99999999999", "x", "１"):
        _page("public_hearing_ballots", hearing, **{"from": odd})
    api = reverse("api_public_ballots", args=[hearing.reference])
    names: list[str] = []
    while api:
        answer = Client().get(api).json()
        names += [one["pseudonym"] for one in answer["results"]]
        api = answer["next"]
    assert names == [f"J{place}" for place in range(1, 10)]
    with connection.cursor() as cursor:
        cursor.execute("SET enable_seqscan = off")
        cursor.execute(
            "EXPLAIN SELECT id FROM jury_ballot WHERE hearing_id = %s AND round = 1"
            " AND commitment >= %s AND commitment < %s ORDER BY commitment LIMIT 2",
            [hearing.pk, found[0][:8], f"{found[0][:8]}g"],
        )
        plan = "\n".join(row[0] for row in cursor.fetchall())
        cursor.execute("RESET enable_seqscan")
    assert "ballot_receipt_is_one" in plan
    assert "commitment" in plan[plan.index("Index Cond") :]


def test_a_page_never_says_that_a_wrong_count_is_right(world: JuryWorld) -> None:
    hearing, _receipts = _decided(world)
    page = public_page.public_hearing(hearing.reference)
    assert page is not None
    right = public_page.counted_again(page, clock.now())
    assert right is not None
    assert right[0] is True
    page["verdict"]["tally"]["pay"] += 1
    counted = public_page.counted_again(page, clock.now())
    assert counted is not None
    assert counted[0] is False


def test_nothing_personal_stands_in_a_hearings_file(world: JuryWorld) -> None:
    hearing, _receipts = _decided(world)
    text = json.dumps(file_of(hearing.reference), ensure_ascii=False)
    claim = hearing.claim
    private = (claim.reference, claim.claimant.full_name, "湘雅", "长沙", "6222020200112230")
    assert [one for one in private if one in text] == []
