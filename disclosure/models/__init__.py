"""Disclosure's tables: what members are noticed of, what they object, what the public reads."""

from disclosure.models.board import (
    CaseStanding,
    CorrectionDraft,
    PublicCase,
    PublicCaseEntry,
)
from disclosure.models.charts import Chart
from disclosure.models.complaints import Complaint, ComplaintEvent
from disclosure.models.notice import NoticeEntry, NoticeEvent, NoticePeriod, Redaction
from disclosure.models.objections import Objection

__all__ = [
    "CaseStanding",
    "Chart",
    "Complaint",
    "ComplaintEvent",
    "CorrectionDraft",
    "NoticeEntry",
    "NoticeEvent",
    "NoticePeriod",
    "Objection",
    "PublicCase",
    "PublicCaseEntry",
    "Redaction",
]
