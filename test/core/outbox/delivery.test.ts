import { describe, expect, test } from 'vitest';
import { InvariantError } from '#core/base/fault.ts';
import { LIMITS } from '#core/base/limits.ts';
import { type Monotonic, milliseconds, minutes, plus, seconds } from '#core/base/time.ts';
import { SEQUENCE_REUSED } from '#core/contract/wire/envelope.ts';
import type { OutboxLane } from '#core/contract/wire/events.ts';
import { type DeliveryEffect, type DeliveryInput, type DeliveryState, nextWake, startDelivery, stepDelivery } from '#core/outbox/delivery.ts';

const START = 1_000 as Monotonic;
const later = (ms: number): Monotonic => plus(START, milliseconds(ms));

/** Feeds inputs one after the other and keeps all effects. */
function run(state: DeliveryState, ...inputs: readonly DeliveryInput[]): { state: DeliveryState; effects: DeliveryEffect[] } {
  const effects: DeliveryEffect[] = [];
  let current = state;
  for (const input of inputs) {
    const step = stepDelivery(current, input);
    current = step.state;
    effects.push(...step.effects);
  }
  return { state: current, effects };
}

const fresh = (waiting = 0): DeliveryState => startDelivery({ p0: { next: waiting + 1, through: 0 }, p1: { next: 1, through: 0 } }, START);
const up = (windowBatches = 16, session = 1, at = START): DeliveryInput => ({ kind: 'link-up', at, session, windowBatches });
const sent = (from: number, to: number, session = 1, lane: OutboxLane = 'p0'): DeliveryInput => ({
  kind: 'sent',
  at: START,
  session,
  lane,
  from,
  to,
});
const taken = (from: number, to: number, at = START, session = 1): DeliveryInput => ({ kind: 'taken', at, session, lane: 'p0', from, to });
const ack = (through: number, at = START, rejected: { seq: number; code: string }[] = []): DeliveryInput => ({
  kind: 'acknowledged',
  at,
  lane: 'p0',
  through,
  rejected,
});
const sends = (effects: readonly DeliveryEffect[]): string[] =>
  effects.filter((effect) => effect.kind === 'send').map(({ lane, from, session }) => `${lane} ${from} on ${session}`);

describe('sending', () => {
  test('nothing goes out while the link is down', () => {
    expect(run(fresh(), { kind: 'appended', at: START, lane: 'p0', next: 5 }).effects).toEqual([]);
  });

  test('asks for one batch at a time, each beginning where the last one ended', () => {
    const { effects } = run(fresh(500), up(), sent(1, 200), sent(201, 400), sent(401, 500));
    expect(sends(effects)).toEqual(['p0 1 on 1', 'p0 201 on 1', 'p0 401 on 1']);
  });

  test("never fills more than the broker's window, and only a batch that is both taken and acknowledged frees it", () => {
    const full = run(fresh(1_000), up(2), sent(1, 10), sent(11, 20));
    expect(sends(full.effects)).toEqual(['p0 1 on 1', 'p0 11 on 1']);
    expect(sends(run(full.state, taken(1, 10)).effects)).toEqual([]);
    expect(sends(run(full.state, ack(10)).effects)).toEqual([]);
    expect(sends(run(full.state, taken(1, 10), ack(10)).effects)).toEqual(['p0 21 on 1']);
    expect(sends(run(full.state, ack(10), taken(1, 10)).effects)).toEqual(['p0 21 on 1']);
  });

  test('when both lanes wait, eight batches in eleven are facts and three are records of health', () => {
    let { state, effects } = run(startDelivery({ p0: { next: 1_000, through: 0 }, p1: { next: 1_000, through: 0 } }, START), up(16));
    const order: string[] = [];
    for (let turn = 0; turn < 11; turn++) {
      const [send] = effects;
      if (send?.kind !== 'send') throw new Error('the window is open');
      order.push(send.lane);
      ({ state, effects } = run(state, sent(send.from, send.from, 1, send.lane)));
    }
    expect(order.filter((lane) => lane === 'p0')).toHaveLength(8);
    expect(order.filter((lane) => lane === 'p1')).toHaveLength(3);
    expect(order.slice(0, 5)).toContain('p1');
  });

  test('news of an earlier connection means nothing', () => {
    const again = run(fresh(500), up(16, 1), { kind: 'link-down', at: START }, up(16, 2));
    expect(sends(again.effects)).toEqual(['p0 1 on 1', 'p0 1 on 2']);
    expect(run(again.state, sent(1, 200, 1), taken(1, 200, START, 1))).toEqual({ state: again.state, effects: [] });
  });

  test('a batch that would leave a hole is our own bug', () => {
    const { state } = run(fresh(500), up());
    expect(() => stepDelivery(state, sent(3, 4))).toThrow(InvariantError);
  });
});

describe('acknowledgement', () => {
  test('is recorded, and never goes back', () => {
    const { state, effects } = run(fresh(500), up(), sent(1, 200), taken(1, 200), ack(200), ack(150));
    expect(effects).toContainEqual({ kind: 'record', lane: 'p0', through: 200, rejected: [] });
    expect(effects.filter((effect) => effect.kind === 'record')).toHaveLength(1);
    expect(state.lanes.p0.through).toBe(200);
  });

  test('may know more than was sent on this connection', () => {
    const { state, effects } = run(fresh(500), up(), sent(1, 100), ack(300), sent(101, 200));
    expect(state.lanes.p0).toMatchObject({ through: 300, sent: 300 });
    expect(sends(effects)).toEqual(['p0 1 on 1', 'p0 101 on 1', 'p0 301 on 1']);
  });

  test('beyond what was ever given out shows a ledger restored from an older copy', () => {
    const { state, effects } = run(fresh(10), up(), ack(11));
    expect(effects).toContainEqual({ kind: 'renew-epoch', restored: 'ledger' });
    expect(state.lanes.p0.through).toBe(0);
  });

  test('that finds other events under our numbers shows the same, and makes no dead letters of ours', () => {
    const { state, effects } = run(fresh(10), up(), sent(1, 10), ack(2), ack(10, START, [{ seq: 5, code: SEQUENCE_REUSED }]));
    expect(effects.filter(({ kind }) => kind === 'renew-epoch' || kind === 'record')).toEqual([
      { kind: 'record', lane: 'p0', through: 2, rejected: [] },
      { kind: 'renew-epoch', restored: 'ledger' },
    ]);
    expect(state.lanes.p0.through).toBe(2);
    expect(run(state, ack(4, START, [{ seq: 1, code: SEQUENCE_REUSED }])).effects).not.toContainEqual({ kind: 'renew-epoch', restored: 'ledger' });
  });

  test('a rejection counts only under an acknowledgement that covers it', () => {
    const { effects } = run(
      fresh(10),
      up(),
      sent(1, 10),
      ack(5, START, [
        { seq: 3, code: 'poison' },
        { seq: 7, code: 'poison' },
      ]),
    );
    expect(effects).toContainEqual({ kind: 'record', lane: 'p0', through: 5, rejected: [{ seq: 3, code: 'poison' }] });
  });
});

describe('silence', () => {
  test('everything goes out again when the broker took it and nobody acknowledged; then one batch at a time until somebody does', () => {
    const waiting = run(
      fresh(500),
      up(),
      sent(1, 200),
      sent(201, 400),
      sent(401, 500),
      taken(1, 200),
      taken(201, 400),
      taken(401, 500, later(1_000)),
    );
    const due = plus(later(1_000), LIMITS.outbox.resendAfter);
    expect(nextWake(waiting.state)).toBe(due);
    expect(run(waiting.state, { kind: 'time', at: milliseconds(due - 1) as number as Monotonic }).effects).toEqual([]);
    const again = run(waiting.state, { kind: 'time', at: due });
    expect(again.effects).toEqual([
      { kind: 'resending', lane: 'p0', from: 1 },
      { kind: 'send', session: 1, lane: 'p0', from: 1, to: 500 },
    ]);
    const probing = run(again.state, sent(1, 200));
    expect(probing.effects).toEqual([]);
    expect(sends(run(probing.state, taken(1, 200), ack(200)).effects)).toEqual(['p0 201 on 1']);
  });

  test('a line that is merely slow is not burdened twice', () => {
    const { state } = run(fresh(500), up(1), sent(1, 200));
    expect(run(state, { kind: 'time', at: plus(START, minutes(5)) }).effects).toEqual([]);
  });

  test('of the box office alone raises an alarm after the stated time on a working link, and one acknowledgement takes it back', () => {
    const { state } = run(fresh(10), up(), sent(1, 10), taken(1, 10));
    const alarmed = run(state, { kind: 'time', at: plus(START, LIMITS.outbox.notAcceptedAfter) });
    expect(alarmed.effects).toContainEqual({ kind: 'not-accepted', raised: true });
    const twice = run(alarmed.state, { kind: 'time', at: plus(START, minutes(60)) });
    expect(twice.effects).not.toContainEqual({ kind: 'not-accepted', raised: true });
    expect(run(twice.state, ack(4, plus(START, minutes(61)))).effects).toContainEqual({ kind: 'not-accepted', raised: false });
  });

  test('time without a link does not count, time on several short links does', () => {
    let state = fresh(10);
    let at = START;
    let raised = 0;
    for (let session = 1; session <= 4; session++) {
      const connected = run(state, up(16, session, at), { kind: 'time', at: plus(at, minutes(3)) }, { kind: 'link-down', at: plus(at, minutes(3)) });
      raised += connected.effects.filter((effect) => effect.kind === 'not-accepted').length;
      state = connected.state;
      at = plus(at, minutes(60));
      expect(raised).toBe(session === 4 ? 1 : 0);
    }
  });

  test('with nothing to deliver is no reason for anything', () => {
    const { state } = run(fresh(), up());
    expect(nextWake(state)).toBeUndefined();
    const idle = run(state, { kind: 'time', at: plus(START, minutes(60)) });
    expect(idle.effects).toEqual([]);
    const first = run(idle.state, { kind: 'appended', at: plus(START, minutes(60)), lane: 'p0', next: 2 });
    expect(nextWake(first.state)).toBe(plus(plus(START, minutes(60)), LIMITS.outbox.notAcceptedAfter));
  });

  test('lasts at least the resend time between two sendings', () => {
    const { state } = run(fresh(10), up(), sent(1, 10), taken(1, 10), { kind: 'time', at: plus(START, seconds(10)) });
    expect(run(state, { kind: 'time', at: plus(START, seconds(11)) }).effects).toEqual([]);
  });
});

describe('a broker that stays and never confirms a batch', () => {
  const limit = LIMITS.outbox.notAcceptedAfter;
  const time = (ms: number): DeliveryInput => ({ kind: 'time', at: later(ms) });
  const sentAt = (from: number, to: number, ms: number, lane: OutboxLane = 'p0'): DeliveryInput => ({ ...sent(from, to, 1, lane), at: later(ms) });
  const abandons = (effects: readonly DeliveryEffect[]) => effects.filter(({ kind }) => kind === 'abandon-line');

  test('loses the connection when the limit is over, and everything goes out again on the next one', () => {
    const flying = run(fresh(300), up(), sentAt(1, 200, 5), sentAt(201, 300, 6), taken(201, 300, later(7)));
    expect(abandons(run(flying.state, time(limit + 4)).effects)).toEqual([]);
    const alarmed = run(flying.state, time(limit + 4));
    expect(nextWake(alarmed.state)).toBe(later(limit + 5));
    const over = run(alarmed.state, time(limit + 5));
    expect(over.effects).toEqual([{ kind: 'abandon-line', lane: 'p0' }]);
    expect(over.state.link.kind).toBe('down');
    expect(over.state.notAccepted).toBe(true);
    expect(nextWake(over.state)).toBeUndefined();
    const again = run(over.state, { kind: 'link-down', at: later(limit + 6) }, up(16, 2, later(limit + 7)));
    expect(sends(again.effects)).toEqual(['p0 1 on 2']);
  });

  test('loses each connection on which it does that', () => {
    let state = fresh(10);
    let ends = 0;
    let at = START;
    for (let session = 1; session <= 5; session++) {
      const over = plus(at, limit);
      const through = run(state, up(16, session, at), { ...sent(1, 10, session), at }, { kind: 'time', at: over }, { kind: 'link-down', at: over });
      ends += abandons(through.effects).length;
      state = through.state;
      at = plus(over, seconds(1));
    }
    expect(ends).toBe(5);
  });

  test('is found out although the other lane, and later batches of the same one, come and go', () => {
    let { state, effects } = run(fresh(1), up(), sentAt(1, 1, 0));
    for (let n = 1; n * 1_000 < limit; n++) {
      const flow = run(
        state,
        { kind: 'appended', at: later(n * 1_000), lane: 'p0', next: n + 2 },
        sentAt(n + 1, n + 1, n * 1_000),
        taken(n + 1, n + 1, later(n * 1_000 + 50)),
        { kind: 'acknowledged', at: later(n * 1_000 + 60), lane: 'p0', through: 0, rejected: [], kept: [[2, n + 1]] },
        { kind: 'appended', at: later(n * 1_000 + 70), lane: 'p1', next: n + 1 },
        sentAt(n, n, n * 1_000 + 80, 'p1'),
        { kind: 'taken', at: later(n * 1_000 + 90), session: 1, lane: 'p1', from: n, to: n },
        { kind: 'acknowledged', at: later(n * 1_000 + 95), lane: 'p1', through: n, rejected: [] },
      );
      state = flow.state;
      effects = [...effects, ...flow.effects];
    }
    expect(abandons(effects)).toEqual([]);
    expect(effects).not.toContainEqual({ kind: 'not-accepted', raised: true });
    expect(abandons(run(state, time(limit)).effects)).toEqual([{ kind: 'abandon-line', lane: 'p0' }]);
  });

  test('also when it delivers what it does not confirm: the batch would keep its place in the window for ever', () => {
    const { state } = run(fresh(10), up(), sentAt(1, 10, 0), ack(10, later(1_000)));
    expect(abandons(run(state, time(limit)).effects)).toEqual([{ kind: 'abandon-line', lane: 'p0' }]);
  });

  test('is not the same as a slow line: behind a batch that was taken the wait begins anew', () => {
    const half = limit / 2 + 1;
    const { state, effects } = run(
      fresh(300),
      up(),
      sentAt(1, 100, 0),
      sentAt(101, 200, 0),
      sentAt(201, 300, 0),
      time(half),
      taken(1, 100, later(half)),
      time(2 * half),
      taken(101, 200, later(2 * half)),
      time(3 * half),
      taken(201, 300, later(3 * half)),
    );
    expect(abandons(effects)).toEqual([]);
    expect(state.link.kind).toBe('up');
  });
});

describe('what is kept beyond a hole', () => {
  const kept = (through: number, ranges: [number, number][], at = START): DeliveryInput => ({
    kind: 'acknowledged',
    at,
    lane: 'p0',
    through,
    rejected: [],
    kept: ranges,
  });
  const flying = () => run(fresh(600), up(), sent(1, 200), sent(201, 400), sent(401, 600), taken(1, 200), taken(201, 400), taken(401, 600));

  test('shows that the hole was lost: it alone goes out again, at once, and only once', () => {
    const { state } = flying();
    const first = run(state, kept(200, [[401, 600]]));
    expect(first.effects).toContainEqual({ kind: 'send', session: 1, lane: 'p0', from: 201, to: 400 });
    const again = run(first.state, sent(201, 400), taken(201, 400), kept(200, [[401, 600]]));
    expect(sends(again.effects)).toEqual([]);
    const done = run(again.state, ack(600));
    expect(sends(done.effects)).toEqual([]);
    expect(done.state.lanes.p0).toMatchObject({ through: 600, inFlight: [], holes: [] });
  });

  test('is asked for again after the time of any silence when it was lost twice, although new events keep the lane moving', () => {
    let { state } = run(flying().state, kept(200, [[401, 600]]), sent(201, 400), taken(201, 400));
    const asked: number[] = [];
    for (let second = 1; second <= 25; second++) {
      const at = later(second * 1_000);
      const next = 600 + second;
      const flow = run(
        state,
        { kind: 'appended', at, lane: 'p0', next: next + 1 },
        { ...sent(next, next), at },
        taken(next, next, at),
        kept(200, [[401, next]], at),
      );
      const again = flow.effects.find((effect) => effect.kind === 'send' && effect.from === 201);
      if (again !== undefined) asked.push(second);
      state = again === undefined ? flow.state : run(flow.state, { ...sent(201, 400), at }, taken(201, 400, at)).state;
    }
    expect(asked).toEqual([10, 20]);
  });

  test('shows nothing while what is missing may still be on its way', () => {
    const { state } = run(fresh(600), up(), sent(1, 200), sent(201, 400), taken(201, 400));
    expect(sends(run(state, kept(0, [[201, 400]])).effects)).toEqual([]);
  });

  test('does not occupy the window any more', () => {
    const { state } = run(fresh(600), up(2), sent(1, 200), sent(201, 400), taken(1, 200), taken(201, 400));
    expect(sends(run(state, kept(0, [[201, 400]])).effects)).toEqual(['p0 1 on 1']);
  });

  test('is sent again with everything else when silence follows', () => {
    const { state } = run(flying().state, kept(200, [[401, 600]]), sent(201, 400), taken(201, 400));
    const { effects } = run(state, { kind: 'time', at: later(LIMITS.outbox.resendAfter) });
    expect(sends(effects)).toEqual(['p0 201 on 1']);
  });
});

describe('a box office that has forgotten what it acknowledged', () => {
  const greeted = (through: number, greetedWith: number): DeliveryInput => ({
    kind: 'acknowledged',
    at: START,
    lane: 'p0',
    through,
    rejected: [],
    greetedWith,
  });
  test('begins a new epoch', () => {
    const { effects } = run(startDelivery({ p0: { next: 11, through: 10 }, p1: { next: 1, through: 0 } }, START), up(), greeted(4, 10));
    expect(effects).toEqual([{ kind: 'renew-epoch', restored: 'box-office' }]);
  });
  test('is told apart from an acknowledgement that is merely old', () => {
    const { effects } = run(startDelivery({ p0: { next: 11, through: 10 }, p1: { next: 1, through: 0 } }, START), up(), ack(4));
    expect(effects).toEqual([]);
  });
});

describe('telemetry', () => {
  test('has one turn in twelve while facts and records wait, and takes no place in the window', () => {
    let { state, effects } = run(
      startDelivery({ p0: { next: 1_000, through: 0 }, p1: { next: 1_000, through: 0 } }, START),
      { kind: 'telemetry', at: START, waiting: true },
      up(16),
    );
    const order: string[] = [];
    for (let turn = 0; turn < 12; turn++) {
      const [effect] = effects;
      if (effect?.kind === 'send') {
        order.push(effect.lane);
        ({ state, effects } = run(state, sent(effect.from, effect.from, 1, effect.lane)));
      } else if (effect?.kind === 'send-telemetry') {
        order.push('p2');
        ({ state, effects } = run(state, { kind: 'telemetry', at: START, waiting: true, sent: { session: 1 } }));
      }
    }
    expect(order.filter((lane) => lane === 'p2')).toHaveLength(1);
    expect(order.filter((lane) => lane === 'p0')).toHaveLength(8);
    expect(state.lanes.p0.inFlight.length + state.lanes.p1.inFlight.length).toBe(11);
  });
  test('is not sent while the link is down, and news of it from an earlier connection means nothing', () => {
    const down = run(fresh(), { kind: 'telemetry', at: START, waiting: true });
    expect(down.effects).toEqual([]);
    const upAgain = run(down.state, up(16, 1), { kind: 'link-down', at: START }, up(16, 2));
    expect(upAgain.effects).toEqual([
      { kind: 'send-telemetry', session: 1 },
      { kind: 'send-telemetry', session: 2 },
    ]);
    expect(run(upAgain.state, { kind: 'telemetry', at: START, waiting: false, sent: { session: 1 } })).toEqual({ state: upAgain.state, effects: [] });
  });
});
