"""The jury's use cases."""

from jury.services.briefs import add_statement, prepare_brief, sign_brief
from jury.services.counting import close_voting, count_ballots
from jury.services.draws import draw_panel, enter_claimant_number, take_checkpoint
from jury.services.endings import destroy_secrets, void_hearing, withdraw_hearing
from jury.services.hearings import announce_draw, make_secrets, open_hearing, refer_to_jury
from jury.services.opening import extend_voting, open_voting
from jury.services.rolls import enrol_juror, freeze_roll
from jury.services.standing import suspend_juror
from jury.services.seats import accept_seat, decline_seat, recuse
from jury.services.voting import Receipt, cast_ballot, read_draft, save_draft_ballot

__all__ = [
    "Receipt",
    "accept_seat",
    "add_statement",
    "announce_draw",
    "cast_ballot",
    "close_voting",
    "count_ballots",
    "decline_seat",
    "destroy_secrets",
    "draw_panel",
    "enrol_juror",
    "enter_claimant_number",
    "extend_voting",
    "freeze_roll",
    "make_secrets",
    "open_hearing",
    "open_voting",
    "prepare_brief",
    "read_draft",
    "recuse",
    "refer_to_jury",
    "save_draft_ballot",
    "sign_brief",
    "suspend_juror",
    "take_checkpoint",
    "void_hearing",
    "withdraw_hearing",
]
