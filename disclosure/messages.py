"""The messages that objections and complaints put into inboxes."""

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
COMPLAINT_ASSIGNED = register(
    "complaint_assigned",
    _("Complaint %(reference)s waits for an answer"),
    _("It is to be answered by %(due_at)s."),
    "console_complaint",
)
COMPLAINT_OVERDUE = register(
    "complaint_overdue",
    _("Complaint %(reference)s is overdue"),
    _("It was to be answered by %(due_at)s."),
    "console_complaint",
)
COMPLAINT_ANSWERED = register(
    "complaint_answered",
    _("Your complaint %(reference)s is answered"),
    _("Read the answer on its page."),
    "complaint",
)
