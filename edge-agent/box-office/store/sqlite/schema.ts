import type { StoreKind } from '../../../store/database.ts';

/**
 * Records are kept whole as JSON beside the columns by which they are found. What two guests could fight for (a seat, a key, a code, a number in a lane) is
 * a primary key or a unique index, so that the database itself is the judge. Instants are milliseconds.
 */
const firstSchema = `
CREATE TABLE counter (name TEXT PRIMARY KEY, value INTEGER NOT NULL) STRICT, WITHOUT ROWID;

CREATE TABLE show (
  id TEXT PRIMARY KEY, day TEXT NOT NULL, starts_at TEXT NOT NULL, picture_version INTEGER NOT NULL, record TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX show_by_day ON show (day, starts_at);

CREATE TABLE taken_seat (
  show_id TEXT NOT NULL REFERENCES show (id), seat_id TEXT NOT NULL, state TEXT NOT NULL CHECK (state IN ('H', 'S', 'R', 'X')), hold_id TEXT,
  PRIMARY KEY (show_id, seat_id), CHECK (state NOT IN ('H') OR hold_id IS NOT NULL)
) STRICT, WITHOUT ROWID;
CREATE INDEX taken_seat_by_hold ON taken_seat (hold_id) WHERE hold_id IS NOT NULL;

CREATE TABLE hold (
  id TEXT PRIMARY KEY, key TEXT NOT NULL UNIQUE, status TEXT NOT NULL, until INTEGER NOT NULL, record TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX hold_open ON hold (until) WHERE status = 'held';

CREATE TABLE sale_order (
  id TEXT PRIMARY KEY, key TEXT NOT NULL UNIQUE, pick_up_code TEXT NOT NULL UNIQUE, status TEXT NOT NULL, hold_until INTEGER NOT NULL, record TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX order_unpaid ON sale_order (hold_until) WHERE status = 'unpaid';

CREATE TABLE attempt (
  key TEXT PRIMARY KEY, order_id TEXT NOT NULL REFERENCES sale_order (id), created_at INTEGER NOT NULL, is_open INTEGER NOT NULL, record TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX attempt_by_order ON attempt (order_id, created_at);
CREATE INDEX attempt_open ON attempt (created_at) WHERE is_open = 1;

CREATE TABLE ticket (
  id TEXT PRIMARY KEY, order_id TEXT NOT NULL REFERENCES sale_order (id), position INTEGER NOT NULL, record TEXT NOT NULL, UNIQUE (order_id, position)
) STRICT, WITHOUT ROWID;

CREATE TABLE claim (key TEXT PRIMARY KEY, record TEXT NOT NULL) STRICT, WITHOUT ROWID;

CREATE TABLE received_event (
  position INTEGER PRIMARY KEY AUTOINCREMENT, dev TEXT NOT NULL, epoch TEXT NOT NULL, lane TEXT NOT NULL, seq INTEGER NOT NULL,
  id TEXT NOT NULL, type TEXT NOT NULL, body TEXT NOT NULL, received_at INTEGER NOT NULL, disposition TEXT NOT NULL, code TEXT,
  UNIQUE (dev, epoch, lane, seq)
) STRICT;
CREATE UNIQUE INDEX event_kept ON received_event (id) WHERE disposition = 'kept';
CREATE INDEX event_by_machine ON received_event (dev, position) WHERE disposition = 'kept';
CREATE TABLE received_through (
  dev TEXT NOT NULL, epoch TEXT NOT NULL, lane TEXT NOT NULL, through INTEGER NOT NULL, PRIMARY KEY (dev, epoch, lane)
) STRICT, WITHOUT ROWID;

CREATE TABLE admission (
  scan_id TEXT PRIMARY KEY, ticket_id TEXT NOT NULL, dev TEXT NOT NULL, gate_lane TEXT NOT NULL, stands INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX admission_by_ticket ON admission (ticket_id);

CREATE TABLE validity_mark (
  one INTEGER PRIMARY KEY CHECK (one = 1), epoch TEXT NOT NULL, version INTEGER NOT NULL, set_hash TEXT NOT NULL, at INTEGER NOT NULL
) STRICT;
CREATE TABLE validity_keys (one INTEGER PRIMARY KEY CHECK (one = 1), keys TEXT NOT NULL) STRICT;
CREATE TABLE validity_show (id TEXT PRIMARY KEY, row TEXT NOT NULL) STRICT, WITHOUT ROWID;
CREATE TABLE validity_ticket (id TEXT PRIMARY KEY, show_id TEXT NOT NULL, row TEXT NOT NULL) STRICT, WITHOUT ROWID;
CREATE INDEX validity_ticket_by_show ON validity_ticket (show_id);
CREATE TABLE validity_delta (version INTEGER PRIMARY KEY, set_hash TEXT NOT NULL, at INTEGER NOT NULL, ops TEXT NOT NULL) STRICT;
`;

/**
 * Validity rows in their binary form (core/validity/row-codec.ts), one table in the order of shards. What was there in JSON is carried over; there is no mark,
 * so that the box office begins a new epoch and every gate fetches a new snapshot.
 */
const binaryRows = `
CREATE TABLE validity_row (prefix BLOB PRIMARY KEY, owner BLOB, row BLOB NOT NULL) STRICT, WITHOUT ROWID;
CREATE INDEX validity_row_by_owner ON validity_row (owner) WHERE owner IS NOT NULL;

INSERT INTO validity_row (prefix, owner, row)
SELECT unhex('01' || key), NULL, unhex('01' || key || rest || '0000' ||
  ${['$.screenName.zh', '$.screenName.en', '$.filmTitle.zh', '$.filmTitle.en']
    .map((path) => `printf('%04x', length(CAST(json_extract(row, '${path}') AS BLOB))) || hex(json_extract(row, '${path}'))`)
    .join(' || ')})
FROM (
  SELECT row, printf('%08x', CAST(id AS INTEGER)) AS key,
    printf('%02x', CAST(json_extract(row, '$.screenId') AS INTEGER)) ||
    ${['$.startsAt', '$.endsAt', '$.entryFrom', '$.entryUntil'].map((path) => milliseconds(`json_extract(row, '${path}')`)).join(' || ')} ||
    printf('%02x', (CASE WHEN json_extract(row, '$.reentry') THEN 1 ELSE 0 END) + (CASE WHEN json_extract(row, '$.cancelled') THEN 2 ELSE 0 END)) ||
    'ffffffff' AS rest
  FROM validity_show
);

INSERT INTO validity_row (prefix, owner, row)
SELECT unhex('02' || key), unhex('01' || show), unhex('02' || key || show || rest || printf('%02x', length(CAST(label AS BLOB))) || hex(label))
FROM (
  SELECT
    printf('%08x%08x', CAST(substr(old.id, 1, 8) AS INTEGER), CAST(substr(old.id, 9) AS INTEGER)) AS key,
    printf('%08x', CAST(old.show_id AS INTEGER)) AS show,
    json_extract(old.row, '$.seatLabel') AS label,
    printf('%04x%02x%02x%02x',
      coalesce(json_extract(old.row, '$.seat'), 65535),
      json_extract(old.row, '$.admits'),
      8 + (CASE WHEN json_extract(old.row, '$.needsProof') THEN 16 ELSE 0 END) +
        (CASE json_extract(ticket.record, '$.ticketType') WHEN 'child' THEN 1 WHEN 'student' THEN 2 WHEN 'senior' THEN 3 ELSE 0 END),
      CASE json_extract(old.row, '$.standing')
        WHEN 'valid' THEN 0 WHEN 'refunded' THEN 1 WHEN 'revoked' THEN 2 WHEN 'cancelled' THEN 3 WHEN 'blocked' THEN 4 ELSE 5 END
    ) || ${milliseconds("json_extract(old.row, '$.since')")} AS rest
  FROM validity_ticket AS old LEFT JOIN ticket ON ticket.id = old.id
);

DROP TABLE validity_ticket;
DROP TABLE validity_show;
DROP TABLE validity_mark;
DROP TABLE validity_delta;
CREATE TABLE validity_mark (
  one INTEGER PRIMARY KEY CHECK (one = 1), epoch TEXT NOT NULL, version INTEGER NOT NULL, set_hash TEXT NOT NULL, chain TEXT NOT NULL, at INTEGER NOT NULL
) STRICT;
CREATE TABLE validity_delta (
  version INTEGER PRIMARY KEY, set_hash TEXT NOT NULL, chain TEXT NOT NULL, at INTEGER NOT NULL, ops TEXT NOT NULL
) STRICT;
`;

/** An ISO time as milliseconds in twelve hexadecimal digits; 2440587.5 is the Julian day of 1970 (sqlite.org/lang_datefunc.html). */
function milliseconds(time: string): string {
  return `printf('%012x', CAST(round((julianday(${time}) - 2440587.5) * 86400000) AS INTEGER))`;
}

/** What a conflict is judged by, beside each admission; and the conflicts in the order of their changes. */
const conflicts = `
ALTER TABLE admission ADD COLUMN facts TEXT;
CREATE TABLE conflict (ticket_id TEXT PRIMARY KEY, change INTEGER NOT NULL UNIQUE, record TEXT NOT NULL) STRICT, WITHOUT ROWID;
`;

/**
 * Money by several methods. What was there was paid by QR with the one provider there was, and its attempt's key was the merchant's number. Entries of a
 * member's account are only ever added, which the triggers hold.
 */
const methods = `
ALTER TABLE attempt ADD COLUMN paid_at INTEGER;
ALTER TABLE attempt ADD COLUMN refunded_at INTEGER;
ALTER TABLE attempt ADD COLUMN terminal TEXT;
UPDATE attempt SET record = json_set(record, '$.method', 'qr', '$.provider', 'simulated', '$.merchantOrder', key,
  '$.state.queries', 0, '$.state.reverses', 0, '$.state.askNext', json('false'), '$.state.refundAsked', 0);
CREATE INDEX attempt_by_paid ON attempt (paid_at) WHERE paid_at IS NOT NULL;
CREATE INDEX attempt_by_refunded ON attempt (refunded_at) WHERE refunded_at IS NOT NULL;
CREATE INDEX attempt_by_terminal ON attempt (terminal) WHERE terminal IS NOT NULL;

CREATE TABLE member (id TEXT PRIMARY KEY, card TEXT NOT NULL UNIQUE, record TEXT NOT NULL) STRICT, WITHOUT ROWID;
CREATE TABLE member_entry (
  position INTEGER PRIMARY KEY, member_id TEXT NOT NULL REFERENCES member (id), reference TEXT NOT NULL UNIQUE, minor INTEGER NOT NULL, record TEXT NOT NULL
) STRICT;
CREATE INDEX member_entry_by_member ON member_entry (member_id);
CREATE TRIGGER member_entry_is_kept BEFORE DELETE ON member_entry BEGIN SELECT RAISE(ABORT, 'entries are only added'); END;
CREATE TRIGGER member_entry_is_final BEFORE UPDATE ON member_entry BEGIN SELECT RAISE(ABORT, 'entries are only added'); END;
`;

/** Of a ticket: it is good and not on paper; and the end of its show, whose ISO time in UTC sorts as text. */
export const UNPRINTED = "json_extract(record, '$.status') = 'valid' AND json_extract(record, '$.print.state') <> 'printed'";
export const SHOW_ENDS = "json_extract(record, '$.face.endsAt')";

/** The few tickets that somebody still waits for, among all that were ever sold. */
const openPaper = `CREATE INDEX ticket_unprinted ON ticket (${SHOW_ENDS}, id) WHERE ${UNPRINTED};`;

/** Events beyond a gap that will never be closed have their effect all the same, and every lane with events has its mark. */
const stranded = `
ALTER TABLE received_event ADD COLUMN had_effect INTEGER NOT NULL DEFAULT 0;
INSERT OR IGNORE INTO received_through (dev, epoch, lane, through) SELECT DISTINCT dev, epoch, lane, 0 FROM received_event;
`;

/** Commands to machines, by the counter in them: a key is one command over restarts. */
const commands = `
CREATE TABLE machine_command (n INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, key TEXT NOT NULL UNIQUE, record TEXT NOT NULL) STRICT;
`;

/** Of a received event: a machine told of an order that was not known here. */
export const UNKNOWN_ORDER = "type = 'audit' AND disposition = 'kept' AND json_extract(body, '$.d.action') = 'order-unknown'";

/** The few of them, among all that machines have ever said. */
const unknownOrders = `CREATE INDEX event_unknown_order ON received_event (received_at, position) WHERE ${UNKNOWN_ORDER};`;

/** Of a received event: a person has found out what became of the money of such an order. */
export const SETTLED_ORDER = "type = 'audit' AND disposition = 'kept' AND json_extract(body, '$.d.action') = 'order-settled'";

const settledOrders = `CREATE INDEX event_settled_order ON received_event (received_at) WHERE ${SETTLED_ORDER};`;

/** `FYRB` in ASCII. */
export const boxOfficeStoreKind: StoreKind = {
  name: 'box office',
  applicationId: 0x46595242,
  migrations: [
    { name: 'first', sql: firstSchema },
    { name: 'binary validity rows', sql: binaryRows },
    { name: 'conflicts', sql: conflicts },
    { name: 'money by several methods', sql: methods },
    { name: 'open paper', sql: openPaper, olderMayOpen: true },
    { name: 'events beyond a gap', sql: stranded, olderMayOpen: true },
    { name: 'commands', sql: commands, olderMayOpen: true },
    { name: 'unknown orders', sql: unknownOrders, olderMayOpen: true },
    { name: 'settled orders', sql: settledOrders, olderMayOpen: true },
  ],
};
