import { describe, expect, it } from 'vitest';
import { toHex } from '#core/base/bytes.ts';
import { LIMITS } from '#core/base/limits.ts';
import { milliseconds, seconds } from '#core/base/time.ts';
import type { CardRead } from '#core/ports/card-reader.ts';
import type { HealthState } from '#core/ports/health.ts';
import { pn532Driver } from '#drivers/pn532-reader/pn532-driver.ts';
import { createPn532Simulator } from '#drivers/pn532-reader/pn532-simulator.ts';
import { BENCH_PROOF, simulatedChip, uidOfShown } from '#drivers/smart-card/card-simulator.ts';
import { memoryTransport } from '#drivers/transport/memory.ts';
import { createVirtualTime } from '#test/support/virtual-time.ts';

let count = 0;
/** Another challenge each time. */
const random = { bytes: (length: number) => new Uint8Array(length).fill(++count) };

async function setUp({ proof = BENCH_PROOF, faults = [] as readonly string[], hasProof = true, listens = true } = {}) {
  const time = createVirtualTime();
  const simulator = createPn532Simulator({ timers: time.timers, proof });
  for (const fault of faults) simulator.setFault(fault, true);
  const health: HealthState[] = [];
  const connecting = pn532Driver.connect(
    { device: 'reader', transport: memoryTransport(simulator), clock: time.clock, timers: time.timers, onHealth: (state) => health.push(state) },
    { random, ...(hasProof ? { proof: BENCH_PROOF } : {}) },
  );
  await time.advance(seconds(2));
  const connected = await connecting;
  const reads: CardRead[] = [];
  if (connected.ok && listens) connected.value.port.onCard((read) => reads.push(read));
  return {
    time,
    simulator,
    health,
    reads,
    connected,
    session: connected.ok ? connected.value : undefined,
    show: async (card: 'member' | 'payment' | 'unknown') => {
      simulator.show(card);
      await time.advance(seconds(2));
    },
    told: () => reads.map((read) => (read.kind === 'contactless' ? `${toHex(read.uid)} ${read.proof.kind}` : read.kind)),
  };
}

describe('a PN532', () => {
  it('is woken and ready, and tells each card once', async () => {
    const { health, show, told, session } = await setUp();
    expect(health.map(({ kind }) => kind)).toEqual(['connecting', 'ready']);
    await show('member');
    await show('unknown');
    await show('payment');
    await show('member');
    expect(told()).toEqual([
      `${toHex(uidOfShown('member'))} challenge`,
      `${toHex(uidOfShown('unknown'))} none`,
      'payment-card-refused',
      `${toHex(uidOfShown('member'))} challenge`,
    ]);
    expect(session?.counters()).toMatchObject({ opened: 1, garbage: 0, timeouts: 0 });
    await session?.stop();
  });

  it('tells a card that lies there for a minute once', async () => {
    const { simulator, time, told } = await setUp();
    simulator.lay(simulatedChip('member', BENCH_PROOF));
    await time.advance(seconds(60));
    expect(told()).toHaveLength(1);
  });

  it('without a key of the house asks for no proof', async () => {
    const { show, told } = await setUp({ hasProof: false });
    await show('member');
    expect(told()).toEqual([`${toHex(uidOfShown('member'))} none`]);
  });

  it('with a copy of a member’s number that does not know its key is unreadable', async () => {
    const { show, told } = await setUp({ proof: { ...BENCH_PROOF, masterKey: new Uint8Array(16) } });
    await show('member');
    expect(told()).toEqual(['unreadable']);
  });

  it('drops reads while nobody listens, and counts them', async () => {
    const { session, simulator, time, reads } = await setUp({ listens: false });
    simulator.show('member');
    await time.advance(seconds(1));
    expect(reads).toEqual([]);
    expect(session?.counters().suppressed).toBe(1);
  });

  it('ends without timers, bytes or reads when it is stopped, also in the middle of a card', async () => {
    const { session, simulator, time, reads } = await setUp();
    simulator.show('member');
    await time.advance(milliseconds(150));
    const before = reads.length;
    await session?.stop();
    expect(await session?.ended).toBeUndefined();
    await time.advance(seconds(2));
    expect(reads).toHaveLength(before);
    expect(time.pendingTimers()).toBe(0);
  });
});

describe('a PN532 that fails', () => {
  it.each([
    ['unplugged', 'E-LNK-ABSENT'],
    ['no-answer', 'E-CRD-NO-ANSWER'],
    ['no-card-answer', 'E-CRD-NO-ANSWER'],
    ['bad-checksum', 'E-CRD-NO-ANSWER'],
    ['other-chip', 'E-CRD-OTHER-DEVICE'],
  ])('%s from the beginning is %s', async (fault, code) => {
    const { connected, time } = await setUp({ faults: [fault] });
    expect(connected).toMatchObject({ ok: false, error: { code } });
    expect(time.pendingTimers()).toBe(0);
  });

  it.each([
    ['unplugged', 'E-LNK-LOST'],
    ['no-answer', 'E-CRD-NO-ANSWER'],
    ['no-card-answer', 'E-CRD-NO-ANSWER'],
    ['bad-checksum', 'E-CRD-NO-ANSWER'],
    // Asleep, it hears nothing but the next session's wake-up.
    ['brown-out', 'E-CRD-NO-ANSWER'],
  ])('%s in the middle of things ends the session as %s', async (fault, code) => {
    const { session, simulator, time } = await setUp();
    simulator.setFault(fault, true);
    await time.advance(seconds(5));
    expect(await session?.ended).toMatchObject({ code });
    await time.advance(seconds(1));
    expect(time.pendingTimers()).toBe(0);
  });

  it('on noise counts it and goes on', async () => {
    const { session, simulator, time, show, told } = await setUp();
    for (let burst = 0; burst < 20; burst++) {
      simulator.setFault('garbage', true);
      await time.advance(milliseconds(70));
    }
    await show('unknown');
    expect(session?.counters().garbage).toBeGreaterThan(0);
    expect(told()).toEqual([`${toHex(uidOfShown('unknown'))} none`]);
  });

  it('to hold a card long enough is unreadable, and the card is read when it comes back', async () => {
    const { simulator, show, told } = await setUp();
    simulator.setFault('card-lost', true);
    await show('member');
    simulator.setFault('card-lost', false);
    await show('member');
    expect(told()).toEqual(['unreadable', `${toHex(uidOfShown('member'))} challenge`]);
  });

  it('forgives two missed answers', async () => {
    const { session, simulator, time, show, told } = await setUp();
    simulator.setFault('no-answer', true);
    await time.advance(LIMITS.cards.pn532.acknowledgeWithin);
    simulator.setFault('no-answer', false);
    await show('unknown');
    expect(session?.counters().timeouts).toBeGreaterThan(0);
    expect(told()).toHaveLength(1);
  });
});
