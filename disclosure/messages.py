"""The messages that objections put into inboxes."""

from django.utils.translation import gettext_lazy as _

from members.messages import register

OBJECTION_RECEIVED = register(
    "objection_received",
    _("Your objection %(reference)s was received"),
    _("A reviewer looks into it and answers by %(due_at)s. The case cannot clear before that."),
    "notice_objections",
    (),
)
OBJECTION_ASSIGNED = register(
    "objection_assigned",
    _("Objection %(reference)s waits for an answer"),
    _("It is to be answered by %(due_at)s."),
    "console_objection",
)
OBJECTION_ANSWERED = register(
    "objection_answered",
    _("Your objection %(reference)s is answered"),
    _("Read the answer among your objections."),
    "notice_objections",
    (),
)
