import fc from 'fast-check';
import { expect, test } from 'vitest';
import { LIMITS } from '#core/base/limits.ts';
import { type Monotonic, milliseconds, plus } from '#core/base/time.ts';
import type { OutboxLane } from '#core/contract/wire/events.ts';
import { type DeliveryEffect, type DeliveryInput, type DeliveryState, nextWake, startDelivery, stepDelivery } from '#core/outbox/delivery.ts';

/**
 * The machine against a world that loses batches, confirmations, acknowledgements and connections in any order. The box office of this world keeps only what continues a
 * lane, exactly as the real one does. The checks run after every step; at the end the world is kind, and everything must arrive.
 */
const LANES: readonly OutboxLane[] = ['p0', 'p1'];

type Deed =
  | { readonly kind: 'append'; readonly lane: OutboxLane; readonly count: number }
  | { readonly kind: 'connect'; readonly window: number }
  | { readonly kind: 'disconnect' }
  | { readonly kind: 'prepare'; readonly size: number }
  | { readonly kind: 'carry'; readonly lost: boolean; readonly pubackLost: boolean }
  | { readonly kind: 'swallow' }
  | { readonly kind: 'answer'; readonly lost: boolean; readonly lane: OutboxLane }
  | { readonly kind: 'wait'; readonly ms: number };

interface Batch {
  readonly session: number;
  readonly lane: OutboxLane;
  readonly from: number;
  readonly to: number;
}

class World {
  now = 0 as Monotonic;
  state: DeliveryState = startDelivery({ p0: { next: 1, through: 0 }, p1: { next: 1, through: 0 } }, this.now);
  session = 0;
  connected = false;
  window = 0;
  asked: { readonly session: number; readonly lane: OutboxLane; readonly from: number } | undefined;
  /** Published and not yet confirmed by the broker: what the broker's Receive Maximum counts. */
  unconfirmed: Batch[] = [];
  /** Of those, what the broker will never confirm while this connection stands. */
  swallowed = 0;
  abandoned = false;
  readonly appended: Record<OutboxLane, number> = { p0: 0, p1: 0 };
  readonly kept: Record<OutboxLane, number> = { p0: 0, p1: 0 };
  readonly recorded: Record<OutboxLane, number> = { p0: 0, p1: 0 };

  feed(input: DeliveryInput): void {
    const { state, effects } = stepDelivery(this.state, input);
    this.state = state;
    for (const effect of effects) this.obey(effect);
    for (const lane of LANES) {
      const { through, sent, next } = state.lanes[lane];
      if (!(through <= sent && sent < next)) throw new Error(`lane ${lane} is torn: ${through} ≤ ${sent} < ${next}`);
      if (this.recorded[lane] > this.kept[lane])
        throw new Error(`lane ${lane} recorded ${this.recorded[lane]}, but only ${this.kept[lane]} were kept`);
    }
    const outside = this.unconfirmed.length + this.swallowed;
    if (this.connected && outside > this.window) throw new Error(`${outside} batches in a window of ${this.window}`);
    if (!this.abandoned) return;
    this.abandoned = false;
    this.do({ kind: 'disconnect' });
  }

  obey(effect: DeliveryEffect): void {
    switch (effect.kind) {
      case 'send':
        if (this.asked !== undefined) throw new Error('two batches are prepared at once');
        if (!this.connected || effect.session !== this.session) throw new Error('sent without a connection');
        this.asked = { session: effect.session, lane: effect.lane, from: effect.from };
        return;
      case 'record':
        if (effect.through < this.recorded[effect.lane]) throw new Error('an acknowledgement went back');
        this.recorded[effect.lane] = effect.through;
        return;
      case 'renew-epoch':
        throw new Error('nothing was restored');
      case 'send-telemetry':
        throw new Error('there is none');
      case 'abandon-line':
        if (this.unconfirmed.length + this.swallowed === 0) throw new Error('a broker that owes nothing loses its connection');
        this.abandoned = true;
        return;
      case 'not-accepted':
      case 'resending':
        return;
    }
  }

  do(deed: Deed): void {
    switch (deed.kind) {
      case 'append':
        this.appended[deed.lane] += deed.count;
        this.feed({ kind: 'appended', at: this.now, lane: deed.lane, next: this.appended[deed.lane] + 1 });
        return;
      case 'connect':
        if (this.connected) return;
        this.connected = true;
        this.session += 1;
        this.window = Math.min(deed.window, LIMITS.outbox.windowBatches);
        this.feed({ kind: 'link-up', at: this.now, session: this.session, windowBatches: deed.window });
        return;
      case 'disconnect':
        if (!this.connected) return;
        this.connected = false;
        this.unconfirmed = [];
        this.swallowed = 0;
        this.asked = undefined;
        this.feed({ kind: 'link-down', at: this.now });
        return;
      case 'prepare':
        this.prepare(deed.size);
        return;
      case 'carry':
        this.carry(deed.lost, deed.pubackLost);
        return;
      case 'swallow':
        if (this.unconfirmed.shift() !== undefined) this.swallowed += 1;
        return;
      case 'answer':
        if (!this.connected || deed.lost) return;
        this.feed({ kind: 'acknowledged', at: this.now, lane: deed.lane, through: this.kept[deed.lane], rejected: [] });
        return;
      case 'wait':
        this.now = plus(this.now, milliseconds(deed.ms));
        this.feed({ kind: 'time', at: this.now });
        return;
    }
  }

  prepare(size: number): void {
    if (this.asked === undefined) return;
    const { session, lane, from } = this.asked;
    this.asked = undefined;
    const batch: Batch = { session, lane, from, to: Math.min(from + size - 1, this.appended[lane]) };
    this.unconfirmed.push(batch);
    this.feed({ kind: 'sent', at: this.now, ...batch });
  }

  /** The oldest batch reaches the broker, and perhaps the box office behind it. */
  carry(lost: boolean, pubackLost: boolean): void {
    const [batch] = this.unconfirmed;
    if (batch === undefined) return;
    if (!lost && batch.from <= this.kept[batch.lane] + 1) this.kept[batch.lane] = Math.max(this.kept[batch.lane], batch.to);
    if (pubackLost) return;
    this.unconfirmed.shift();
    this.feed({ kind: 'taken', at: this.now, ...batch });
  }

  /** Faults end, and a connection that stands stays as it is: everything that was appended must be recorded within a bounded number of turns. */
  recover(): boolean {
    for (let turn = 0; turn < 400; turn++) {
      this.do({ kind: 'connect', window: 16 });
      if (LANES.every((lane) => this.recorded[lane] === this.appended[lane])) return true;
      this.do({ kind: 'prepare', size: 200 });
      this.do({ kind: 'carry', lost: false, pubackLost: false });
      for (const lane of LANES) this.do({ kind: 'answer', lost: false, lane });
      const wake = nextWake(this.state);
      if (this.asked === undefined && this.unconfirmed.length === 0 && wake !== undefined)
        this.do({ kind: 'wait', ms: Math.max(0, wake - this.now) });
    }
    return false;
  }
}

const lane = fc.constantFrom<OutboxLane>('p0', 'p1');
const deed: fc.Arbitrary<Deed> = fc.oneof(
  fc.record({ kind: fc.constant('append' as const), lane, count: fc.integer({ min: 1, max: 300 }) }),
  fc.record({ kind: fc.constant('connect' as const), window: fc.integer({ min: 1, max: 20 }) }),
  fc.record({ kind: fc.constant('disconnect' as const) }),
  { weight: 4, arbitrary: fc.record({ kind: fc.constant('prepare' as const), size: fc.integer({ min: 1, max: 200 }) }) },
  { weight: 4, arbitrary: fc.record({ kind: fc.constant('carry' as const), lost: fc.boolean(), pubackLost: fc.boolean() }) },
  fc.record({ kind: fc.constant('swallow' as const) }),
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('answer' as const), lost: fc.boolean(), lane }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('wait' as const), ms: fc.integer({ min: 0, max: 15_000 }) }) },
);

test('whatever is lost on the way, nothing is recorded that was not kept, the window holds, and in the end everything arrives', () => {
  const outcome = fc.check(
    fc.property(fc.array(deed, { maxLength: 120, size: 'max' }), (deeds) => {
      const world = new World();
      for (const each of deeds) world.do(each);
      return world.recover();
    }),
    { numRuns: 1_500 },
  );
  expect(outcome.failed, fc.defaultReportMessage(outcome)).toBe(false);
});
