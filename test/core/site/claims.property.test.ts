import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LIMITS } from '#core/base/limits.ts';
import { instant, type Monotonic, milliseconds, plus } from '#core/base/time.ts';
import type { EventId, LaneId, MachineId, TicketId } from '#core/contract/identifiers.ts';
import type { OpenClaim } from '#core/contract/wire/site.ts';
import { type ClaimsEffect, type ClaimsState, type Judgement, openClaims, startClaims, stepClaims } from '#core/site/claims.ts';

/**
 * Some gates, one ticket, and a network whose messages arrive in any order between two gates that differ, are lost or come twice. A claim that is granted is
 * written at once, as a lane does, and the row travels like any other message.
 */
const TICKET = '3609070200000001' as TicketId;
const T0 = 1_000 as Monotonic;

type Message =
  | {
      readonly kind: 'effect';
      readonly from: MachineId;
      readonly effect: Extract<ClaimsEffect, { kind: 'ask' | 'tell' | 'tell-withdrawn' }>;
      readonly rows: readonly string[];
    }
  | { readonly kind: 'row'; readonly from: MachineId; readonly to: MachineId; readonly scanId: EventId };

interface Gate {
  state: ClaimsState;
  readonly rows: Set<string>;
}

function site(count: number, places: number) {
  const names = Array.from({ length: count }, (_, index) => `gate-${index}` as MachineId);
  const gates = new Map<MachineId, Gate>();
  const queue: Message[] = [];
  const outcomes = new Map<string, Judgement>();
  const owner = new Map<string, MachineId>();
  let scans = 0;
  let now = T0;

  const gateOf = (name: MachineId): Gate => gates.get(name) ?? expect.unreachable('a gate');
  const step = (name: MachineId, input: Parameters<typeof stepClaims>[1]): void => {
    const gate = gateOf(name);
    const stepped = stepClaims(gate.state, input);
    gate.state = stepped.state;
    for (const effect of stepped.effects) perform(name, effect);
  };
  const write = (name: MachineId, scanId: EventId): void => {
    gateOf(name).rows.add(scanId);
    step(name, { kind: 'ended', scanId, how: 'written', by: name });
    for (const to of names) if (to !== name) queue.push({ kind: 'row', from: name, to, scanId });
  };
  const perform = (name: MachineId, effect: ClaimsEffect): void => {
    switch (effect.kind) {
      case 'ask':
      case 'tell':
      case 'tell-withdrawn':
        queue.push({ kind: 'effect', from: name, effect, rows: [...gateOf(name).rows] });
        break;
      case 'answered': {
        expect(outcomes.has(effect.scanId), 'a claim is answered once').toBe(false);
        outcomes.set(effect.scanId, effect.outcome);
        const gate = gateOf(name);
        const scanId = effect.scanId as EventId;
        if (effect.outcome.kind !== 'granted') {
          step(name, { kind: 'ended', scanId, how: 'withdrawn', by: name });
          break;
        }
        // The second look at the history: rows that came meanwhile, and claims that are earlier.
        const before = openClaims(gate.state, TICKET, scanId).filter((claim) => !gate.rows.has(claim.scanId));
        if (gate.rows.size + before.length < places) write(name, scanId);
        else step(name, { kind: 'ended', scanId, how: 'withdrawn', by: name });
        break;
      }
      case 'arm':
      case 'disarm':
        break;
    }
  };
  const take = (name: MachineId, rows: readonly string[]): void => {
    const gate = gateOf(name);
    for (const row of rows) {
      gate.rows.add(row);
      step(name, { kind: 'ended', scanId: row as EventId, how: 'written', by: owner.get(row) ?? name });
    }
  };
  for (const name of names) gates.set(name, { state: startClaims(name), rows: new Set() });
  for (const name of names) {
    step(name, { kind: 'members', members: names.filter((other) => other !== name) });
    for (const other of names) if (other !== name) step(name, { kind: 'reachable', machine: other, isReachable: true, at: now });
  }
  return {
    queue,
    outcomes,
    written: () => new Set([...gates.values()].flatMap(({ rows }) => [...rows])),
    ask: (index: number) => {
      const name = names[index % count] ?? expect.unreachable('a gate');
      const scanId = `01ARZ3NDEKTSV4RRFFQ69G${String(1_000 + scans++)}` as EventId;
      owner.set(scanId, name);
      const request = { scanId, ticketId: TICKET, lane: 'lane-1' as LaneId, at: instant(1), admits: places, reentry: false };
      step(name, { kind: 'ask', request, used: gateOf(name).rows.size, at: now });
    },
    deliver: (message: Message) => {
      if (message.kind === 'row') {
        take(message.to, [message.scanId]);
        return;
      }
      const { from, effect, rows } = message;
      let claims: readonly OpenClaim[] = [];
      switch (effect.kind) {
        case 'ask':
          step(effect.to, { kind: 'asked', from, ticketId: TICKET, claim: effect.claim, at: now });
          break;
        case 'tell':
          take(effect.to, rows);
          // As the claim desk does: a row is the end of its claim, whichever is heard first.
          claims = effect.claims.filter(({ scanId }) => !gateOf(effect.to).rows.has(scanId));
          step(effect.to, { kind: 'told', from, scanId: effect.scanId, stamp: 0, claims, used: gateOf(effect.to).rows.size, at: now });
          break;
        case 'tell-withdrawn':
          step(effect.to, { kind: 'ended', scanId: effect.scanId, how: 'withdrawn', by: from });
          break;
      }
    },
    spendBudgets: () => {
      now = plus(now, LIMITS.site.claimBudget);
      for (const name of names) for (const scanId of gateOf(name).state.own.keys()) step(name, { kind: 'budget-spent', scanId, at: now });
    },
    gates,
    names,
    step,
    later: (ms: number) => {
      now = plus(now, milliseconds(ms));
      return now;
    },
  };
}

const action = fc.oneof(
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('ask' as const), gate: fc.nat(4) }) },
  { weight: 8, arbitrary: fc.record({ kind: fc.constant('deliver' as const), which: fc.nat(1_000) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('drop' as const), which: fc.nat(1_000) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('twice' as const), which: fc.nat(1_000) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('budget' as const) }) },
);

describe('claims', () => {
  it('never grant more places than the ticket has, in whatever order messages arrive, and though some are lost or doubled', () => {
    let granted = 0;
    let races = 0;
    fc.assert(
      fc.property(fc.integer({ min: 2, max: 5 }), fc.integer({ min: 1, max: 3 }), fc.array(action, { maxLength: 120 }), (count, places, actions) => {
        const world = site(count, places);
        const pick = (which: number): number => which % Math.max(1, world.queue.length);
        for (const act of actions) {
          if (act.kind === 'ask') world.ask(act.gate);
          else if (act.kind === 'budget') world.spendBudgets();
          else {
            const at = pick(act.which);
            const message = world.queue[at];
            if (message === undefined) continue;
            if (act.kind !== 'twice') world.queue.splice(at, 1);
            if (act.kind !== 'drop') world.deliver(message);
          }
        }
        for (let message = world.queue.shift(); message !== undefined; message = world.queue.shift()) world.deliver(message);
        const wins = world.written().size;
        granted += wins;
        if (world.outcomes.size > wins && wins > 0) races += 1;
        expect(wins).toBeLessThanOrEqual(places);
      }),
      { numRuns: 3_000 },
    );
    expect(granted).toBeGreaterThan(1_000);
    expect(races).toBeGreaterThan(200);
  });

  it('give every place to somebody when all are asked at once and nothing is lost', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 2, max: 5 }),
        fc.integer({ min: 1, max: 3 }),
        fc.array(fc.nat(4), { minLength: 1, maxLength: 8 }),
        fc.array(fc.nat(1_000), { maxLength: 300 }),
        (count, places, askers, order) => {
          const world = site(count, places);
          for (const gate of askers) world.ask(gate);
          for (const which of order) {
            const [message] = world.queue.splice(which % Math.max(1, world.queue.length), 1);
            if (message !== undefined) world.deliver(message);
          }
          for (let message = world.queue.shift(); message !== undefined; message = world.queue.shift()) world.deliver(message);
          expect(world.outcomes.size).toBe(askers.length);
          expect(world.written().size).toBe(Math.min(places, askers.length));
        },
      ),
      { numRuns: 2_000 },
    );
  });

  it('are decided alone when nobody can be reached, and at once', () => {
    const world = site(3, 1);
    const [first, second, third] = world.names;
    if (first === undefined || second === undefined || third === undefined) expect.unreachable('three gates');
    for (const other of [second, third]) world.step(first, { kind: 'reachable', machine: other, isReachable: false, at: world.later(0) });
    world.ask(0);
    expect([...world.outcomes.values()]).toEqual([{ kind: 'unanswered', missing: [second, third] }]);
    expect(world.queue).toEqual([]);
  });

  it('still exclude each other among those who can be reached while one cannot', () => {
    const world = site(3, 1);
    const [first, second, third] = world.names;
    if (first === undefined || second === undefined || third === undefined) expect.unreachable('three gates');
    for (const gate of [first, second]) world.step(gate, { kind: 'reachable', machine: third, isReachable: false, at: world.later(0) });
    world.ask(0);
    world.ask(1);
    for (let message = world.queue.shift(); message !== undefined; message = world.queue.shift()) world.deliver(message);
    expect([...world.outcomes.values()].map(({ kind }) => kind).toSorted()).toEqual(['taken', 'unanswered']);
  });

  it('of a gate that says nothing more are forgotten after a while', () => {
    const world = site(2, 1);
    const [first, second] = world.names;
    if (first === undefined || second === undefined) expect.unreachable('two gates');
    world.ask(0);
    const asked = world.queue.shift();
    if (asked !== undefined) world.deliver(asked);
    const there = world.gates.get(second) ?? expect.unreachable('a gate');
    expect(openClaims(there.state, TICKET)).toHaveLength(1);
    world.step(second, { kind: 'time', at: world.later(LIMITS.site.grantLife) });
    expect(openClaims(there.state, TICKET)).toHaveLength(0);
  });
});
