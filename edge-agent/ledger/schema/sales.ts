import type { Migration } from '../../store/database.ts';

/**
 * The sale journal and the print ledger. A row of `sale` or `delivery` is what is needed to go on after a power cut; `journal_step` is the history: an intent
 * with its key before each call that changes something, its result after. Nothing in here is ever deleted by a decision.
 */
export const salesSchema: Migration = {
  name: 'sales',
  sql: `
    CREATE TABLE sale (
      sale_id        TEXT    PRIMARY KEY,
      machine        TEXT    NOT NULL,
      opened_at      INTEGER NOT NULL,
      changed_at     INTEGER NOT NULL,
      stage          TEXT    NOT NULL CHECK (stage IN
        ('holding', 'ordering', 'review', 'starting', 'paying', 'unknown', 'failed', 'cancelling', 'withdrawing', 'refunding', 'ended')),
      -- How it ended; null while it has not.
      ending         TEXT    CHECK ((ending IS NULL) = (stage <> 'ended')),
      payment_open   INTEGER NOT NULL CHECK (payment_open IN (0, 1)),
      expired        INTEGER NOT NULL CHECK (expired IN (0, 1)),
      basket         TEXT    NOT NULL,
      scene          TEXT    NOT NULL,
      hold_id        TEXT,
      hold_token     INTEGER CHECK ((hold_token IS NULL) = (hold_id IS NULL)),
      order_id       TEXT,
      attempts       INTEGER NOT NULL,
      attempt_key    TEXT,
      clock_ahead_ms INTEGER NOT NULL
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX sale_open ON sale (changed_at) WHERE stage <> 'ended';

    CREATE TABLE delivery (
      delivery_id TEXT    PRIMARY KEY,
      machine     TEXT    NOT NULL,
      journey     TEXT    NOT NULL CHECK (journey IN ('buy', 'collect')),
      order_id    TEXT    NOT NULL,
      opened_at   INTEGER NOT NULL,
      changed_at  INTEGER NOT NULL,
      stage       TEXT    NOT NULL CHECK (stage IN ('claiming', 'printing', 'stopped', 'done', 'settling', 'restoring', 'closed')),
      claims      INTEGER NOT NULL,
      -- The last claim was asked for and not answered.
      claim_open  INTEGER NOT NULL CHECK (claim_open IN (0, 1)),
      claimed_at  INTEGER NOT NULL,
      tickets     TEXT    NOT NULL
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX delivery_open ON delivery (changed_at) WHERE stage <> 'closed';

    -- One row for each ticket under each lease. 'started' is on the disk before the first byte leaves for the printer. 'not-printed' is proof, and may be
    -- started again while the lease is ours; once settled, the box office has been told the end of it and the row never changes again.
    CREATE TABLE print_job (
      job_id      TEXT    PRIMARY KEY,
      delivery_id TEXT    NOT NULL REFERENCES delivery (delivery_id),
      order_id    TEXT    NOT NULL,
      ticket_id   TEXT    NOT NULL,
      lease_id    TEXT    NOT NULL,
      state       TEXT    NOT NULL CHECK (state IN ('queued', 'started', 'printed', 'not-printed', 'uncertain')),
      starts      INTEGER NOT NULL,
      evidence    TEXT    NOT NULL CHECK (evidence IN ('none', 'accepted', 'print-confirmed', 'cut-confirmed')),
      fault_code  TEXT,
      settled     INTEGER NOT NULL CHECK (settled IN (0, 1)),
      changed_at  INTEGER NOT NULL,
      -- Only paper that was proven may be called printed.
      CHECK (state <> 'printed' OR evidence IN ('print-confirmed', 'cut-confirmed')),
      CHECK (state NOT IN ('printed', 'uncertain') OR settled = 1)
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX print_job_open ON print_job (delivery_id) WHERE settled = 0;
    CREATE INDEX print_job_delivery ON print_job (delivery_id, ticket_id);

    -- owner_id is a sale's or a delivery's.
    CREATE TABLE journal_step (
      position INTEGER PRIMARY KEY,
      owner_id TEXT    NOT NULL,
      at       INTEGER NOT NULL,
      kind     TEXT    NOT NULL CHECK (kind IN ('intent', 'result')),
      what     TEXT    NOT NULL,
      detail   TEXT    NOT NULL
    ) STRICT;
    CREATE INDEX journal_step_owner ON journal_step (owner_id, position);
    CREATE TRIGGER journal_step_is_written_once BEFORE UPDATE ON journal_step BEGIN SELECT RAISE(ABORT, 'the journal is written once'); END;
  `,
};
