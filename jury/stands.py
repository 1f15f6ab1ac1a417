"""Where a juror stands in a hearing, in a sentence, and the one button that goes with it."""

from dataclasses import dataclass
from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from core.formats import instant
from jury.models import Hearing
from jury.queries import JurorView

NEEDED = frozenset({"answer", "vote", "continue"})


@dataclass(frozen=True, slots=True)
class Stand:
    """`word` is one of a fixed few; `label` and `url` are empty where nothing can be done."""

    word: str
    heading: str
    sentence: str
    label: str = ""
    url: str = ""

    @property
    def is_needed(self) -> bool:
        """Say whether the juror has something to do now."""
        return self.word in NEEDED


def stand_in_list(view: JurorView, at: datetime) -> Stand:
    """Return where a juror stands, with a button that leads to the hearing's own page."""
    stand = stand_of(view, at)
    labels = {"vote": _("Vote"), "wait": _("Read the papers"), "voted": stand.label}
    url = stand.url if stand.word == "voted" else ""
    return Stand(
        stand.word,
        stand.heading,
        stand.sentence,
        labels.get(stand.word, stand.label),
        url or reverse("jury_hearing", args=[view.hearing.reference]),
    )


def stand_of(view: JurorView, at: datetime, *, is_practised: bool = True) -> Stand:
    """Return where a juror stands: drawn, waiting, to vote, begun, voted, too late, gone."""
    hearing, word = view.hearing, view.stands
    heading, sentence = _words(view, at)
    home = reverse("jury_hearing", args=[hearing.reference])
    if word == "answer":
        return Stand(word, heading, sentence, _("Accept or decline"), home)
    if word == "vote" and not is_practised:
        practice = f"{reverse('jury_practice')}?next={hearing.reference}"
        return Stand(word, heading, sentence, _("First a practice case, three minutes"), practice)
    if word == "vote":
        first = reverse("jury_ballot", args=[hearing.reference, "1"])
        return Stand(word, heading, sentence, _("Vote: start with question 1"), first)
    if word == "continue":
        review = reverse("jury_review", args=[hearing.reference])
        return Stand(word, heading, sentence, _("Continue your draft"), review)
    if word == "voted":
        receipt = reverse("jury_receipt", args=[hearing.reference])
        return Stand(word, heading, sentence, _("Your receipt"), receipt)
    return Stand(word, heading, sentence)


def _words(view: JurorView, at: datetime) -> tuple[str, str]:
    hearing, seat = view.hearing, view.seat
    closes = instant(hearing.closes_at) if hearing.closes_at else ""
    opens = instant(hearing.opens_at) if hearing.opens_at else ""
    due = instant(seat.answer_due_at) if seat is not None and seat.answer_due_at else opens
    left = left_text(hearing, at)
    return {
        "answer": (
            _("You were drawn as a juror"),
            _("Say until %(due)s whether you can serve. Without an answer the seat goes on.")
            % {"due": due},
        ),
        "wait": (
            _("You serve in this hearing; voting has not begun"),
            _("Voting opens %(opens)s and closes %(closes)s. You get a message.")
            % {"opens": opens, "closes": closes},
        ),
        "vote": (
            _("You can vote now"),
            _("Voting closes %(closes)s: %(left)s. It takes about ten minutes.")
            % {"closes": closes, "left": left},
        ),
        "continue": (
            _("You have begun, but not voted yet"),
            _("Your draft is saved. It counts only once you cast it, until %(closes)s: %(left)s.")
            % {"closes": closes, "left": left},
        ),
        "voted": (
            _("You have voted"),
            _("Your ballot is sealed. Nobody can read it before the vote closes.")
            if hearing.ballots_root == ""
            else _("The vote has closed. Your receipt finds your ballot in the list."),
        ),
        "missed": (
            _("You did not vote in time"),
            _("The vote closed %(closes)s. Nothing more is needed from you.") % {"closes": closes},
        ),
        "gave_up": (
            _("You gave this seat up"),
            _("Another juror took your place. Nothing more is needed from you."),
        ),
        "lapsed": (
            _("You did not answer in time"),
            _("The next juror in order has the seat. Nothing more is needed from you."),
        ),
        "replaced": (
            _("Another juror has this seat now"),
            _("A jury officer gave it on. Nothing more is needed from you."),
        ),
        "ended": (
            _("This hearing ended without a count"),
            _("No ballot was or will be opened. Nothing more is needed from you."),
        ),
    }[view.stands]


def left_text(hearing: Hearing, at: datetime) -> str:
    """Return how long is left to vote: 31 hours left; under an hour in minutes."""
    if hearing.closes_at is None:
        return ""
    minutes = max(0, int((hearing.closes_at - at).total_seconds() // 60))
    if minutes >= 60:
        hours = minutes // 60
        return ngettext("%(n)s hour left", "%(n)s hours left", hours) % {"n": hours}
    return ngettext("%(n)s minute left", "%(n)s minutes left", minutes) % {"n": minutes}
