"""SQL of the guards on hearings and opened ballots (promises 31, 34, 35, 41, 45)."""

HEARING_INSERT = """
CREATE FUNCTION jury_hearing_insert_guard() RETURNS trigger LANGUAGE plpgsql {PATH} AS $$
BEGIN
    IF NEW.state <> 'preparing' OR NEW.seed_commitment <> '' OR NEW.seed <> ''
       OR NEW.ballots_root <> '' THEN
        RAISE EXCEPTION 'a hearing begins with its preparation' {REFUSE};
    END IF;
    IF NEW.round > 1 AND NOT EXISTS (
        SELECT FROM jury_hearing h
          JOIN record_entry e ON e.kind = 'hearing_void' AND e.subject = h.reference
         WHERE h.id = NEW.replaces_id AND h.claim_id = NEW.claim_id AND h.state = 'void'
           AND h.sitting = NEW.sitting AND h.round = NEW.round - 1) THEN
        RAISE EXCEPTION 'another round needs the public record of the void one' {REFUSE};
    END IF;
    IF NEW.sitting > 1 AND NOT EXISTS (SELECT FROM jury_hearing h
         WHERE h.claim_id = NEW.claim_id AND h.sitting = 1 AND h.state = 'decided') THEN
        RAISE EXCEPTION 'a rehearing follows a decided hearing' {REFUSE};
    END IF;
    RETURN NEW;
END $$
"""

HEARING_STATE = """
CREATE FUNCTION jury_hearing_state_guard() RETURNS trigger LANGUAGE plpgsql {PATH} AS $$
DECLARE
    sitting_now bigint;
BEGIN
    IF NEW.state = OLD.state THEN
        RETURN NEW;
    END IF;
    IF (OLD.state || '>' || NEW.state) NOT IN (
        'preparing>drawn', 'preparing>open', 'drawn>open', 'open>extended', 'open>closed',
        'extended>closed', 'closed>decided', 'preparing>void', 'drawn>void', 'open>void',
        'extended>void', 'closed>void', 'preparing>withdrawn', 'drawn>withdrawn',
        'open>withdrawn', 'extended>withdrawn') THEN
        RAISE EXCEPTION 'a hearing does not go from % to %', OLD.state, NEW.state {REFUSE};
    END IF;
    IF NEW.state IN ('drawn', 'open', 'closed') AND NEW.mode = 'drawn' THEN
        SELECT count(*) INTO sitting_now FROM jury_seat
         WHERE hearing_id = NEW.id AND state IN ('invited', 'accepted');
        IF NEW.seed = '' OR sitting_now <> NEW.panel_size THEN
            RAISE EXCEPTION 'a panel of % has % seated', NEW.panel_size, sitting_now {REFUSE};
        END IF;
    END IF;
    IF OLD.state = 'preparing' AND NEW.state = 'open' AND NEW.mode <> 'open' THEN
        RAISE EXCEPTION 'a panel is drawn before voting opens' {REFUSE};
    END IF;
    IF NEW.state = 'open' AND (NEW.opening_public_key = '' OR NEW.closes_at IS NULL
        OR NEW.brief_signed_by_id IS NULL OR core_now() < NEW.opens_at) THEN
        RAISE EXCEPTION 'voting cannot open yet' {REFUSE};
    END IF;
    IF NEW.state = 'closed' AND core_now() < NEW.closes_at THEN
        RAISE EXCEPTION 'voting is still open' {REFUSE};
    END IF;
    IF NEW.state = 'decided' AND NOT EXISTS (
        SELECT FROM jury_verdict v WHERE v.hearing_id = NEW.id) THEN
        RAISE EXCEPTION 'a decided hearing has a verdict' {REFUSE};
    END IF;
    IF NEW.state = 'void' AND EXISTS (
        SELECT FROM jury_ballotopening o WHERE o.hearing_id = NEW.id) THEN
        RAISE EXCEPTION 'opened ballots are counted, not voided' {REFUSE};
    END IF;
    RETURN NEW;
END $$
"""

HEARING_FIXED = """
CREATE FUNCTION jury_hearing_fixed_guard() RETURNS trigger LANGUAGE plpgsql {PATH} AS $$
BEGIN
    IF (NEW.reference, NEW.claim_id, NEW.sitting, NEW.round, NEW.replaces_id, NEW.mode,
        NEW.panel_size, NEW.quorum, NEW.more_than_per_mille, NEW.tie, NEW.not_shown_counts_as,
        NEW.sealed_bytes, NEW.created_at) IS DISTINCT FROM
       (OLD.reference, OLD.claim_id, OLD.sitting, OLD.round, OLD.replaces_id, OLD.mode,
        OLD.panel_size, OLD.quorum, OLD.more_than_per_mille, OLD.tie, OLD.not_shown_counts_as,
        OLD.sealed_bytes, OLD.created_at)
       OR (OLD.opening_public_key <> '' AND NEW.opening_public_key <> OLD.opening_public_key)
       OR (OLD.seed_commitment <> '' AND (NEW.seed_commitment, NEW.roll_id)
           IS DISTINCT FROM (OLD.seed_commitment, OLD.roll_id))
       OR (OLD.draw_after_at IS NOT NULL AND NEW.draw_after_at IS DISTINCT FROM OLD.draw_after_at)
       OR (OLD.checkpoint_id IS NOT NULL AND (NEW.checkpoint_id, NEW.checkpoint_origin)
           IS DISTINCT FROM (OLD.checkpoint_id, OLD.checkpoint_origin))
       OR (OLD.contribution <> '' AND NEW.contribution <> OLD.contribution)
       OR (OLD.seed <> '' AND (NEW.seed, NEW.seed_secret)
           IS DISTINCT FROM (OLD.seed, OLD.seed_secret))
       OR (OLD.ballots_root <> '' AND NEW.ballots_root <> OLD.ballots_root)
       OR (OLD.brief_signed_by_id IS NOT NULL AND (NEW.brief, NEW.brief_prepared_by_id,
           NEW.brief_signed_by_id) IS DISTINCT FROM
           (OLD.brief, OLD.brief_prepared_by_id, OLD.brief_signed_by_id)
           AND NOT (NEW.brief_signed_by_id IS NULL AND NEW.state = 'preparing'
               AND OLD.draw_after_at IS NULL AND NEW.draw_after_at IS NULL
               AND (NEW.brief, NEW.brief_prepared_by_id)
                   IS NOT DISTINCT FROM (OLD.brief, OLD.brief_prepared_by_id)))
       OR (OLD.state NOT IN ('preparing', 'drawn')
           AND NEW.claimant_statement <> OLD.claimant_statement)
       OR (OLD.state IN ('open', 'extended') AND NEW.state <> 'extended'
           AND (NEW.opens_at, NEW.closes_at) IS DISTINCT FROM (OLD.opens_at, OLD.closes_at))
       OR (OLD.state = 'extended' AND NEW.closes_at IS DISTINCT FROM OLD.closes_at)
       OR (NEW.state = 'extended' AND NEW.closes_at < OLD.closes_at)
       OR (OLD.state IN ('closed', 'decided', 'void', 'withdrawn')
           AND (NEW.opens_at, NEW.closes_at) IS DISTINCT FROM (OLD.opens_at, OLD.closes_at)) THEN
        RAISE EXCEPTION 'this part of hearing % is fixed', OLD.reference {REFUSE};
    END IF;
    RETURN NEW;
END $$
"""

# Promise 31: the roll is frozen and its hash logged before the seed exists. Promise 34: the
# seed that is revealed is the committed one, joined with what was fixed after it.
HEARING_SEED = """
CREATE FUNCTION jury_hearing_seed_guard() RETURNS trigger LANGUAGE plpgsql {PATH} AS $$
DECLARE
    lf text := chr(10);
    root text;
    tree bigint;
BEGIN
    IF NEW.seed_commitment <> OLD.seed_commitment AND NOT EXISTS (
        SELECT FROM jury_roll r
          JOIN record_entry e ON e.kind = 'roll_frozen' AND e.subject = r.reference
         WHERE r.id = NEW.roll_id AND r.frozen_at IS NOT NULL
           AND e.body::json ->> 'digest' = r.digest) THEN
        RAISE EXCEPTION 'a seed is committed to only for a frozen, published roll' {REFUSE};
    END IF;
    IF NEW.checkpoint_id IS NOT NULL AND OLD.checkpoint_id IS NULL AND NOT EXISTS (
        SELECT FROM record_checkpoint c WHERE c.id = NEW.checkpoint_id
           AND c.created_at >= NEW.draw_after_at AND NEW.seed_commitment <> ''
           AND c.id = (SELECT f.id FROM record_checkpoint f WHERE f.created_at >= NEW.draw_after_at
                        ORDER BY f.created_at, f.size LIMIT 1)) THEN
        RAISE EXCEPTION 'the draw takes the first checkpoint after the announced time' {REFUSE};
    END IF;
    IF NEW.contribution <> OLD.contribution AND NEW.checkpoint_id IS NULL THEN
        RAISE EXCEPTION 'the number comes after the checkpoint' {REFUSE};
    END IF;
    IF NEW.seed <> OLD.seed THEN
        SELECT encode(c.root, 'hex'), c.size INTO root, tree FROM record_checkpoint c
         WHERE c.id = NEW.checkpoint_id;
        IF NEW.contribution = '' OR root IS NULL OR NEW.seed_commitment = ''
           OR NEW.seed_commitment <> encode(sha256(convert_to(concat_ws(lf,
              'gongdao-seed-commitment-1', NEW.reference, NEW.round, NEW.seed_secret, ''),
              'UTF8')), 'hex')
           OR NEW.seed <> encode(sha256(convert_to(concat_ws(lf, 'gongdao-seed-1',
              NEW.seed_secret, NEW.checkpoint_origin, tree, root, NEW.contribution, ''),
              'UTF8')), 'hex') THEN
            RAISE EXCEPTION 'this is not the seed that was committed to' {REFUSE};
        END IF;
    END IF;
    RETURN NEW;
END $$
"""

# Promise 45: only a closed hearing's ballots are opened, and only after their root is fixed.
OPENING = """
CREATE FUNCTION jury_ballotopening_guard() RETURNS trigger LANGUAGE plpgsql {PATH} AS $$
BEGIN
    IF EXISTS (SELECT FROM added o JOIN jury_ballot b ON b.id = o.ballot_id
                 JOIN jury_hearing h ON h.id = b.hearing_id
                WHERE h.state <> 'closed' OR h.ballots_root = '' OR h.id <> o.hearing_id) THEN
        RAISE EXCEPTION 'only the ballots of a closed hearing are opened' {REFUSE};
    END IF;
    IF EXISTS (SELECT FROM added o JOIN jury_ballot b ON b.id = o.ballot_id
                WHERE NOT o.is_spoiled AND (b.commitment <> encode(sha256(
                      decode(o.nonce, 'hex') || convert_to(o.body, 'UTF8')), 'hex')
                   OR o.body::json ->> 'words' IS DISTINCT FROM encode(sha256(
                      decode(o.words_nonce, 'hex') || convert_to(o.words, 'UTF8')), 'hex'))) THEN
        RAISE EXCEPTION 'this is not what was sealed' {REFUSE};
    END IF;
    RETURN NULL;
END $$
"""

# Promise 41: ballots opened = ballots sealed, and the verdict's votes are the opened ones.
VERDICT = """
CREATE FUNCTION jury_verdict_guard() RETURNS trigger LANGUAGE plpgsql {PATH} AS $$
DECLARE
    sealed bigint;
    opened bigint;
    unread bigint;
BEGIN
    PERFORM FROM jury_hearing WHERE id = NEW.hearing_id AND state = 'closed' FOR SHARE;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'a verdict follows the close' {REFUSE};
    END IF;
    SELECT count(*) INTO sealed FROM jury_ballot WHERE hearing_id = NEW.hearing_id;
    SELECT count(*), count(*) FILTER (WHERE is_spoiled) INTO opened, unread
      FROM jury_ballotopening WHERE hearing_id = NEW.hearing_id;
    IF NEW.ballots <> sealed OR (NEW.basis <> 'no_quorum'
       AND (opened <> sealed OR unread <> NEW.spoiled)) THEN
        RAISE EXCEPTION 'a verdict counts every ballot' {REFUSE};
    END IF;
    RETURN NEW;
END $$
"""
