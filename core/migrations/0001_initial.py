"""Core's tables, the clock and the function that refuses changes."""

import django.db.models.deletion
from django.db import migrations, models

import core.clock
from core.append_only import Guard

CLOCK_TABLE = """
CREATE TABLE core_clock (
    single boolean PRIMARY KEY DEFAULT true CONSTRAINT core_clock_one_row CHECK (single),
    shift interval NOT NULL DEFAULT '0'
)
"""
CLOCK_ROW = "INSERT INTO core_clock DEFAULT VALUES"
# BEGIN ATOMIC binds core_clock when the function is made: a temporary table of that name, which
# any role may make, is never read instead.
CLOCK_FUNCTION = """
CREATE FUNCTION core_now() RETURNS timestamptz LANGUAGE sql VOLATILE PARALLEL SAFE
BEGIN ATOMIC
    SELECT clock_timestamp() + (SELECT shift FROM core_clock);
END
"""
REFUSE_CHANGE = """
CREATE FUNCTION core_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% on % is refused: the table is append-only', TG_OP, TG_TABLE_NAME
        USING ERRCODE = 'restrict_violation';
END $$
"""


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        Guard("the clock's table", CLOCK_TABLE, "DROP TABLE core_clock"),
        Guard("the clock's one row", CLOCK_ROW),
        Guard("core_now()", CLOCK_FUNCTION, "DROP FUNCTION core_now()"),
        Guard("core_refuse_change()", REFUSE_CHANGE, "DROP FUNCTION core_refuse_change()"),
        migrations.CreateModel(
            name="Heartbeat",
            fields=[
                ("name", models.CharField(max_length=40, primary_key=True, serialize=False)),
                ("beat_at", models.DateTimeField()),
                ("detail", models.CharField(blank=True, max_length=200)),
            ],
        ),
        migrations.CreateModel(
            name="AuditRow",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "occurred_at",
                    models.DateTimeField(db_default=core.clock.CoreNow(), editable=False),
                ),
                ("request_id", models.CharField(blank=True, max_length=32)),
                ("account_id", models.BigIntegerField(null=True)),
                ("actor_kind", models.CharField(max_length=10)),
                ("operation", models.CharField(max_length=100)),
                ("subject", models.CharField(blank=True, max_length=80)),
                (
                    "outcome",
                    models.CharField(
                        choices=[
                            ("done", "Done"),
                            ("refused", "Refused"),
                            ("replayed", "Replayed"),
                            ("failed", "Failed"),
                        ],
                        max_length=10,
                    ),
                ),
                ("code", models.CharField(blank=True, max_length=80)),
                ("status", models.PositiveSmallIntegerField(default=0)),
            ],
            options={
                "indexes": [
                    models.Index(fields=["subject", "id"], name="audit_by_subject"),
                    models.Index(fields=["request_id"], name="audit_by_request"),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("outcome__in", ["done", "refused", "replayed", "failed"])
                        ),
                        name="audit_outcome_known",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Deadline",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("kind", models.CharField(max_length=60)),
                ("subject", models.CharField(max_length=80)),
                ("due_at", models.DateTimeField()),
                (
                    "created_at",
                    models.DateTimeField(db_default=core.clock.CoreNow(), editable=False),
                ),
                ("done_at", models.DateTimeField(null=True)),
                ("outcome", models.CharField(blank=True, max_length=80)),
                ("attempts", models.PositiveIntegerField(default=0)),
                ("next_try_at", models.DateTimeField(null=True)),
                ("last_error", models.CharField(blank=True, max_length=200)),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("done_at__isnull", True)),
                        fields=["due_at", "id"],
                        name="deadline_due",
                    ),
                    models.Index(fields=["subject", "kind"], name="deadline_by_subject"),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("done_at__isnull", True)),
                        fields=("kind", "subject"),
                        name="deadline_one_open",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="IdempotencyKey",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("account_id", models.BigIntegerField(default=0)),
                ("key", models.CharField(max_length=200)),
                ("operation", models.CharField(max_length=100)),
                ("request_digest", models.CharField(max_length=64)),
                ("status", models.PositiveSmallIntegerField(default=0)),
                ("location", models.CharField(blank=True, max_length=500)),
                ("body", models.TextField(blank=True)),
                (
                    "created_at",
                    models.DateTimeField(db_default=core.clock.CoreNow(), editable=False),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("account_id", "key"), name="idempotency_key_once"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="AuditLink",
            fields=[
                ("seq", models.BigIntegerField(primary_key=True, serialize=False)),
                ("previous_digest", models.CharField(max_length=64, unique=True)),
                ("digest", models.CharField(max_length=64, unique=True)),
                (
                    "row",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="link",
                        to="core.auditrow",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("seq__gte", 1)), name="audit_link_seq_from_one"
                    )
                ],
            },
        ),
    ]
