"""SQL of the guards on rolls and draws (promises 31 to 34)."""

DRAW_NUMBER = """
CREATE FUNCTION jury_draw_number(hearing text, round int, seed text, counter bigint, size bigint)
RETURNS bigint LANGUAGE sql IMMUTABLE {PATH} AS $$
    SELECT CASE WHEN d.v < 281474976710656 - 281474976710656 % size THEN d.v % size + 1 END
      FROM (SELECT ('x' || substr(encode(sha256(convert_to(
              concat_ws(chr(10), 'gongdao-draw-1', hearing, round, seed, counter, ''), 'UTF8')),
              'hex'), 1, 12))::bit(48)::bigint AS v) d
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

# Promises 32 to 34: each step is the next number of the one sequence that the seed gives, over the
# roll or over its experts, and passes over exactly whom the reasons of this moment name. Earlier
# steps were held against the same rule when they were written, so only the new ones are read.
DRAW_STEP = """
CREATE FUNCTION jury_drawstep_guard() RETURNS trigger LANGUAGE plpgsql {PATH} AS $$
DECLARE
    h record;
    t record;
    wrong record;
    label text;
    size bigint;
    before bigint;
    plan bigint;
    drawn int[];
BEGIN
    FOR t IN SELECT hearing_id, track, min(counter) AS first, max(counter) AS last,
                    min(drawn_at) AS drawn_at, max(drawn_at) AS drawn_last
               FROM added GROUP BY hearing_id, track ORDER BY hearing_id, track LOOP
        SELECT x.* INTO h FROM jury_hearing x WHERE x.id = t.hearing_id FOR UPDATE;
        label := h.reference || CASE t.track WHEN 'expert' THEN '/expert' ELSE '' END;
        SELECT CASE t.track WHEN 'main' THEN r.size ELSE (
                   SELECT max(x.number) FROM jury_rollexpert x
                    WHERE x.roll_id = r.id AND x.kind = h.expert_seat) END INTO size
          FROM jury_roll r WHERE r.id = h.roll_id;
        SELECT coalesce(max(d.counter), 0) INTO before FROM jury_drawstep d
         WHERE d.hearing_id = h.id AND d.track = t.track AND d.counter < t.first;
        SELECT s.counter INTO wrong FROM added s
         WHERE s.hearing_id = h.id AND s.track = t.track
           AND (h.seed = '' OR size IS NULL OR h.mode <> 'drawn'
                OR h.state NOT IN ('preparing', 'drawn', 'open', 'extended')
                OR jury_draw_number(label, h.round, h.seed, s.counter, size)
                   IS DISTINCT FROM s.number::bigint) LIMIT 1;
        IF FOUND THEN
            RAISE EXCEPTION 'draw step % is not what the seed gives', wrong.counter {REFUSE};
        END IF;
        SELECT g.counter INTO wrong
          FROM generate_series(before + 1, t.last) AS g(counter)
          LEFT JOIN added s ON s.hearing_id = h.id AND s.track = t.track
               AND s.counter = g.counter
         WHERE s.counter IS NULL
           AND jury_draw_number(label, h.round, h.seed, g.counter, size) IS NOT NULL LIMIT 1;
        IF FOUND THEN
            RAISE EXCEPTION 'draw step % is left out', wrong.counter {REFUSE};
        END IF;
        IF t.drawn_at <> t.drawn_last OR t.drawn_at > core_now()
           OR t.drawn_at < core_now() - interval '1 hour' THEN
            RAISE EXCEPTION 'a draw has the time of the database' {REFUSE};
        END IF;
        drawn := ARRAY(SELECT s.number FROM added s
                        WHERE s.hearing_id = h.id AND s.track = t.track);
        SELECT c.plan_id INTO plan FROM claims_claim c WHERE c.id = h.claim_id;
        SELECT s.counter, s.reason AS given, x.reason AS due INTO wrong
          FROM added s
          JOIN (SELECT e.number, y.reason FROM jury_rollentry e
                  JOIN jury_pass_overs(h.id, h.claim_id, plan, t.drawn_at) y
                    ON y.person_id = e.person_id
                 WHERE t.track = 'main' AND e.roll_id = h.roll_id AND e.number = ANY (drawn)
                UNION ALL SELECT q.number, y.reason FROM jury_rollexpert q
                  JOIN jury_pass_overs(h.id, h.claim_id, plan, t.drawn_at) y
                    ON y.person_id = q.person_id
                 WHERE t.track = 'expert' AND q.roll_id = h.roll_id
                   AND q.kind = h.expert_seat AND q.number = ANY (drawn) OFFSET 0) o
               ON o.number = s.number
          JOIN (SELECT d.number, min(d.counter) AS counter FROM jury_drawstep d
                 WHERE d.hearing_id = h.id AND d.track = t.track GROUP BY d.number) f
               ON f.number = s.number
         CROSS JOIN LATERAL (SELECT CASE WHEN f.counter < s.counter THEN 'repeat'
               ELSE o.reason END AS reason) x
         WHERE s.hearing_id = h.id AND s.track = t.track AND s.reason <> x.reason LIMIT 1;
        IF FOUND THEN
            RAISE EXCEPTION 'draw step %: reason "%" should be "%"', wrong.counter, wrong.given,
                wrong.due {REFUSE};
        END IF;
    END LOOP;
    RETURN NULL;
END $$
"""
