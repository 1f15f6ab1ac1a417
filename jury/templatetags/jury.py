"""Filters of the jury's pages: words that lead to what they mean."""

import re
from collections.abc import Mapping, Sequence

from django import template
from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString, mark_safe

register = template.Library()


@register.filter
def with_words(text: str, terms: Sequence[Mapping[str, str]]) -> SafeString:
    """The text with the first of each explained word leading to its meaning, lines kept."""
    explained = {term["term"].casefold(): term for term in terms if term["meaning"]}
    if not explained:
        return _lines(conditional_escape(text))
    longest = sorted(explained, key=len, reverse=True)
    pattern = re.compile("|".join(re.escape(term) for term in longest), re.IGNORECASE)
    parts: list[str] = []
    at, done = 0, set()
    for match in pattern.finditer(text):
        key = match[0].casefold()
        if key in done:
            continue
        done.add(key)
        parts.append(conditional_escape(text[at : match.start()]))
        parts.append(
            format_html('<a class="word" href="#{}">{}</a>', explained[key]["anchor"], match[0])
        )
        at = match.end()
    parts.append(conditional_escape(text[at:]))
    return _lines("".join(parts))


def _lines(escaped: str) -> SafeString:
    return mark_safe(escaped.replace("\n", "<br>"))  # noqa: S308  every part is escaped above


@register.filter
def words_in(terms: Sequence[Mapping[str, str]], question: Mapping[str, str]) -> list[object]:
    """The explained words that a question or one of its sides uses."""
    parts = ("text", "help", "claimant_holds", "reviewers_hold")
    whole = " ".join(str(question.get(part, "")) for part in parts).casefold()
    return [term for term in terms if term["meaning"] and term["term"].casefold() in whole]
