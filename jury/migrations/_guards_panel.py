"""SQL of the guards on who sits: conflicts, reasons to pass over, seats (32, 34, 35, 38)."""

# Promises 12 and 32: the parties, the payer, their households, everyone who acted on the claim
# or had it assigned, everyone of an agency that investigated it, everyone of the same hospital,
# everyone who declared a conflict. It has no search path of its own and names the schema, so
# that the planner can merge it into the query that asks, for one person or for a panel.
CONFLICTS = """
CREATE FUNCTION jury_conflicts(the_claim bigint)
RETURNS TABLE (person_id bigint, code text) LANGUAGE sql STABLE AS $$
    SELECT p.id, CASE
        WHEN p.id IN (SELECT unnest(ARRAY[c.claimant_id, c.covered_id, m.payer_id, m.person_id])
                        FROM public.claims_claim c
                        JOIN public.members_membership m ON m.id = c.membership_id
                       WHERE c.id = the_claim) THEN 'party'
        WHEN p.household_id IN (
                SELECT q.household_id FROM public.claims_claim c
                  JOIN public.members_membership m ON m.id = c.membership_id
                  JOIN public.members_person q
                    ON q.id IN (c.claimant_id, c.covered_id, m.payer_id, m.person_id)
                 WHERE c.id = the_claim) THEN 'household'
        WHEN p.id IN (SELECT k.person_id FROM public.claims_conflict k
                       WHERE k.claim_id = the_claim) THEN 'declared'
        WHEN p.id IN (
                SELECT unnest(ARRAY[e.actor_person_id, e.second_person_id])
                  FROM public.claims_claimevent e WHERE e.claim_id = the_claim
                UNION ALL SELECT unnest(ARRAY[i.investigator_id, i.opened_by_id])
                  FROM public.claims_investigation i WHERE i.claim_id = the_claim
                UNION ALL SELECT a.person_id
                  FROM public.claims_assignment a WHERE a.claim_id = the_claim
                UNION ALL SELECT v.actor_id FROM public.jury_hearing h
                  JOIN public.jury_hearingevent v ON v.hearing_id = h.id
                 WHERE h.claim_id = the_claim) THEN 'acted'
        WHEN p.id IN (SELECT a.person_id FROM public.members_agencymember a
                        JOIN public.claims_investigation i ON i.agency_id = a.agency_id
                       WHERE i.claim_id = the_claim) THEN 'agency'
        WHEN EXISTS (SELECT FROM public.jury_juroraffiliation w
                      WHERE w.person_id = p.id AND w.ended_at IS NULL
                        AND w.hospital_key = (SELECT public.jury_hospital_key(c.hospital_name)
                              FROM public.claims_claim c
                             WHERE c.id = the_claim AND c.hospital_name <> ''))
            THEN 'hospital'
        ELSE '' END
      FROM public.members_person p
$$
"""

CONFLICT = """
CREATE FUNCTION jury_conflict(the_claim bigint, the_person bigint)
RETURNS text LANGUAGE sql STABLE {PATH} AS $$
    SELECT k.code FROM jury_conflicts(the_claim) k WHERE k.person_id = the_person
$$
"""

# Why jurors are passed over. What is said against a person stays out of the public record: a
# suspension, a fraud and the like are all `not_qualified` there. The search path keeps the
# planner from merging it into the query that asks, so that a panel is looked up once, whatever
# the planner believes of the tables; FULL rules a join by nested loops out for the same reason.
SKIPS = """
CREATE FUNCTION jury_pass_overs(the_hearing bigint, the_claim bigint, the_plan bigint,
                                at timestamptz, people bigint[])
RETURNS TABLE (person_id bigint, reason text) LANGUAGE sql STABLE ROWS 500 {PATH} AS $$
    SELECT b.person_id, CASE
        WHEN b.person_id IN (SELECT s.person_id FROM jury_seat s
                              WHERE s.hearing_id = the_hearing AND s.person_id = ANY (people))
            THEN 'repeat'
        WHEN b.person_id IN (SELECT s.person_id FROM jury_seat s
                              WHERE s.claim_id = the_claim AND s.person_id = ANY (people))
            THEN 'sat_before'
        WHEN k.code <> '' THEN k.code
        WHEN b.code IN ('disqualified', 'suspended', 'fraud', 'non_disclosure')
            THEN 'not_qualified'
        ELSE coalesce(b.code, '') END
      FROM (SELECT x.person_id, x.reasons[1] AS code FROM jury_blockers(the_plan, at) x
             WHERE x.person_id = ANY (people) OFFSET 0) b
      FULL JOIN (SELECT x.person_id, x.code FROM jury_conflicts(the_claim) x
                  WHERE x.person_id = ANY (people) OFFSET 0) k ON k.person_id = b.person_id
$$
"""

SKIP = """
CREATE FUNCTION jury_pass_over(the_hearing bigint, the_person bigint, at timestamptz)
RETURNS text LANGUAGE sql STABLE {PATH} AS $$
    SELECT o.reason FROM jury_hearing h JOIN claims_claim c ON c.id = h.claim_id
      CROSS JOIN LATERAL jury_pass_overs(h.id, h.claim_id, c.plan_id, at, ARRAY[the_person]) o
     WHERE h.id = the_hearing
$$
"""

# Promises 32, 35, 38: who is seated was drawn, is not in conflict and may serve.
SEAT = """
CREATE FUNCTION jury_seat_guard() RETURNS trigger LANGUAGE plpgsql {PATH} AS $$
DECLARE
    the record;
    wrong record;
    people bigint[];
BEGIN
    FOR the IN SELECT DISTINCT hearing_id AS id FROM added ORDER BY 1 LOOP
        PERFORM FROM jury_hearing WHERE id = the.id AND mode = 'drawn' FOR UPDATE;
        SELECT h.id, h.claim_id, h.mode, h.state, h.roll_id, h.expert_seat, h.panel_size,
               h.reference, h.closes_at, c.plan_id INTO the
          FROM jury_hearing h JOIN claims_claim c ON c.id = h.claim_id WHERE h.id = the.id;
        people := ARRAY(SELECT s.person_id FROM added s WHERE s.hearing_id = the.id);
        SELECT s.number INTO wrong FROM added s
         WHERE s.hearing_id = the.id AND (s.claim_id <> the.claim_id
            OR (s.number, s.person_id) NOT IN (
                SELECT e.number, e.person_id FROM jury_rollentry e
                 WHERE e.roll_id = the.roll_id AND e.person_id = ANY (people))
            OR (the.mode = 'open' AND (s.expert_kind <> ''
                OR the.state NOT IN ('open', 'extended')))
            OR (the.mode = 'drawn' AND s.expert_kind = '' AND s.number NOT IN (
                SELECT d.number FROM jury_drawstep d WHERE d.hearing_id = the.id
                   AND d.track = 'main' AND d.outcome = 'seated'))
            OR (s.expert_kind <> '' AND NOT EXISTS (
                SELECT FROM jury_drawstep d JOIN jury_rollexpert x ON x.number = d.number
                 WHERE d.hearing_id = the.id AND d.track = 'expert' AND d.outcome = 'seated'
                   AND d.number = s.expert_number AND x.roll_id = the.roll_id
                   AND x.kind = the.expert_seat AND x.kind = s.expert_kind
                   AND x.person_id = s.person_id))) LIMIT 1;
        IF FOUND THEN
            RAISE EXCEPTION 'number % was not drawn for this hearing', wrong.number {REFUSE};
        END IF;
        SELECT e.number INTO wrong FROM jury_conflicts(the.claim_id) k
          JOIN jury_rollentry e ON e.roll_id = the.roll_id AND e.person_id = k.person_id
         WHERE k.person_id = ANY (people) AND k.code <> '' LIMIT 1;
        IF FOUND THEN
            RAISE EXCEPTION 'number % has a conflict', wrong.number {REFUSE};
        END IF;
        SELECT e.number INTO wrong FROM jury_blockers(the.plan_id, core_now()) b
          JOIN jury_rollentry e ON e.roll_id = the.roll_id AND e.person_id = b.person_id
         WHERE b.person_id = ANY (people) AND b.reasons <> '{}' LIMIT 1;
        IF FOUND THEN
            RAISE EXCEPTION 'number % may not serve', wrong.number {REFUSE};
        END IF;
        IF the.mode = 'drawn' THEN
            SELECT s.number INTO wrong FROM added s WHERE s.hearing_id = the.id
               AND (s.state <> 'invited' OR s.answer_due_at IS NULL
                    OR s.answer_due_at > the.closes_at) LIMIT 1;
            IF FOUND THEN
                RAISE EXCEPTION 'number % is invited, with a time to answer', wrong.number
                    {REFUSE};
            END IF;
            IF the.panel_size < (SELECT count(*) FROM jury_seat s WHERE s.hearing_id = the.id
                                  AND s.state IN ('invited', 'accepted')) THEN
                RAISE EXCEPTION 'the panel of hearing % is full', the.reference {REFUSE};
            END IF;
        END IF;
    END LOOP;
    RETURN NULL;
END $$
"""

# A juror accepts in time and lapses only after it, by the database's clock; who has voted stays.
SEAT_CHANGE = """
CREATE FUNCTION jury_seat_change_guard() RETURNS trigger LANGUAGE plpgsql {PATH} AS $$
DECLARE
    stage text;
BEGIN
    IF (NEW.id, NEW.hearing_id, NEW.claim_id, NEW.person_id, NEW.number, NEW.expert_kind,
        NEW.expert_number, NEW.seated_at, NEW.answer_due_at)
       IS DISTINCT FROM
       (OLD.id, OLD.hearing_id, OLD.claim_id, OLD.person_id, OLD.number, OLD.expert_kind,
        OLD.expert_number, OLD.seated_at, OLD.answer_due_at) THEN
        RAISE EXCEPTION 'a seat is not given to another' {REFUSE};
    END IF;
    IF NEW.state = OLD.state THEN
        RETURN NEW;
    END IF;
    SELECT state INTO stage FROM jury_hearing WHERE id = NEW.hearing_id FOR SHARE;
    IF OLD.state NOT IN ('invited', 'accepted') OR NEW.state = 'invited' THEN
        RAISE EXCEPTION 'a seat that was given up stays given up' {REFUSE};
    END IF;
    IF stage NOT IN ('drawn', 'open', 'extended') THEN
        RAISE EXCEPTION 'nobody is seated in this hearing now' {REFUSE};
    END IF;
    IF NEW.state = 'accepted' AND OLD.answer_due_at <= core_now() THEN
        RAISE EXCEPTION 'the time to answer is over' USING ERRCODE = 'restrict_violation',
            CONSTRAINT = 'seat_answered_in_time';
    END IF;
    IF NEW.state = 'lapsed' AND (OLD.state <> 'invited' OR OLD.answer_due_at > core_now()) THEN
        RAISE EXCEPTION 'there is still time to answer' {REFUSE};
    END IF;
    IF NEW.state = 'replaced' AND NEW.reason_code = '' THEN
        RAISE EXCEPTION 'a juror is replaced for a reason' {REFUSE};
    END IF;
    IF NEW.state <> 'accepted'
       AND EXISTS (SELECT FROM jury_ballot b WHERE b.seat_id = NEW.id) THEN
        RAISE EXCEPTION 'the ballot of this seat is cast' {REFUSE};
    END IF;
    RETURN NEW;
END $$
"""

# Promise 35: whoever leaves a panel, the transaction ends with a whole one or with a void round.
PANEL_WHOLE = """
CREATE FUNCTION jury_panel_whole_guard() RETURNS trigger LANGUAGE plpgsql {PATH} AS $$
DECLARE
    h record;
    sitting_now bigint;
BEGIN
    SELECT state, mode, panel_size INTO h FROM jury_hearing WHERE id = NEW.hearing_id;
    IF h.mode = 'drawn' AND h.state IN ('drawn', 'open', 'extended') THEN
        SELECT count(*) INTO sitting_now FROM jury_seat
         WHERE hearing_id = NEW.hearing_id AND state IN ('invited', 'accepted');
        IF sitting_now <> h.panel_size THEN
            RAISE EXCEPTION 'a panel of % has % seated', h.panel_size, sitting_now {REFUSE};
        END IF;
    END IF;
    RETURN NULL;
END $$
"""

PANEL_WHOLE_TRIGGER = """
CREATE CONSTRAINT TRIGGER jury_panel_whole_guard AFTER UPDATE OF state ON jury_seat
DEFERRABLE INITIALLY DEFERRED FOR EACH ROW
WHEN (NEW.state NOT IN ('invited', 'accepted')) EXECUTE FUNCTION jury_panel_whole_guard()
"""

# The expert seat is waived only once every expert of the roll has come up, and held otherwise;
# voting opens with nobody on the panel whose time to answer is over. The latest opening moves only
# once it has passed, when the clock was silent, so that jurors keep their whole time to vote.
HEARING_PANEL = """
CREATE FUNCTION jury_hearing_panel_guard() RETURNS trigger LANGUAGE plpgsql {PATH} AS $$
BEGIN
    IF NEW.expert_seat <> OLD.expert_seat
       OR (OLD.expert_waived <> '' AND NEW.expert_waived <> OLD.expert_waived)
       OR (OLD.opens_latest_at IS NOT NULL
           AND NEW.opens_latest_at IS DISTINCT FROM OLD.opens_latest_at
           AND NOT (OLD.state = 'drawn' AND OLD.opens_latest_at < NEW.opens_latest_at
                    AND NEW.opens_latest_at <= core_now()))
       OR (OLD.state = 'drawn' AND (NEW.opens_at < OLD.opens_at
           OR NEW.closes_at - NEW.opens_at <> OLD.closes_at - OLD.opens_at)) THEN
        RAISE EXCEPTION 'this part of hearing % is fixed', OLD.reference {REFUSE};
    END IF;
    IF NEW.expert_waived <> OLD.expert_waived
       AND (SELECT coalesce(max(x.number), 0) FROM jury_rollexpert x
             WHERE x.roll_id = NEW.roll_id AND x.kind = NEW.expert_seat)
        <> (SELECT count(DISTINCT d.number) FROM jury_drawstep d
             WHERE d.hearing_id = NEW.id AND d.track = 'expert') THEN
        RAISE EXCEPTION 'there are experts left to draw' {REFUSE};
    END IF;
    IF NEW.state <> OLD.state AND NEW.state IN ('drawn', 'open', 'closed')
       AND NEW.mode = 'drawn' AND NEW.expert_seat <> 'none' AND NEW.expert_waived = ''
       AND NOT EXISTS (SELECT FROM jury_seat s WHERE s.hearing_id = NEW.id
                        AND s.expert_kind = NEW.expert_seat
                        AND s.state IN ('invited', 'accepted')) THEN
        RAISE EXCEPTION 'the expert seat is empty' {REFUSE};
    END IF;
    IF NEW.state <> OLD.state AND NEW.state = 'open' AND EXISTS (
        SELECT FROM jury_seat s WHERE s.hearing_id = NEW.id AND s.state = 'invited'
           AND s.answer_due_at <= core_now()) THEN
        RAISE EXCEPTION 'a juror who did not answer is replaced before voting opens' {REFUSE};
    END IF;
    RETURN NEW;
END $$
"""
