"""A form included with a context of its own still carries the token that lets it be sent."""

import re
from pathlib import Path

TEMPLATES = Path(__file__).resolve().parents[2] / "templates"
INCLUDED = re.compile(r'{% include "([^"]+)"([^%]*) only %}')


def test_no_include_takes_the_token_from_a_form() -> None:
    texts = {
        path.relative_to(TEMPLATES).as_posix(): path.read_text(encoding="utf-8")
        for path in TEMPLATES.rglob("*.html")
    }
    with_token = {name for name, text in texts.items() if "{% csrf_token %}" in text}
    lost = [
        f"{name} includes {included}"
        for name, text in texts.items()
        for included, words in INCLUDED.findall(text)
        if included in with_token and "csrf_token=csrf_token" not in words
    ]
    assert with_token
    assert lost == [], "`only` drops csrf_token: pass csrf_token=csrf_token"
