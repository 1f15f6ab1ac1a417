"""What the database refuses on the record's tables."""

from django.db import migrations

from core.append_only import AppendOnly, Grant, Guard

DIGEST = """
ALTER TABLE record_entry ADD CONSTRAINT entry_digest_of_body
CHECK (body_digest = encode(sha256(convert_to(body, 'UTF8')), 'hex'))
"""
# The leaf around a body: keys, quotes, the time; `record.sizes` counts the same in Python.
SIZE = """
ALTER TABLE record_entry ADD CONSTRAINT entry_fits_a_leaf
CHECK (octet_length(body) + octet_length(private_commitment) + octet_length(to_json(kind)::text)
       + octet_length(to_json(subject)::text) + AROUND <= 65535)
""".replace("AROUND", "88")
# A leaf's bytes as the database itself puts them together: the second path before a signature.
LEAF_BYTES = """
CREATE FUNCTION record_leaf_bytes(e record_entry) RETURNS bytea LANGUAGE sql STABLE AS $$
SELECT convert_to('{"body":' || e.body || ',"commitment":' || to_json(e.private_commitment)
    || ',"kind":' || to_json(e.kind) || ',"occurred_at":"'
    || to_char(e.occurred_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')
    || '","subject":' || to_json(e.subject) || '}', 'UTF8')
$$
"""
LEAF_FUNCTION = """
CREATE FUNCTION record_leaf_without_gap() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.index > 0 AND NOT EXISTS (SELECT FROM record_leaf WHERE index = NEW.index - 1) THEN
        RAISE EXCEPTION 'leaf % leaves a gap', NEW.index USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$
"""
LEAF_TRIGGER = """
CREATE TRIGGER record_leaf_without_gap BEFORE INSERT ON record_leaf
FOR EACH ROW EXECUTE FUNCTION record_leaf_without_gap()
"""
CHECKPOINT_FUNCTION = """
CREATE FUNCTION record_checkpoint_grows() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.size <= (SELECT coalesce(max(size), 0) FROM record_checkpoint) THEN
        RAISE EXCEPTION 'a checkpoint of size % is not larger than the last', NEW.size
            USING ERRCODE = 'restrict_violation';
    END IF;
    IF NOT EXISTS (SELECT FROM record_leaf WHERE index = NEW.size - 1) THEN
        RAISE EXCEPTION 'a checkpoint of size % has no such leaf', NEW.size
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$
"""
CHECKPOINT_TRIGGER = """
CREATE TRIGGER record_checkpoint_grows BEFORE INSERT ON record_checkpoint
FOR EACH ROW EXECUTE FUNCTION record_checkpoint_grows()
"""

AUDITOR_RECORD = """
CREATE VIEW auditor_record AS
SELECT l.index, encode(l.leaf_hash, 'hex') AS leaf_hash, e.*
FROM record_entry e LEFT JOIN record_leaf l ON l.entry_id = e.id
"""


class Migration(migrations.Migration):
    """Every table is append-only; leaves leave no gap; checkpoints only grow."""

    dependencies = [("record", "0001_initial")]

    operations = [
        Guard("the auditor's record", AUDITOR_RECORD, "DROP VIEW auditor_record"),
        Grant("auditor_record", "SELECT", role="auditor"),
        AppendOnly("record_entry"),
        AppendOnly("record_leaf"),
        AppendOnly("record_node"),
        AppendOnly("record_checkpoint"),
        AppendOnly("record_verificationkey"),
        AppendOnly("record_cosignature"),
        Grant("record_witness", "UPDATE"),
        Guard(
            "an entry's digest is its body's",
            DIGEST,
            "ALTER TABLE record_entry DROP CONSTRAINT entry_digest_of_body",
        ),
        Guard(
            "an entry fits a leaf",
            SIZE,
            "ALTER TABLE record_entry DROP CONSTRAINT entry_fits_a_leaf",
        ),
        Guard("a leaf's bytes", LEAF_BYTES, "DROP FUNCTION record_leaf_bytes(record_entry)"),
        Guard("leaves", LEAF_FUNCTION, "DROP FUNCTION record_leaf_without_gap()"),
        Guard(
            "leaves' trigger",
            LEAF_TRIGGER,
            "DROP TRIGGER record_leaf_without_gap ON record_leaf",
        ),
        Guard("checkpoints", CHECKPOINT_FUNCTION, "DROP FUNCTION record_checkpoint_grows()"),
        Guard(
            "checkpoints' trigger",
            CHECKPOINT_TRIGGER,
            "DROP TRIGGER record_checkpoint_grows ON record_checkpoint",
        ),
    ]
