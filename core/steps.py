"""A step as data: what it is called, who may take it from where, its form and its service."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from django import forms

from core.errors import Blocker, Text


@dataclass(frozen=True, slots=True)
class Step:
    """One imperative verb of a machine.

    The service is called `service(reference=…, actor=…, now=…, **form.cleaned_data)`.
    """

    name: str
    label: Text
    service: Callable[..., Any]
    form: type[forms.Form] | None = None
    roles: frozenset[str] = field(default_factory=frozenset)
    sources: frozenset[str] = field(default_factory=frozenset)
    target: str = ""
    is_primary: bool = False
    shortcut: str = ""
    tone: str = ""
    hint: Text = ""


@dataclass(frozen=True, slots=True)
class StepOffer:
    """A step offered to an actor on one row: where it is taken, and what still blocks it."""

    step: Step
    blockers: tuple[Blocker, ...] = ()
    url: str = ""
    api_url: str = ""

    @property
    def is_open(self) -> bool:
        """Say whether nothing blocks the step."""
        return not self.blockers
