"""The browser's own program: draws and counts repeated, every tampering found, offline too."""

import importlib.util
import json
import shutil
from collections.abc import Callable, Iterator
from itertools import islice
from pathlib import Path
from random import Random
from types import ModuleType
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.conf import settings
from django.urls import reverse
from playwright.sync_api import Browser, Page, expect

from jury.draw import SPAN, numbers
from jury.models import Hearing
from tests.browser.conftest import DESK, PHONE, VisitorMaker
from tests.jury.record_files import Body, Forger, changed_text, file_of, opened, reseal
from tests.worlds_jury import JuryWorld, make_jury_world

SCRIPT = Path(settings.BASE_DIR) / "static" / "jury" / "verify.js"
CHECKER = Path(settings.BASE_DIR) / "docs" / "verify"
Change = Callable[[Body], None]


@pytest.fixture
def script(chromium: Browser) -> Iterator[Page]:
    """An empty page with the program in it."""
    context = chromium.new_context()
    page = context.new_page()
    page.add_script_tag(path=SCRIPT)
    yield page
    context.close()


@pytest.fixture
def world(transactional_db: None) -> JuryWorld:
    return make_jury_world(14)


def _decided(world: JuryWorld) -> Hearing:
    hearing = world.open_hearing()
    for place, seated in enumerate(world.panel(hearing)):
        pays = place < 6
        world.cast(hearing, seated, "pay" if pays else "deny", "met" if pays else "not_shown")
    return world.close(hearing)


def _python() -> ModuleType:
    spec = importlib.util.spec_from_file_location("verify", CHECKER / "verify.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def _python_accepts(checker: ModuleType, bundle: Body) -> bool:
    try:
        keys = dict(map(checker.key_of, bundle["keys"]))
        return bool(checker.check(bundle, keys, "") == 0)
    except (KeyError, ValueError, IndexError):
        return False


def test_a_thousand_draw_vectors_agree_between_python_and_javascript(script: Page) -> None:
    random = Random(77)
    sizes = (1, 2, 9, 60, 3_070_000, 106_000_000, 2**47 + 1, SPAN - 1, SPAN)
    vectors: list[list[Any]] = [
        [
            f"H-{case:04d}-TEST" + ("/expert" if case % 3 == 0 else ""),
            case % 2 + 1,
            random.randbytes(32).hex(),
            sizes[case % len(sizes)] if case % 2 else random.randint(1, 10**7),
            12,
        ]
        for case in range(1000)
    ]
    theirs = script.evaluate(
        """vectors => vectors.map(v => window.gongdaoJury.sequence(...v)
             .map(step => [step.counter, step.number]))""",
        vectors,
    )
    for (reference, turn, seed, size, length), found in zip(vectors, theirs, strict=True):
        ours = islice(numbers(reference, turn, seed, size), length)
        assert [list(step) for step in ours] == found


def test_signatures_are_told_true_from_false(script: Page) -> None:
    random = Random(5)
    cases = []
    for number in range(12):
        private = Ed25519PrivateKey.from_private_bytes(random.randbytes(32))
        text = random.randbytes(random.randint(0, 300))
        mark = private.sign(text)
        if number % 3 == 1:
            mark = mark[:40] + bytes([mark[40] ^ 1]) + mark[41:]
        if number % 3 == 2:
            text += b"."
        cases.append([private.public_key().public_bytes_raw().hex(), text.hex(), mark.hex()])
    found = script.evaluate(
        "cases => cases.map(c => window.gongdaoJury.isSigned(...c.map(window.gongdaoJury.unhex)))",
        cases,
    )
    assert found == [number % 3 == 0 for number in range(12)]


def _flip(body: Body) -> None:
    one = body["ballots"][0]
    content = opened(one)
    reseal(one, content | {"vote": "deny" if content["vote"] == "pay" else "pay"})


def _flip_only(body: Body) -> None:
    one = body["ballots"][0]
    content = opened(one)
    vote = "deny" if content["vote"] == "pay" else "pay"
    one["ballot"] = json.dumps(content | {"vote": vote}, ensure_ascii=False)


def _drop(body: Body) -> None:
    del body["ballots"][3]


def _double(body: Body) -> None:
    body["ballots"].insert(3, dict(body["ballots"][2]))


def _other_words(body: Body) -> None:
    words = body["ballots"][1]["words"]
    words["text"] = words["text"].replace("可信", "可疑")


def _no_words(body: Body) -> None:
    del body["ballots"][1]["words"]


def _elsewhere(body: Body) -> None:
    reseal(body["ballots"][0], opened(body["ballots"][0]) | {"hearing": "H-0000-0000"})


def _skip_a_step(body: Body) -> None:
    del body["steps"][2]


def _another_number(body: Body) -> None:
    body["steps"][2]["number"] = body["steps"][2]["number"] % 14 + 1


def _no_reason(body: Body) -> None:
    _of(body, "skipped")["reason"] = ""


def _a_reason_for_a_seat(body: Body) -> None:
    _of(body, "seated")["reason"] = "conflict"


def _passed_over_as_repeat(body: Body) -> None:
    _of(body, "seated").update(outcome="skipped", reason="repeat")


def _of(body: Body, outcome: str) -> Body:
    found: Body = next(step for step in body["steps"] if step["outcome"] == outcome)
    return found


def _with(**values: Any) -> Change:
    return lambda body: body.update(values)


def _in_tally(name: str) -> Change:
    def change(body: Body) -> None:
        body["tally"][name] += 1

    return change


def _in_answers(body: Body) -> None:
    row = next(iter(body["tally"]["by_criterion"].values()))
    row["met"] += 1


def _in_found(body: Body) -> None:
    code = next(iter(body["found"]))
    body["found"][code] = "not_met"


#: The kind of entry changed, what is changed in it; each is found by both programs, even where
#: the operator signs the whole record anew over the change.
TAMPERINGS: list[tuple[str, str, Change]] = [
    ("a vote flipped with its receipt", "ballots_opened", _flip),
    ("a vote flipped", "ballots_opened", _flip_only),
    ("a ballot dropped", "ballots_opened", _drop),
    ("a ballot doubled", "ballots_opened", _double),
    ("a juror's words changed", "ballots_opened", _other_words),
    ("a juror's words left out", "ballots_opened", _no_words),
    ("a ballot from elsewhere", "ballots_opened", _elsewhere),
    ("another root", "ballots_sealed", _with(root="0" * 64)),
    ("another number sealed", "ballots_sealed", _with(count=8)),
    ("a step of the draw left out", "panel_drawn", _skip_a_step),
    ("another number drawn", "panel_drawn", _another_number),
    ("a skip without its reason", "panel_drawn", _no_reason),
    ("a reason for a seat", "panel_drawn", _a_reason_for_a_seat),
    ("a juror passed over as a repeat", "panel_drawn", _passed_over_as_repeat),
    ("another seed", "panel_drawn", _with(seed="1" * 64)),
    ("another secret", "panel_drawn", _with(secret="1" * 64)),
    ("another number of the claimant", "panel_drawn", _with(contribution="number:1")),
    ("another size of the panel", "panel_drawn", _with(panel_size=8)),
    ("another roll", "panel_drawn", _with(roll={"size": 15, "digest": "0" * 64})),
    ("another commitment", "seed_committed", _with(commitment="2" * 64)),
    ("another time announced", "hearing_announced", _with(draw_after="2020-06-09T00:00:00")),
    ("one vote more", "verdict", _in_tally("pay")),
    ("one vote against more", "verdict", _in_tally("deny")),
    ("an answer more", "verdict", _in_answers),
    ("something else found", "verdict", _in_found),
    ("another outcome", "verdict", _with(outcome="uphold")),
    ("another threshold", "verdict", _with(threshold=700)),
    ("another quorum", "verdict", _with(quorum=9)),
    ("another rule for a tie", "verdict", _with(tie="overturn")),
    ("a spoiled ballot invented", "verdict", _with(spoiled=1)),
    ("words withheld without a reason", "verdict", _with(words_withheld="small")),
]


def test_every_tampering_is_found_by_both_programs(world: JuryWorld, script: Page) -> None:
    hearing = _decided(world)
    true = file_of(hearing.reference)
    forger = Forger(true)
    texts = {json.loads(one["text"])["kind"]: one for one in true["entries"]}
    cases: list[tuple[str, Body]] = []
    for name, kind, change in TAMPERINGS:
        entry = texts[kind]
        text = changed_text(entry["text"], change)
        assert text != entry["text"], name
        plain = [one | {"text": text} if one is entry else one for one in true["entries"]]
        cases.append((f"{name}, left as signed", true | {"entries": plain}))
        cases.append((f"{name}, signed anew", forger.forged({entry["index"]: text})))
    cases.append(("an entry left out", true | {"entries": true["entries"][:-1]}))
    checker = _python()
    assert _python_accepts(checker, true)
    verify = "bundles => bundles.map(one => window.gongdaoJury.verify(one))"
    accepted, *found = script.evaluate(verify, [true, *(case for _, case in cases)])
    assert accepted["ok"], accepted["problems"]
    assert {one["code"] for one in accepted["results"]} >= {"included", "steps", "root", "outcome"}
    missed = [name for (name, _), one in zip(cases, found, strict=True) if one["ok"]]
    assert missed == [], "the browser's program accepts these"
    missed = [name for name, case in cases if _python_accepts(checker, case)]
    assert missed == [], "verify.py accepts these"


def test_forging_alone_is_not_what_is_found(world: JuryWorld, script: Page) -> None:
    """The forger's own way of signing is sound: an entry nobody checks may change unseen."""
    hearing = _decided(world)
    true = file_of(hearing.reference)
    kinds = {json.loads(one["text"])["kind"]: one for one in true["entries"]}
    text = changed_text(kinds["verdict"]["text"], _with(seats=10))
    forged = Forger(true).forged({kinds["verdict"]["index"]: text})
    assert _python_accepts(_python(), forged)
    assert script.evaluate("one => window.gongdaoJury.verify(one).ok", forged)


@pytest.mark.parametrize(("width", "language"), [(PHONE, "zh-hans"), (DESK, "en")])
def test_a_reader_repeats_draw_and_count_on_the_page(
    world: JuryWorld, visitor: VisitorMaker, width: int, language: str
) -> None:
    hearing = _decided(world)
    reader = visitor(width, language)
    for name in ("public_hearing", "public_hearing_draw", "public_hearing_ballots"):
        page = reader.open(reverse(name, args=[hearing.reference]))
        assert reader.faults() == []
        button = page.locator("[data-verify]")
        if button.count():
            button.click()
            expect(page.locator("[data-verify-result] .proof")).to_be_visible()
            told = page.inner_text("[data-verify-result]")
            assert "✗" not in told
            assert told.count("✓") == (20 if name == "public_hearing" else 12)
            assert reader.faults() == []


def test_the_draws_page_tells_all_without_javascript(
    world: JuryWorld, visitor: VisitorMaker, capsys: pytest.CaptureFixture[str]
) -> None:
    hearing = _decided(world)
    reader = visitor(PHONE, "en", javascript=False)
    page = reader.open(reverse("public_hearing_draw", args=[hearing.reference]))
    assert page.locator("[data-verify]").is_hidden()
    code = page.inner_text("pre")
    exec(compile(code, "draw", "exec"), {})
    printed = capsys.readouterr().out.strip()
    assert f"It must print: {printed}" in page.inner_text("main")


def test_the_offline_page_checks_a_file_from_a_folder(
    world: JuryWorld, chromium: Browser, tmp_path: Path
) -> None:
    hearing = _decided(world)
    true = file_of(hearing.reference)
    shutil.copy(CHECKER / "hearing.html", tmp_path / "check.html")
    shutil.copy(SCRIPT, tmp_path / "verify.js")
    (tmp_path / "record.json").write_text(json.dumps(true))
    wrong = true | {"hearing": "H-0000-0000"}
    (tmp_path / "wrong.json").write_text(json.dumps(wrong))
    context = chromium.new_context(locale="zh-CN", offline=True)
    page = context.new_page()
    page.goto((tmp_path / "check.html").as_uri())
    for name, words in (("record", "全部成立"), ("wrong", "有内容不成立")):
        page.set_input_files("input", tmp_path / f"{name}.json")
        expect(page.locator("[data-verify-result] b")).to_contain_text(words)
    context.close()
