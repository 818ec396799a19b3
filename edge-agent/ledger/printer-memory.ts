import { z } from 'zod';
import type { PrinterMemory } from '#core/ports/ticket-printer.ts';
import type { Ledger } from './ledger.ts';

const NoteRow = z.strictObject({ last_token: z.int(), may_hold: z.int(), may_hang: z.int(), papers_since_low: z.int() });

/** What is remembered of one printer, in the ledger. Each note is a transaction of its own. */
export function createPrinterMemory({ database, transaction }: Pick<Ledger, 'database' | 'transaction'>, device: string): PrinterMemory {
  const select = database.prepare('SELECT last_token, may_hold, may_hang, papers_since_low FROM printer_note WHERE device = ?');
  const upsert = database.prepare(`
    INSERT INTO printer_note (device, last_token, may_hold, may_hang, papers_since_low) VALUES (?, ?, ?, ?, ?)
    ON CONFLICT (device) DO UPDATE SET last_token = excluded.last_token, may_hold = excluded.may_hold, may_hang = excluded.may_hang,
      papers_since_low = excluded.papers_since_low`);
  return {
    read: () => {
      const row = select.get(device);
      if (row === undefined) return { lastToken: 0, mayHoldRemainder: false, mayHang: false, papersSinceLow: 0 };
      const { last_token: lastToken, may_hold, may_hang, papers_since_low: papersSinceLow } = NoteRow.parse(row);
      return { lastToken, mayHoldRemainder: may_hold === 1, mayHang: may_hang === 1, papersSinceLow };
    },
    keep: ({ lastToken, mayHoldRemainder, mayHang, papersSinceLow }) => {
      transaction(() => upsert.run(device, lastToken, mayHoldRemainder ? 1 : 0, mayHang ? 1 : 0, papersSinceLow));
    },
  };
}
