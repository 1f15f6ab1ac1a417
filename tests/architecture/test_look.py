"""The look: one small sheet, readable colours, nothing inline, every piece documented."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
SHEET = ROOT / "static" / "gongdao.css"
TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))
COMPONENTS = sorted((ROOT / "templates" / "components").glob("*.html"))


def _schemes() -> dict[str, dict[str, str]]:
    blocks = re.findall(r":root \{(.*?)\}", SHEET.read_text(encoding="utf-8"), re.DOTALL)
    light, dark, *_ = (dict(re.findall(r"--([\w-]+):(#[0-9a-f]+)", block)) for block in blocks)
    return {"light": light, "dark": {**light, **dark}}


def _luminance(colour: str) -> float:
    digits = colour.removeprefix("#")
    digits = "".join(c * 2 for c in digits) if len(digits) == 3 else digits
    parts = [int(digits[place : place + 2], 16) / 255 for place in (0, 2, 4)]
    linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def _contrast(one: str, other: str) -> float:
    darker, lighter = sorted((_luminance(one), _luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def test_the_sheet_is_at_most_twenty_kilobytes() -> None:
    assert SHEET.stat().st_size <= 20_000


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_words_are_readable_on_every_ground(scheme: str) -> None:
    tokens = _schemes()[scheme]
    grounds = [name for name in tokens if name in {"paper", "card"} or name.startswith("wash-")]
    words = ("ink", "soft", "deep", "seal", "met", "unknown")
    pairs = [(tokens[word], tokens[ground]) for word in words for ground in grounds]
    pairs += [(tokens["on-deep"], tokens["deep"]), ("#ffffff", tokens["mark"])]
    assert [pair for pair in pairs if _contrast(*pair) < 4.5] == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_edges_of_fields_can_be_seen(scheme: str) -> None:
    tokens = _schemes()[scheme]
    assert _contrast(tokens["edge"], tokens["card"]) >= 3
    assert _contrast(tokens["edge"], tokens["paper"]) >= 3


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: str(path.relative_to(ROOT)))
def test_no_template_has_inline_style_or_script(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert not re.search(r"<style|\sstyle=|\son[a-z]+=\"|javascript:", text)
    for script in re.findall(r"<script([^>]*)>", text):
        assert "src=" in script or 'type="application/json"' in script


@pytest.mark.parametrize("path", COMPONENTS, ids=lambda path: path.name)
def test_every_component_says_its_context_and_stands_in_the_reference(path: Path) -> None:
    assert path.read_text(encoding="utf-8").startswith("{# ")
    reference = (ROOT / "docs" / "reference" / "components.md").read_text(encoding="utf-8")
    assert f"`{path.name}`" in reference
