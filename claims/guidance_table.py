"""The answers people need in every state: what happens, who acts, what one can do."""

from django.utils.translation import gettext_lazy as _

from claims.states import State
from core.errors import Text

AUDIENCES = (
    "claimant",
    "reviewer",
    "investigator",
    "jury_officer",
    "finance",
    "member",
    "observer",
)

NOTHING: Text = _("Nothing is needed from you.")
NOT_YOURS: Text = _("You can read along. Others act in this state.")
OVER: Text = _("Nothing more can be done, unless new evidence comes to light.")

# What is happening: to the claimant, and to everybody else.
HAPPENING: dict[str, tuple[Text, Text]] = {
    State.DRAFT: (
        _("Your claim is a draft. Nobody but you sees it."),
        _("The claimant is still filling in the claim."),
    ),
    State.FILED: (
        _("We have your claim. A reviewer reads it and sends an investigator."),
        _("The claim has been handed in and waits for an investigation to be opened."),
    ),
    State.UNDER_INVESTIGATION: (
        _("An investigator from an outside agency checks the facts on site."),
        _("An investigator of an outside agency checks the facts on site."),
    ),
    State.UNDER_REVIEW: (
        _("A reviewer goes through your papers and the findings, condition by condition."),
        _("A first reviewer answers the clause's conditions and makes a recommendation."),
    ),
    State.UNDER_FINAL_REVIEW: (
        _("A first reviewer has made a recommendation. A second one decides."),
        _("A recommendation is made. A second reviewer confirms it exactly or sends it back."),
    ),
    State.INFORMATION_REQUESTED: (
        _("A reviewer needs something from you. The clock stands still until you answer."),
        _("The claimant has been asked. The clock stands still until the answer."),
    ),
    State.LAPSED: (
        _("Your claim has ended, because a question stayed unanswered after a reminder."),
        _("The claim ended, because a question stayed unanswered after a reminder."),
    ),
    State.APPROVED: (
        _("Your claim is approved. It goes on notice on the next notice day."),
        _("The claim is approved. It goes on notice once two people have signed its redaction."),
    ),
    State.DENIED: (
        _("Your claim is denied. The reasons and the clause are on this page."),
        _("The claim is denied. The claimant may dispute it until the window closes."),
    ),
    State.DISPUTED: (
        _("You disputed the denial. A jury officer prepares a hearing."),
        _("The denial is disputed. It goes before a jury, or back to review if it was an error."),
    ),
    State.IN_HEARING: (
        _("A jury of members drawn by lot hears your case."),
        _("A jury of members drawn by lot hears the case."),
    ),
    State.DENIED_FINALLY: (
        _("The denial of your claim is final."),
        _("The denial is final."),
    ),
    State.ON_NOTICE: (
        _("Members can read your case, without your name, and object."),
        _("The case is on notice. Members may object to it."),
    ),
    State.CLEARED: (
        _("Your case passed its notice. The members share the aid on the next sharing day."),
        _("The case passed its notice and waits for the next sharing day."),
    ),
    State.FUNDED: (
        _("The members have shared your aid. Finance prepares the payment."),
        _("The aid is shared. Two finance people instruct the payment."),
    ),
    State.CLOSED_UNFUNDED: (
        _("The plan was closed and nobody was left to share your aid. The claim has ended."),
        _("The plan was closed and nobody was left to share the aid. The claim has ended."),
    ),
    State.IN_PAYMENT: (
        _("The bank has been told to pay the aid to your account."),
        _("The bank has been told to pay. Its statement will show the result."),
    ),
    State.PAID: (
        _("The aid has been paid to your account."),
        _("The aid has been paid, as the bank's statement shows."),
    ),
    State.PAYOUT_RETURNED: (
        _("The bank sent the money back. It is safe. Finance tries again."),
        _("The bank sent the money back. Finance clears up the account and tries again."),
    ),
    State.UNCLAIMED: (
        _("Your aid could not be paid. It stays yours and waits for an account."),
        _("The aid could not be paid. It stays a named line until the claimant is heard of."),
    ),
    State.WITHDRAWN: (
        _("You withdrew your claim. It has ended."),
        _("The claimant withdrew the claim. It has ended."),
    ),
}

# Who acts: as the claimant reads it, and as everybody else does.
WHO: dict[str, tuple[Text, Text]] = {
    State.DRAFT: (_("You"), _("The claimant")),
    State.FILED: (_("A reviewer"), _("A reviewer")),
    State.UNDER_INVESTIGATION: (
        _("The investigator of the agency"),
        _("The investigator of the agency"),
    ),
    State.UNDER_REVIEW: (_("A reviewer"), _("A reviewer")),
    State.UNDER_FINAL_REVIEW: (_("A second reviewer"), _("A second reviewer")),
    State.INFORMATION_REQUESTED: (_("You"), _("The claimant")),
    State.APPROVED: (
        _("Two people who make the case anonymous"),
        _("Two redactors, then the clock"),
    ),
    State.DENIED: (_("You, if you disagree"), _("The claimant, if they disagree")),
    State.DISPUTED: (_("A jury officer"), _("A jury officer")),
    State.IN_HEARING: (_("The jury"), _("The jury and its officer")),
    State.ON_NOTICE: (_("The members"), _("The members, then the clock")),
    State.CLEARED: (_("Finance, on the sharing day"), _("Finance, on the sharing day")),
    State.FUNDED: (_("Two people of finance"), _("Two people of finance")),
    State.IN_PAYMENT: (_("The bank"), _("The bank")),
    State.PAYOUT_RETURNED: (_("Finance"), _("Finance")),
    State.UNCLAIMED: (_("You"), _("The claimant")),
    **{
        state: (_("Nobody: the claim has ended"), _("Nobody: the claim has ended"))
        for state in (
            State.LAPSED,
            State.DENIED_FINALLY,
            State.CLOSED_UNFUNDED,
            State.PAID,
            State.WITHDRAWN,
        )
    },
}

_ASK: Text = _("Ask the claimant, send an investigator, or go straight to review.")
_WATCH: Text = _("Wait for the answer. The clock stands still.")

# What one can do. An audience that is not named may read along; a claimant has nothing to do.
YOU_CAN: dict[str, dict[str, Text]] = {
    State.DRAFT: {"claimant": _("Answer the questions, add the papers and hand it in.")},
    State.FILED: {
        "claimant": _("You can add papers or withdraw the claim. Nothing is needed from you."),
        "reviewer": _ASK,
    },
    State.UNDER_INVESTIGATION: {
        "claimant": _("Please be there for the investigator. You can add papers."),
        "reviewer": _("Wait for the report, or ask the claimant."),
        "investigator": _("Answer each condition of the clause and report your findings."),
    },
    State.UNDER_REVIEW: {
        "claimant": _("Nothing is needed from you. You can withdraw the claim."),
        "reviewer": _("Recommend, ask the claimant, or have it investigated again."),
    },
    State.UNDER_FINAL_REVIEW: {
        "claimant": _("Nothing is needed from you. You can withdraw the claim."),
        "reviewer": _(
            "If you did not recommend: confirm it, send it back, or refer a denial to the jury."
        ),
    },
    State.INFORMATION_REQUESTED: {
        "claimant": _("Answer the question. If a paper cannot be had, say what shows the same."),
        "reviewer": _WATCH,
        "investigator": _WATCH,
    },
    State.LAPSED: {
        "claimant": _(
            "If you had a good reason, write to the ombudsman: two people can reopen it."
        ),
        "reviewer": _("With another person you can reopen it for a good reason."),
    },
    State.APPROVED: {
        "claimant": _("Nothing is needed from you. You can withdraw the claim."),
        "reviewer": _("Prepare or sign the redaction for the notice."),
    },
    State.DENIED: {
        "claimant": _("Dispute the denial, or let it stand."),
        "reviewer": _("Wait whether the claimant disputes it."),
    },
    State.DISPUTED: {
        "claimant": _("Nothing is needed from you. You can withdraw the dispute."),
        "reviewer": _("If you had no part in it and see an error, take it back to review."),
        "jury_officer": _("Open a hearing, where a fact in dispute could change the outcome."),
    },
    State.IN_HEARING: {
        "claimant": _("Follow the hearing. You can withdraw the dispute until it is decided."),
        "jury_officer": _("Prepare the brief and see the hearing through."),
        "member": _("If you are drawn, you find the hearing among your duties."),
    },
    State.DENIED_FINALLY: {
        "claimant": _("With new evidence, write to the ombudsman: two people can reopen it."),
        "reviewer": _("With another person you can reopen it on new evidence."),
    },
    State.ON_NOTICE: {
        "claimant": _("Nothing is needed from you. You can withdraw the claim until it closes."),
        "member": _("Read the case and object if something is wrong."),
        "reviewer": _("Answer the objections that come in."),
    },
    State.CLEARED: {
        "claimant": _("Check that the account on this page is right."),
        "reviewer": _("If you see fraud, halt it together with another person."),
        "finance": _("Share it in the next round."),
        "member": _("Your share of it is in the next round's statement."),
    },
    State.FUNDED: {
        "claimant": _("Check that the account on this page is right."),
        "reviewer": _("If you see fraud, halt it together with another person."),
        "finance": _("One of you prepares the payment, another one approves it."),
    },
    State.CLOSED_UNFUNDED: {
        "claimant": _("Write to the ombudsman if you have a question."),
    },
    State.IN_PAYMENT: {
        "claimant": _("Nothing is needed from you. Look at your account in some days."),
        "finance": _("Wait for the bank's statement. Never send it again."),
    },
    State.PAID: {
        "claimant": _("If it did not arrive, write to the ombudsman."),
        "member": _("Your statement shows what you paid towards it."),
    },
    State.PAYOUT_RETURNED: {
        "claimant": _("Finance asks you if it needs another account."),
        "finance": _("Clear up the account and instruct the payment again."),
    },
    State.UNCLAIMED: {
        "claimant": _("Say to which account the aid is to go."),
        "finance": _("Wait until the claimant names an account."),
    },
    State.WITHDRAWN: {
        "claimant": _("If you withdrew by mistake, write to the ombudsman."),
        "reviewer": _("With another person you can reopen it for a good reason."),
    },
}
