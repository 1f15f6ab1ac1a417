"""The board as files: every link leads to a file or to the live board, in both languages."""

import posixpath
import re
from html import unescape
from io import StringIO
from pathlib import Path
from urllib.parse import unquote

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from hypothesis import given
from hypothesis import strategies as st

from disclosure.export.files import file_of, is_exported, links_of, resolved, with_file_links
from disclosure.models import PublicCase
from record import sequencer
from record.keys import load_or_make_signer
from tests.disclosure.test_board import on_board
from tests.worlds_disclosure import CANARY, DisclosureWorld

LINK = re.compile(r'\s(href|src|action)="([^"]*)"')
WORDS = st.text(alphabet="abcdefghijklmnopqrstuvwxyz0123456789-", min_size=1, max_size=12)


def exported(folder: Path) -> str:
    out = StringIO()
    call_command("export_board", str(folder), stdout=out)
    return out.getvalue()


@pytest.fixture
def folder(world: DisclosureWorld, tmp_path: Path) -> Path:
    on_board(world)
    sequencer.sequence_all(load_or_make_signer())
    exported(tmp_path / "board")
    return tmp_path / "board"


def pages(folder: Path) -> list[Path]:
    return sorted(folder.rglob("*.html"))


def test_every_case_is_a_file_in_both_languages_and_as_data(folder: Path) -> None:
    cases = list(PublicCase.objects.values_list("reference", flat=True))
    assert len(cases) == 11
    for reference in cases:
        for language in ("zh", "en"):
            assert reference in (folder / language / "cases" / f"{reference}.html").read_text()
        assert reference in (folder / "data" / "cases" / f"{reference}.json").read_text()


def test_no_link_is_broken_and_none_needs_a_server(folder: Path) -> None:
    live = settings.PUBLIC_URL.rstrip("/")
    seen = 0
    for page in pages(folder):
        for name, value in LINK.findall(page.read_text()):
            link = unescape(value)
            if link.startswith(("#", "data:", "mailto:", "https://", live)):
                continue
            assert name != "action", f"{page}: a form needs a server: {link}"
            target = unquote(link.partition("#")[0])
            assert not target.startswith("/"), f"{page}: {link}"
            there = folder / posixpath.normpath(
                posixpath.join(str(page.parent.relative_to(folder)), target)
            )
            assert there.is_file(), f"{page}: {link} leads nowhere"
            seen += 1
    assert seen > 200


def test_a_page_is_wholly_in_its_language_and_leads_to_the_other(folder: Path) -> None:
    for page in (folder / "en").rglob("*.html"):
        text = page.read_text()
        assert '<html lang="en">' in text, page
        other = LINK.findall(text[text.index('class="language"') - 5 :])[0][1]
        assert "/zh/" in posixpath.normpath(posixpath.join(str(page.parent), unquote(other)))


def test_written_again_nothing_changes_and_only_what_is_told_of_is_written(
    folder: Path, world: DisclosureWorld
) -> None:
    times = {page: page.stat().st_mtime_ns for page in (folder / "zh" / "cases").glob("K-*")}
    said = exported(folder)
    assert " 0 cases" in said
    assert {page: page.stat().st_mtime_ns for page in times} == times


def test_nobody_is_named_in_any_file(folder: Path) -> None:
    for file in folder.rglob("*"):
        if file.is_file():
            assert CANARY.encode() not in file.read_bytes(), file


def test_a_page_as_a_file_has_no_way_to_sign_in(folder: Path) -> None:
    for page in pages(folder):
        text = page.read_text()
        assert "/accounts/login/" not in text, page
        assert "csrfmiddlewaretoken" not in text, page


def test_a_file_in_the_folders_place_is_said(tmp_path: Path) -> None:
    taken = tmp_path / "board"
    taken.write_text("")
    with pytest.raises(CommandError, match="is a file"):
        call_command("export_board", str(taken))


@pytest.mark.parametrize(
    ("address", "file"),
    [
        ("/board/", "en/index.html"),
        ("/board/periods/", "en/periods/index.html"),
        ("/board/cases/K-ABCD-2345/", "en/cases/K-ABCD-2345.html"),
        ("/board/cases/?before=K-ABCD-2345", "en/cases/before-K-ABCD-2345/index.html"),
        ("/board/cases/?result=denied", "en/cases/result-denied/index.html"),
        ("/board/cases.csv", "data/cases.csv"),
        ("/api/v1/board/cases/K-ABCD-2345/", "data/cases/K-ABCD-2345.json"),
        ("/help/verify/", "en/help/verify/index.html"),
        ("/static/gongdao.css", "static/gongdao.css"),
    ],
)
def test_an_address_has_its_file(address: str, file: str) -> None:
    assert is_exported(address)
    assert file_of(address, "en") == file


@pytest.mark.parametrize(
    "address",
    [
        "/board/cases/?q=x",
        "/board/cases/?result=denied&stage=paid",
        "/board/record/entry/3/",
        "/me/",
        "/console/",
        "/api/v1/claims/",
        "/accounts/login/",
    ],
)
def test_what_needs_a_server_or_an_account_is_not_exported(address: str) -> None:
    assert not is_exported(address)


def test_a_form_and_a_search_lead_to_the_live_board() -> None:
    page = '<form action="/board/cases/"><a href="/board/cases/?q=%E6%98%8F&amp;lang=en">x</a>'
    changed = with_file_links(page, "/board/", "en", "https://example.org")
    assert 'action="https://example.org/board/cases/"' in changed
    assert 'href="https://example.org/board/cases/?q=%E6%98%8F&amp;lang=en"' in changed


@given(WORDS, WORDS, st.sampled_from(["zh-hans", "en"]))
def test_a_rewritten_link_leads_to_the_file_of_its_address(
    here: str, there: str, language: str
) -> None:
    address, target = f"/board/{here}/", f"/board/{there}/{here}/"
    page = f'<a href="{target}#part">x</a>'
    changed = with_file_links(page, address, language, "https://example.org")
    link = unquote(LINK.findall(changed)[0][1].partition("#")[0])
    own = posixpath.dirname(file_of(address, language))
    assert posixpath.normpath(posixpath.join(own, link)) == file_of(target, language)
    assert changed.endswith('#part">x</a>')
    assert links_of(page, address) == [target]


def test_a_query_alone_stays_on_its_page() -> None:
    assert resolved("?before=K-1", "/board/cases/?result=denied") == "/board/cases/?before=K-1"
