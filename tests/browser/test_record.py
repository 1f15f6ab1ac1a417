"""The record's pages, and the check that a reader's own browser makes, in a real Chromium."""

import base64
import hashlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.db import transaction
from playwright.sync_api import Page, Route

from core import clock
from record import tree
from record.keys import load_or_make_signer
from record.rotation import rotate_key
from record.sequencer import sequence_all
from record.services import append_entry
from tests.browser.conftest import DESK, MAX_BYTES, MAX_REQUESTS, PHONE, VisitorMaker

PAGES = ("/board/record/", "/board/record/entry/2/", "/board/record/keys/")
ENTRY = "/board/record/entry/2/?lang=en"
GOOD, BAD = "good", "bad"


def publish(count: int) -> None:
    with transaction.atomic():
        for number in range(count):
            append_entry(
                kind="test", subject="T", body={"n": number, "字": "公道"}, now=clock.now()
            )
    sequence_all(load_or_make_signer())


@pytest.fixture(autouse=True)
def record(transactional_db: None, settings: Any, tmp_path: Path) -> None:
    """Six entries under two checkpoints."""
    settings.SECRETS_FOLDER = tmp_path / "secrets"
    publish(4)
    publish(2)


def check(page: Page) -> tuple[str, str]:
    """Press the button; the verdict's state and its words."""
    page.click("[data-record-check]")
    page.wait_for_selector("[data-record-verdict][data-state]:not([data-state=busy])")
    verdict = page.locator("[data-record-verdict]")
    return verdict.get_attribute("data-state") or "", verdict.inner_text()


@pytest.mark.parametrize("width", [PHONE, DESK])
@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_the_records_pages_are_clean(visitor: VisitorMaker, width: int, language: str) -> None:
    reader = visitor(width=width, language=language)
    for path in PAGES:
        reader.open(f"{path}?lang={language}")
        assert reader.faults() == [], path
    size, requests = reader.weight_of("/board/record/")
    assert size <= MAX_BYTES
    assert requests <= MAX_REQUESTS


def test_without_javascript_the_proof_is_shown_and_no_button(visitor: VisitorMaker) -> None:
    reader = visitor(javascript=False)
    page = reader.open(ENTRY)
    assert not page.locator("[data-record-check]").is_visible()
    assert "1 entry, unchanged since publication" in page.inner_text("main")
    assert page.locator("[data-entry='2']").count() == 1


def test_the_browser_checks_bytes_path_signature_and_next_time_the_growth(
    visitor: VisitorMaker,
) -> None:
    reader = visitor(language="en")
    state, words = check(reader.open(ENTRY))
    assert state == GOOD, words
    assert "signature is that of the record’s key" in words
    assert "joined to the checkpoint’s root: 2." in words
    assert "This browser keeps the checkpoint" in words
    publish(5)
    rotate_key(now=clock.now())
    publish(1)
    state, words = check(reader.open(ENTRY))
    assert state == GOOD, words
    assert "(entries then: 6)" in words
    state, words = check(reader.open("/board/record/?lang=en"))
    assert state == GOOD, words


def spoiling(old: bytes, new: bytes) -> Callable[[Route], None]:
    def handle(route: Route) -> None:
        answer = route.fetch()
        body = answer.body()
        assert old in body
        route.fulfill(response=answer, body=body.replace(old, new, 1))

    return handle


@pytest.mark.parametrize(
    ("address", "old", "new"),
    [
        ("**/record/entry/2.json", b'"n":2', b'"n":3'),
        ("**/record/entry/2.json", b'"test"', b'"tesu"'),
        ("**/record/inclusion/2/6.json", b'"path": ["', b'"path": ["00" , "'),
        ("**/record/checkpoint/6", b"\n6\n", b"\n7\n"),
        ("**/record/checkpoint/6", b"time 2", b"time 3"),
    ],
)
def test_one_changed_byte_is_found_in_the_browser(
    visitor: VisitorMaker, address: str, old: bytes, new: bytes
) -> None:
    reader = visitor(language="en")
    reader.page.route(address, spoiling(old, new))
    state, words = check(reader.open(ENTRY))
    assert (state, "Does not hold" in words) == (BAD, True)


def test_a_history_that_was_written_anew_is_found_in_the_browser(visitor: VisitorMaker) -> None:
    reader = visitor(language="en")
    page = reader.open(ENTRY)
    assert check(page)[0] == GOOD
    page.evaluate(
        "() => { const key = Object.keys(localStorage)[0];"
        " const kept = JSON.parse(localStorage.getItem(key));"
        " localStorage.setItem(key, JSON.stringify({...kept, size: 4})); }"
    )
    state, words = check(reader.open(ENTRY))
    assert (state, "4 → 6" in words) == (BAD, True)


def test_what_cannot_be_fetched_is_said_and_not_called_a_fault(visitor: VisitorMaker) -> None:
    reader = visitor(language="en")
    reader.page.route("**/record/inclusion/**", lambda route: route.abort())
    state, words = check(reader.open(ENTRY))
    assert (state, "Could not be checked" in words) == ("failed", True)


def in_browser(page: Page, script: str, given: object) -> Any:
    return page.evaluate(
        "(given) => { const r = window.gongdaoRecord;"
        " const b = (hex) => r.unhex(hex); " + script + " }",
        given,
    )


def test_its_hashes_are_those_of_the_standards(visitor: VisitorMaker) -> None:
    page = visitor().open("/board/record/")
    data = [bytes(n % 251 for n in range(size)) for size in (0, 1, 55, 56, 64, 111, 112, 128, 5000)]
    made = in_browser(
        page,
        "return given.map((one) => [r.hex(r.sha256(b(one))), r.hex(r.sha512(b(one)))]);",
        [one.hex() for one in data],
    )
    assert made == [
        [hashlib.sha256(one).hexdigest(), hashlib.sha512(one).hexdigest()] for one in data
    ]


def test_its_proofs_agree_with_ours_for_every_leaf_and_pair_of_sizes(
    visitor: VisitorMaker,
) -> None:
    page = visitor().open("/board/record/")
    leaves = [tree.leaf_hash(bytes([n])) for n in range(24)]
    roots = [tree.root_of(leaves[:size]).hex() for size in range(25)]
    read = tree.reader_over(leaves)
    included, grown = [], []
    for size in range(1, 25):
        for other in range(size):
            path = [one.hex() for one in tree.inclusion_proof(read, other, size)]
            included.append([leaves[other].hex(), other, size, path, roots[size]])
            path = [one.hex() for one in tree.consistency_proof(read, other + 1, size)]
            grown.append([other + 1, size, roots[other + 1], roots[size], path])
    script = (
        "return given.map(([leaf, index, size, path, root]) => [[leaf, index, path, root],"
        " [root, index, path, root], [leaf, index + 1, path, root],"
        " [leaf, index, path, leaf + 'x'], [leaf, index, [...path, root], root],"
        " [leaf, index, path.slice(1), root]]"
        ".map(([l, i, p, t]) => { try { return r.isIncluded(b(l), i, size, p.map(b), b(t)); }"
        " catch (error) { return false; } }));"
    )
    for given, answers in zip(included, in_browser(page, script, included), strict=True):
        is_alone = given[2] == 1
        assert answers[0], given
        assert answers[1:3] == [is_alone and given[0] == given[4], False]
        assert answers[3:5] == [False, False]
        assert answers[5] is is_alone
    script = (
        "return given.map(([first, second, old, top, path]) => [[old, top, path],"
        " [top, old, path], [old, old, path], [old, top, [...path, old]],"
        " [old, top, path.slice(1)]]"
        ".map(([o, t, p]) => r.isConsistent(first, second, b(o), b(t), p.map(b))));"
    )
    for given, answers in zip(grown, in_browser(page, script, grown), strict=True):
        is_same = given[0] == given[1]
        assert answers == [True, is_same, is_same, False, is_same], given


def test_its_own_signatures_agree_with_the_librarys(visitor: VisitorMaker) -> None:
    page = visitor().open("/board/record/")
    given = []
    for number in range(5):
        private = Ed25519PrivateKey.generate()
        message = f"message {number}".encode()
        mark = private.sign(message)
        for spoilt in (mark, mark[:5] + bytes([mark[5] ^ 1]) + mark[6:], mark[:-1], mark[:32] * 2):
            key = private.public_key().public_bytes_raw()
            given.append([key.hex(), spoilt.hex(), message.hex()])
    script = "return given.map(([k, m, t]) => r.isSignedSlowly(b(k), b(m), b(t)));"
    assert in_browser(page, script, given) == [True, False, False, False] * 5


def test_it_reads_the_specifications_own_key(visitor: VisitorMaker) -> None:
    page = visitor().open("/board/record/")
    vkey = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
    found = in_browser(page, "return r.hex(r.readKey(given).key);", vkey)
    assert found == base64.b64decode(vkey.rpartition("+")[2])[1:].hex()
    script = "try { r.readKey(given); return false; } catch (error) { return true; }"
    assert in_browser(page, script, vkey.replace("c74f20a3", "c74f20a4"))
