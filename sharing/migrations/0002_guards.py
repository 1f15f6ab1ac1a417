"""What the database refuses on rounds and in the journal (promises 46, 47, 50, 51)."""

from django.db import migrations

from core.append_only import AppendOnly, Grant, Guard
from sharing.migrations import _guard_sql as sql


def drop_function(name: str) -> str:
    """Return the removal of a function and of the triggers that run it."""
    return f"DROP FUNCTION {name}() CASCADE"


class Migration(migrations.Migration):
    """Triggers and rights."""

    dependencies = [("sharing", "0001_initial"), ("core", "0002_guards")]

    operations = [
        AppendOnly("sharing_journalentry"),
        AppendOnly("sharing_journalline"),
        AppendOnly("sharing_roundshare"),
        Guard("journal_balances", sql.JOURNAL_BALANCES, drop_function("sharing_journal_balances")),
        Guard("journal_entries_balance", sql.balance_trigger("sharing_journalentry")),
        Guard("journal_lines_balance", sql.balance_trigger("sharing_journalline")),
        Grant("sharing_round", "UPDATE"),
        Guard("round_step", sql.ROUND_STEP, drop_function("sharing_round_step")),
        Guard("round_step_trigger", sql.ROUND_STEP_TRIGGER),
        Grant("sharing_roundcase", "UPDATE"),
        Grant("sharing_faileddebit", "UPDATE"),
        Guard("round_rows", sql.ROUND_ROWS, drop_function("sharing_round_rows")),
        Guard(
            "round_case_rows",
            sql.row_trigger("sharing_roundcase", "sharing_round_rows", "INSERT OR UPDATE"),
        ),
        Guard(
            "round_share_rows",
            sql.row_trigger("sharing_roundshare", "sharing_round_rows", "INSERT"),
        ),
        Guard(
            "failed_debit_rows",
            sql.row_trigger("sharing_faileddebit", "sharing_round_rows", "INSERT OR UPDATE"),
        ),
        Guard("kept_columns", sql.KEPT_COLUMNS, drop_function("sharing_keeps_columns")),
        Guard(
            "round_case_keeps",
            sql.row_trigger("sharing_roundcase", "sharing_keeps_columns", "UPDATE"),
        ),
        Guard(
            "failed_debit_keeps",
            sql.row_trigger("sharing_faileddebit", "sharing_keeps_columns", "UPDATE"),
        ),
    ]
