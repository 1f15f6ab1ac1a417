"""The inbox messages about claims: to the claimant at each change, to staff when they must act."""

from collections.abc import Mapping
from datetime import datetime

from django.utils.translation import gettext_lazy as _

from claims.models import Claim
from core.errors import Text
from members.messages import register
from members.services import notify

CLAIMANT_PAGE = "my_claim"
STAFF_PAGE = "console_claim"

DRAFT_EXPIRED = "claims.draft_expired"
INFORMATION_REMINDER = "claims.information_reminder"
UNCLAIMED_REMINDER = "claims.unclaimed_reminder"
INVESTIGATION_ASSIGNED = "claims.investigation_assigned"
INVESTIGATION_TAKEN_BACK = "claims.investigation_taken_back"
ASSIGNED = "claims.assigned"
ESCALATED = "claims.escalated"
PROPOSED = "claims.proposed"
EVIDENCE_REFUSED = "claims.evidence_refused"

# What the claimant is told at each step: a title and a body. Steps that are not here change
# nothing a claimant would have to know.
TO_CLAIMANT: dict[str, tuple[Text, Text]] = {
    "file": (
        _("We have your claim %(reference)s"),
        _("Your claim was handed in. A reviewer looks at it next."),
    ),
    "open_investigation": (
        _("Claim %(reference)s is being investigated"),
        _("An investigator checks the facts on site and reports by %(due_on)s."),
    ),
    "skip_investigation": (
        _("Claim %(reference)s goes straight to review"),
        _("A reviewer looks at your claim without an investigation on site."),
    ),
    "request_information": (
        _("Please answer a question about claim %(reference)s"),
        _("A reviewer needs something from you. Please answer by %(deadline_on)s."),
    ),
    "supply_information": (
        _("We have your answer about claim %(reference)s"),
        _("The work on your claim goes on where it stopped."),
    ),
    "lapse": (
        _("Claim %(reference)s has lapsed"),
        _("The question was not answered in time, after a reminder. Your claim has ended."),
    ),
    "report_findings": (
        _("The investigation of claim %(reference)s is done"),
        _("A reviewer now goes through the findings."),
    ),
    "reinvestigate": (
        _("Claim %(reference)s is investigated again"),
        _("Something has to be checked again. The report is due by %(due_on)s."),
    ),
    "approve": (
        _("Claim %(reference)s is approved"),
        _("%(aid_cents)s of aid is approved. The case goes on notice to the members next."),
    ),
    "deny": (
        _("Claim %(reference)s is denied"),
        _(
            "Read the reasons and the clause on the page of your claim. You can dispute the "
            "denial within %(dispute_days)s days."
        ),
    ),
    "refer_to_jury": (
        _("A jury decides on claim %(reference)s"),
        _("The reviewers were not sure. Members drawn by lot hear your case."),
    ),
    "dispute": (
        _("We have your dispute about claim %(reference)s"),
        _("A jury officer looks at it next."),
    ),
    "let_stand": (
        _("The denial of claim %(reference)s is final"),
        _("The days to dispute it have passed."),
    ),
    "review_dispute": (
        _("Claim %(reference)s is reviewed again"),
        _("A reviewer who had no part in it so far looks at your claim afresh."),
    ),
    "open_hearing": (
        _("A jury hears claim %(reference)s"),
        _("Members drawn by lot hear your case. You can follow it on the page of your claim."),
    ),
    "withdraw_dispute": (
        _("You withdrew the dispute about claim %(reference)s"),
        _("The denial is now final."),
    ),
    "uphold": (
        _("The denial of claim %(reference)s stands"),
        _("The denial is final. The verdict and its reasons are on the page of your claim."),
    ),
    "overturn": (
        _("The denial of claim %(reference)s is overturned"),
        _("The jury found for you. %(aid_cents)s of aid goes on notice next."),
    ),
    "return_to_review": (
        _("Claim %(reference)s is reviewed once more"),
        _("Two rounds of the jury could not be completed. The reviewers look at your claim anew."),
    ),
    "publish": (
        _("Claim %(reference)s is on notice"),
        _("Members can read the case without your name for %(notice_days)s days and object."),
    ),
    "suspend": (
        _("The notice of claim %(reference)s is suspended"),
        _("An objection has to be looked into. An inquiry begins; you will hear its result."),
    ),
    "clear": (
        _("Claim %(reference)s passed its notice"),
        _("The aid is shared among the members on the next sharing day."),
    ),
    "halt": (
        _("The payment of claim %(reference)s is halted"),
        _("Something has to be checked before the aid can be paid."),
    ),
    "fund": (
        _("The aid for claim %(reference)s is collected"),
        _("The members have shared %(aid_cents)s. Finance pays it out next."),
    ),
    "close_unfunded": (
        _("Claim %(reference)s is closed without payment"),
        _("The plan is being closed and nobody is left to share the aid."),
    ),
    "instruct_payout": (
        _("The aid for claim %(reference)s is on its way"),
        _("The bank has been told to pay the aid to your account."),
    ),
    "settle": (
        _("The aid for claim %(reference)s is paid"),
        _("%(aid_cents)s arrived at your account, as the bank's statement shows."),
    ),
    "return_payout": (
        _("The bank sent back the aid for claim %(reference)s"),
        _("The aid could not be paid to your account. It is safe; finance tries again."),
    ),
    "leave_unclaimed": (
        _("The aid for claim %(reference)s waits for you"),
        _("%(aid_cents)s could not be paid. It stays yours; say to which account it is to go."),
    ),
    "resume": (
        _("The payment of claim %(reference)s goes on"),
        _("Finance pays the aid to the account you named."),
    ),
    "reopen": (
        _("Claim %(reference)s is open again"),
        _("Two people reopened your claim. It is reviewed once more."),
    ),
    "withdraw": (
        _("You withdrew claim %(reference)s"),
        _("Your claim has ended. Nothing more is needed from you."),
    ),
    "change_claimant": (
        _("You are now the claimant of %(reference)s"),
        _("The claim was handed over to you. From now on you hear what happens with it."),
    ),
}

_OTHERS: tuple[tuple[str, Text, Text, str], ...] = (
    (
        DRAFT_EXPIRED,
        _("Your draft has been erased"),
        _("The draft you began on %(started_at)s was not touched for a long time and is erased."),
        "",
    ),
    (
        INFORMATION_REMINDER,
        _("Reminder: please answer about claim %(reference)s"),
        _("A question is still open. Without an answer by %(deadline_on)s the claim lapses."),
        CLAIMANT_PAGE,
    ),
    (
        UNCLAIMED_REMINDER,
        _("The aid for claim %(reference)s still waits for you"),
        _("%(aid_cents)s could not be paid so far. Say to which account it is to go."),
        CLAIMANT_PAGE,
    ),
    (
        INVESTIGATION_ASSIGNED,
        _("Please investigate claim %(reference)s"),
        _("The report is due by %(due_on)s."),
        STAFF_PAGE,
    ),
    (
        INVESTIGATION_TAKEN_BACK,
        _("Claim %(reference)s was given to another investigator"),
        _("The report was overdue, so somebody else was sent."),
        "",
    ),
    (
        ASSIGNED,
        _("Claim %(reference)s is yours"),
        _("You were given this claim."),
        STAFF_PAGE,
    ),
    (
        ESCALATED,
        _("Claim %(reference)s is overdue"),
        _("Its stage should have ended. Please see that somebody acts."),
        STAFF_PAGE,
    ),
    (
        PROPOSED,
        _("Claim %(reference)s waits for a second person"),
        _("Somebody proposed a step that two people have to take. Please confirm it or not."),
        STAFF_PAGE,
    ),
    (
        EVIDENCE_REFUSED,
        _("A file of claim %(reference)s cannot be read"),
        _("Our check could not read %(file_name)s. Open the claim to see why, and send it again."),
        CLAIMANT_PAGE,
    ),
)


def register_kinds() -> None:
    """Make the kinds known to the inbox."""
    for step, (title, body) in TO_CLAIMANT.items():
        register(kind_for(step), title, body, CLAIMANT_PAGE)
    for kind, title, body, page in _OTHERS:
        register(kind, title, body, page, group="work" if page == STAFF_PAGE else "claim")


def kind_for(step: str) -> str:
    """Return the kind of message a claimant gets at a step."""
    return f"claims.{step}"


def tell(
    person_id: int, kind: str, params: Mapping[str, str | int], key: str, now: datetime
) -> None:
    """Put a message into an inbox, once for each key."""
    notify(person_id, kind, params, key, now)


def tell_claimant(
    claim: Claim, step: str, seq: int, now: datetime, params: Mapping[str, str | int]
) -> None:
    """Tell the claimant what a step changed for them, if it changed anything."""
    if step not in TO_CLAIMANT:
        return
    tell(
        claim.claimant_id,
        kind_for(step),
        {"reference": claim.reference, **params},
        f"{claim.reference}:{seq}",
        now,
    )
