import { verify } from 'node:crypto';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import Sqlite from 'better-sqlite3';
import { createScanCheck, type ScanCheck } from '#agent/lanes/scan-check.ts';
import { createAdmissions } from '#agent/ledger/admissions.ts';
import { systemClock as clock } from '#agent/runtime/clock.ts';
import { createTicketVerifier, ed25519PublicKey } from '#agent/runtime/ticket-crypto.ts';
import { milliseconds, plus } from '#core/base/time.ts';
import type { EventId, LaneId, MachineId, TicketId } from '#core/contract/identifiers.ts';
import { NO_SECRETS } from '#core/ticket/code-secrets.ts';
import { parseTicketText } from '#core/ticket/ticket-text.ts';
import { BENCH_SITE, type BenchTickets, makeBenchTickets } from './gate/tickets.ts';
import { type Benchmark, type Measurement, percentile, rounded } from './measurement.ts';
import { type BenchGate, manyTickets, openBenchGate } from './validity-data.ts';

const SIZES = [10_000, 100_000, 1_000_000] as const;
/** Guests of each size, spread over all of its tickets. */
const GUESTS = 1_000;
const WARM_UP = 300;
const ROUNDS = 5;

/**
 * The decision alone: from the bytes of a code to the answer, nothing written. The floor is what no gate can do without: one Ed25519 check of bytes that are
 * cut already, and the two look-ups (the ticket's row, its admissions) by statements that are prepared.
 */
export const admission: Benchmark = {
  name: 'admission',
  what: 'the decision alone (parse, verify, facts, decide) on the production store; the floor is a bare signature check and the two bare look-ups',
  run: async (report) => {
    const tickets = makeBenchTickets(1);
    const gates: GateOfSize[] = [];
    try {
      for (const size of SIZES) gates.push(await gateOfSize(tickets, size));
      for (const gate of gates) measure(gate, 0, WARM_UP);
      // Sizes in turn, and within each the decision and its floor guest by guest: whatever else the machine does meets all of them.
      for (let round = 0; round < ROUNDS; round++) for (const gate of gates) measure(gate, round + 1, GUESTS / ROUNDS, gate);
      for (const gate of gates) report50and99(gate, report);
      const [small, , large] = gates.map(({ decisions }) => percentile(decisions, 0.5));
      if (small === undefined || large === undefined) throw new Error('all sizes were measured');
      const growth = { value: rounded(large), floor: rounded(small), ratio: rounded(large / small), aim: '≤ 1.3 ×; floor: the same at 10 k' };
      report({ bench: 'admission', case: '1 M beside 10 k', metric: 'decision p50', unit: 'µs', ...growth });
    } finally {
      for (const { gate, dispose } of gates) {
        dispose();
        gate.dispose();
      }
    }
  },
};

interface Guest {
  readonly bytes: Uint8Array;
  readonly id: TicketId;
  readonly message: Uint8Array;
  readonly signature: Uint8Array;
}

interface Samples {
  readonly decisions: number[];
  readonly floors: number[];
}

interface GateOfSize extends Samples {
  readonly size: number;
  readonly gate: BenchGate;
  readonly guests: readonly Guest[];
  readonly check: ScanCheck;
  bare(guest: Guest): void;
  dispose(): void;
}

async function gateOfSize(tickets: BenchTickets, size: number): Promise<GateOfSize> {
  const gate = openBenchGate();
  const { manifest, shards, id: idOf } = manyTickets(tickets, size);
  const build = gate.store.build(manifest);
  for (const { sha256 } of manifest.shards) {
    const added = await build.add(shards.get(sha256) ?? new Uint8Array());
    if (!added.ok) throw new Error(added.error);
  }
  const finished = await build.finish();
  if (!finished.ok) throw new Error(finished.error);
  const guests = Array.from({ length: GUESTS + WARM_UP }, (_, guest) => {
    // A prime step visits the tickets of a size in no order.
    const number = (guest * 7_919_003) % (size - 1);
    return guestOf(idOf(number), tickets.codeFor(idOf(number), number % 500));
  });
  return { size, gate, guests, check: checkOf(gate), ...bareFloor(gate, tickets.publicKey), decisions: [], floors: [] };
}

function guestOf(id: TicketId, code: string): Guest {
  const bytes = new Uint8Array(Buffer.from(code, 'latin1'));
  const parsed = parseTicketText(bytes);
  if (!parsed.ok) throw new Error('a made code can be read');
  return { bytes, id, message: parsed.value.message, signature: parsed.value.signature };
}

function checkOf({ ledger, store: validity }: BenchGate): ScanCheck {
  const machine = 'bench' as MachineId;
  return createScanCheck({
    machine,
    lane: 'lane-1' as LaneId,
    direction: 'entry',
    screens: undefined,
    classes: undefined,
    siteId: BENCH_SITE,
    validity,
    admissions: createAdmissions(ledger, machine),
    verify: createTicketVerifier((keyId) => validity.key(keyId)?.publicKey),
    secrets: NO_SECRETS,
    clock: () => {
      const now = clock.wall();
      return { earliest: now, latest: plus(now, milliseconds(50)), now };
    },
  });
}

function bareFloor({ folder, ledger }: BenchGate, publicKey: string): Pick<GateOfSize, 'bare' | 'dispose'> {
  const key = ed25519PublicKey(publicKey);
  const validity = join(folder, 'validity');
  const file = readdirSync(validity).find((name) => name.endsWith('.db'));
  if (key === undefined || file === undefined) throw new Error('the gate has a key and its data');
  const database = new Sqlite(join(validity, file), { readonly: true });
  const ticket = database.prepare<[bigint]>('SELECT row FROM ticket WHERE id = ?').pluck();
  const admissions = ledger.database.prepare<[bigint]>('SELECT outcome FROM admission WHERE ticket = ?').pluck();
  return {
    bare: ({ id, message, signature }) => {
      if (!verify(null, message, key, signature)) throw new Error('the signature holds');
      const number = BigInt(id);
      if (ticket.get(number) === undefined) throw new Error('the ticket is there');
      admissions.all(number);
    },
    dispose: () => database.close(),
  };
}

/** @param into nothing is kept of a warm-up */
function measure({ check, bare, guests }: GateOfSize, round: number, count: number, into?: Samples): void {
  for (let guest = 0; guest < count; guest++) {
    const shown = guests[round === 0 ? guest : WARM_UP + (round - 1) * count + guest];
    if (shown === undefined) throw new Error('there are guests enough');
    const scan = { scanId: `${round}-${guest}` as EventId, bytes: shown.bytes };
    // Every other guest the other way round: who comes second finds the pages of the first.
    const isFloorFirst = guest % 2 === 0;
    const first = isFloorFirst ? timed(() => bare(shown)) : undefined;
    const decision = timed(() => {
      const { kind } = check.decide(scan, clock.wall(), { kind: 'alone' });
      if (kind !== 'admit') throw new Error('every guest of the bench is let in');
    });
    const floor = first ?? timed(() => bare(shown));
    into?.decisions.push(decision);
    into?.floors.push(floor);
  }
}

function timed(work: () => void): number {
  const from = performance.now();
  work();
  return (performance.now() - from) * 1_000;
}

function report50and99({ size, decisions, floors }: GateOfSize, report: (measurement: Measurement) => void): void {
  for (const [share, aim] of [
    [0.5, '≤ 1.3 ×'],
    [0.99, '≤ 2 ×'],
  ] as const) {
    const [value, floor] = [percentile(decisions, share), percentile(floors, share)];
    const compared = { value: rounded(value), floor: rounded(floor), ratio: rounded(value / floor) };
    report({ bench: 'admission', case: `${size} tickets`, metric: `decision p${share * 100}`, unit: 'µs', ...compared, aim });
  }
}
