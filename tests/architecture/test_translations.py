"""Every string a person may read exists in Chinese."""

import re

from core.catalogues import (
    LANGUAGE,
    catalogue_paths,
    compile_catalogues,
    marked_for_translation,
    missing_translations,
)

PLACEHOLDER = re.compile(r"%\((\w+)\)[sd]|\{(\w+)\}")
CHINESE = re.compile(r"[\u4e00-\u9fff]")


def test_strings_are_found_in_python_and_in_templates():
    marked = marked_for_translation()
    assert any(place.endswith(".py") and strings for place, strings in marked.items())
    assert any(place.endswith(".html") and strings for place, strings in marked.items())


def test_every_marked_string_has_chinese():
    assert missing_translations() == {}


def test_catalogues_compile():
    assert compile_catalogues() == len(catalogue_paths()) > 0


def test_translations_keep_their_placeholders():
    from babel.messages.pofile import read_po

    wrong = []
    for path in catalogue_paths():
        with path.open("rb") as source:
            for message in read_po(source):
                if not message.id:
                    continue
                ids = (message.id,) if isinstance(message.id, str) else message.id
                texts = message.string
                texts = (texts,) if isinstance(texts, str) else (texts or ())
                allowed = {part for one in ids for part in PLACEHOLDER.findall(one)}
                needed = set(PLACEHOLDER.findall(ids[-1]))
                for text in texts:
                    has = set(PLACEHOLDER.findall(text))
                    if has - allowed or (needed - has):
                        wrong.append(f"{path.parents[2].name}: {ids[0]!r} → {text!r}")
    assert wrong == []


def test_one_string_is_translated_one_way():
    from babel.messages.pofile import read_po

    found: dict[tuple[str, object], dict[object, str]] = {}
    for path in catalogue_paths():
        if path.parents[1].name != LANGUAGE:
            continue
        with path.open("rb") as source:
            for message in read_po(source):
                if message.id and message.string:
                    key = (message.context or "", message.id)
                    found.setdefault(key, {})[message.string] = path.parents[2].name
    assert {key: texts for key, texts in found.items() if len(texts) > 1} == {}


def test_no_chinese_is_written_into_templates():
    from tests.architecture.source import ROOT, name

    allowed = re.compile(r"\{#.*?#\}|\{% comment %\}.*?\{% endcomment %\}|lang=\"zh", re.DOTALL)
    found = []
    for path in (ROOT / "templates").rglob("*.html"):
        for line in path.read_text(encoding="utf-8").splitlines():
            if CHINESE.search(allowed.sub("", line)) and 'lang="zh' not in line:
                found.append(f"{name(path)}: {line.strip()[:60]}")
    assert found == []
