"""What the database refuses on batches, payouts, the outbox and statements."""

from django.db import migrations

from core.append_only import AppendOnly, Grant, Guard
from payouts.migrations import _guard_sql as sql


def drop_function(name: str) -> str:
    """Return the removal of a function and of the triggers that run it."""
    return f"DROP FUNCTION {name}() CASCADE"


class Migration(migrations.Migration):
    """Triggers and rights."""

    dependencies = [("payouts", "0001_initial"), ("sharing", "0002_guards")]

    operations = [
        AppendOnly("payouts_bankexchange"),
        AppendOnly("payouts_bankcallback"),
        AppendOnly("payouts_safetycheck"),
        Grant("payouts_payoutbatch", "UPDATE"),
        Guard("batch_step", sql.BATCH_STEP, drop_function("payouts_batch_step")),
        Guard(
            "batch_step_trigger",
            sql.row_trigger("payouts_payoutbatch", "payouts_batch_step", "INSERT OR UPDATE"),
        ),
        Grant("payouts_payout", "UPDATE"),
        Guard("payout_step", sql.PAYOUT_STEP, drop_function("payouts_payout_step")),
        Guard(
            "payout_step_trigger",
            sql.row_trigger("payouts_payout", "payouts_payout_step", "INSERT OR UPDATE"),
        ),
        Grant("payouts_outbox", "UPDATE"),
        Guard("outbox_step", sql.OUTBOX_STEP, drop_function("payouts_outbox_step")),
        Guard(
            "outbox_step_trigger",
            sql.row_trigger("payouts_outbox", "payouts_outbox_step", "INSERT OR UPDATE"),
        ),
        Grant("payouts_statementline", "UPDATE"),
        Guard("line_step", sql.LINE_STEP, drop_function("payouts_line_step")),
        Guard(
            "line_step_trigger",
            sql.row_trigger("payouts_statementline", "payouts_line_step", "UPDATE"),
        ),
    ]
