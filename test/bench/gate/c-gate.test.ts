import { join } from 'node:path';
import Sqlite from 'better-sqlite3';
import { expect, onTestFinished, test } from 'vitest';
import type { TicketId } from '#core/contract/identifiers.ts';
import { scratchFolder } from '#test/support/scratch.ts';
import { compileCGate } from './c-gate-program.ts';
import { type GateCommand, type GateUnderTest, startGate } from './far-end.ts';
import { type BenchTickets, makeBenchTickets } from './tickets.ts';

/** The two floors of `scan-to-release` are one program in two languages: what one of them leaves out, the other may not do. */
const FLOORS: readonly (readonly [string, () => GateCommand])[] = [
  ['in Node', () => [process.execPath, '--import', 'tsx', join(import.meta.dirname, 'floor-gate.ts')]],
  ['in C', () => [compileCGate(scratchFolder())]],
];

async function opened(
  command: GateCommand,
  tickets: BenchTickets,
): Promise<{ readonly gate: GateUnderTest; readonly rows: () => readonly unknown[] }> {
  const data = scratchFolder();
  const gate = await startGate(command, tickets, data);
  onTestFinished(() => gate.stop());
  const rows = (): readonly unknown[] => {
    const database = new Sqlite(join(data, 'floor.db'), { readonly: true });
    try {
      const kept = 'SELECT ticket, hash, length(scan) AS scan, abs(at - 1000 * unixepoch()) < 600000 AS now FROM admission ORDER BY ticket';
      return [
        database.pragma('journal_mode'),
        ...database.prepare('SELECT count(*) AS tickets, next FROM ticket, counter').all(),
        ...database.prepare(kept).all(),
      ];
    } finally {
      database.close();
    }
  };
  return { gate, rows };
}

/** Another character of the alphabet in the middle of the signature. */
function forged(code: string): string {
  const at = 120;
  return code.slice(0, at) + (code[at] === 'A' ? 'B' : 'A') + code.slice(at + 1);
}

test('both floors let a guest in, and the same ticket again, and keep the same rows', async () => {
  const tickets = makeBenchTickets(3);
  const kept: (readonly unknown[])[] = [];
  for (const [, command] of FLOORS) {
    const { gate, rows } = await opened(command(), tickets);
    for (const code of [tickets.codes[0], tickets.codes[1], tickets.codes[0]]) expect(await gate.scan(code ?? '')).toBeGreaterThan(0);
    kept.push(rows());
  }
  expect(kept[0]).toHaveLength(5);
  expect(kept[1]).toEqual(kept[0]);
});

test.each(FLOORS)('the floor %s ends at what no bench shows, and has kept and released nothing', async (_, command) => {
  const tickets = makeBenchTickets(1);
  const good = tickets.codes[0] ?? '';
  const unknown = tickets.codeFor('1234567890123456' as TicketId, 3);
  // One character is left over, which no bytes are written as (RFC 9285 §4); without more of them the rest would be bytes now and then.
  const bad = { 'the signature must hold': forged(good), 'the bench shows good codes only': good.slice(0, -1), 'the ticket must be there': unknown };
  for (const [why, code] of Object.entries(bad)) {
    const { gate, rows } = await opened(command(), tickets);
    await expect(gate.scan(code)).rejects.toThrow(why);
    expect(rows()).toHaveLength(2);
  }
});
