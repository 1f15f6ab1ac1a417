"""SQL of the guards on rolls, draws and seats (promises 31, 32, 34, 35)."""

DRAW_NUMBER = """
CREATE FUNCTION jury_draw_number(hearing text, round int, seed text, counter bigint, size bigint)
RETURNS bigint LANGUAGE sql IMMUTABLE {PATH} AS $$
    SELECT CASE WHEN d.v < 281474976710656 - 281474976710656 % size THEN d.v % size + 1 END
      FROM (SELECT ('x' || substr(encode(sha256(convert_to(
              concat_ws(chr(10), 'gongdao-draw-1', hearing, round, seed, counter, ''), 'UTF8')),
              'hex'), 1, 12))::bit(48)::bigint AS v) d
$$
"""

# Promise 12 and 32: the parties, the payer, their households, everyone who acted on the claim,
# everyone of an agency that investigated it, everyone who declared a conflict.
CONFLICT = """
CREATE FUNCTION jury_conflict(the_claim bigint, the_person bigint)
RETURNS text LANGUAGE sql STABLE {PATH} AS $$
    WITH parties AS (
        SELECT unnest(ARRAY[c.claimant_id, c.covered_id, m.payer_id, m.person_id]) AS id
          FROM claims_claim c JOIN members_membership m ON m.id = c.membership_id
         WHERE c.id = the_claim
    )
    SELECT CASE
        WHEN the_person IN (SELECT id FROM parties) THEN 'party'
        WHEN EXISTS (SELECT FROM members_person p JOIN members_person q
                         ON q.household_id = p.household_id
                      WHERE p.id = the_person AND q.id IN (SELECT id FROM parties))
            THEN 'household'
        WHEN EXISTS (SELECT FROM claims_conflict k
                      WHERE k.claim_id = the_claim AND k.person_id = the_person)
            THEN 'declared'
        WHEN EXISTS (SELECT FROM claims_claimevent e WHERE e.claim_id = the_claim
                      AND the_person IN (e.actor_person_id, e.second_person_id))
          OR EXISTS (SELECT FROM claims_investigation i WHERE i.claim_id = the_claim
                      AND the_person IN (i.investigator_id, i.opened_by_id))
          OR EXISTS (SELECT FROM jury_hearing h JOIN jury_hearingevent v ON v.hearing_id = h.id
                      WHERE h.claim_id = the_claim AND v.actor_id = the_person)
            THEN 'acted'
        WHEN EXISTS (SELECT FROM members_agencymember a JOIN claims_investigation i
                         ON i.agency_id = a.agency_id
                      WHERE a.person_id = the_person AND i.claim_id = the_claim)
            THEN 'agency'
        ELSE '' END
$$
"""

# Why a juror is passed over, by person; the repeat of a number is the draw's own matter.
SKIP_REASON = """
CREATE FUNCTION jury_pass_over(the_claim bigint, the_person bigint)
RETURNS text LANGUAGE sql STABLE {PATH} AS $$
    SELECT CASE
        WHEN NOT EXISTS (SELECT FROM jury_jurorstanding s
                          WHERE s.person_id = the_person AND s.state = 'active')
            THEN 'not_qualified'
        WHEN EXISTS (SELECT FROM jury_seat s
                      WHERE s.claim_id = the_claim AND s.person_id = the_person)
            THEN 'sat_before'
        WHEN jury_conflict(the_claim, the_person) <> '' THEN 'conflict'
        ELSE '' END
$$
"""

ROLL = """
CREATE FUNCTION jury_roll_guard() RETURNS trigger LANGUAGE plpgsql {PATH} AS $$
DECLARE
    entries bigint;
    highest bigint;
BEGIN
    IF TG_OP = 'INSERT' THEN
        IF NEW.frozen_at IS NOT NULL THEN
            RAISE EXCEPTION 'a roll is frozen only once its entries are written' {REFUSE};
        END IF;
        RETURN NEW;
    END IF;
    IF OLD.frozen_at IS NOT NULL THEN
        RAISE EXCEPTION 'roll % is frozen', OLD.reference {REFUSE};
    END IF;
    IF NEW.frozen_at IS NOT NULL THEN
        SELECT count(*), max(number) INTO entries, highest
          FROM jury_rollentry WHERE roll_id = NEW.id;
        IF entries IS DISTINCT FROM NEW.size::bigint OR highest IS DISTINCT FROM entries THEN
            RAISE EXCEPTION 'roll % has gaps', NEW.reference {REFUSE};
        END IF;
    END IF;
    RETURN NEW;
END $$
"""

# The lock keeps a roll from being frozen while entries are still being added to it.
ROLL_ENTRY = """
CREATE FUNCTION jury_rollentry_guard() RETURNS trigger LANGUAGE plpgsql {PATH} AS $$
BEGIN
    PERFORM FROM jury_roll WHERE id IN (SELECT DISTINCT roll_id FROM added) FOR SHARE;
    IF EXISTS (SELECT FROM jury_roll r WHERE r.frozen_at IS NOT NULL
                AND r.id IN (SELECT roll_id FROM added)) THEN
        RAISE EXCEPTION 'the roll is frozen' {REFUSE};
    END IF;
    RETURN NULL;
END $$
"""

# Promises 33 and 34: each step is the next number of the one sequence that the seed gives.
DRAW_STEP = """
CREATE FUNCTION jury_drawstep_guard() RETURNS trigger LANGUAGE plpgsql {PATH} AS $$
DECLARE
    wrong record;
BEGIN
    PERFORM FROM jury_hearing WHERE id IN (SELECT hearing_id FROM added) FOR UPDATE;
    SELECT s.counter, s.number INTO wrong
      FROM added s JOIN jury_hearing h ON h.id = s.hearing_id JOIN jury_roll r ON r.id = h.roll_id
     WHERE h.seed = '' OR h.mode <> 'drawn' OR h.state NOT IN ('preparing', 'drawn', 'open', 'extended')
        OR jury_draw_number(h.reference, h.round, h.seed, s.counter, r.size)
           IS DISTINCT FROM s.number::bigint LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION 'draw step % is not what the seed gives', wrong.counter {REFUSE};
    END IF;
    SELECT g.counter INTO wrong
      FROM (SELECT hearing_id, min(counter) AS first, max(counter) AS last
              FROM added GROUP BY hearing_id) a
      JOIN jury_hearing h ON h.id = a.hearing_id JOIN jury_roll r ON r.id = h.roll_id
      CROSS JOIN LATERAL generate_series(1, a.last) AS g(counter)
     WHERE NOT EXISTS (SELECT FROM jury_drawstep d
                        WHERE d.hearing_id = a.hearing_id AND d.counter = g.counter)
       AND jury_draw_number(h.reference, h.round, h.seed, g.counter, r.size) IS NOT NULL LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION 'draw step % is left out', wrong.counter {REFUSE};
    END IF;
    SELECT s.counter, s.reason AS given, x.reason AS due INTO wrong
      FROM added s JOIN jury_hearing h ON h.id = s.hearing_id
      JOIN jury_rollentry e ON e.roll_id = h.roll_id AND e.number = s.number
      CROSS JOIN LATERAL (SELECT CASE WHEN EXISTS (
            SELECT FROM jury_drawstep d WHERE d.hearing_id = s.hearing_id
               AND d.number = s.number AND d.counter < s.counter) THEN 'repeat'
            ELSE jury_pass_over(h.claim_id, e.person_id) END AS reason) x
     WHERE s.reason <> x.reason LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION 'draw step %: reason "%" should be "%"', wrong.counter, wrong.given,
            wrong.due {REFUSE};
    END IF;
    RETURN NULL;
END $$
"""

SEAT = """
CREATE FUNCTION jury_seat_guard() RETURNS trigger LANGUAGE plpgsql {PATH} AS $$
DECLARE
    wrong record;
BEGIN
    PERFORM FROM jury_hearing WHERE id IN (SELECT hearing_id FROM added WHERE hearing_id IN (
        SELECT id FROM jury_hearing WHERE mode = 'drawn')) FOR UPDATE;
    SELECT s.number INTO wrong FROM added s JOIN jury_hearing h ON h.id = s.hearing_id
     WHERE s.claim_id <> h.claim_id
        OR NOT EXISTS (SELECT FROM jury_rollentry e WHERE e.roll_id = h.roll_id
                        AND e.number = s.number AND e.person_id = s.person_id)
        OR (h.mode = 'drawn' AND NOT EXISTS (SELECT FROM jury_drawstep d
                        WHERE d.hearing_id = s.hearing_id AND d.number = s.number
                          AND d.outcome = 'seated'))
        OR (h.mode = 'open' AND h.state NOT IN ('open', 'extended')) LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION 'number % was not drawn for this hearing', wrong.number {REFUSE};
    END IF;
    SELECT s.number INTO wrong FROM added s WHERE jury_conflict(s.claim_id, s.person_id) <> ''
     LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION 'number % has a conflict', wrong.number {REFUSE};
    END IF;
    SELECT h.reference INTO wrong FROM jury_hearing h
     WHERE h.mode = 'drawn' AND h.id IN (SELECT hearing_id FROM added)
       AND h.panel_size < (SELECT count(*) FROM jury_seat s WHERE s.hearing_id = h.id
                            AND s.state IN ('invited', 'accepted')) LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION 'the panel of hearing % is full', wrong.reference {REFUSE};
    END IF;
    RETURN NULL;
END $$
"""

SEAT_CHANGE = """
CREATE FUNCTION jury_seat_change_guard() RETURNS trigger LANGUAGE plpgsql {PATH} AS $$
BEGIN
    IF (NEW.id, NEW.hearing_id, NEW.claim_id, NEW.person_id, NEW.number, NEW.seated_at)
       IS DISTINCT FROM
       (OLD.id, OLD.hearing_id, OLD.claim_id, OLD.person_id, OLD.number, OLD.seated_at) THEN
        RAISE EXCEPTION 'a seat is not given to another' {REFUSE};
    END IF;
    IF NEW.state <> OLD.state THEN
        IF OLD.state IN ('declined', 'recused') OR NEW.state = 'invited' THEN
            RAISE EXCEPTION 'a seat that was given up stays given up' {REFUSE};
        END IF;
        IF NEW.state IN ('declined', 'recused')
           AND EXISTS (SELECT FROM jury_ballot b WHERE b.seat_id = NEW.id) THEN
            RAISE EXCEPTION 'the ballot of this seat is cast' {REFUSE};
        END IF;
    END IF;
    RETURN NEW;
END $$
"""
