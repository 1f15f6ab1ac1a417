"""SQL of casting: who votes and what they need, in one look; and the ballot with all it leaves."""

# Promise 39 without a lock on the hearing's row: every ballot shares one lock by the hearing's
# number, and whoever ends the vote takes it alone, waits for those who are writing and then
# changes the state; who comes later reads the new one. After the hour nobody waits. The seat is
# locked first, by its number too, as by who leaves it and so ends the vote. A lock of a row would
# be written to it by every ballot, and thirty-two at once would pass around who they are.
TURN = """
CREATE FUNCTION jury_turn_guard() RETURNS trigger LANGUAGE plpgsql {PATH} AS $$
BEGIN
    IF NEW.state <> OLD.state AND OLD.state IN ('open', 'extended') THEN
        PERFORM pg_advisory_xact_lock(hashtextextended('jury_hearing', NEW.id));
    END IF;
    RETURN NEW;
END $$
"""

# It comes before `jury_seat_change_guard`, by its name, which then sees a ballot cast meanwhile.
SEAT_TURN = """
CREATE FUNCTION jury_seat_alone_guard() RETURNS trigger LANGUAGE plpgsql {PATH} AS $$
BEGIN
    IF NEW.state <> OLD.state AND NEW.state NOT IN ('invited', 'accepted') THEN
        -- An older view of the database would not show a ballot that was waited for.
        IF current_setting('transaction_isolation') <> 'read committed' THEN
            RAISE EXCEPTION 'a seat is given up in the newest view only' {REFUSE};
        END IF;
        PERFORM pg_advisory_xact_lock(hashtextextended('jury_seat', NEW.id));
    END IF;
    RETURN NEW;
END $$
"""

# A seat stays as long as its ballot, whose reference to it is looked at here only.
SEAT_KEPT = """
CREATE TRIGGER jury_seat_kept BEFORE DELETE ON jury_seat
FOR EACH STATEMENT EXECUTE FUNCTION core_refuse_change()
"""

BALLOT = """
CREATE FUNCTION jury_ballot_guard() RETURNS trigger LANGUAGE plpgsql {PATH} AS $$
DECLARE
    seat_lock bigint := hashtextextended('jury_seat', NEW.seat_id);
    vote_lock bigint := hashtextextended('jury_hearing', NEW.hearing_id);
    h record;
BEGIN
    -- An older view of the database would show a seat, a conflict or a hearing as it was before.
    IF current_setting('transaction_isolation') <> 'read committed' THEN
        RAISE EXCEPTION 'a ballot is cast in the newest view only' USING
            ERRCODE = 'restrict_violation', CONSTRAINT = 'ballot_read_committed';
    END IF;
    IF NOT pg_try_advisory_xact_lock(seat_lock) THEN
        PERFORM pg_advisory_xact_lock(seat_lock);
    END IF;
    IF NOT pg_try_advisory_xact_lock_shared(vote_lock) THEN
        PERFORM FROM jury_hearing WHERE id = NEW.hearing_id AND closes_at > core_now();
        IF NOT FOUND THEN
            RAISE EXCEPTION 'voting is not open' USING ERRCODE = 'restrict_violation',
                CONSTRAINT = 'ballot_voting_open';
        END IF;
        PERFORM pg_advisory_xact_lock_shared(vote_lock);
    END IF;
    SELECT v.state, v.round, v.opens_at, v.closes_at, v.sealed_bytes, v.claim_id,
           s.hearing_id AS seat_hearing, s.person_id, s.state AS seat_state, core_now() AS at
      INTO h FROM jury_hearing v LEFT JOIN jury_seat s ON s.id = NEW.seat_id
     WHERE v.id = NEW.hearing_id;
    NEW.cast_at := h.at;
    IF h.state IS NULL OR h.state NOT IN ('open', 'extended') OR NEW.round <> h.round
       OR NEW.cast_at < h.opens_at OR NEW.cast_at >= h.closes_at THEN
        RAISE EXCEPTION 'voting is not open' USING ERRCODE = 'restrict_violation',
            CONSTRAINT = 'ballot_voting_open';
    END IF;
    IF h.seat_hearing IS DISTINCT FROM NEW.hearing_id
       OR h.seat_state NOT IN ('invited', 'accepted')
       OR EXISTS (SELECT FROM jury_conflicts(h.claim_id) k
                   WHERE k.person_id = h.person_id AND k.code <> '') THEN
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

# Random bytes do not compress. A ballot and a draft stay in their rows, which fit a page
# (`jury.sealing`): in pieces elsewhere one would be six rows, written, indexed and deleted.
STORAGE = """
ALTER TABLE jury_ballot ALTER COLUMN ciphertext SET STORAGE EXTERNAL;
ALTER TABLE jury_ballot SET (toast_tuple_target = 8160);
ALTER TABLE jury_ballotdraft ALTER COLUMN ciphertext SET STORAGE EXTERNAL;
ALTER TABLE jury_ballotdraft SET (toast_tuple_target = 8160);
"""
STORAGE_BACK = """
ALTER TABLE jury_ballot ALTER COLUMN ciphertext SET STORAGE EXTENDED;
ALTER TABLE jury_ballot RESET (toast_tuple_target);
ALTER TABLE jury_ballotdraft ALTER COLUMN ciphertext SET STORAGE EXTENDED;
ALTER TABLE jury_ballotdraft RESET (toast_tuple_target);
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
# `the_answer` is the receipt where the answer has a body, as by API. The message is the one that
# `members.services.notify` writes. The clock is read once, by the ballot's guard.
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
    INSERT INTO jury_ballot (hearing_id, round, seat_id, ciphertext, commitment, cast_at)
    VALUES (the_hearing, the_round, the_seat, sealed, receipt, 'infinity')
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
                                         location, body, created_at)
        VALUES (the_account, the_key, the_operation, the_digest, the_status, the_location,
                CASE WHEN the_answer = '' THEN '{}' ELSE json_build_object('hearing', subject,
                    'receipt', the_answer, 'cast_at', to_char(at AT TIME ZONE 'UTC',
                    'YYYY-MM-DD"T"HH24:MI:SS.US+00:00'))::text END, at);
    END IF;
    IF the_operation <> '' THEN
        INSERT INTO core_auditrow (request_id, account_id, actor_kind, operation, subject,
                                   outcome, code, status, occurred_at)
        VALUES (the_request, the_account, 'person', the_operation, subject, 'done', '',
                the_status, at);
    END IF;
    RETURN at;
END $$
"""
CAST_ARGUMENTS = (
    "bigint, int, bigint, bytea, text, bigint, text, text, text, jsonb, bigint, text, text, text, "
    "text, int, text, text"
)
