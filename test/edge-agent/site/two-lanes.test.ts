import { describe, expect, it, onTestFinished } from 'vitest';
import { createGateLane } from '#agent/lanes/gate-lane.ts';
import { memoryValidityFiles } from '#agent/ledger/validity-files.ts';
import { createValidityStore } from '#agent/ledger/validity-store.ts';
import { silentLog } from '#agent/runtime/log.ts';
import { createTicketVerifier } from '#agent/runtime/ticket-crypto.ts';
import type { SplitPolicy } from '#core/admission/facts.ts';
import { LIMITS } from '#core/base/limits.ts';
import { milliseconds, seconds } from '#core/base/time.ts';
import type { DeviceId, LaneId, MachineId } from '#core/contract/identifiers.ts';
import { installSnapshot } from '#test/support/validity-snapshot.ts';
import { createVirtualTime } from '#test/support/virtual-time.ts';
import { codeOf, fakeGate, fakeScanner } from '../lanes/gate-world.ts';
import { createFakeBoxOffice, putShow, SITE, ticketRow } from '../validity/fake-box-office.ts';
import { testRandom } from '../validity/scratch-ledger.ts';
import { createMemorySite } from './memory-lines.ts';
import { HOP, openTestGate } from './site-world.ts';

/** Two whole gate lanes, each over a ledger and validity data of its own, and a line between them. */

const one = ticketRow(1);
const mother = ticketRow(2);
const child = ticketRow(3, { ticketClass: 'child', escorts: [mother.id] });

async function twoGates(whenSplit: SplitPolicy = 'open', homeGate: string | null = null) {
  const time = createVirtualTime();
  const network = createMemorySite(time.timers, HOP);
  const boxOffice = createFakeBoxOffice(time.clock);
  const show = putShow({ whenSplit, homeGate: homeGate as MachineId | null, escortChildren: true });
  boxOffice.change(show, ...[one, mother, child].map((ticket) => ({ op: 'put-ticket' as const, ticket })));
  const open = async (name: string, other: string) => {
    const gate = openTestGate({ name, members: [other], lines: network.lines(name as MachineId), clock: time.clock, timers: time.timers });
    const validity = createValidityStore(gate.ledger, memoryValidityFiles());
    await installSnapshot(validity, boxOffice.snapshot());
    const hardware = { ...fakeScanner(time.clock), ...fakeGate(() => gate.ledger) };
    const now = () => ({ earliest: time.clock.wall(), latest: time.clock.wall(), now: time.clock.wall() });
    const lane = createGateLane({
      ...{ machine: gate.machine, siteId: SITE, admissions: gate.admissions, validity, scanner: hardware.scanner, gate: hardware.gate },
      configuration: {
        ...{ id: 'lane-1' as LaneId, name, direction: 'entry' },
        ...{ scanner: 'scanner-1' as DeviceId, gate: 'turnstile-1' as DeviceId },
      },
      ...{ clock: time.clock, siteClock: { now }, timers: time.timers, random: testRandom, log: silentLog },
      verify: createTicketVerifier((keyId) => validity.key(keyId)?.publicKey),
      online: () => true,
      onView: () => undefined,
      claims: gate.network.claims,
      missingGates: gate.network.missing,
    });
    lane.start();
    for (const device of ['scanner', 'gate'] as const) lane.setDeviceHealth(device, { kind: 'ready', reasons: [] });
    onTestFinished(() => lane.stop());
    await gate.network.start();
    return { ...gate, lane, hardware, show: (row = one) => hardware.read(codeOf(row, boxOffice.ticketSigner, { ticketClass: row.ticketClass })) };
  };
  const a = await open('gate-a', 'gate-b');
  const b = await open('gate-b', 'gate-a');
  await time.advance(milliseconds(10));
  const faces = () => [a, b].map(({ lane }) => lane.view().verdict?.kind);
  return { time, network, a, b, faces };
}

describe('two lanes at two gates', () => {
  it('release for one of two guests who show the same ticket at the same moment', async () => {
    const { time, a, b, faces } = await twoGates();
    a.show();
    b.show();
    await time.advance(milliseconds(50));
    expect(faces().toSorted()).toEqual(['already-used', 'enter']);
    expect(a.hardware.released.length + b.hardware.released.length).toBe(1);
    expect([...a.hardware.unwritten, ...b.hardware.unwritten]).toEqual([]);
    const loser = a.hardware.released.length === 0 ? a : b;
    expect(loser.lane.view().verdict?.usedBefore?.machine).toBe(loser === a ? 'gate-b' : 'gate-a');
  });

  it('make a ticket good at the other gate when nobody passed at the first', async () => {
    const { time, a, b } = await twoGates();
    a.show();
    await time.advance(milliseconds(50));
    expect(a.lane.view().verdict).toMatchObject({ kind: 'enter', confirmation: 'confirmed' });
    b.show();
    await time.advance(milliseconds(50));
    expect(b.lane.view().verdict?.kind).toBe('already-used');
    await time.advance(milliseconds(LIMITS.gate.passageTimeout + 100));
    b.show();
    await time.advance(milliseconds(50));
    expect(b.lane.view().verdict).toMatchObject({ kind: 'enter', confirmation: 'confirmed' });
  });

  it.each([
    ['open', null, ['enter', 'enter'], 1],
    ['closed', null, ['cannot-verify', 'cannot-verify'], 0],
    ['home-gate', 'gate-b', ['wrong-place', 'enter'], 0],
  ] as const)('follow the show’s policy %s while they cannot talk, and find the double afterwards', async (policy, home, expected, conflicts) => {
    const { time, network, a, b, faces } = await twoGates(policy, home);
    network.cut(a.machine, b.machine);
    a.show();
    b.show();
    await time.advance(milliseconds(50));
    expect(faces()).toEqual(expected);
    expect(a.lane.view().missingGates).toEqual(['gate-b']);
    network.join(a.machine, b.machine);
    await time.advance(seconds(2));
    expect([a.events('conflict').length, b.events('conflict').length]).toEqual([conflicts, conflicts]);
    expect(a.lane.view().missingGates).toEqual([]);
  });

  it('stay responsive while the other gate is silent, and decide within the budget', async () => {
    const { time, network, a, b } = await twoGates();
    network.silence(b.machine, true);
    a.show();
    await time.advance(milliseconds(LIMITS.site.claimBudget - 1));
    expect(a.lane.view().state).toBe('checking');
    a.hardware.tell({ kind: 'passed', direction: 'exit' });
    expect(a.lane.view().state).toBe('checking');
    await time.advance(milliseconds(1));
    expect(a.lane.view().verdict).toMatchObject({ kind: 'enter', confirmation: 'unconfirmed' });
  });

  it('let no child follow a grown-up whom the other gate is only about to let in, because that may come to nothing', async () => {
    const { time, network, a, b } = await twoGates('closed');
    network.silence(b.machine, true);
    a.show(mother);
    await time.advance(milliseconds(10));
    expect(b.network.claims.pending(mother.id)).toHaveLength(1);
    network.silence(b.machine, false);
    b.show(child);
    await time.advance(milliseconds(20));
    expect(b.lane.view().verdict).toMatchObject({ kind: 'attention', reason: 'needs-escort', escortHasTicket: true });
    // And so it does: the answer that was lost would have been needed.
    await time.advance(LIMITS.site.claimBudget);
    expect(a.lane.view().verdict).toMatchObject({ kind: 'cannot-verify' });
    expect([...a.hardware.released, ...b.hardware.released]).toEqual([]);
  });

  it('let a child follow a grown-up by another gate as soon as that one is written', async () => {
    const { time, a, b } = await twoGates();
    a.show(mother);
    await time.advance(milliseconds(50));
    b.show(child);
    await time.advance(milliseconds(50));
    expect(b.lane.view().verdict).toMatchObject({ kind: 'enter', confirmation: 'confirmed' });
  });
});
