import { cpSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import Sqlite from 'better-sqlite3';
import type { Finding } from '../judge/finding.ts';
import { type Evidence, judgeCinema } from './judge-cinema.ts';

/** Faults that are planted into what an evening has left: a judge that does not see each of them proves nothing. */
interface Canary {
  readonly name: string;
  readonly kind: Finding['kind'];
  readonly says: RegExp;
  plant(evidence: Evidence): Evidence;
}

const sql =
  (store: 'agent' | 'office', statement: string, parameters: (evidence: Evidence) => readonly unknown[] = () => []) =>
  (evidence: Evidence): Evidence => {
    const file = store === 'agent' ? 'ledger.db' : 'box-office/box-office.db';
    const database = new Sqlite(join(evidence[store], file));
    const { changes } = database.prepare(statement).run(...parameters(evidence));
    database.close();
    if (changes === 0) throw new Error(`nothing to plant a fault in: ${statement}`);
    return evidence;
  };

const CANARIES: readonly Canary[] = [
  {
    name: 'an event that the box office lost',
    kind: 'lost',
    says: /the box office does not have it/,
    plant: sql('office', "DELETE FROM received_event WHERE position = (SELECT max(position) FROM received_event WHERE type = 'scan')"),
  },
  {
    name: 'an event under the number of another',
    kind: 'doubled',
    says: /kept as another/,
    plant: sql(
      'office',
      "UPDATE received_event SET disposition = 'duplicate' WHERE position = (SELECT max(position) FROM received_event WHERE dev = 'lobby-1')",
    ),
  },
  {
    name: 'an admission that never arrived',
    kind: 'lost',
    says: /the barrier opened for ticket .* and the box office does not know/,
    // All those of whoever may have opened the barrier first: a guest who was admitted anew has another one, and the judge would find that.
    plant: sql('office', 'DELETE FROM admission WHERE ticket_id IN (SELECT value FROM json_each(?))', ({ seen }) => [
      JSON.stringify(seen.releases[0] ?? []),
    ]),
  },
  {
    name: 'a barrier that opened twice for one ticket',
    kind: 'doubled',
    says: /the barrier opened again for ticket/,
    plant: (evidence) => ({ ...evidence, seen: { ...evidence.seen, releases: [...evidence.seen.releases, ...evidence.seen.releases] } }),
  },
  {
    name: 'a ticket that is inside twice',
    kind: 'doubled',
    says: /is inside 2 times/,
    plant: sql(
      'office',
      "INSERT INTO admission (scan_id, ticket_id, dev, gate_lane, stands) SELECT scan_id || 'x', ticket_id, dev, gate_lane, 1 FROM admission WHERE stands = 1 LIMIT 1",
    ),
  },
  {
    name: 'a ticket that came out twice',
    kind: 'doubled',
    says: /came out of the printer twice/,
    plant: (evidence) => ({ ...evidence, seen: { ...evidence.seen, papers: [...evidence.seen.papers, ...evidence.seen.papers] } }),
  },
  {
    name: 'a ticket called printed that never came out',
    kind: 'corrupt',
    says: /is called printed and never came out/,
    plant: (evidence) => ({ ...evidence, seen: { ...evidence.seen, papers: [] } }),
  },
  {
    name: 'money for which nothing was given',
    kind: 'lost',
    says: /taken, and neither tickets nor money came of it/,
    plant: sql('office', "UPDATE sale_order SET status = 'abandoned' WHERE id = (SELECT max(id) FROM sale_order WHERE status = 'confirmed')"),
  },
];

/** @returns the planted faults that were not seen */
export async function blindTo(evidence: Evidence, scratch: string): Promise<readonly string[]> {
  const blind: string[] = [];
  for (const [index, { name, kind, says, plant }] of CANARIES.entries()) {
    const copy = { ...evidence, agent: join(scratch, `agent-${index}`), office: join(scratch, `office-${index}`) };
    for (const part of ['agent', 'office'] as const) {
      mkdirSync(copy[part], { recursive: true });
      cpSync(evidence[part], copy[part], { recursive: true, filter: (path) => !path.endsWith('ballast') });
    }
    const { findings } = await judgeCinema(plant(copy));
    if (!findings.some((finding) => finding.kind === kind && says.test(finding.what))) blind.push(name);
  }
  return blind;
}

export const CANARY_COUNT = CANARIES.length;
