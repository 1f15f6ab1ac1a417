"""Reading .po files and writing .mo files that gettext understands."""

import gettext
import io

import pytest

from core.catalogues import CatalogueError, catalogue_paths, compiled, read_catalogue

PO = """# A comment
msgid ""
msgstr ""
"Content-Type: text/plain; charset=UTF-8\\n"
"Plural-Forms: nplurals=1; plural=0;\\n"

#: somewhere.py
msgid "Claim"
msgstr "互助申请"

msgctxt "verb"
msgid "Claim"
msgstr "申领"
msgid "A long "
"\\"text\\"\\n"
msgstr "长"
"“文”\\n"

#, python-format
msgid "%(count)s day"
msgid_plural "%(count)s days"
msgstr[0] "%(count)s 天"

#, fuzzy
msgid "Guess"
msgstr "猜"

msgid "Empty"
msgstr ""

#~ msgid "Old"
#~ msgstr "旧"
"""


@pytest.fixture
def po(tmp_path):
    path = tmp_path / "django.po"
    path.write_text(PO, encoding="utf-8")
    return path


def test_gettext_reads_what_was_compiled(po):
    found = gettext.GNUTranslations(io.BytesIO(compiled(read_catalogue(po))))
    assert found.gettext("Claim") == "互助申请"
    assert found.pgettext("verb", "Claim") == "申领"
    assert found.gettext('A long "text"\n') == "长“文”\n"
    assert found.ngettext("%(count)s day", "%(count)s days", 3) == "%(count)s 天"


def test_a_header_that_is_missing_or_fuzzy_does_no_harm(tmp_path):
    for header in ("", '#, fuzzy\nmsgid ""\nmsgstr ""\n"Language: zh\\n"\n\n'):
        path = tmp_path / "django.po"
        path.write_text(header + 'msgid "Claim"\nmsgstr "互助申请"\n', encoding="utf-8")
        found = gettext.GNUTranslations(io.BytesIO(compiled(read_catalogue(path))))
        assert found.gettext("Claim") == "互助申请"
        assert found.charset() == "UTF-8"


def test_what_is_fuzzy_empty_or_old_stays_english(po):
    found = gettext.GNUTranslations(io.BytesIO(compiled(read_catalogue(po))))
    for text in ("Guess", "Empty", "Old"):
        assert found.gettext(text) == text


def test_our_catalogues_give_the_same_as_babels_compiler():
    from babel.messages.mofile import write_mo
    from babel.messages.pofile import read_po

    for path in catalogue_paths():
        with path.open("rb") as source:
            other = io.BytesIO()
            write_mo(other, read_po(source))
        other.seek(0)
        expected = gettext.GNUTranslations(other)._catalog
        ours = gettext.GNUTranslations(io.BytesIO(compiled(read_catalogue(path))))._catalog
        assert {key: text for key, text in ours.items() if key} == {
            key: text for key, text in expected.items() if key
        }, path


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ('msgid "a"\nmsgstr "b"\n\nmsgid "a"\nmsgstr "c"\n', "twice"),
        ('msgid "a\nmsgstr "b"\n', "line 1"),
        ('nonsense "a"\n', "nonsense"),
        ('msgid "a"\nmsgstr "b"\nmsgstr "c"\n', "line 3"),
    ],
)
def test_a_broken_catalogue_is_named_with_its_line(tmp_path, text, words):
    path = tmp_path / "django.po"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(CatalogueError, match=words):
        read_catalogue(path)
