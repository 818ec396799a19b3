import { join } from 'node:path';
import Sqlite from 'better-sqlite3';
import type { Walk } from './journey.ts';

/** Event by event: what the machine's ledger holds against what the box office has kept of this machine. @throws at the first difference */
export async function compareEvents({ lobby, boxOffice }: Pick<Walk, 'lobby' | 'boxOffice'>): Promise<{ readonly compared: number }> {
  const received = new Map<string, string>();
  let after = 0;
  for (let complete = false; !complete; ) {
    const page = await boxOffice.readReceivedEvents({ query: { after } });
    if (!page.ok) throw new Error(`the box office: ${JSON.stringify(page.error)}`);
    for (const event of page.value.events) {
      received.set(`${event.lane} ${event.seq}`, event.id);
      after = event.position;
    }
    complete = page.value.complete;
  }
  const ledger = new Sqlite(join(lobby.data, 'ledger.db'), { readonly: true });
  try {
    // Only what was acknowledged before the question: the machine goes on while we look.
    const rows = ledger
      .prepare<[], { lane: string; seq: number; event_id: string }>(
        'SELECT lane, seq, event_id FROM outbox JOIN outbox_lane USING (lane) WHERE seq <= through ORDER BY lane, seq',
      )
      .all();
    if (rows.length === 0) throw new Error('the ledger holds no event');
    for (const row of rows) {
      const there = received.get(`${row.lane} ${row.seq}`);
      if (there !== row.event_id)
        throw new Error(`${row.lane} ${row.seq} is ${row.event_id} in the ledger and ${there ?? 'missing'} at the box office`);
    }
    const known = new Set(ledger.prepare<[], string>('SELECT event_id FROM outbox').pluck().all());
    const strangers = [...received.values()].filter((id) => !known.has(id));
    if (strangers.length > 0) throw new Error(`the box office holds ${strangers.length} events that the ledger never had`);
    return { compared: rows.length };
  } finally {
    ledger.close();
  }
}
