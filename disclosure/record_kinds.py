"""The kinds of entries in words: the board shows the record, and every app's entries in it."""

from django.utils.translation import gettext_lazy as _

from record.kinds import name_kinds

name_kinds(
    {
        "rulebook_version": _("Rulebook version"),
        "roll_frozen": _("Roll of jurors frozen"),
        "seed_committed": _("Seed committed to"),
        "hearing_announced": _("Hearing announced"),
        "panel_drawn": _("Panel drawn"),
        "panel_changed": _("Panel changed"),
        "draw_due": _("Draw due"),
        "number_missing": _("Claimant’s number not entered"),
        "voting_opened": _("Voting opened"),
        "voting_extended": _("Voting extended"),
        "ballots_sealed": _("Ballots sealed"),
        "ballots_opened": _("Ballots opened"),
        "verdict": _("Verdict"),
        "hearing_void": _("Hearing void"),
        "hearing_withdrawn": _("Hearing withdrawn"),
        "round_closed": _("Round closed"),
        "round_cases": _("Cases of a round"),
        "payout_settled": _("Payout settled"),
        "payout_returned": _("Payout returned"),
        "case_published": _("Case first published"),
        "case_updated": _("Case continued"),
        "correction": _("Correction"),
        "notice_period": _("Notice period published"),
        "batch_waiting": _("Cases waiting"),
        "complaint_figures": _("Figures on complaints"),
        "time_figures": _("Figures on times"),
        "agency_figures": _("Figures on agencies"),
    }
)
