import { describe, expect, it } from 'vitest';
import { toHex } from '#core/base/bytes.ts';
import { milliseconds, seconds } from '#core/base/time.ts';
import type { CardRead } from '#core/ports/card-reader.ts';
import { pcscDriver } from '#drivers/pcsc-reader/pcsc-driver.ts';
import { createPcscSimulator } from '#drivers/pcsc-reader/pcsc-simulator.ts';
import { BENCH_PROOF, simulatedChip, uidOfShown } from '#drivers/smart-card/card-simulator.ts';
import { memoryTransport } from '#drivers/transport/memory.ts';
import { createVirtualTime } from '#test/support/virtual-time.ts';

let count = 0;
const random = { bytes: (length: number) => new Uint8Array(length).fill(++count) };
const MEMBER = `${toHex(uidOfShown('member'))} challenge`;

async function setUp() {
  const time = createVirtualTime();
  const simulator = createPcscSimulator({ timers: time.timers, proof: BENCH_PROOF });
  const health: string[] = [];
  const connect = () =>
    pcscDriver.connect(
      {
        device: 'reader',
        transport: memoryTransport(simulator),
        clock: time.clock,
        timers: time.timers,
        onHealth: ({ kind }) => health.push(kind),
      },
      { random, proof: BENCH_PROOF },
    );
  const connected = await connect();
  if (!connected.ok) throw new Error(connected.error.message);
  const session = connected.value;
  const reads: CardRead[] = [];
  session.port.onCard((read) => reads.push(read));
  return {
    time,
    simulator,
    health,
    session,
    connect,
    show: async (card: 'member' | 'payment' | 'unknown') => {
      simulator.show(card);
      await time.advance(seconds(3));
    },
    told: () => reads.map((read) => (read.kind === 'contactless' ? `${toHex(read.uid)} ${read.proof.kind}` : read.kind)),
  };
}

describe('a PC/SC reader', () => {
  it('tells each card once: a member’s with its proof, a payment card as such, a memory card by its number', async () => {
    const { show, told, health, session } = await setUp();
    await show('member');
    await show('payment');
    await show('unknown');
    await show('member');
    expect(told()).toEqual([MEMBER, 'payment-card-refused', `${toHex(uidOfShown('unknown'))} none`, MEMBER]);
    expect(health).toEqual(['ready']);
    expect(session.counters()).toMatchObject({ garbage: 0, timeouts: 0, suppressed: 0 });
  });

  it('finds a card that lies there already', async () => {
    const { simulator, connect, time, session } = await setUp();
    simulator.lay(simulatedChip('member', BENCH_PROOF));
    await session.stop();
    const again = await connect();
    const reads: string[] = [];
    if (again.ok) again.value.port.onCard(({ kind }) => reads.push(kind));
    await time.settle();
    expect(reads).toEqual(['contactless']);
  });

  it('keeps what it read before anybody listened, for as long as the card lies there', async () => {
    const { simulator, connect, time, session } = await setUp();
    await session.stop();
    // Unreadable is known without a question, so before any caller of `connect` had its turn.
    simulator.setFault('mute-card', true);
    simulator.lay(simulatedChip('member', BENCH_PROOF));
    const listened = async (isTaken: boolean): Promise<readonly string[]> => {
      const again = await connect();
      if (!again.ok) throw new Error(again.error.message);
      await time.settle();
      if (isTaken) simulator.lay(undefined);
      await time.settle();
      const reads: string[] = [];
      again.value.port.onCard(({ kind }) => reads.push(kind));
      await time.settle();
      await again.value.stop();
      return reads;
    };
    expect(await listened(false)).toEqual(['unreadable']);
    expect(await listened(true)).toEqual([]);
  });

  it('tells a fluttering card once', async () => {
    const { simulator, show, told, session } = await setUp();
    simulator.setFault('flutter', true);
    await show('member');
    expect(told()).toEqual([MEMBER]);
    expect(session.counters().suppressed).toBeGreaterThan(0);
  });

  it('leaves no timer and tells nothing after it was stopped', async () => {
    const { simulator, session, time, told } = await setUp();
    await session.stop();
    simulator.show('member');
    await time.advance(seconds(10));
    expect(told()).toEqual([]);
    expect(await session.ended).toBeUndefined();
    expect(time.pendingTimers()).toBe(0);
  });
});

describe('a PC/SC reader that fails', () => {
  it.each([
    ['unplugged', 'E-LNK-LOST'],
    ['service-restart', 'E-LNK-LOST'],
    ['garbage', 'E-CRD-OTHER-DEVICE'],
  ])('%s ends the session as %s', async (fault, code) => {
    const { simulator, session, time } = await setUp();
    simulator.setFault(fault, true);
    await time.settle();
    expect(await session.ended).toMatchObject({ code });
  });

  it('does not answer in the middle of a card: the session ends, so that no late answer is taken for another', async () => {
    const { simulator, session, told, time } = await setUp();
    simulator.setFault('no-answer', true);
    simulator.lay(simulatedChip('member', BENCH_PROOF));
    await time.advance(seconds(6));
    expect(await session.ended).toMatchObject({ code: 'E-CRD-NO-ANSWER' });
    expect(told()).toEqual([]);
    expect(time.pendingTimers()).toBe(0);
  });

  it.each(['mute-card', 'card-lost'])('%s is unreadable, and the card is read when it is well again', async (fault) => {
    const { simulator, show, told } = await setUp();
    simulator.setFault(fault, true);
    await show('member');
    simulator.setFault(fault, false);
    await show('member');
    expect(told()).toEqual(['unreadable', MEMBER]);
  });

  it('loses the card in the middle of its proof: unreadable, not somebody else’s', async () => {
    const { simulator, time, told } = await setUp();
    const chip = simulatedChip('member', BENCH_PROOF);
    let answers = 0;
    simulator.lay({
      ...chip,
      answer: (command) => {
        answers += 1;
        if (answers === 2) simulator.lay(simulatedChip('unknown', BENCH_PROOF));
        return chip.answer(command);
      },
    });
    await time.advance(milliseconds(500));
    expect(told()).not.toContain(MEMBER);
    expect(told().at(-1)).toBe(`${toHex(uidOfShown('unknown'))} none`);
  });
});
