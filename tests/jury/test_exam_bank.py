"""The bank of exam questions holds what the exam needs, and says nothing the rules do not."""

from collections import Counter

import pytest
from django.utils import translation

from jury.exam.bank import TOPICS, Question, bank
from jury.exam.basis import SECTIONS, basis_text, shipped_rulebook
from jury.exam.rules import rules_sections, rules_versions
from members.rulebooks import SHIPPED, load

QUESTIONS = list(bank().values())


def test_the_bank_has_at_least_66_questions_and_enough_of_each_topic() -> None:
    assert len(QUESTIONS) >= 66
    counts = Counter(question.topic for question in QUESTIONS)
    assert set(counts) == set(TOPICS)
    # Three attempts of two a topic meet no question twice, and then some.
    assert min(counts.values()) >= 12


@pytest.mark.parametrize("question", QUESTIONS, ids=lambda question: question.code)
def test_a_question_is_whole_in_both_languages(question: Question) -> None:
    for text in (question.en, question.zh):
        assert text.question and text.why
        assert 3 <= len(text.options) <= 4
        assert all(text.options.values())
        assert len(set(text.options.values())) == len(text.options), "two options alike"
    assert bool(question.en.facts) == bool(question.zh.facts)
    assert question.right in question.keys
    assert not any("\u4e00" <= letter <= "\u9fff" for letter in str(question.en))
    assert any("\u4e00" <= letter <= "\u9fff" for letter in question.zh.question)
    assert not set(",?;!") & set(question.zh.question), "half-width punctuation"


@pytest.mark.parametrize("question", QUESTIONS, ids=lambda question: question.code)
def test_what_an_answer_rests_on_exists(question: Question) -> None:
    basis = question.basis
    if basis.kind == "jury_rules":
        assert basis.document in rules_versions()
        assert 1 <= int(basis.place) <= len(rules_sections(basis.document, "en"))
    else:
        assert basis.document in SHIPPED
        if basis.kind == "clause":
            assert shipped_rulebook(basis.document).clause(basis.place)
        else:
            assert basis.kind == "section"
            assert basis.place in load(basis.document)
            assert basis.place in SECTIONS
    for language in ("en", "zh-hans"):
        with translation.override(language):
            assert basis_text(basis, language)


def test_the_right_answer_stands_in_every_place_equally_often() -> None:
    places = Counter(question.keys.index(question.right) for question in QUESTIONS)
    assert set(places) == {0, 1, 2, 3}
    assert max(places.values()) - min(places.values()) <= 3


def test_the_longest_answer_is_no_hint() -> None:
    longest = sum(
        len(question.zh.options[question.right])
        > max(len(text) for key, text in question.zh.options.items() if key != question.right)
        for question in QUESTIONS
    )
    assert longest <= len(QUESTIONS) * 0.45


def test_the_figures_in_the_answers_are_the_rulebooks() -> None:
    rules = shipped_rulebook("critical-illness-2")
    right = {code: question.en.options[question.right] for code, question in bank().items()}
    assert right["J01"] == f"{rules.waiting.days} days"
    assert right["J05"] == "59"
    assert right["P06"].startswith(f"{rules.fee_basis_points // 100}%")
    assert right["P08"] == f"{rules.per_case_cap_cents / 100:g} yuan"
    assert right["P12"] == f"{rules.notice_open_days} days"
    assert str(rules.annual_cap_cents // 100) in bank()["P09"].en.question


def test_the_jury_rules_have_the_same_sections_in_both_languages() -> None:
    for version in rules_versions():
        english, chinese = rules_sections(version, "en"), rules_sections(version, "zh-hans")
        assert [len(one.lines) for one in english] == [len(one.lines) for one in chinese]
        assert rules_versions()
