import { join } from 'node:path';
import Sqlite from 'better-sqlite3';
import type { Fact } from '../judge/facts.ts';
import { corrupt, doubled, type Finding, lost } from '../judge/finding.ts';
import { judgeMoney } from '../judge/judge-money.ts';
import { judgeStore } from '../judge/judge-store.ts';
import { codesOn } from './devices.ts';
import { type OutsideView, ticketIdOf } from './outside-log.ts';

/** What was seen outside, held against what the box office has kept in the end. */
export interface Evidence {
  /** The machine's data folder; stopped. */
  readonly agent: string;
  /** The box office's. */
  readonly office: string;
  readonly seen: OutsideView;
}

export interface Judgement {
  readonly findings: readonly Finding[];
  /** Events that the machine committed. */
  readonly produced: number;
  readonly releases: number;
  readonly tickets: number;
  /** Pieces of paper with more than one ticket on them: what hung in the printer when the agent died came out with the next one. */
  readonly joined: number;
}

const NO_FILES = { dataKey: '', token: '', siteKey: '', staff: 0, validity: 'kept' } as const;

export async function judgeCinema({ agent, office, seen }: Evidence): Promise<Judgement> {
  const pieces = seen.papers.map(codesOn);
  const papers = pieces.flat().map((code) => ticketIdOf(code) ?? '');
  const joined = pieces.filter((codes) => codes.length > 1).length;
  const { findings: events, produced } = judgeEvents(agent, office);
  // Told by an acknowledgement of an epoch that the box office began with, and the same fact many times.
  const barrier = judgeBarrier(office, seen);
  const released = barrier.opened.map((ticketId): Fact => ({ store: 'ledger', kind: 'released', ticketId }));
  const facts = [...new Map([...seen.facts, ...released].map((fact) => [JSON.stringify(fact), fact])).values()];
  const findings = [
    ...(await judgeStore('ledger', agent, facts, NO_FILES, 'whole')),
    ...(await judgeStore('box-office', office, newest(facts), NO_FILES, 'whole')),
    ...(await judgeStore('payments', office, facts, NO_FILES, 'whole')),
    ...judgeMoney(office),
    ...events,
    ...barrier.findings,
    ...judgePapers(agent, office, papers),
  ];
  return { findings, produced, releases: seen.releases.length, tickets: papers.length, joined };
}

/** Of many acknowledgements of one lane the furthest says all. */
function newest(facts: readonly Fact[]): readonly Fact[] {
  const furthest = new Map<string, Extract<Fact, { kind: 'received' }>>();
  for (const fact of facts) {
    if (fact.kind !== 'received') continue;
    const key = `${fact.epoch} ${fact.lane}`;
    const known = furthest.get(key);
    if (known === undefined || known.through < fact.through) furthest.set(key, fact);
  }
  return [...furthest.values()];
}

/** Event by event: the machine's ledger and the box office's store. */
function judgeEvents(agent: string, office: string): { readonly findings: readonly Finding[]; readonly produced: number } {
  const sent = rows<{ lane: string; seq: number; id: string }>(join(agent, 'ledger.db'), 'SELECT lane, seq, event_id AS id FROM outbox');
  const kept = rows<{ lane: string; seq: number; id: string; disposition: string }>(
    join(office, 'box-office/box-office.db'),
    "SELECT lane, seq, id, disposition FROM received_event WHERE dev = 'lobby-1'",
  );
  const times = new Map<string, number>();
  for (const { id, disposition } of kept) if (disposition === 'kept') times.set(id, (times.get(id) ?? 0) + 1);
  const known = new Set(sent.map(({ id }) => id));
  return {
    produced: sent.length,
    findings: [
      ...sent.filter(({ id }) => !times.has(id)).map(({ lane, seq }) => lost(`event ${lane}/${seq}: the box office does not have it`)),
      ...kept.filter(({ disposition }) => disposition !== 'kept').map(({ lane, seq }) => doubled(`event ${lane}/${seq}: kept as another`)),
      ...[...times].filter(([, count]) => count > 1).map(([id]) => doubled(`event ${id}: kept more than once`)),
      ...kept.filter(({ id }) => !known.has(id)).map(({ lane, seq }) => corrupt(`event ${lane}/${seq}: the machine never had it`)),
    ],
  };
}

/**
 * The barrier opens once for each admission, and never without a row at the box office. A guest who was seen not to pass is admitted anew; of a ticket's admissions
 * no more than one stands.
 */
function judgeBarrier(
  office: string,
  { releases, strayReleases }: OutsideView,
): { readonly findings: readonly Finding[]; readonly opened: readonly string[] } {
  const admissions = rows<{ id: string; times: number; standing: number }>(
    join(office, 'box-office/box-office.db'),
    'SELECT ticket_id AS id, count(*) AS times, sum(stands) AS standing FROM admission GROUP BY ticket_id',
  );
  const times = new Map(admissions.map(({ id, times }) => [id, times]));
  const opened = new Map<string, number>();
  const findings: Finding[] = strayReleases > 0 ? [corrupt(`the barrier opened ${strayReleases} times for nobody`)] : [];
  findings.push(...admissions.filter(({ standing }) => standing > 1).map(({ id, standing }) => doubled(`ticket ${id} is inside ${standing} times`)));
  for (const [latest = '', ...before] of releases) {
    const whose = [latest, ...before].find((id) => (opened.get(id) ?? 0) < (times.get(id) ?? 0));
    if (whose !== undefined) opened.set(whose, (opened.get(whose) ?? 0) + 1);
    else if (times.has(latest)) findings.push(doubled(`the barrier opened again for ticket ${latest}`));
    else findings.push(lost(`the barrier opened for ticket ${latest}, and the box office does not know`));
  }
  return { findings, opened: [...opened.keys()] };
}

/** No ticket twice, none that is unknown, and none called printed that never came out. */
function judgePapers(agent: string, office: string, papers: readonly string[]): readonly Finding[] {
  const known = new Set(rows<{ id: string }>(join(office, 'box-office/box-office.db'), 'SELECT id FROM ticket').map(({ id }) => id));
  const printed = rows<{ id: string }>(join(agent, 'ledger.db'), "SELECT ticket_id AS id FROM print_job WHERE state = 'printed'");
  return [
    ...papers.filter((id, at) => papers.indexOf(id) !== at).map((id) => doubled(`ticket ${id} came out of the printer twice`)),
    ...papers.filter((id) => !known.has(id)).map((id) => corrupt(`ticket ${id} came out of the printer, and the box office does not know it`)),
    ...printed.filter(({ id }) => !papers.includes(id)).map(({ id }) => corrupt(`ticket ${id} is called printed and never came out`)),
  ];
}

function rows<Row>(file: string, sql: string): readonly Row[] {
  const database = new Sqlite(file, { readonly: true });
  try {
    return database.prepare<[], Row>(sql).all();
  } finally {
    database.close();
  }
}
