"""SQL of the guards on rolls and draws (promises 31 to 34)."""

DRAW_NUMBERS = """
CREATE FUNCTION jury_draw_numbers(label text, round int, seed text, size bigint,
                                  first bigint, last bigint)
RETURNS TABLE (counter bigint, number bigint) LANGUAGE sql STABLE ROWS 500 {PATH} AS $$
    SELECT d.c, d.v % size + 1
      FROM (SELECT g.c, ('x' || substr(encode(sha256(convert_to(start || g.c || chr(10),
                   'UTF8')), 'hex'), 1, 12))::bit(48)::bigint AS v
              FROM generate_series(first, last) AS g(c),
                   concat_ws(chr(10), 'gongdao-draw-1', label, round, seed, '') AS start
            OFFSET 0) d
     WHERE d.v < 281474976710656 - 281474976710656 % size
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
    came int[];
    people bigint[];
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
                OR s.counter <= before OR s.counter > before + 1000000) LIMIT 1;
        IF FOUND THEN
            RAISE EXCEPTION 'draw step % is not what the seed gives', wrong.counter {REFUSE};
        END IF;
        SELECT coalesce(s.counter, g.counter) AS counter, s.counter IS NULL AS is_missing
          INTO wrong
          FROM jury_draw_numbers(label, h.round, h.seed, size, before + 1, t.last) g
          FULL JOIN (SELECT x.counter, x.number FROM added x
                      WHERE x.hearing_id = h.id AND x.track = t.track) s
               ON s.counter = g.counter
         WHERE s.number::bigint IS DISTINCT FROM g.number
         ORDER BY is_missing, 1 LIMIT 1;
        IF FOUND AND wrong.is_missing THEN
            RAISE EXCEPTION 'draw step % is left out', wrong.counter {REFUSE};
        ELSIF FOUND THEN
            RAISE EXCEPTION 'draw step % is not what the seed gives', wrong.counter {REFUSE};
        END IF;
        IF t.drawn_at <> t.drawn_last OR t.drawn_at > core_now()
           OR t.drawn_at < core_now() - interval '1 hour' THEN
            RAISE EXCEPTION 'a draw has the time of the database' {REFUSE};
        END IF;
        drawn := ARRAY(SELECT s.number FROM added s
                        WHERE s.hearing_id = h.id AND s.track = t.track);
        came := ARRAY(SELECT d.number FROM jury_drawstep d WHERE d.hearing_id = h.id
                         AND d.track = t.track AND d.counter <= before);
        SELECT array_agg(w.number), array_agg(w.person_id) INTO drawn, people FROM (
            SELECT e.number, e.person_id FROM jury_rollentry e
             WHERE t.track = 'main' AND e.roll_id = h.roll_id AND e.number = ANY (drawn)
            UNION ALL SELECT x.number, x.person_id FROM jury_rollexpert x
             WHERE t.track = 'expert' AND x.roll_id = h.roll_id AND x.kind = h.expert_seat
               AND x.number = ANY (drawn)) w;
        SELECT c.plan_id INTO plan FROM claims_claim c WHERE c.id = h.claim_id;
        SELECT s.counter, s.reason AS given, x.reason AS due INTO wrong
          FROM (SELECT a.counter, a.number, a.reason,
                       row_number() OVER (PARTITION BY a.number ORDER BY a.counter) AS time
                  FROM added a WHERE a.hearing_id = h.id AND a.track = t.track) s
          FULL JOIN unnest(drawn, people) AS w(number, person_id) ON w.number = s.number
          FULL JOIN jury_pass_overs(h.id, h.claim_id, plan, t.drawn_at, people) o
               ON o.person_id = w.person_id
         CROSS JOIN LATERAL (SELECT CASE WHEN s.time > 1 OR s.number = ANY (came)
               THEN 'repeat' ELSE o.reason END AS reason) x
         WHERE s.reason IS DISTINCT FROM x.reason LIMIT 1;
        IF FOUND THEN
            RAISE EXCEPTION 'draw step %: reason "%" should be "%"', wrong.counter, wrong.given,
                wrong.due {REFUSE};
        END IF;
    END LOOP;
    RETURN NULL;
END $$
"""
