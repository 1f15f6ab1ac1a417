"""The steps that members take on their own pages and administrators on theirs."""

from django.utils.translation import gettext_lazy as _

from core.steps import Step
from members import services
from members.forms import ChangeTierForm, GrantRoleForm, JoinForm, MailForm, RevokeRoleForm
from members.states import Role

ADMINS = frozenset({Role.ADMIN.value})

MARK_READ = Step("mark_read", _("Mark as read"), services.mark_read)
MARK_ALL_READ = Step("mark_all_read", _("Mark all as read"), services.mark_all_read)
CHOOSE_MAIL = Step(
    "choose_mail",
    _("Save what I want by e-mail"),
    services.choose_mail,
    MailForm,
)
RETRY_MAIL = Step(
    "retry_mail",
    _("Try again"),
    services.retry_mail,
    roles=frozenset({Role.ADMIN.value, Role.JURY_OFFICER.value}),
)
JOIN = Step("join", _("Join the plan"), services.enrol, JoinForm)
LEAVE = Step(
    "leave",
    _("Leave the plan"),
    services.leave,
    hint=_(
        "The membership ends tonight at 24:00. If a notice is open you still share that round. "
        "Whoever comes back begins a new waiting period."
    ),
)
CHANGE_TIER = Step(
    "change_tier",
    _("Change the tier"),
    services.change_tier,
    ChangeTierForm,
    hint=_("The new tier holds from 00:00 tomorrow."),
)
GRANT_ROLE = Step("grant_role", _("Grant a role"), services.grant_role, GrantRoleForm, roles=ADMINS)
REVOKE_ROLE = Step(
    "revoke_role",
    _("Revoke the role"),
    services.revoke_role,
    RevokeRoleForm,
    roles=ADMINS,
    hint=_("The power is lost at the person's next request."),
)
