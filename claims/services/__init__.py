"""What may be done with a claim: each use case is one function in one transaction."""

from claims.services.decisions import (
    approve_claim,
    deny_claim,
    recommend,
    refer_to_jury,
    send_back,
)
from claims.services.disputes import (
    dispute_denial,
    let_denial_stand,
    review_dispute,
    withdraw_dispute,
)
from claims.services.evidence import (
    StoredFile,
    add_evidence,
    clean_file_name,
    read_evidence,
    read_original,
    receive_file,
    receive_files,
    recheck_evidence,
)
from claims.services.filing import expire_draft, file_claim, save_draft, start_draft
from claims.services.information import (
    end_information_stage,
    lapse_claim,
    remind_of_information,
    request_information,
    supply_information,
)
from claims.services.investigation import (
    open_investigation,
    reinvestigate,
    report_findings,
    skip_investigation,
)
from claims.services.juries import apply_verdict, move_to_hearing, return_to_review
from claims.services.money import (
    correct_bank_account,
    fund_claim,
    instruct_payout,
    leave_unclaimed,
    resume_payout,
    return_payout,
    settle_payout,
)
from claims.services.notices import clear_claim, publish_claim, suspend_claim
from claims.services.oversight import (
    assign_claim,
    change_claimant,
    close_unfunded,
    declare_conflict,
    halt_claim,
    reopen_claim,
    withdraw_claim,
)
from claims.services.sending import reassign_overdue_investigation

__all__ = [
    "StoredFile",
    "add_evidence",
    "apply_verdict",
    "approve_claim",
    "assign_claim",
    "change_claimant",
    "clean_file_name",
    "clear_claim",
    "close_unfunded",
    "correct_bank_account",
    "declare_conflict",
    "deny_claim",
    "dispute_denial",
    "end_information_stage",
    "expire_draft",
    "file_claim",
    "fund_claim",
    "halt_claim",
    "instruct_payout",
    "lapse_claim",
    "leave_unclaimed",
    "let_denial_stand",
    "move_to_hearing",
    "open_investigation",
    "publish_claim",
    "read_evidence",
    "read_original",
    "reassign_overdue_investigation",
    "receive_file",
    "receive_files",
    "recheck_evidence",
    "recommend",
    "refer_to_jury",
    "reinvestigate",
    "remind_of_information",
    "reopen_claim",
    "report_findings",
    "request_information",
    "resume_payout",
    "return_payout",
    "return_to_review",
    "review_dispute",
    "save_draft",
    "send_back",
    "settle_payout",
    "skip_investigation",
    "start_draft",
    "supply_information",
    "suspend_claim",
    "withdraw_claim",
    "withdraw_dispute",
]
