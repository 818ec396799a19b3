import { describe, expect, it, onTestFinished } from 'vitest';
import { createGateWarmth } from '#agent/lanes/gate-warmth.ts';
import { createTicketVerifier } from '#agent/runtime/ticket-crypto.ts';
import { LIMITS } from '#core/base/limits.ts';
import { milliseconds, seconds } from '#core/base/time.ts';
import { createVirtualTime } from '#test/support/virtual-time.ts';
import { ticketRow } from '../validity/fake-box-office.ts';
import { gateWorld } from './gate-world.ts';

const { guestsExpectedFor, rehearseEvery } = LIMITS.gate;

describe('the time between two guests', () => {
  it('is filled with rehearsals for as long as the next one is expected, and then with nothing', async () => {
    const time = createVirtualTime();
    const warmth = createGateWarmth(time.clock, time.timers);
    let rehearsals = 0;
    await time.advance(seconds(60));
    expect(time.pendingTimers(), 'nobody has come yet').toBe(0);
    warmth.guest(() => rehearsals++);
    await time.advance(guestsExpectedFor);
    expect(rehearsals).toBe(guestsExpectedFor / rehearseEvery);
    await time.advance(seconds(60));
    expect(rehearsals).toBe(guestsExpectedFor / rehearseEvery);
    expect(time.pendingTimers()).toBe(0);
    warmth.guest(() => rehearsals++);
    await time.advance(rehearseEvery);
    expect(rehearsals).toBe(guestsExpectedFor / rehearseEvery + 1);
    warmth.stop();
    expect(time.pendingTimers()).toBe(0);
  });

  it('is not taken from guests who come one behind the other', async () => {
    const time = createVirtualTime();
    const warmth = createGateWarmth(time.clock, time.timers);
    onTestFinished(() => warmth.stop());
    let rehearsals = 0;
    for (let guest = 0; guest < 1_000; guest++) {
      warmth.guest(() => rehearsals++);
      await time.advance(milliseconds(rehearseEvery - 1));
    }
    expect(rehearsals).toBe(0);
  });

  it('leaves no trace of the ticket that is rehearsed: it is decided about and written, and neither kept, told nor admitted', async () => {
    let checks = 0;
    let warm = (): void => undefined;
    const world = await gateWorld({
      options: {
        warmth: {
          guest: (rehearse) => {
            warm = rehearse;
          },
        },
        verify: (...asked) => {
          checks++;
          return createTicketVerifier(() => world.boxOffice.ticketSigner.publicKey)(...asked);
        },
      },
    });
    const row = ticketRow(7);
    await world.publish(row);
    await world.present(world.code(row));
    await world.pass();
    const [told, view] = [world.told(), world.view()];
    const before = checks;
    const changes = world.ledger().database.prepare<[], number>('SELECT total_changes()').pluck();
    const written = Number(changes.get());
    warm();
    expect(checks).toBe(before + 1);
    expect(changes.get()).toBeGreaterThan(written);
    expect(world.told()).toEqual(told);
    expect(world.view()).toEqual(view);
    expect(world.hardware.released.length).toBe(1);
  });
});
