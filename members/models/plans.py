"""Plans and the versions of their rulebooks, with the transitions of both."""

from typing import Any

from django.db import models
from django.db.models import Q
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from django_fsm import FSMField, transition

from members.states import PUBLISHED_STATES, PlanState, RulebookState


class Plan(models.Model):
    """What members join; its rules are in the versions of its rulebook."""

    code = models.SlugField(max_length=40, unique=True)
    name_en = models.CharField(max_length=120)
    name_zh = models.CharField(max_length=120)
    currency = models.CharField(max_length=3, default="CNY")
    zone = models.CharField(max_length=40, default="Asia/Shanghai")
    state = FSMField(default=PlanState.OPEN, choices=PlanState.choices, protected=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(state__in=PlanState.values), name="plan_state_known")
        ]

    def __str__(self) -> str:
        return self.code

    @property
    def name(self) -> str:
        """The plan's name in the reader's language."""
        return self.name_zh if (get_language() or "").startswith("zh") else self.name_en

    # Transitions

    @transition(field=state, source=PlanState.OPEN, target=PlanState.WINDING_DOWN)
    def wind_down(self) -> None:
        """Take no new members; what is open is finished by the rulebook's closing rules."""

    @transition(field=state, source=PlanState.WINDING_DOWN, target=PlanState.CLOSED)
    def close(self) -> None:
        """End the plan: nothing is open any more."""


class RulebookVersion(models.Model):
    """One version of a plan's rules. From its announcement on its body never changes."""

    plan = models.ForeignKey(Plan, on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField()
    state = FSMField(default=RulebookState.DRAFT, choices=RulebookState.choices, protected=True)
    body: "models.JSONField[Any, Any]" = models.JSONField()
    body_digest = models.CharField(max_length=64)
    consultation_from = models.DateField(null=True)
    announced_on = models.DateField(null=True)
    effective_on = models.DateField(null=True)
    superseded_on = models.DateField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["plan", "number"], name="rulebook_number_is_one"),
            models.UniqueConstraint(
                fields=["plan"],
                condition=Q(state=RulebookState.IN_FORCE),
                name="rulebook_one_in_force",
            ),
            models.UniqueConstraint(
                fields=["plan", "effective_on"],
                condition=Q(state__in=sorted(PUBLISHED_STATES)),
                name="rulebook_one_effective_day",
            ),
            models.CheckConstraint(
                condition=Q(state__in=RulebookState.values), name="rulebook_state_known"
            ),
            models.CheckConstraint(
                condition=~Q(state__in=sorted(PUBLISHED_STATES))
                | (Q(announced_on__isnull=False) & Q(effective_on__isnull=False)),
                name="rulebook_published_has_days",
            ),
            models.CheckConstraint(
                condition=~Q(state=RulebookState.SUPERSEDED) | Q(superseded_on__isnull=False),
                name="rulebook_superseded_has_day",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.plan_id}@{self.number}"

    @property
    def title(self) -> str:
        """How a decision cites the version."""
        return str(_("version %(number)s") % {"number": self.number})

    # Transitions

    @transition(field=state, source=RulebookState.DRAFT, target=RulebookState.CONSULTATION)
    def consult(self) -> None:
        """Lay the draft open for the members' comments."""

    @transition(
        field=state,
        source=[RulebookState.DRAFT, RulebookState.CONSULTATION],
        target=RulebookState.ANNOUNCED,
    )
    def announce(self) -> None:
        """Give final notice of the version and of the day it takes effect."""

    @transition(field=state, source=RulebookState.ANNOUNCED, target=RulebookState.IN_FORCE)
    def enforce(self) -> None:
        """Take effect."""

    @transition(field=state, source=RulebookState.IN_FORCE, target=RulebookState.SUPERSEDED)
    def supersede(self) -> None:
        """Give way to the next version; claims bound to this one stay bound."""
