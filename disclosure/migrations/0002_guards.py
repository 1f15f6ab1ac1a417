"""What the database refuses on disclosure's tables."""

from django.db import migrations

from core.append_only import AppendOnly, Grant, Guard

REDACTION_FUNCTION = """
CREATE FUNCTION disclosure_redaction_signed_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.signed_by_id IS NOT NULL OR (NEW.claim_id, NEW.notice_number)
        IS DISTINCT FROM (OLD.claim_id, OLD.notice_number) THEN
        RAISE EXCEPTION 'a signed redaction does not change' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$
"""
REDACTION_TRIGGER = """
CREATE TRIGGER disclosure_redaction_signed_stays BEFORE UPDATE ON disclosure_redaction
FOR EACH ROW EXECUTE FUNCTION disclosure_redaction_signed_stays()
"""
# Promise 22: an entry shows only what a second person signed, for this claim and notice.
PUBLISH_FUNCTION = """
CREATE FUNCTION disclosure_entry_is_signed() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    signed disclosure_redaction%ROWTYPE;
BEGIN
    SELECT * INTO signed FROM disclosure_redaction WHERE id = NEW.redaction_id;
    IF signed.signed_by_id IS NULL OR signed.claim_id <> NEW.claim_id
        OR signed.notice_number <> NEW.number THEN
        RAISE EXCEPTION 'nothing is published before a second person signs its redaction'
            USING ERRCODE = 'restrict_violation', CONSTRAINT = 'notice_entry_signed';
    END IF;
    IF NEW.state <> 'open'
        OR NEW.closes_at < NEW.opens_at + make_interval(secs => NEW.length_seconds) THEN
        RAISE EXCEPTION 'a notice entry starts open and for its full length'
            USING ERRCODE = 'restrict_violation', CONSTRAINT = 'notice_entry_full_length';
    END IF;
    RETURN NEW;
END $$
"""
PUBLISH_TRIGGER = """
CREATE TRIGGER disclosure_entry_is_signed BEFORE INSERT ON disclosure_noticeentry
FOR EACH ROW EXECUTE FUNCTION disclosure_entry_is_signed()
"""
# Promises 27 and 28: what is published stays; time only grows; clearing waits for the end of
# the entry's own time by the database's clock, and for every objection to be dismissed.
ENTRY_FUNCTION = """
CREATE FUNCTION disclosure_entry_keeps_its_word() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (NEW.id, NEW.reference, NEW.period_id, NEW.claim_id, NEW.number, NEW.revision,
        NEW.redaction_id, NEW.card, NEW.opens_at, NEW.length_seconds)
        IS DISTINCT FROM (OLD.id, OLD.reference, OLD.period_id, OLD.claim_id, OLD.number,
        OLD.revision, OLD.redaction_id, OLD.card, OLD.opens_at, OLD.length_seconds)
        OR NEW.closes_at < OLD.closes_at OR OLD.state <> 'open' THEN
        RAISE EXCEPTION 'what is on notice stays as it was published'
            USING ERRCODE = 'restrict_violation', CONSTRAINT = 'notice_entry_stays';
    END IF;
    IF NEW.state = 'cleared' THEN
        IF core_now() < OLD.closes_at THEN
            RAISE EXCEPTION 'the entry''s full time is not over'
                USING ERRCODE = 'restrict_violation', CONSTRAINT = 'notice_entry_full_time';
        END IF;
        IF EXISTS (SELECT FROM disclosure_objection
                   WHERE entry_id = OLD.id AND state <> 'dismissed') THEN
            RAISE EXCEPTION 'an objection stands against the entry'
                USING ERRCODE = 'restrict_violation', CONSTRAINT = 'notice_entry_objection';
        END IF;
    END IF;
    RETURN NEW;
END $$
"""
ENTRY_TRIGGER = """
CREATE TRIGGER disclosure_entry_keeps_its_word BEFORE UPDATE ON disclosure_noticeentry
FOR EACH ROW EXECUTE FUNCTION disclosure_entry_keeps_its_word()
"""
OBJECTION_FUNCTION = """
CREATE FUNCTION disclosure_objection_in_time() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    noticed disclosure_noticeentry%ROWTYPE;
BEGIN
    SELECT * INTO noticed FROM disclosure_noticeentry WHERE id = NEW.entry_id FOR SHARE;
    NEW.received_at := core_now();
    IF noticed.state IS DISTINCT FROM 'open' OR NEW.received_at < noticed.opens_at
        OR NEW.received_at >= noticed.closes_at THEN
        RAISE EXCEPTION 'the entry does not take objections now'
            USING ERRCODE = 'restrict_violation', CONSTRAINT = 'objection_in_time';
    END IF;
    IF NEW.state <> 'received' THEN
        RAISE EXCEPTION 'an objection starts as received'
            USING ERRCODE = 'restrict_violation', CONSTRAINT = 'objection_starts_received';
    END IF;
    IF NOT EXISTS (SELECT FROM members_person
                   WHERE id = NEW.member_id AND is_identity_verified) THEN
        RAISE EXCEPTION 'only a verified member objects'
            USING ERRCODE = 'restrict_violation', CONSTRAINT = 'objection_by_verified';
    END IF;
    RETURN NEW;
END $$
"""
OBJECTION_TRIGGER = """
CREATE TRIGGER disclosure_objection_in_time BEFORE INSERT ON disclosure_objection
FOR EACH ROW EXECUTE FUNCTION disclosure_objection_in_time()
"""
OBJECTION_CHANGE_FUNCTION = """
CREATE FUNCTION disclosure_objection_keeps_its_word() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (NEW.id, NEW.reference, NEW.entry_id, NEW.member_id, NEW.grounds, NEW.statement,
        NEW.evidence_note, NEW.received_at) IS DISTINCT FROM (OLD.id, OLD.reference,
        OLD.entry_id, OLD.member_id, OLD.grounds, OLD.statement, OLD.evidence_note,
        OLD.received_at) OR (OLD.state IN ('sustained', 'dismissed')
        AND (to_jsonb(NEW) - 'told_state') IS DISTINCT FROM (to_jsonb(OLD) - 'told_state')) THEN
        RAISE EXCEPTION 'an objection stays as it was made and answered'
            USING ERRCODE = 'restrict_violation', CONSTRAINT = 'objection_stays';
    END IF;
    IF NEW.state <> OLD.state AND (OLD.state, NEW.state) NOT IN (('received', 'under_inquiry'),
        ('under_inquiry', 'sustained'), ('under_inquiry', 'dismissed')) THEN
        RAISE EXCEPTION 'an objection does not go from % to %', OLD.state, NEW.state
            USING ERRCODE = 'restrict_violation', CONSTRAINT = 'objection_way';
    END IF;
    RETURN NEW;
END $$
"""
OBJECTION_CHANGE_TRIGGER = """
CREATE TRIGGER disclosure_objection_keeps_its_word BEFORE UPDATE ON disclosure_objection
FOR EACH ROW EXECUTE FUNCTION disclosure_objection_keeps_its_word()
"""
PERIOD_FUNCTION = """
CREATE FUNCTION disclosure_period_keeps_its_word() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.plan_id <> OLD.plan_id OR NEW.notice_on <> OLD.notice_on
        OR (OLD.state <> 'planned' AND (NEW.opens_at, NEW.closes_at)
            IS DISTINCT FROM (OLD.opens_at, OLD.closes_at))
        OR (NEW.state <> OLD.state AND (OLD.state, NEW.state)
            NOT IN (('planned', 'open'), ('open', 'closed'))) THEN
        RAISE EXCEPTION 'an opened notice period keeps its days'
            USING ERRCODE = 'restrict_violation', CONSTRAINT = 'notice_period_way';
    END IF;
    RETURN NEW;
END $$
"""
PERIOD_TRIGGER = """
CREATE TRIGGER disclosure_period_keeps_its_word BEFORE UPDATE ON disclosure_noticeperiod
FOR EACH ROW EXECUTE FUNCTION disclosure_period_keeps_its_word()
"""
# Promise 24: the row that a page reads and the record's entry are about one case, of one kind.
CASE_ENTRY_FUNCTION = """
CREATE FUNCTION disclosure_case_entry_is_the_records() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (SELECT FROM record_entry e JOIN disclosure_publiccase c ON c.id = NEW.case_id
                   WHERE e.id = NEW.entry_id AND e.subject = c.reference
                   AND e.kind = NEW.kind) THEN
        RAISE EXCEPTION 'the entry is not the record''s about this case'
            USING ERRCODE = 'restrict_violation', CONSTRAINT = 'public_case_entry_of_record';
    END IF;
    IF NEW.seq <> 1 + (SELECT count(*) FROM disclosure_publiccaseentry
                       WHERE case_id = NEW.case_id) THEN
        RAISE EXCEPTION 'entry % leaves a gap', NEW.seq USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$
"""
CASE_ENTRY_TRIGGER = """
CREATE TRIGGER disclosure_case_entry_is_the_records BEFORE INSERT ON disclosure_publiccaseentry
FOR EACH ROW EXECUTE FUNCTION disclosure_case_entry_is_the_records()
"""
# A complaint stays as it was made; it goes along the machine's edges; an answer is final.
COMPLAINT_FUNCTION = """
CREATE FUNCTION disclosure_complaint_keeps_its_word() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        NEW.received_at := core_now();
        IF NEW.state <> 'received' THEN
            RAISE EXCEPTION 'a complaint starts as received'
                USING ERRCODE = 'restrict_violation', CONSTRAINT = 'complaint_starts_received';
        END IF;
        RETURN NEW;
    END IF;
    IF (NEW.id, NEW.reference, NEW.category, NEW.text, NEW.contact, NEW.page, NEW.person_id,
        NEW.received_at, NEW.due_at) IS DISTINCT FROM (OLD.id, OLD.reference, OLD.category,
        OLD.text, OLD.contact, OLD.page, OLD.person_id, OLD.received_at, OLD.due_at)
        OR OLD.state = 'answered' OR (OLD.is_overdue AND NOT NEW.is_overdue) THEN
        RAISE EXCEPTION 'a complaint stays as it was made and answered'
            USING ERRCODE = 'restrict_violation', CONSTRAINT = 'complaint_stays';
    END IF;
    IF NEW.state <> OLD.state AND (OLD.state, NEW.state) NOT IN (('received', 'under_examination'),
        ('received', 'answered'), ('under_examination', 'answered')) THEN
        RAISE EXCEPTION 'a complaint does not go from % to %', OLD.state, NEW.state
            USING ERRCODE = 'restrict_violation', CONSTRAINT = 'complaint_way';
    END IF;
    RETURN NEW;
END $$
"""
COMPLAINT_TRIGGER = """
CREATE TRIGGER disclosure_complaint_keeps_its_word BEFORE INSERT OR UPDATE ON disclosure_complaint
FOR EACH ROW EXECUTE FUNCTION disclosure_complaint_keeps_its_word()
"""
# At commit the last row of its history says where a complaint stands, and who owns it.
COMPLAINT_HISTORY_FUNCTION = """
CREATE FUNCTION disclosure_complaint_has_its_history() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    now_row disclosure_complaint%ROWTYPE;
    last_row disclosure_complaintevent%ROWTYPE;
BEGIN
    SELECT * INTO now_row FROM disclosure_complaint WHERE id = NEW.id;
    SELECT * INTO last_row FROM disclosure_complaintevent
        WHERE complaint_id = NEW.id ORDER BY seq DESC LIMIT 1;
    IF last_row.to_state IS DISTINCT FROM now_row.state
        OR last_row.owner_id IS DISTINCT FROM now_row.owner_id
        OR last_row.seq IS DISTINCT FROM (SELECT count(*) FROM disclosure_complaintevent
                                          WHERE complaint_id = NEW.id) THEN
        RAISE EXCEPTION 'a complaint changes only with a row of its history'
            USING ERRCODE = 'restrict_violation', CONSTRAINT = 'complaint_history';
    END IF;
    RETURN NULL;
END $$
"""
COMPLAINT_HISTORY_TRIGGER = """
CREATE CONSTRAINT TRIGGER disclosure_complaint_has_its_history
AFTER INSERT OR UPDATE ON disclosure_complaint
DEFERRABLE INITIALLY DEFERRED
FOR EACH ROW EXECUTE FUNCTION disclosure_complaint_has_its_history()
"""


def guard(name: str, function: str, trigger: str) -> list[Guard]:
    """Return the operations that make a trigger and its function, with their removals."""
    name_of_function = function.split("FUNCTION ")[1].split("(")[0]
    table = trigger.split(" ON ")[1].split()[0]
    return [
        Guard(name, function, f"DROP FUNCTION {name_of_function}()"),
        Guard(f"{name}: trigger", trigger, f"DROP TRIGGER {name_of_function} ON {table}"),
    ]


class Migration(migrations.Migration):
    """Append-only rows, signed redactions, full time, objections to the millisecond."""

    dependencies = [("disclosure", "0001_initial")]

    operations = [
        AppendOnly("disclosure_noticeevent"),
        AppendOnly("disclosure_complaintevent"),
        AppendOnly("disclosure_publiccase"),
        AppendOnly("disclosure_publiccaseentry"),
        Grant("disclosure_noticeperiod", "UPDATE"),
        Grant("disclosure_redaction", "UPDATE"),
        Grant("disclosure_noticeentry", "UPDATE"),
        Grant("disclosure_objection", "UPDATE"),
        Grant("disclosure_casestanding", "UPDATE"),
        Grant("disclosure_correctiondraft", "UPDATE"),
        Grant("disclosure_complaint", "UPDATE"),
        Grant("disclosure_chart", "UPDATE"),
        *guard("signed redactions stay", REDACTION_FUNCTION, REDACTION_TRIGGER),
        *guard("entries are signed", PUBLISH_FUNCTION, PUBLISH_TRIGGER),
        *guard("entries keep their word", ENTRY_FUNCTION, ENTRY_TRIGGER),
        *guard("objections come in time", OBJECTION_FUNCTION, OBJECTION_TRIGGER),
        *guard("objections keep their word", OBJECTION_CHANGE_FUNCTION, OBJECTION_CHANGE_TRIGGER),
        *guard("periods keep their word", PERIOD_FUNCTION, PERIOD_TRIGGER),
        *guard("case entries are the record's", CASE_ENTRY_FUNCTION, CASE_ENTRY_TRIGGER),
        *guard("complaints keep their word", COMPLAINT_FUNCTION, COMPLAINT_TRIGGER),
        *guard(
            "complaints have their history", COMPLAINT_HISTORY_FUNCTION, COMPLAINT_HISTORY_TRIGGER
        ),
    ]
