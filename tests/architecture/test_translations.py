"""Every string a person may read exists in Chinese."""

import re

from config.translations import chinese_catalogues, marked_for_translation, missing_translations
from core.catalogues import read_catalogue
from tests.architecture.source import ROOT, name

PLACEHOLDER = re.compile(r"%\((\w+)\)[sd]|\{(\w+)\}")
CHINESE = re.compile(r"[\u4e00-\u9fff]")
COMMENT = re.compile(r"\{#.*?#\}")


def entries():
    for path in chinese_catalogues():
        for entry in read_catalogue(path):
            if entry.text:
                yield path.parents[2].name, entry


def test_strings_are_found_in_python_and_in_templates():
    marked = marked_for_translation()
    assert any(place.endswith(".py") and strings for place, strings in marked.items())
    assert any(place.endswith(".html") and strings for place, strings in marked.items())


def test_every_marked_string_has_chinese():
    assert missing_translations() == {}


def test_translations_keep_their_placeholders():
    wrong = []
    for app, entry in entries():
        allowed = set(PLACEHOLDER.findall(entry.text + entry.plural))
        needed = set(PLACEHOLDER.findall(entry.plural or entry.text))
        for text in entry.translations.values():
            has = set(PLACEHOLDER.findall(text))
            if has - allowed or needed - has:
                wrong.append(f"{app}: {entry.text!r} → {text!r}")
    assert wrong == []


def test_one_string_is_translated_one_way():
    found: dict[tuple[str, str, str], dict[str, str]] = {}
    for app, entry in entries():
        key = (entry.context, entry.text, entry.plural)
        found.setdefault(key, {})[entry.translations[0]] = app
    assert {key: texts for key, texts in found.items() if len(texts) > 1} == {}


def test_no_chinese_is_written_into_templates():
    found = []
    for path in (ROOT / "templates").rglob("*.html"):
        for line in path.read_text(encoding="utf-8").splitlines():
            if CHINESE.search(COMMENT.sub("", line)) and 'lang="zh' not in line:
                found.append(f"{name(path)}: {line.strip()[:60]}")
    assert found == []
