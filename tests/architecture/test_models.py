"""What every model of ours keeps to."""

from django.apps import apps
from django.db import models

from tests.architecture.source import APPS

VERBS = ("is_", "has_", "needs_", "may_", "leaves_")
# Django's own user columns; and the rulebook's word for a fact that clauses ask for.
NAMED_BY_OTHERS = ("members.Account.", "claims.Claim.accident")


def our_fields():
    for model in apps.get_models(include_auto_created=True):
        if model._meta.app_label in APPS:
            for field in model._meta.local_concrete_fields:
                yield f"{model._meta.label}.{field.name}", field


def test_nothing_is_deleted_along_a_foreign_key():
    found = [
        label
        for label, field in our_fields()
        if isinstance(field, models.ForeignKey)
        and field.remote_field.on_delete not in {models.PROTECT, models.DO_NOTHING}
    ]
    assert found == []


def test_text_is_never_null():
    found = [
        label
        for label, field in our_fields()
        if isinstance(field, models.CharField | models.TextField) and field.null
    ]
    assert found == []


def test_names_tell_the_kind():
    found = []
    for label, field in our_fields():
        column = field.name
        if isinstance(field, models.BooleanField) and not column.startswith(VERBS):
            found.append(f"{label}: a boolean begins with a verb, is_ or has_ for most")
        if isinstance(field, models.DateTimeField) and not column.endswith(
            ("_at", "_after", "_from", "_until")
        ):
            found.append(f"{label}: an instant ends with _at")
        elif (
            isinstance(field, models.DateField)
            and not isinstance(field, models.DateTimeField)
            and not column.endswith(("_on", "_from", "_until"))
        ):
            found.append(f"{label}: a date ends with _on")
        if "cents" in column and not isinstance(field, models.BigIntegerField):
            found.append(f"{label}: money is a BigIntegerField")
    assert [line for line in found if not line.startswith(NAMED_BY_OTHERS)] == []


def test_money_and_decimals_are_whole():
    found = [
        label
        for label, field in our_fields()
        if isinstance(field, models.FloatField | models.DecimalField)
    ]
    assert found == []


def test_constraints_are_named():
    for model in apps.get_models():
        if model._meta.app_label in APPS:
            assert not model._meta.unique_together, model
            for constraint in model._meta.constraints:
                assert constraint.name
