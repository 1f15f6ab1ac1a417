"""What members does: each use case is one function in one transaction."""

from members.services.broadcasts import audience, broadcast, work_broadcasts
from members.services.bulk import Joining, NewPerson, enrol_many, register_people
from members.services.enrolment import change_payer, change_tier, enrol, leave
from members.services.inbox import (
    mark_all_read,
    mark_read,
    new_message_reference,
    notify,
    notify_many,
)
from members.services.mail_choices import choose_mail, unsubscribe
from members.services.mailing import Sent, retry_mail, send_waiting
from members.services.people import (
    create_account,
    create_household,
    end_sessions,
    join_household,
    register_person,
    set_language,
    verify_identity,
)
from members.services.roles import grant_role, join_agency, revoke_role
from members.services.rulebooks import (
    announce_rulebook,
    close_plan,
    create_plan,
    draft_rulebook,
    open_consultation,
    put_in_force,
    wind_down_plan,
)

__all__ = [
    "Joining",
    "NewPerson",
    "Sent",
    "announce_rulebook",
    "audience",
    "broadcast",
    "change_payer",
    "change_tier",
    "choose_mail",
    "close_plan",
    "create_account",
    "create_household",
    "create_plan",
    "draft_rulebook",
    "end_sessions",
    "enrol",
    "enrol_many",
    "grant_role",
    "join_agency",
    "join_household",
    "leave",
    "mark_all_read",
    "mark_read",
    "new_message_reference",
    "notify",
    "notify_many",
    "open_consultation",
    "put_in_force",
    "register_people",
    "register_person",
    "retry_mail",
    "revoke_role",
    "send_waiting",
    "set_language",
    "unsubscribe",
    "verify_identity",
    "wind_down_plan",
    "work_broadcasts",
]
