"""The shared pieces say in words what they show, and forms tie errors to their fields."""

from datetime import UTC, datetime
from typing import Any

import pytest
from django import forms
from django.template.loader import render_to_string
from django.test import RequestFactory
from django.utils import translation

from core.errors import Blocker
from core.steps import Step, StepOffer
from core.templatetags import gongdao


class Questions(forms.Form):
    hospital = forms.CharField(label="Hospital", help_text="As on its seal")
    note = forms.CharField(label="Note", required=False)
    answer = forms.ChoiceField(
        label="Answer", choices=[("met", "Met"), ("not_met", "Not met")], widget=forms.RadioSelect
    )


def _render(name: str, language: str = "en", **context: Any) -> str:
    request = RequestFactory().get("/me/", {"page": "2"})
    with translation.override(language):
        return render_to_string(f"components/{name}.html", context, request=request)


@pytest.mark.parametrize(
    ("value", "english", "chinese"),
    [
        ("met", "✓</span> met", "满足"),
        ("not_met", "✗</span> not met", "不满足"),
        ("not_shown", "?</span> papers do not show it", "材料不能说明"),
    ],
)
def test_an_answer_is_sign_word_and_colour(value: str, english: str, chinese: str) -> None:
    shown = _render("_answer_tag", value=value)
    assert english in shown
    assert f"tag-{value}" in shown
    assert chinese in _render("_answer_tag", "zh-hans", value=value)


def test_the_way_says_where_it_is_and_not_by_colour_alone() -> None:
    way = [
        {"label": "Filed", "kind": "done", "when": "12 Feb"},
        {"label": "Jury", "kind": "now", "is_jury": True},
        {"label": "Paid", "kind": "ahead"},
    ]
    shown = _render("_way", way=way)
    assert shown.count('aria-current="step"') == 1
    assert "(done)" in shown
    assert "(now)" in shown
    assert "(still to come)" in shown


def test_each_answer_of_the_criteria_table_carries_its_column_s_name() -> None:
    criteria = {
        "title": "Clause 12",
        "columns": ["Reviewers", "Jury"],
        "rows": [{"text": "Coma", "answers": [{"value": "met"}, {"value": "not_met"}]}],
        "verdicts": [{"value": "met"}, {"value": "not_met"}],
    }
    shown = _render("_criteria_table", criteria=criteria)
    assert shown.count('data-label="Reviewers"') == 2
    assert shown.count('data-label="Jury"') == 2


def test_a_blocked_step_is_a_sentence_and_not_a_button() -> None:
    offers = [
        StepOffer(Step(name="deny", label="Deny", service=dict, is_primary=True), url="/deny/"),
        StepOffer(
            Step(name="approve", label="Approve", service=dict),
            blockers=(Blocker("denial", "the recommendation is a denial."),),
            url="/approve/",
        ),
    ]
    shown = _render("_steps", steps=offers)
    assert 'href="/deny/"' in shown
    assert "/approve/" not in shown
    assert "Cannot approve:" in shown
    assert "the recommendation is a denial." in shown


def test_errors_are_tied_to_their_fields_and_listed_with_links() -> None:
    form = Questions({"hospital": "", "note": "kept"})
    shown = _render("_form", form=form)
    assert 'href="#id_hospital"' in shown
    assert 'href="#id_answer_0"' in shown
    assert 'aria-describedby="id_hospital_helptext id_hospital_error"' in shown
    assert 'id="id_hospital_error"' in shown
    assert "(optional)" in shown
    assert "novalidate" in shown
    assert 'value="kept"' in shown


def test_a_field_says_what_to_do_in_both_languages() -> None:
    form = Questions({})
    assert "Answer this question." in _render("_form", form=form)
    assert "请填写这一项。" in _render("_form", "zh-hans", form=Questions({}))


def test_the_language_switch_keeps_page_and_query_and_the_form_s_text() -> None:
    link = _render("_language_switch")
    assert "/me/?page=2&amp;lang=zh-hans" in link
    button = _render("_language_switch", "zh-hans", page_form=True)
    assert 'form="page-form"' in button
    assert 'name="_language"' in button
    assert 'value="en"' in button


def test_file_names_cannot_change_the_direction_or_the_markup_around_them() -> None:
    received = datetime(2026, 10, 3, tzinfo=UTC)
    shown = _render(
        "_evidence_list", evidence=[{"name": "<b>病历\u202e.pdf", "received_at": received}]
    )
    assert "<bdi>&lt;b&gt;病历" in shown


def test_navigation_leaves_out_what_nothing_serves_and_marks_where_one_is() -> None:
    from django.template import Context

    request = RequestFactory().get("/help/verify/")
    context = Context({"request": request})
    assert gongdao.nav_item(context, "/nowhere/at-all/", "Nowhere") == {"is_served": False}
    assert gongdao.nav_item(context, "/help/", "Help")["current"] == "true"
    assert gongdao.nav_item(context, "/help/", "Help", is_exact=True)["current"] == ""


def test_a_query_is_changed_without_losing_the_rest() -> None:
    from django.template import Context

    context = Context({"request": RequestFactory().get("/board/", {"q": "昏迷", "after": "9"})})
    assert gongdao.with_query(context, after=None, month="2020-05") == (
        "?q=%E6%98%8F%E8%BF%B7&month=2020-05"
    )
