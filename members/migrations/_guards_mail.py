"""What the database refuses on the e-mail channel: a second letter, a step back, a deletion."""

from core.append_only import Grant, Guard

MAIL_STATES = """
CREATE FUNCTION members_mail_states() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        IF NEW.state <> 'waiting' OR NEW.attempts <> 0 OR NEW.last_error <> '' THEN
            RAISE EXCEPTION 'an e-mail begins by waiting'
                USING ERRCODE = 'restrict_violation', CONSTRAINT = 'mail_begins_waiting';
        END IF;
        RETURN NEW;
    END IF;
    IF OLD.state IN ('sent', 'suppressed') THEN
        RAISE EXCEPTION 'an e-mail that is % stays so', OLD.state
            USING ERRCODE = 'restrict_violation', CONSTRAINT = 'mail_states';
    END IF;
    IF (OLD.state, NEW.state) NOT IN (
            ('waiting', 'waiting'), ('waiting', 'sent'), ('waiting', 'failed'),
            ('waiting', 'suppressed'), ('failed', 'waiting')) THEN
        RAISE EXCEPTION 'an e-mail does not go from % to %', OLD.state, NEW.state
            USING ERRCODE = 'restrict_violation', CONSTRAINT = 'mail_states';
    END IF;
    IF (NEW.id, NEW.message_id, NEW.created_at, NEW.is_urgent) IS DISTINCT FROM
            (OLD.id, OLD.message_id, OLD.created_at, OLD.is_urgent) THEN
        RAISE EXCEPTION 'an e-mail keeps its message'
            USING ERRCODE = 'restrict_violation', CONSTRAINT = 'mail_fixed';
    END IF;
    IF NEW.state = 'sent' AND NEW.attempts = 0 THEN
        RAISE EXCEPTION 'an e-mail is tried before it is sent'
            USING ERRCODE = 'restrict_violation', CONSTRAINT = 'mail_tried_before_sent';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER members_mail_states BEFORE INSERT OR UPDATE ON members_mail
FOR EACH ROW EXECUTE FUNCTION members_mail_states();
"""

BROADCAST_FORWARD = """
CREATE FUNCTION members_broadcast_forward() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.done_at IS NOT NULL OR NEW.last_person_id < OLD.last_person_id
            OR NEW.told < OLD.told OR (NEW.kind, NEW.key, NEW.audience, NEW.created_at)
            IS DISTINCT FROM (OLD.kind, OLD.key, OLD.audience, OLD.created_at) THEN
        RAISE EXCEPTION 'a broadcast goes forward and ends'
            USING ERRCODE = 'restrict_violation', CONSTRAINT = 'broadcast_forward';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER members_broadcast_forward BEFORE UPDATE ON members_broadcast
FOR EACH ROW EXECUTE FUNCTION members_broadcast_forward();
"""

# Rows are never removed: the app role has no DELETE on either table.
MAIL = (
    Grant("members_mail", "UPDATE (state, attempts, next_try_at, last_error, sent_at)"),
    Grant("members_mailrefusal", "DELETE"),
    Grant("members_broadcast", "UPDATE (last_person_id, told, done_at)"),
    Guard(
        "an e-mail's states",
        MAIL_STATES,
        "DROP TRIGGER members_mail_states ON members_mail; DROP FUNCTION members_mail_states();",
    ),
    Guard(
        "a broadcast goes forward",
        BROADCAST_FORWARD,
        "DROP TRIGGER members_broadcast_forward ON members_broadcast; "
        "DROP FUNCTION members_broadcast_forward();",
    ),
)
