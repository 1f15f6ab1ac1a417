"""What the database refuses on core's tables."""

from django.db import migrations

from core.append_only import AppendOnly, Grant, Guard, Revoke

CHAIN_FUNCTION = """
CREATE FUNCTION core_auditlink_follows() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    last text;
BEGIN
    IF NEW.seq = 1 THEN
        last := repeat('0', 64);
    ELSE
        SELECT digest INTO last FROM core_auditlink WHERE seq = NEW.seq - 1;
    END IF;
    IF last IS DISTINCT FROM NEW.previous_digest THEN
        RAISE EXCEPTION 'audit link % does not follow the one before it', NEW.seq
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$
"""
CHAIN_TRIGGER = """
CREATE TRIGGER core_auditlink_follows BEFORE INSERT ON core_auditlink
FOR EACH ROW EXECUTE FUNCTION core_auditlink_follows()
"""
ANSWER_FUNCTION = """
CREATE FUNCTION core_idempotencykey_answered_once() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.status <> 0 OR (NEW.id, NEW.account_id, NEW.key, NEW.operation, NEW.request_digest,
        NEW.created_at) IS DISTINCT FROM (OLD.id, OLD.account_id, OLD.key, OLD.operation,
        OLD.request_digest, OLD.created_at) THEN
        RAISE EXCEPTION 'an idempotency key is answered once'
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$
"""
ANSWER_TRIGGER = """
CREATE TRIGGER core_idempotencykey_answered_once BEFORE UPDATE ON core_idempotencykey
FOR EACH ROW EXECUTE FUNCTION core_idempotencykey_answered_once()
"""

AUDITOR_AUDIT = """
CREATE VIEW auditor_audit AS
SELECT l.seq, l.previous_digest, l.digest, r.*
FROM core_auditrow r LEFT JOIN core_auditlink l ON l.row_id = r.id
"""
AUDITOR_DEADLINES = """
CREATE VIEW auditor_deadlines AS
SELECT kind, subject, due_at, created_at, done_at, outcome, attempts, last_error FROM core_deadline
"""


class Migration(migrations.Migration):
    """Rights and triggers."""

    dependencies = [("core", "0001_initial")]

    operations = [
        Revoke("core_clock", "INSERT"),
        AppendOnly("core_auditrow"),
        AppendOnly("core_auditlink"),
        Guard(
            "audit links follow one another",
            CHAIN_FUNCTION,
            "DROP FUNCTION core_auditlink_follows()",
        ),
        Guard(
            "audit links' trigger",
            CHAIN_TRIGGER,
            "DROP TRIGGER core_auditlink_follows ON core_auditlink",
        ),
        Grant("core_idempotencykey", "UPDATE"),
        Guard(
            "a key is answered once",
            ANSWER_FUNCTION,
            "DROP FUNCTION core_idempotencykey_answered_once()",
        ),
        Guard(
            "a key's trigger",
            ANSWER_TRIGGER,
            "DROP TRIGGER core_idempotencykey_answered_once ON core_idempotencykey",
        ),
        Grant("core_deadline", "UPDATE"),
        Grant("core_heartbeat", "UPDATE"),
        Guard("the auditor's audit", AUDITOR_AUDIT, "DROP VIEW auditor_audit"),
        Guard("the auditor's deadlines", AUDITOR_DEADLINES, "DROP VIEW auditor_deadlines"),
        Grant("auditor_audit", "SELECT", role="auditor"),
        Grant("auditor_deadlines", "SELECT", role="auditor"),
    ]
