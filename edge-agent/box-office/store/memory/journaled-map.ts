/** What was there before each change of a transaction, so that all of them can be undone, the last first. */
export interface UndoJournal {
  note(undo: () => void): void;
  /** Forgets: the changes stay. */
  commit(): void;
  rollBack(): void;
}

export function createUndoJournal(): UndoJournal {
  let undos: (() => void)[] = [];
  return {
    note: (undo) => {
      undos.push(undo);
    },
    commit: () => {
      undos = [];
    },
    rollBack: () => {
      for (const undo of undos.reverse()) undo();
      undos = [];
    },
  };
}

/** A map whose changes can be undone. Rows are immutable values, so keeping the old one is enough. */
export interface JournaledMap<Key, Row> {
  get(key: Key): Row | undefined;
  set(key: Key, row: Row): void;
  delete(key: Key): boolean;
  /** In the order in which the keys were first set. */
  values(): Row[];
}

export function createJournaledMap<Key, Row>(journal: UndoJournal): JournaledMap<Key, Row> {
  const rows = new Map<Key, Row>();
  const restore = (key: Key, had: boolean, before: Row | undefined): void => {
    if (had) rows.set(key, before as Row);
    else rows.delete(key);
  };
  return {
    get: (key) => rows.get(key),
    set: (key, row) => {
      const had = rows.has(key);
      const before = rows.get(key);
      journal.note(() => restore(key, had, before));
      rows.set(key, row);
    },
    delete: (key) => {
      if (!rows.has(key)) return false;
      const before = rows.get(key);
      journal.note(() => restore(key, true, before));
      return rows.delete(key);
    },
    values: () => [...rows.values()],
  };
}
