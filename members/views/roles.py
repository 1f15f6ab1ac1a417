"""Who holds which role, and granting and revoking them."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.contrib.auth.mixins import LoginRequiredMixin
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.generic import TemplateView

from core.pages import StepPage
from core.requests import actor_of
from members import steps
from members.models import Person, RoleGrant
from members.queries import live_grants, past_grants
from members.states import Role


@method_decorator(never_cache, name="dispatch")
class RolesPage(LoginRequiredMixin, TemplateView):
    """Every live role with who granted it and why, and the last that ended."""

    template_name = "members/role_list.html"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Show the page to administrators and auditors only."""
        self.actor = actor_of(request)
        if not self.actor.has_any(frozenset({Role.ADMIN.value, Role.AUDITOR.value})):
            raise PermissionDenied
        return super().get(request, *args, **kwargs)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Return the grants."""
        return super().get_context_data(**kwargs) | {
            "grants": [_row(grant) for grant in live_grants()],
            "past": [_row(grant) for grant in past_grants()[:50]],
            "is_admin": self.actor.has(Role.ADMIN),
        }


def _row(grant: RoleGrant) -> dict[str, Any]:
    account = getattr(grant.person, "account", None)
    return {
        "grant": grant,
        "role": Role(grant.role).label,
        "username": account.username if account else "",
    }


class RoleStepPage(StepPage):
    """A step that only administrators may open."""

    def may_open(self) -> None:
        """Refuse the page itself to everybody else."""
        if not self.actor.has(Role.ADMIN):
            raise PermissionDenied

    def page_context(self) -> Mapping[str, Any]:
        """Return the way back."""
        return {"cancel_url": reverse("roles")}

    def success_url(self, result: Any) -> str:
        """Go back to the roles."""
        return reverse("roles")


class GrantRolePage(RoleStepPage):
    """Grants a role."""

    step = steps.GRANT_ROLE
    success_message = _("The role is granted.")

    def service_kwargs(self, form: forms.Form) -> Mapping[str, Any]:
        """Return who is to hold which role and why."""
        data = form.cleaned_data
        return {"person_id": data["person"], "role": data["role"], "reason": data["reason"]}


class RevokeRolePage(RoleStepPage):
    """Revokes a role."""

    step = steps.REVOKE_ROLE
    success_message = _("The role is revoked.")
    template_name = "members/role_revoke.html"

    def may_open(self) -> None:
        """Find the person; a role or person that does not exist is no page."""
        super().may_open()
        person = Person.objects.filter(reference=self.kwargs["person"]).first()
        if person is None or self.kwargs["role"] not in Role.values:
            raise Http404
        self.person = person

    def service_kwargs(self, form: forms.Form) -> Mapping[str, Any]:
        """Return whose role ends and why."""
        return {
            "person_id": self.person.pk,
            "role": self.kwargs["role"],
            "reason": form.cleaned_data["reason"],
        }

    def page_context(self) -> Mapping[str, Any]:
        """Return whose role it is."""
        return {
            **super().page_context(),
            "person": self.person,
            "role": Role(self.kwargs["role"]).label,
        }
