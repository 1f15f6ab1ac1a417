"""Who may do what with people, roles, rulebooks and memberships."""

from django.utils.translation import gettext_lazy as _

from core.actor import Actor
from core.errors import NotAllowed
from members.states import Role


def is_system(actor: Actor) -> bool:
    """Say whether one of the system's own hands acts."""
    return actor.kind in ("system", "clock")


def require_admin(actor: Actor) -> None:
    """Refuse everybody but administrators and the system itself."""
    if not (is_system(actor) or actor.has(Role.ADMIN)):
        raise NotAllowed("members_admin_only", _("Only an administrator may do this."))


def require_system(actor: Actor) -> None:
    """Refuse everybody but the system itself."""
    if not is_system(actor):
        raise NotAllowed("members_system_only", _("Only the system itself does this."))


def require_self_or_admin(actor: Actor, *person_ids: int) -> None:
    """Refuse everybody but the people concerned, administrators and the system itself."""
    if is_system(actor) or actor.has(Role.ADMIN):
        return
    if actor.person_id is None or actor.person_id not in person_ids:
        raise NotAllowed("members_not_yours", _("You may do this only for yourself."))
