import type { Migration } from '../../store/database.ts';

/**
 * The ledger's identity and the outbox. A row of `outbox` stays after it was acknowledged, as the record of what the machine did, until it is pruned by age;
 * whether it may go is told by `outbox_lane.through` alone. `dead_letter` holds what the box office can never accept, for a person to look at.
 */
export const outboxSchema: Migration = {
  name: 'outbox',
  sql: `
    CREATE TABLE meta (
      name  TEXT PRIMARY KEY,
      value TEXT NOT NULL
    ) STRICT, WITHOUT ROWID;

    CREATE TABLE outbox_lane (
      lane    TEXT PRIMARY KEY CHECK (lane IN ('p0', 'p1')),
      next    INTEGER NOT NULL CHECK (next > through),
      through INTEGER NOT NULL CHECK (through >= 0)
    ) STRICT, WITHOUT ROWID;
    INSERT INTO outbox_lane (lane, next, through) VALUES ('p0', 1, 0), ('p1', 1, 0);

    CREATE TABLE outbox (
      lane     TEXT    NOT NULL REFERENCES outbox_lane (lane),
      seq      INTEGER NOT NULL,
      event_id TEXT    NOT NULL UNIQUE,
      type     TEXT    NOT NULL,
      at       INTEGER NOT NULL,
      mono     INTEGER NOT NULL,
      boot     TEXT    NOT NULL,
      body     TEXT    NOT NULL,
      PRIMARY KEY (lane, seq)
    ) STRICT, WITHOUT ROWID;

    CREATE TABLE dead_letter (
      event_id   TEXT PRIMARY KEY,
      lane       TEXT    NOT NULL REFERENCES outbox_lane (lane),
      epoch      TEXT    NOT NULL,
      seq        INTEGER NOT NULL,
      type       TEXT    NOT NULL,
      at         INTEGER NOT NULL,
      mono       INTEGER NOT NULL,
      boot       TEXT    NOT NULL,
      body       TEXT    NOT NULL,
      code       TEXT    NOT NULL,
      refused_at INTEGER NOT NULL
    ) STRICT, WITHOUT ROWID;
  `,
};

/**
 * The outbox in the order of commits: a row is added at the end of the table and of its one index, so a scan writes two pages for it and not the four in which
 * a tree of whole rows, kept in the order of lanes and with a second index over the names, is put in balance again and again. No two events have one name: eighty bits
 * of it are chance. An older program finds the table as it was.
 */
export const outboxInOrderSchema: Migration = {
  name: 'outbox in the order of commits',
  olderMayOpen: true,
  sql: `
    CREATE TABLE outbox_in_order (
      lane     TEXT    NOT NULL,
      seq      INTEGER NOT NULL,
      event_id TEXT    NOT NULL,
      type     TEXT    NOT NULL,
      at       INTEGER NOT NULL,
      mono     INTEGER NOT NULL,
      boot     TEXT    NOT NULL,
      body     TEXT    NOT NULL,
      mac      BLOB
    ) STRICT;
    INSERT INTO outbox_in_order SELECT lane, seq, event_id, type, at, mono, boot, body, mac FROM outbox ORDER BY lane, seq;
    DROP TABLE outbox;
    ALTER TABLE outbox_in_order RENAME TO outbox;
    CREATE UNIQUE INDEX outbox_place ON outbox (lane, seq);
  `,
};

const COLUMNS = 'seq, event_id, type, at, mono, boot, body, mac';
const NEW_COLUMNS = COLUMNS.split(', ')
  .map((column) => `NEW.${column}`)
  .join(', ');

/** One lane's events by their numbers, and what an older program does to them by way of `outbox`. */
const laneSql = (lane: 'p0' | 'p1'): string => `
    CREATE TABLE outbox_${lane} (
      seq      INTEGER PRIMARY KEY,
      event_id TEXT    NOT NULL,
      type     TEXT    NOT NULL,
      at       INTEGER NOT NULL,
      mono     INTEGER NOT NULL,
      boot     TEXT    NOT NULL,
      body     TEXT    NOT NULL,
      mac      BLOB
    ) STRICT;
    INSERT INTO outbox_${lane} (${COLUMNS}) SELECT ${COLUMNS} FROM outbox WHERE lane = '${lane}' ORDER BY seq;`;

const laneTriggersSql = (lane: 'p0' | 'p1'): string => `
    CREATE TRIGGER outbox_${lane}_insert INSTEAD OF INSERT ON outbox WHEN NEW.lane = '${lane}' BEGIN
      INSERT INTO outbox_${lane} (${COLUMNS}) VALUES (${NEW_COLUMNS});
    END;
    CREATE TRIGGER outbox_${lane}_update INSTEAD OF UPDATE ON outbox WHEN OLD.lane = '${lane}' BEGIN
      UPDATE outbox_${lane} SET (${COLUMNS}) = (${NEW_COLUMNS}) WHERE seq = OLD.seq;
    END;
    CREATE TRIGGER outbox_${lane}_delete INSTEAD OF DELETE ON outbox WHEN OLD.lane = '${lane}' BEGIN
      DELETE FROM outbox_${lane} WHERE seq = OLD.seq;
    END;`;

/**
 * A lane is a table whose rows stand at their own numbers: no index says where a number is, and a scan writes one page for its event. `outbox` is both of them,
 * for the program of the version before and for whoever looks.
 */
export const outboxByLaneSchema: Migration = {
  name: 'outbox by lanes',
  olderMayOpen: true,
  sql: `${laneSql('p0')}${laneSql('p1')}
    DROP TABLE outbox;
    CREATE VIEW outbox AS
      SELECT 'p0' AS lane, ${COLUMNS} FROM outbox_p0
      UNION ALL
      SELECT 'p1' AS lane, ${COLUMNS} FROM outbox_p1;
    ${laneTriggersSql('p0')}${laneTriggersSql('p1')}
  `,
};
