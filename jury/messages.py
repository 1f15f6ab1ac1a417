"""The messages the jury sends; none ever tells how somebody voted or how the vote stands."""

from collections.abc import Iterable, Mapping
from datetime import datetime

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from jury.audiences import ROLL, ROLL_WAITING, SEATS
from jury.models import Hearing, Seat
from jury.states import SITTING, Mode
from members.messages import register
from members.services import broadcast, notify, notify_many

# To the claimant

BRIEF_READY = register(
    "jury_brief_ready",
    _("The papers of your hearing are ready"),
    _("Read what the jurors of hearing %(reference)s will read, and add your own words."),
    "claimant_hearing",
)
NUMBER_WANTED = register(
    "jury_number_wanted",
    _("Your jury will be drawn: enter a number"),
    _(
        "Until %(due_at)s you may enter a number of your choice. It goes into the draw of your "
        "panel, so that nobody else can steer it. Without one the draw goes on by a fallback."
    ),
    "claimant_number",
    is_duty=True,
    deadline="due_at",
)
PANEL_DRAWN = register(
    "jury_panel_drawn",
    _("Your jury is drawn"),
    _("The panel of hearing %(reference)s is drawn. Voting is to begin %(opens_at)s."),
    "claimant_hearing",
)
VOTING_BEGUN = register(
    "jury_voting_begun",
    _("Your jury is voting"),
    _("The jurors of hearing %(reference)s vote until %(closes_at)s. You need do nothing."),
    "claimant_hearing",
)
VOTING_OVER = register(
    "jury_voting_over",
    _("The vote on your claim is closed"),
    _("The ballots of hearing %(reference)s are counted next. You need do nothing."),
    "claimant_hearing",
)
VERDICT = register(
    "jury_verdict",
    _("The jury has decided on your claim"),
    _("The verdict of hearing %(reference)s is published. Read it with its reasons."),
    "claimant_hearing",
)
VOID_ROUND = register(
    "jury_void_round",
    _("The hearing of your claim is void"),
    _(
        "The round %(reference)s counts for nothing; no ballot was opened. You need do nothing: "
        "your hearing's page says what comes next."
    ),
    "claimant_hearing",
)

# To jurors

DRAWN = register(
    "jury_drawn",
    _("You were drawn as a juror"),
    _(
        "Hearing %(reference)s needs you. Say until %(due_at)s whether you can serve. "
        "Voting closes %(closes_at)s."
    ),
    "jury_hearing",
    is_duty=True,
    deadline="due_at",
)
OPENED = register(
    "jury_opened",
    _("Voting is open"),
    _("You can vote in hearing %(reference)s until %(closes_at)s. It takes about ten minutes."),
    "jury_hearing",
    is_duty=True,
    deadline="closes_at",
)
OPENED_TO_ALL = register(
    "jury_opened_to_all",
    _("Every juror may vote"),
    _("You can vote in hearing %(reference)s until %(closes_at)s. It takes about ten minutes."),
    "jury_hearing",
    deadline="closes_at",
)
REMINDER = register(
    "jury_reminder",
    _("Your vote is still missing"),
    _("Hearing %(reference)s closes %(closes_at)s. You have not voted yet."),
    "jury_hearing",
    deadline="closes_at",
)
LAST_CALL = register(
    "jury_last_call",
    _("Voting closes soon and your vote is missing"),
    _("Hearing %(reference)s closes %(closes_at)s. Others wait for your vote."),
    "jury_hearing",
    is_duty=True,
    deadline="closes_at",
)
LAST_CALL_TO_ALL = register(
    "jury_last_call_to_all",
    _("Voting closes soon"),
    _("You can still vote in hearing %(reference)s until %(closes_at)s."),
    "jury_hearing",
    deadline="closes_at",
)
CAST = register(
    "jury_cast",
    _("Your ballot is cast"),
    _("Your ballot in hearing %(reference)s was received. Receipt: %(receipt)s."),
    "jury_receipt",
)
EXTENDED = register(
    "jury_extended",
    _("The voting time was extended"),
    _("You can vote in hearing %(reference)s until %(closes_at)s; it was extended once."),
    "jury_hearing",
    is_duty=True,
    deadline="closes_at",
)
EXTENDED_TO_ALL = register(
    "jury_extended_to_all",
    _("There is more time to vote"),
    _("You can vote in hearing %(reference)s until %(closes_at)s; it was extended once."),
    "jury_hearing",
    deadline="closes_at",
)
DECIDED = register(
    "jury_decided",
    _("The verdict of hearing %(reference)s is published"),
    _("See how the panel voted, and check the draw and the count."),
    "public_hearing",
)
VOID = register(
    "jury_void",
    _("Hearing %(reference)s is void"),
    _("The round counts for nothing; no ballot was opened. You need do nothing."),
    "jury_hearing",
)
WITHDRAWN = register(
    "jury_withdrawn",
    _("Hearing %(reference)s was withdrawn"),
    _("The claimant accepts the denial. No ballot was or will be opened."),
    "jury_hearing",
)


# In an open hearing nobody is seated by name: who refuses the kind is left alone.
_TO_ALL = {OPENED: OPENED_TO_ALL, LAST_CALL: LAST_CALL_TO_ALL, EXTENDED: EXTENDED_TO_ALL}


def tell(
    person_id: int, kind: str, hearing: Hearing, now: datetime, key: str = "", **more: str
) -> None:
    """Send a message about a hearing once; instants are given as ISO text in `…_at`."""
    params = _params(hearing, more)
    notify(person_id, kind, params, _key(hearing, key), now, hearing.reference)


def tell_many(
    people: Iterable[int],
    kind: str,
    hearing: Hearing,
    now: datetime,
    key: str = "",
    **more: str,
) -> int:
    """Send the same to several people, in one statement; return how many did not know."""
    params = _params(hearing, more)
    return notify_many(people, kind, params, _key(hearing, key), now, hearing.reference)


def tell_claimant(kind: str, hearing: Hearing, now: datetime, **more: str) -> None:
    """Send a message to whoever made the claim."""
    tell(hearing.claim.claimant_id, kind, hearing, now, **more)


def tell_jurors(kind: str, hearing: Hearing, now: datetime, *, key: str = "") -> None:
    """Tell the panel that sits; in an open hearing the clock tells the whole roll by and by."""
    if hearing.mode == Mode.OPEN:
        _tell_all(_TO_ALL.get(kind, kind), ROLL, hearing, now, key)
    else:
        tell_many(_people(_sitting(hearing)), kind, hearing, now, key)


def tell_waiting(kind: str, hearing: Hearing, now: datetime, *, key: str = "") -> None:
    """Tell the jurors who may vote and have not."""
    if hearing.mode == Mode.OPEN:
        _tell_all(_TO_ALL.get(kind, kind), ROLL_WAITING, hearing, now, key)
    else:
        waiting = _sitting(hearing).filter(ballots__isnull=True)
        tell_many(_people(waiting), kind, hearing, now, key)


def tell_seats(kind: str, hearing: Hearing, now: datetime) -> None:
    """Tell whoever ever had a seat how the hearing ended."""
    if hearing.mode == Mode.OPEN:
        _tell_all(kind, SEATS, hearing, now, "")
    else:
        tell_many(_people(Seat.objects.filter(hearing=hearing)), kind, hearing, now)


def _tell_all(kind: str, audience: str, hearing: Hearing, now: datetime, key: str) -> None:
    broadcast(
        kind,
        _params(hearing, {}),
        _key(hearing, key),
        now,
        audience=audience,
        subject_reference=hearing.reference,
    )


def _sitting(hearing: Hearing) -> QuerySet[Seat]:
    return Seat.objects.filter(hearing=hearing, state__in=sorted(SITTING))


def _people(rows: QuerySet[Seat]) -> list[int]:
    return list(rows.order_by("person_id").values_list("person_id", flat=True))


def _params(hearing: Hearing, more: Mapping[str, str]) -> dict[str, str | int]:
    params: dict[str, str | int] = {"reference": hearing.reference, **more}
    if hearing.closes_at is not None:
        params.setdefault("closes_at", hearing.closes_at.isoformat())
    if hearing.opens_at is not None:
        params.setdefault("opens_at", hearing.opens_at.isoformat())
    return params


def _key(hearing: Hearing, key: str) -> str:
    return f"{hearing.reference}:{key}" if key else hearing.reference
