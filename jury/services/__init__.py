"""The jury's use cases."""

from jury.services.briefs import (
    add_statement,
    ask_correction,
    prepare_brief,
    reopen_brief,
    sign_brief,
)
from jury.services.casting import cast_ballot
from jury.services.counting import close_voting, count_ballots
from jury.services.draws import draw_panel, enter_claimant_number, take_checkpoint
from jury.services.endings import destroy_secrets, void_hearing, withdraw_hearing
from jury.services.exams import accept_rules, answer_attempt, keep_choice, start_attempt
from jury.services.exhibits import (
    add_exhibit,
    change_exhibit,
    read_exhibit,
    read_exhibit_original,
    sign_exhibit,
    withdraw_exhibit,
)
from jury.services.hearings import announce_draw, make_secrets, open_hearing, refer_to_jury
from jury.services.opening import extend_voting, open_voting
from jury.services.practice import finish_practice
from jury.services.replacing import lapse_seats, replace_juror
from jury.services.rolls import enrol_juror, freeze_roll
from jury.services.seats import accept_seat, decline_seat, recuse
from jury.services.standing import (
    answer_appeal,
    disqualify_juror,
    end_suspension,
    file_appeal,
    suspend_juror,
)
from jury.services.ties import (
    claim_qualification,
    end_affiliation,
    refuse_qualification,
    state_affiliation,
    verify_qualification,
)
from jury.services.voters import Receipt
from jury.services.voting import read_draft, save_draft_ballot

__all__ = [
    "Receipt",
    "accept_rules",
    "accept_seat",
    "add_exhibit",
    "add_statement",
    "announce_draw",
    "answer_appeal",
    "answer_attempt",
    "ask_correction",
    "cast_ballot",
    "change_exhibit",
    "claim_qualification",
    "close_voting",
    "count_ballots",
    "decline_seat",
    "destroy_secrets",
    "disqualify_juror",
    "draw_panel",
    "end_affiliation",
    "end_suspension",
    "enrol_juror",
    "enter_claimant_number",
    "extend_voting",
    "file_appeal",
    "finish_practice",
    "freeze_roll",
    "keep_choice",
    "lapse_seats",
    "make_secrets",
    "open_hearing",
    "open_voting",
    "prepare_brief",
    "read_draft",
    "read_exhibit",
    "read_exhibit_original",
    "recuse",
    "refer_to_jury",
    "refuse_qualification",
    "reopen_brief",
    "replace_juror",
    "save_draft_ballot",
    "sign_brief",
    "sign_exhibit",
    "start_attempt",
    "state_affiliation",
    "suspend_juror",
    "take_checkpoint",
    "verify_qualification",
    "void_hearing",
    "withdraw_exhibit",
    "withdraw_hearing",
]
