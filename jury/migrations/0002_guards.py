"""What the database refuses on the jury's tables, as the app role and as the owner by mistake."""

from django.db import migrations

from core.append_only import AppendOnly, Grant, Guard
from jury.migrations import _guards_ballots as ballots
from jury.migrations import _guards_casting as casting
from jury.migrations import _guards_draw as draws
from jury.migrations import _guards_exhibits as exhibits
from jury.migrations import _guards_jurors as jurors
from jury.migrations import _guards_panel as panel

# Temporary tables come last in the search path, so that none can stand in for a real one.
PATH = "SET search_path = pg_catalog, public, pg_temp"
REFUSE = "USING ERRCODE = 'restrict_violation'"


# What the auditor reads: hearings, draws and results. Seats, ballots, drafts and openings are not
# among them, so that nothing an auditor can read says who cast which ballot.
VIEWS = {
    "auditor_hearings": (
        "SELECT reference, claim_id, sitting, round, state, state_entered_at, mode, panel_size, "
        "expert_seat, expert_waived, quorum, more_than_per_mille, tie, brief_prepared_by_id, brief_signed_by_id, roll_id, "
        "seed_commitment, draw_after_at, checkpoint_id, contribution, seed, opens_at, closes_at, "
        "ballots_root FROM jury_hearing"
    ),
    "auditor_hearing_events": (
        "SELECT hearing_id, seq, event, from_state, to_state, actor_id, actor_kind, role, "
        "reason_code, occurred_at, previous_digest, digest FROM jury_hearingevent"
    ),
    "auditor_rolls": "SELECT reference, plan_id, period, size, digest, frozen_at FROM jury_roll",
    "auditor_draw_steps": (
        "SELECT hearing_id, track, counter, number, outcome, reason, drawn_at FROM jury_drawstep"
    ),
    "auditor_verdicts": (
        "SELECT hearing_id, outcome, seats, ballots, spoiled, pay, deny, by_criterion, found, "
        "basis, decided_at FROM jury_verdict"
    ),
}


def _views() -> list[Guard | Grant]:
    operations: list[Guard | Grant] = []
    for name, query in VIEWS.items():
        operations += [
            Guard(name, f"CREATE VIEW {name} AS {query}", f"DROP VIEW {name}"),
            Grant(name, "SELECT", "auditor"),
        ]
    return operations


def _before(table: str, name: str, events: str) -> list[Guard]:
    """Return the trigger that runs a row's guard before the row is written."""
    return [
        Guard(
            f"{name}: trigger",
            f"CREATE TRIGGER {name} BEFORE {events} ON {table} "
            f"FOR EACH ROW EXECUTE FUNCTION {name}()",
            f"DROP TRIGGER {name} ON {table}",
        )
    ]


def _after_insert(table: str, name: str) -> list[Guard]:
    """Return the trigger that looks at all the rows one statement added."""
    return [
        Guard(
            f"{name}: trigger",
            f"CREATE TRIGGER {name} AFTER INSERT ON {table} REFERENCING NEW TABLE AS added "
            f"FOR EACH STATEMENT EXECUTE FUNCTION {name}()",
            f"DROP TRIGGER {name} ON {table}",
        )
    ]


def _at_the_end(table: str, name: str, events: str) -> list[Guard]:
    """Return the trigger that looks at a row when its transaction ends."""
    return [
        Guard(
            f"{name}: trigger",
            f"CREATE CONSTRAINT TRIGGER {name} AFTER {events} ON {table} "
            f"DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION {name}()",
            f"DROP TRIGGER {name} ON {table}",
        )
    ]


def _function(name: str, sql: str, arguments: str = "") -> Guard:
    text = sql.replace("{PATH}", PATH).replace("{REFUSE}", REFUSE)
    return Guard(f"{name}: function", text, f"DROP FUNCTION {name}({arguments})")


class Migration(migrations.Migration):
    """Rights and triggers."""

    dependencies = [
        ("jury", "0001_initial"),
        ("claims", "0001_initial"),
        ("members", "0001_initial"),
        ("record", "0001_initial"),
        ("core", "0001_initial"),
    ]

    operations = [
        AppendOnly("jury_exampass"),
        AppendOnly("jury_rollentry"),
        AppendOnly("jury_rollexpert"),
        AppendOnly("jury_rulesacceptance"),
        AppendOnly("jury_standingevent"),
        AppendOnly("jury_standingappeal"),
        AppendOnly("jury_standingappealanswer"),
        AppendOnly("jury_hearingevent"),
        AppendOnly("jury_drawstep"),
        AppendOnly("jury_ballot"),
        AppendOnly("jury_ballotopening"),
        AppendOnly("jury_verdict"),
        AppendOnly("jury_exhibitpage"),
        AppendOnly("jury_exhibitaccess"),
        Grant("jury_jurorstanding", "UPDATE"),
        Grant("jury_examattempt", "UPDATE"),
        Grant("jury_juroraffiliation", "UPDATE"),
        Grant("jury_jurorqualification", "UPDATE"),
        Grant("jury_roll", "UPDATE"),
        Grant("jury_hearing", "UPDATE"),
        Grant("jury_seat", "UPDATE"),
        Grant("jury_juryexhibit", "UPDATE"),
        Grant("jury_ballotdraft", "UPDATE, DELETE"),
        _function("jury_hospital_key", jurors.HOSPITAL_KEY, "text"),
        _function("jury_blockers", jurors.BLOCKERS, "bigint, timestamptz"),
        _function("jury_may_serve", jurors.MAY_SERVE, "bigint, bigint, timestamptz"),
        _function(
            "jury_draw_numbers", draws.DRAW_NUMBERS, "text, int, text, bigint, bigint, bigint"
        ),
        _function("jury_conflicts", panel.CONFLICTS, "bigint"),
        _function("jury_conflict", panel.CONFLICT, "bigint, bigint"),
        _function("jury_pass_overs", panel.SKIPS, "bigint, bigint, bigint, timestamptz, bigint[]"),
        _function("jury_pass_over", panel.SKIP, "bigint, bigint, timestamptz"),
        _function("jury_roll_guard", draws.ROLL),
        *_before("jury_roll", "jury_roll_guard", "INSERT OR UPDATE"),
        _function("jury_rollentry_guard", draws.ROLL_ENTRY),
        *_after_insert("jury_rollentry", "jury_rollentry_guard"),
        _function("jury_rollexpert_guard", jurors.ROLL_EXPERT),
        *_after_insert("jury_rollexpert", "jury_rollexpert_guard"),
        _function("jury_exam_guard", jurors.EXAM),
        *_before("jury_examattempt", "jury_exam_guard", "INSERT OR UPDATE"),
        _function("jury_exampass_guard", jurors.EXAM_PASSED),
        *_before("jury_exampass", "jury_exampass_guard", "INSERT"),
        _function("jury_standing_guard", jurors.STANDING),
        *_before("jury_jurorstanding", "jury_standing_guard", "INSERT OR UPDATE"),
        _function("jury_standing_logged_guard", jurors.STANDING_LOGGED),
        *_at_the_end("jury_jurorstanding", "jury_standing_logged_guard", "UPDATE"),
        _function("jury_standingevent_guard", jurors.STANDING_EVENT),
        *_before("jury_standingevent", "jury_standingevent_guard", "INSERT"),
        _function("jury_standingappeal_guard", jurors.APPEAL),
        *_before("jury_standingappeal", "jury_standingappeal_guard", "INSERT"),
        _function("jury_standingappealanswer_guard", jurors.APPEAL_ANSWER),
        *_before("jury_standingappealanswer", "jury_standingappealanswer_guard", "INSERT"),
        _function("jury_affiliation_guard", jurors.AFFILIATION),
        *_before("jury_juroraffiliation", "jury_affiliation_guard", "INSERT OR UPDATE"),
        _function("jury_qualification_guard", jurors.QUALIFICATION),
        *_before("jury_jurorqualification", "jury_qualification_guard", "INSERT OR UPDATE"),
        _function("jury_drawstep_guard", draws.DRAW_STEP),
        *_after_insert("jury_drawstep", "jury_drawstep_guard"),
        _function("jury_seat_guard", panel.SEAT),
        *_after_insert("jury_seat", "jury_seat_guard"),
        _function("jury_seat_change_guard", panel.SEAT_CHANGE),
        *_before("jury_seat", "jury_seat_change_guard", "UPDATE"),
        _function("jury_panel_whole_guard", panel.PANEL_WHOLE),
        Guard(
            "jury_panel_whole_guard: trigger",
            panel.PANEL_WHOLE_TRIGGER,
            "DROP TRIGGER jury_panel_whole_guard ON jury_seat",
        ),
        _function("jury_hearing_panel_guard", panel.HEARING_PANEL),
        *_before("jury_hearing", "jury_hearing_panel_guard", "UPDATE"),
        _function("jury_hearing_insert_guard", ballots.HEARING_INSERT),
        *_before("jury_hearing", "jury_hearing_insert_guard", "INSERT"),
        _function("jury_hearing_fixed_guard", ballots.HEARING_FIXED),
        *_before("jury_hearing", "jury_hearing_fixed_guard", "UPDATE"),
        _function("jury_hearing_seed_guard", ballots.HEARING_SEED),
        *_before("jury_hearing", "jury_hearing_seed_guard", "UPDATE"),
        _function("jury_hearing_state_guard", ballots.HEARING_STATE),
        *_before("jury_hearing", "jury_hearing_state_guard", "UPDATE"),
        Guard("a ballot is kept as it is", casting.STORAGE, casting.STORAGE_BACK),
        _function("jury_turn_guard", casting.TURN),
        *_before("jury_hearing", "jury_turn_guard", "UPDATE"),
        _function("jury_seat_alone_guard", casting.SEAT_TURN),
        *_before("jury_seat", "jury_seat_alone_guard", "UPDATE"),
        Guard("a seat is kept", casting.SEAT_KEPT, "DROP TRIGGER jury_seat_kept ON jury_seat"),
        _function("jury_voter", casting.VOTER, "text, bigint"),
        _function("jury_cast", casting.CAST, casting.CAST_ARGUMENTS),
        _function("jury_ballot_guard", casting.BALLOT),
        *_before("jury_ballot", "jury_ballot_guard", "INSERT"),
        _function("jury_ballotopening_guard", ballots.OPENING),
        *_after_insert("jury_ballotopening", "jury_ballotopening_guard"),
        _function("jury_verdict_guard", ballots.VERDICT),
        *_before("jury_verdict", "jury_verdict_guard", "INSERT"),
        _function("jury_exhibit_guard", exhibits.EXHIBIT),
        *_before("jury_juryexhibit", "jury_exhibit_guard", "INSERT OR UPDATE"),
        _function("jury_exhibitpage_guard", exhibits.EXHIBIT_PAGE),
        *_before("jury_exhibitpage", "jury_exhibitpage_guard", "INSERT"),
        _function("jury_exhibitaccess_guard", exhibits.EXHIBIT_ACCESS),
        *_before("jury_exhibitaccess", "jury_exhibitaccess_guard", "INSERT"),
        _function("jury_hearing_brief_guard", exhibits.BRIEF),
        *_before("jury_hearing", "jury_hearing_brief_guard", "UPDATE"),
        *_views(),
    ]
