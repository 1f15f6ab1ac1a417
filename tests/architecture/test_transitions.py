"""A state changes in a service and nowhere else."""

import ast
import re

from django.apps import apps

from tests.architecture.source import APPS, calls, dotted, modules, name, role

STATE_COLUMNS = {"state"}


def transition_names() -> dict[str, set[str]]:
    """Words that a variable holding such a model ends with → its transitions."""
    found: dict[str, set[str]] = {}
    for model in apps.get_models():
        if model._meta.app_label in APPS:
            names = {
                attribute
                for attribute in dir(model)
                if hasattr(getattr(model, attribute, None), "_django_fsm")
            }
            if names:
                words = re.findall("[A-Z][a-z]*", model.__name__)
                found.setdefault(words[-1].lower(), set()).update(names)
    return found


def test_the_machines_are_found():
    assert {"claim", "hearing", "round", "payout", "objection"} <= set(transition_names())


def test_transitions_are_called_in_services_only():
    machines = transition_names()
    found = []
    for path in modules(*APPS):
        if role(path) == "services":
            continue
        for call in calls(path):
            if not isinstance(call.func, ast.Attribute):
                continue
            holder = dotted(call.func.value).rsplit(".", 1)[-1].rsplit("_", 1)[-1]
            if call.func.attr in machines.get(holder, set()):
                found.append(f"{name(path)}:{call.lineno} {dotted(call.func)}()")
    assert found == []


def test_no_query_writes_a_state_past_its_machine():
    found = [
        f"{name(path)}:{call.lineno}"
        for path in modules(*APPS)
        for call in calls(path)
        if isinstance(call.func, ast.Attribute)
        and call.func.attr in {"update", "bulk_update"}
        and STATE_COLUMNS & {keyword.arg for keyword in call.keywords}
    ]
    assert found == []


def test_state_columns_are_protected():
    from django_fsm import FSMField

    for model in apps.get_models():
        if model._meta.app_label in APPS:
            for field in model._meta.local_concrete_fields:
                if isinstance(field, FSMField):
                    assert field.protected, f"{model.__name__}.{field.name}"
