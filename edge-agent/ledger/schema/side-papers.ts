import type { Migration } from '../../store/database.ts';

/**
 * Claim slips and receipts, each written down before its first byte: a second one for the same order is marked as a copy, also after a power cut. They are not in
 * `print_job`, whose rows are tickets and are told to the box office.
 */
export const sidePaperSchema: Migration = {
  name: 'side papers',
  olderMayOpen: true,
  sql: `
    CREATE TABLE side_paper (
      paper_id    INTEGER PRIMARY KEY,
      delivery_id TEXT    NOT NULL,
      order_id    TEXT    NOT NULL,
      kind        TEXT    NOT NULL CHECK (kind IN ('slip', 'receipt')),
      printer     TEXT    NOT NULL,
      -- How many of its kind may have been on paper before it; what its mark says.
      earlier     INTEGER NOT NULL,
      -- 'started' for good when nobody could say what became of it.
      state       TEXT    NOT NULL CHECK (state IN ('started', 'printed', 'not-printed', 'uncertain')),
      fault_code  TEXT,
      changed_at  INTEGER NOT NULL
    ) STRICT;
    CREATE INDEX side_paper_order ON side_paper (order_id, kind);
  `,
};
