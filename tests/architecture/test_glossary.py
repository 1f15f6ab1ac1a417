"""The glossary explains every state and every step in the words of the pages, and no state or
step is named by a rejected word."""

import importlib
import re
from collections.abc import Iterator

from django.db.models import TextChoices
from django.utils import translation

from config.drawings import machines
from core.steps import Step
from tests.architecture.source import APPS, ROOT

WORDS = re.compile(r"^\|[^|]+\|[^|]+\|[^|]+\|([^|]+)\|$", re.MULTILINE)
# Rejected in one row and said in another: a vote is tied, not drawn, while a panel is; an
# objection is sustained, not upheld, while a denial is.
OWN_ROWS = {"draw", "uphold"}
# A rejected word in a name where it means something else: a juror accepts a seat, while nobody
# accepts a claim; findings are reported; money and texts are returned, while nobody is asked by it.
MEANT_OTHERWISE = {
    "accept_seat",
    "decline_seat",
    "in_payment",
    "report_findings",
    "return_payout",
    "return_redaction",
    "return_to_review",
}


def glossary() -> str:
    return (ROOT / "docs" / "glossary.md").read_text(encoding="utf-8")


def state_classes() -> Iterator[tuple[str, type[TextChoices]]]:
    for app in APPS:
        if not (ROOT / app / "states.py").exists():
            continue
        module = importlib.import_module(f"{app}.states")
        for value in vars(module).values():
            if (
                isinstance(value, type)
                and value.__name__.endswith("State")
                and issubclass(value, TextChoices)
                and value.__module__ == module.__name__
            ):
                yield app, value


def steps() -> Iterator[tuple[str, Step]]:
    """Every step that an app declares, in whatever collection its module keeps them."""
    for app in APPS:
        if not (ROOT / app / "steps.py").exists():
            continue
        for value in vars(importlib.import_module(f"{app}.steps")).values():
            held = value.values() if isinstance(value, dict) else [value]
            yield from ((app, one) for one in held if isinstance(one, Step))


def in_chinese(label: object) -> str:
    with translation.override("zh-hans"):
        return str(label)


def test_every_state_is_in_the_glossary_as_the_pages_call_it():
    text = glossary()
    missing = [
        f"{app}.{states.__name__}: {state.value} {in_chinese(state.label)}"
        for app, states in state_classes()
        for state in states
        if f"`{state.value}` | {in_chinese(state.label)} |" not in text
        and f"`{state.value}` {in_chinese(state.label)}" not in text
    ]
    assert missing == []


def test_every_step_is_in_the_glossary_as_the_pages_call_it():
    text = glossary()
    missing = [
        f"{app}: {step.name} {in_chinese(step.label)}"
        for app, step in steps()
        if f"`{step.name}` | {in_chinese(step.label)} |" not in text
    ]
    assert missing == []


def test_every_event_of_a_claim_is_in_the_glossary_as_the_pages_call_it():
    from claims.states import STEPS_OF_GRAPH, step_label

    text = glossary()
    missing = [
        step
        for step in STEPS_OF_GRAPH
        if f"`{step}` | {in_chinese(step_label(step))} |" not in text
    ]
    assert missing == []


def test_every_transition_of_every_machine_is_in_the_glossary():
    text = glossary()
    missing = sorted(
        f"{model._meta.label}: {transition.name}"
        for model, field in machines()
        for transition in field.get_all_transitions(model)
        if f"`{transition.name}` |" not in text
    )
    assert missing == []


def test_no_state_or_step_is_named_by_a_rejected_word():
    rejected = {
        word.strip()
        for cell in WORDS.findall(glossary())
        for word in re.split("[,;]", cell)
        if word.strip().isascii() and " " not in word.strip()
    } - OWN_ROWS
    assert {"appeal", "accept", "reject", "cancel"} <= rejected
    names = {state.value for _app, states in state_classes() for state in states}
    names |= {step.name for _app, step in steps()}
    names |= {
        transition.name
        for model, field in machines()
        for transition in field.get_all_transitions(model)
    }
    used = {name for name in names if rejected & set(name.split("_"))}
    assert used == MEANT_OTHERWISE
