"""What disclosure does: each use case is one function in one transaction."""

from disclosure.services.board import publish_batch, update_board, update_case
from disclosure.services.complaints import (
    answer_complaint,
    assign_complaint,
    examine_complaint,
    file_complaint,
    mark_complaint_overdue,
)
from disclosure.services.corrections import correct_entry, prepare_correction
from disclosure.services.entries import close_entry, publish_entry, withdraw_entry
from disclosure.services.figures import publish_figures
from disclosure.services.objections import (
    dismiss,
    draft_answer,
    mark_overdue,
    object_to_entry,
    open_inquiry,
    sustain,
)
from disclosure.services.periods import close_period, open_period, plan_periods
from disclosure.services.redactions import (
    prepare_redaction,
    return_redaction,
    sign_redaction,
)

__all__ = [
    "answer_complaint",
    "assign_complaint",
    "close_entry",
    "close_period",
    "correct_entry",
    "dismiss",
    "draft_answer",
    "examine_complaint",
    "file_complaint",
    "mark_complaint_overdue",
    "mark_overdue",
    "object_to_entry",
    "open_inquiry",
    "open_period",
    "plan_periods",
    "prepare_correction",
    "prepare_redaction",
    "publish_batch",
    "publish_entry",
    "publish_figures",
    "return_redaction",
    "sign_redaction",
    "sustain",
    "update_board",
    "update_case",
    "withdraw_entry",
]
