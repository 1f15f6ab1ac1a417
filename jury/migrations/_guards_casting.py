"""SQL of casting: who votes and what they need, in one look; and the ballot with all it leaves."""

# Promise 39 without a lock on the hearing's row: every ballot shares one lock by the hearing's
# number, and whoever ends the vote takes it alone, waits for those who are writing and then
# changes the state; who comes later reads the new one. After the hour nobody waits. The seat is
# locked first, as by who leaves it and so ends the vote. A lock of the row would be written to
# it by every ballot of the hearing, and thirty-two at once would pass around who they are.
TURN = """
CREATE FUNCTION jury_turn_guard() RETURNS trigger LANGUAGE plpgsql {PATH} AS $$
BEGIN
    IF NEW.state <> OLD.state AND OLD.state IN ('open', 'extended') THEN
        PERFORM pg_advisory_xact_lock(hashtextextended('jury_hearing', NEW.id));
    END IF;
    RETURN NEW;
END $$
"""

BALLOT = """
CREATE FUNCTION jury_ballot_guard() RETURNS trigger LANGUAGE plpgsql {PATH} AS $$
DECLARE
    h record;
    s record;
BEGIN
    -- An older view of the database would show a seat, a conflict or a hearing as it was before.
    IF current_setting('transaction_isolation') <> 'read committed' THEN
        RAISE EXCEPTION 'a ballot is cast in the newest view only' USING
            ERRCODE = 'restrict_violation', CONSTRAINT = 'ballot_read_committed';
    END IF;
    SELECT hearing_id, person_id, state INTO s FROM jury_seat WHERE id = NEW.seat_id FOR SHARE;
    PERFORM FROM jury_hearing WHERE id = NEW.hearing_id AND closes_at > core_now();
    IF NOT FOUND THEN
        RAISE EXCEPTION 'voting is not open' USING ERRCODE = 'restrict_violation',
            CONSTRAINT = 'ballot_voting_open';
    END IF;
    PERFORM pg_advisory_xact_lock_shared(hashtextextended('jury_hearing', NEW.hearing_id));
    SELECT state, round, opens_at, closes_at, sealed_bytes, claim_id INTO h
      FROM jury_hearing WHERE id = NEW.hearing_id;
    NEW.cast_at := core_now();
    IF h.state IS NULL OR h.state NOT IN ('open', 'extended') OR NEW.round <> h.round
       OR NEW.cast_at < h.opens_at OR NEW.cast_at >= h.closes_at THEN
        RAISE EXCEPTION 'voting is not open' USING ERRCODE = 'restrict_violation',
            CONSTRAINT = 'ballot_voting_open';
    END IF;
    IF s.hearing_id IS DISTINCT FROM NEW.hearing_id OR s.state NOT IN ('invited', 'accepted')
       OR EXISTS (SELECT FROM jury_conflicts(h.claim_id) k
                   WHERE k.person_id = s.person_id AND k.code <> '') THEN
        RAISE EXCEPTION 'only a seated juror votes' USING ERRCODE = 'restrict_violation',
            CONSTRAINT = 'ballot_seated_juror';
    END IF;
    IF octet_length(NEW.ciphertext) <> h.sealed_bytes + 48
       OR NEW.commitment !~ '^[0-9a-f]{64}$' THEN
        RAISE EXCEPTION 'this is not a sealed ballot' USING ERRCODE = 'restrict_violation',
            CONSTRAINT = 'ballot_sealed';
    END IF;
    RETURN NEW;
END $$
"""

# Random bytes do not compress. In an open hearing a ballot stays in its row, where the count
# reads it in order.
STORAGE = """
ALTER TABLE jury_ballot ALTER COLUMN ciphertext SET STORAGE EXTERNAL;
ALTER TABLE jury_ballot SET (toast_tuple_target = 4096);
ALTER TABLE jury_ballotdraft ALTER COLUMN ciphertext SET STORAGE EXTERNAL;
"""
STORAGE_BACK = """
ALTER TABLE jury_ballot ALTER COLUMN ciphertext SET STORAGE EXTENDED;
ALTER TABLE jury_ballot RESET (toast_tuple_target);
ALTER TABLE jury_ballotdraft ALTER COLUMN ciphertext SET STORAGE EXTENDED;
"""

# One look at the database for one ballot: the account with what proves its session, its seat in
# the hearing, what a ballot there is sealed to, and the draft. Nothing where there is no seat.
VOTER = """
CREATE FUNCTION jury_voter(
    the_hearing text, the_account bigint,
    OUT password text, OUT generation int,
    OUT person_id bigint, OUT seat_id bigint, OUT number int,
    OUT hearing_id bigint, OUT round int, OUT public_key text, OUT sealed_bytes int,
    OUT closes_at timestamptz, OUT codes text[], OUT rulebook_id bigint, OUT rulebook_digest text,
    OUT draft bytea)
LANGUAGE plpgsql STABLE {PATH} AS $$
BEGIN
    SELECT a.password, a.session_generation, a.person_id, s.id, s.number, h.id, h.round,
           h.opening_public_key, h.sealed_bytes, h.closes_at, ARRAY(SELECT q ->> 'code'
             FROM jsonb_array_elements(h.brief -> 'questions') q), v.id, v.body_digest,
           d.ciphertext
      INTO password, generation, person_id, seat_id, number, hearing_id, round, public_key,
           sealed_bytes, closes_at, codes, rulebook_id, rulebook_digest, draft
      FROM jury_hearing h
      JOIN members_account a ON a.id = the_account AND a.is_active
      JOIN jury_seat s ON s.hearing_id = h.id AND s.person_id = a.person_id
      JOIN claims_claim c ON c.id = h.claim_id
      JOIN members_rulebookversion v ON v.id = c.rulebook_version_id
      LEFT JOIN jury_ballotdraft d ON d.seat_id = s.id
     WHERE h.reference = the_hearing AND h.state IN ('open', 'extended');
END $$
"""

# A ballot and all it leaves behind: the draft gone, the message to the juror with its e-mail, the
# request's key with its answer, its one audit row. Nothing at all where the seat has a ballot.
# `the_answer` is the receipt where the answer has a body, as by API. The message is the one `members.services.notify` writes.
CAST = """
CREATE FUNCTION jury_cast(
    the_hearing bigint, the_round int, the_seat bigint, sealed bytea, receipt text,
    the_person bigint, message_reference text, message_kind text, subject text, params jsonb,
    the_account bigint, the_key text, the_operation text, the_digest text, the_request text,
    the_status int, the_location text, the_answer text)
RETURNS timestamptz LANGUAGE plpgsql {PATH} AS $$
DECLARE
    at timestamptz;
    message_id bigint;
BEGIN
    INSERT INTO jury_ballot (hearing_id, round, seat_id, ciphertext, commitment)
    VALUES (the_hearing, the_round, the_seat, sealed, receipt)
        ON CONFLICT ON CONSTRAINT ballot_one_per_juror DO NOTHING
    RETURNING cast_at INTO at;
    IF NOT FOUND THEN
        RETURN NULL;
    END IF;
    DELETE FROM jury_ballotdraft WHERE seat_id = the_seat;
    INSERT INTO members_message (reference, person_id, kind, key, subject_reference, params,
                                 created_at)
    VALUES (message_reference, the_person, message_kind, subject, subject, params, at)
        ON CONFLICT (person_id, kind, key) DO NOTHING
    RETURNING id INTO message_id;
    IF message_id IS NOT NULL THEN
        INSERT INTO members_mail (message_id, is_urgent, next_try_at, created_at)
        SELECT message_id, false, at, at
         WHERE EXISTS (SELECT FROM members_account a
                         JOIN account_emailaddress e ON e.user_id = a.id
                        WHERE a.person_id = the_person AND a.is_active AND e.verified)
           AND NOT EXISTS (SELECT FROM members_mailrefusal r
                        WHERE r.person_id = the_person AND r.kind IN (message_kind, '*jury', '*'));
    END IF;
    IF the_key <> '' THEN
        INSERT INTO core_idempotencykey (account_id, key, operation, request_digest, status,
                                         location, body)
        VALUES (the_account, the_key, the_operation, the_digest, the_status, the_location,
                CASE WHEN the_answer = '' THEN '{}' ELSE json_build_object('hearing', subject,
                    'receipt', the_answer, 'cast_at', to_char(at AT TIME ZONE 'UTC',
                    'YYYY-MM-DD"T"HH24:MI:SS.US+00:00'))::text END);
    END IF;
    IF the_operation <> '' THEN
        INSERT INTO core_auditrow (request_id, account_id, actor_kind, operation, subject,
                                   outcome, code, status)
        VALUES (the_request, the_account, 'person', the_operation, subject, 'done', '',
                the_status);
    END IF;
    RETURN at;
END $$
"""
CAST_ARGUMENTS = (
    "bigint, int, bigint, bytea, text, bigint, text, text, text, jsonb, bigint, text, text, text, "
    "text, int, text, text"
)
