"""The door a ballot goes through at once: one look at the database, one statement, no more.

Thousands may vote in the last minute. Where everything is in order, the juror's final request is
answered from `jury_voter` and `jury_cast`; wherever anything is not, nothing has been done, and the
page or the resource itself answers the ordinary way, with the gate, the words and the audit row.
"""

from django.http import HttpRequest, HttpResponseRedirect
from django.urls import reverse

from core import audit, gate
from core.requests import view_name
from jury.contradictions import contradiction_of
from jury.draft_cookie import draft_key
from jury.models import Hearing
from jury.sealing import info_of
from jury.services.casting import cast_at_once
from jury.services.voters import Casting, Receipt, Said, Voter, find_voter, said_in
from jury.services.voting import open_draft
from members.sessions import account_in, is_proof

#: As `never_cache` says it, for an answer that nothing else is to be said of.
NEVER_KEPT = {"Cache-Control": "max-age=0, no-cache, no-store, must-revalidate, private"}


def cast_by_page(request: HttpRequest, reference: str) -> HttpResponseRedirect | None:
    """Cast what the juror's draft holds and lead to the receipt; None: the page answers.

    The form's key is not kept: one seat has one ballot, so the form sent again finds it, and
    leads to the same receipt.
    """
    key, account_id = draft_key(request), account_in(request.session)
    if key is None or account_id is None or "_language" in request.POST:
        return None
    voter = find_voter(reference, account_id)
    if voter is None or not is_proof(request.session, voter.password, voter.session_generation):
        return None
    said = _said(voter, key)
    if said is None:
        return None
    operation = view_name(request)
    location = reverse("jury_receipt", args=[reference])
    receipt = cast_at_once(
        voter,
        said,
        Casting(
            account_id=account_id,
            operation=operation,
            request_id=audit.current_request_id(),
            status=303,
            location=location,
        ),
    )
    if receipt is None:
        return None
    audit.count_row()
    return HttpResponseRedirect(location, headers=NEVER_KEPT)


def _said(voter: Voter, key: bytes) -> Said | None:
    """Return what the draft says, an explanation only where it is still asked for.

    Whoever explains goes through this door as well: the other way leaves other rows, which would
    tell before the close whose answers do not lead to their vote (promise 40).
    """
    info = info_of(voter.reference, voter.round, voter.number)
    draft = open_draft(voter.draft, key, info)
    if draft is None:
        return None
    said = said_in(draft, str(draft.get("explanation", "")))
    if not said.explanation:
        return said
    if not set(said.answers) <= set(voter.codes):
        return None
    hearing = Hearing.objects.select_related("claim__rulebook_version").get(pk=voter.hearing_id)
    is_asked = bool(contradiction_of(hearing, said.answers, said.vote))
    return said if is_asked else said_in(draft)


def cast_by_api(
    request: HttpRequest, reference: str, account_id: int, form_key: str, said: Said
) -> Receipt | None:
    """Cast a ballot sent whole; who sends it is known. None: the resource answers itself."""
    voter = find_voter(reference, account_id)
    if voter is None or not gate.is_key(form_key):
        return None
    operation = view_name(request)
    receipt = cast_at_once(
        voter,
        said,
        Casting(
            account_id=account_id,
            key=form_key,
            operation=operation,
            digest=gate.digest_of(operation, reference),
            request_id=audit.current_request_id(),
            status=201,
            location=reverse("api_ballot", args=[reference]),
        ),
    )
    if receipt is not None:
        audit.count_row()
    return receipt
