import { describe, expect, it } from 'vitest';
import { codeOfCard } from '#agent/devices/card-code.ts';
import { fromHex, toHex } from '#core/base/bytes.ts';
import { assert } from '#core/base/fault.ts';
import { LIMITS } from '#core/base/limits.ts';
import type { CardRead, CardReader } from '#core/ports/card-reader.ts';
import type { DeviceSession } from '#core/ports/driver.ts';
import type { LinkEvents, Transport } from '#core/ports/link.ts';
import { STRIPE_PROFILES, type StripeProfileName } from '#drivers/magnetic-stripe/profiles.ts';
import { stripeDriver } from '#drivers/magnetic-stripe/stripe-driver.ts';
import { createStripeSimulator, type StripeSimulator } from '#drivers/magnetic-stripe/stripe-simulator.ts';
import { memoryTransport } from '#drivers/transport/memory.ts';
import swipes from '#test/fixtures/magnetic-stripe/swipes.json' with { type: 'json' };
import { createVirtualTime, type VirtualTime } from '#test/support/virtual-time.ts';

const PROFILES = Object.keys(STRIPE_PROFILES) as StripeProfileName[];

async function connectTo(
  transport: Transport,
  profile: StripeProfileName,
): Promise<{ session: DeviceSession<CardReader>; reads: CardRead[]; time: VirtualTime }> {
  const time = createVirtualTime();
  const reads: CardRead[] = [];
  const context = { device: 'cards-1', transport, clock: time.clock, timers: time.timers, onHealth: () => undefined };
  const connected = await stripeDriver.connect(context, { profile });
  assert(connected.ok, 'it connects');
  connected.value.port.onCard((read) => reads.push(read));
  return { session: connected.value, reads, time };
}

async function connect(profile: StripeProfileName): Promise<Awaited<ReturnType<typeof connectTo>> & { simulator: StripeSimulator }> {
  const simulator = createStripeSimulator({ profile });
  return { ...(await connectTo(memoryTransport(simulator), profile)), simulator };
}

describe('stripe reader: swipes of the manuals', () => {
  it.each(swipes)('$name', async ({ profile, bytes, read }) => {
    let events: LinkEvents | undefined;
    const transport: Transport = {
      place: 'hand',
      open: async (given) => {
        events = given;
        return { ok: true, value: { isOpen: true, write: async () => ({ ok: true, value: undefined }), close: async () => given.closed(undefined) } };
      },
    };
    const { reads, time } = await connectTo(transport, profile as StripeProfileName);
    const arrived = fromHex(bytes) ?? new Uint8Array();
    events?.bytes(arrived);
    expect(reads).toEqual([{ ...read, at: time.clock.monotonic() }]);
    expect(toHex(arrived), 'what arrived is wiped').toMatch(/^0+$/);
  });
});

describe.each(PROFILES)('stripe reader as %s', (profile) => {
  it("reads a member's card, which the lobby knows by its number", async () => {
    const { simulator, reads, time } = await connect(profile);
    simulator.show('member');
    await time.settle();
    expect(reads.map(codeOfCard)).toEqual([{ kind: 'member-card', card: 'MC8210046937512084' }]);
  });

  it('drops a payment card: the lobby hears that one was there and not a digit of it', async () => {
    const { simulator, session, reads, time } = await connect(profile);
    simulator.show('payment');
    await time.settle();
    expect(reads).toEqual([{ kind: 'payment-card-refused', at: time.clock.monotonic() }]);
    expect(JSON.stringify([reads, session.counters()])).not.toMatch(/4761|0010\b/);
  });

  it('says that a swipe was too fast, and reads the next', async () => {
    const { simulator, reads, time } = await connect(profile);
    simulator.setFault('too-fast', true);
    simulator.show('member');
    simulator.setFault('too-fast', false);
    simulator.show('unknown');
    await time.settle();
    expect(reads.map(({ kind }) => kind)).toEqual(['unreadable', 'stripe']);
    expect(reads.map(codeOfCard).map((code) => code?.kind === 'no-card' && code.problem)).toEqual(['unreadable', 'not-a-member-card']);
  });

  it('counts what is no swipe, and reads the next', async () => {
    const { simulator, session, reads, time } = await connect(profile);
    simulator.setFault('half-swipe', true);
    simulator.show('member');
    simulator.setFault('half-swipe', false);
    await time.advance(LIMITS.stripe.unterminatedAfter);
    simulator.setFault('garbage', true);
    await time.advance(LIMITS.stripe.unterminatedAfter);
    simulator.show('member');
    await time.settle();
    expect(reads.at(-1)?.kind).toBe('stripe');
    expect(session.counters().garbage).toBe(2);
  });

  it('ends with the fault when its cable is pulled, and leaves no timer', async () => {
    const { simulator, session, time } = await connect(profile);
    simulator.setFault('half-swipe', true);
    simulator.show('member');
    await time.settle();
    simulator.setFault('unplugged', true);
    expect((await session.ended)?.code).toBe('E-LNK-LOST');
    expect(time.pendingTimers()).toBe(0);
  });
});
