"""Why the draw passed somebody over, in words: every code the database may give."""

from django.utils.translation import gettext_lazy as _

from core.errors import Text

SKIP_REASONS: dict[str, Text] = {
    "repeat": _("The number had come up before, or this juror holds another seat here."),
    "sat_before": _("This juror sat on an earlier panel of the same claim."),
    "party": _("This juror is a party to the claim or pays for the membership."),
    "household": _("This juror lives with a party to the claim."),
    "declared": _("This juror declared a conflict."),
    "acted": _("This juror worked on the claim."),
    "agency": _("This juror works for the agency that investigated the claim."),
    "hospital": _("This juror works at, or is treated in, the hospital of the claim."),
    "conflict": _("This juror is too close to the claim."),
    "not_qualified": _("This juror may not serve at present."),
    "under_age": _("This juror is not yet 18."),
    "unverified": _("This juror's identity is no longer verified."),
    "no_exam": _("This juror has not passed the exam."),
    "exam_expired": _("This juror's exam has expired."),
    "rules_not_accepted": _("This juror has not accepted the present jury rules."),
}

LEAVING_REASONS: dict[str, Text] = {
    "declined": _("declined"),
    "recused": _("stepped down"),
    "lapsed": _("did not answer in time"),
    "replaced": _("was replaced by the jury officer"),
}

# Why an officer replaces a juror; the code is published with the change.
REPLACEMENT_REASONS: dict[str, Text] = {
    "conflict": _("a conflict became known"),
    "not_eligible": _("the juror may not serve any more"),
    "asked": _("the juror asked for it and cannot do it themself"),
    "conduct": _("the juror spoke about the case with others"),
}


# Why something happened in a hearing, as its log has it.
EVENT_REASONS: dict[str, Text] = {
    **REPLACEMENT_REASONS,
    "declined": _("the juror declined"),
    "unable": _("the juror cannot serve now"),
    "no_answer": _("no answer in time"),
    "no_quorum": _("too few ballots"),
    "turnout": _("too few jurors have voted"),
    "outage": _("the service could not be reached"),
    "brief_wrong": _("the brief was wrong"),
    "panel_wrong": _("a juror should not have sat"),
    "panel_incomplete": _("the roll has nobody left to seat"),
    "disturbed": _("the hearing was disturbed"),
}


def skip_reason(code: str) -> Text:
    """Return a reason in the reader's language; an unknown code is shown as it is."""
    return SKIP_REASONS.get(code, code)
