"""The glossary explains every state and every event, and the product avoids rejected words."""

import importlib

from django.db.models import TextChoices

from tests.architecture.source import APPS, ROOT


def glossary() -> str:
    return (ROOT / "docs" / "glossary.md").read_text(encoding="utf-8")


def state_classes() -> list[tuple[str, type[TextChoices]]]:
    found = []
    for app in APPS:
        if (ROOT / app / "states.py").exists():
            module = importlib.import_module(f"{app}.states")
            found += [
                (app, value)
                for value in vars(module).values()
                if isinstance(value, type)
                and value.__name__.endswith("State")
                and issubclass(value, TextChoices)
                and value is not TextChoices
                and value.__module__ == module.__name__
            ]
    return found


def test_every_state_is_in_the_glossary():
    text = glossary()
    missing = [
        f"{app}.{states.__name__}: {state.value}"
        for app, states in state_classes()
        for state in states
        if f"`{state.value}`" not in text
    ]
    assert missing == []


def test_every_event_of_a_claim_is_in_the_glossary():
    from claims.states import EDGES

    text = glossary()
    missing = sorted({edge.step for edge in EDGES if f"`{edge.step}`" not in text})
    assert missing == []
