import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fromAutomaticStatus } from '#drivers/escpos-printer/status-reading.ts';
import type { PrinterWord } from '#drivers/ticket-printer/printer-language.ts';
import { newSession, type SessionEffect, type SessionInput, type SessionState } from '#drivers/ticket-printer/session.ts';
import { stepSession } from '#drivers/ticket-printer/session-step.ts';
import { EPSON, languageOf } from './printer-parts.ts';

const NOTE = { lastToken: 0, mayHoldRemainder: false, mayHang: false, papersSinceLow: 0 };

/** The machine alone, told things in any order that a hostile world can bring about. */

const JOB = { body: Uint8Array.of(1), cut: Uint8Array.of(2), token: 1 };

type Wish =
  | SessionInput
  | { readonly kind: 'print-next' }
  | { readonly kind: 'echo'; readonly of: 'print' | 'cut' | 'stale' }
  | { readonly kind: 'due' };

const anyReply: fc.Arbitrary<PrinterWord> = fc.oneof(
  { weight: 6, arbitrary: fc.constantFrom<PrinterWord>({ kind: 'status', byte: 0x12 }) },
  { weight: 1, arbitrary: fc.constantFrom(0x1a, 0x16, 0x32, 0x72, 0x1e).map((byte) => ({ kind: 'status' as const, byte })) },
  { weight: 3, arbitrary: fc.constant({ kind: 'cleared' as const }) },
  {
    weight: 1,
    arbitrary: fc.constantFrom<PrinterWord>(
      { kind: 'automatic-status', status: fromAutomaticStatus([0x10, 0, 0, 0x0f]) },
      { kind: 'automatic-status', status: fromAutomaticStatus([0x18, 0, 0x0f, 0x0f]) },
      { kind: 'automatic-status', status: fromAutomaticStatus([0x18, 8, 0, 0x0f]) },
      { kind: 'noise' },
      { kind: 'power', on: true },
    ),
  },
);

const anyWish: fc.Arbitrary<Wish> = fc.oneof(
  { weight: 12, arbitrary: anyReply.map((reply) => ({ kind: 'reply' as const, reply })) },
  { weight: 6, arbitrary: fc.constantFrom<Wish>({ kind: 'echo', of: 'print' }, { kind: 'echo', of: 'cut' }, { kind: 'echo', of: 'stale' }) },
  { weight: 4, arbitrary: fc.constant<Wish>({ kind: 'print-next' }) },
  { weight: 3, arbitrary: fc.constant<Wish>({ kind: 'due' }) },
  { weight: 1, arbitrary: fc.constantFrom<Wish>({ kind: 'closed', fault: undefined }, { kind: 'stop' }) },
);

/** What was seen of one job from outside. */
interface Story {
  bodySent: boolean;
  printEchoed: boolean;
  cutEchoed: boolean;
  clearedAfterBody: boolean;
  outcome: string | undefined;
}

interface World {
  state: SessionState;
  timer: 'answer' | 'echo' | 'poll' | undefined;
  job: Story | undefined;
  ended: boolean;
  readonly over: Story[];
}

function carryOut(world: World, effect: SessionEffect): SessionInput[] {
  const { job } = world;
  switch (effect.kind) {
    case 'wait':
      world.timer = effect.timer;
      return [];
    case 'stop-waiting':
      world.timer = undefined;
      return [];
    case 'record-attempt':
      return [{ kind: 'recorded' }];
    case 'send-body':
      if (job !== undefined) job.bodySent = true;
      return [{ kind: 'sent' }];
    case 'send':
      if (job?.bodySent && effect.orders.some(({ kind }) => kind === 'clear-buffers')) job.clearedAfterBody = true;
      return [];
    case 'end':
      world.ended = true;
      return [];
    case 'finish':
      expect(job, 'an outcome belongs to a job').toBeDefined();
      if (job !== undefined) {
        job.outcome = effect.outcome.kind;
        checkOutcome(job, effect, world.ended);
        world.over.push(job);
      }
      world.job = undefined;
      return [];
    default:
      return [];
  }
}

function checkOutcome(story: Story, { outcome }: Extract<SessionEffect, { kind: 'finish' }>, hasEnded: boolean): void {
  switch (outcome.kind) {
    case 'printed':
      expect(story.printEchoed).toBe(true);
      expect(outcome.evidence === 'print-confirmed' || story.cutEchoed).toBe(true);
      return;
    case 'not-printed':
      expect(story.bodySent).toBe(false);
      return;
    case 'uncertain':
      expect(story.bodySent).toBe(true);
      // Either the printer was told to forget the rest, or both echoes are in, or the line is gone and the next session tells it.
      expect(story.clearedAfterBody || story.cutEchoed || hasEnded).toBe(true);
      return;
  }
}

function toInput(world: World, wish: Wish): SessionInput | undefined {
  switch (wish.kind) {
    case 'print-next':
      if (world.job !== undefined) return undefined;
      world.job = { bodySent: false, printEchoed: false, cutEchoed: false, clearedAfterBody: false, outcome: undefined };
      return { kind: 'print', job: { ...JOB, printToken: `P${world.over.length}`, cutToken: `C${world.over.length}` } };
    case 'echo': {
      const phase = world.state.phase.kind;
      if (world.job !== undefined && wish.of === 'print' && (phase === 'printing' || phase === 'stopping')) world.job.printEchoed = true;
      if (world.job !== undefined && wish.of === 'cut' && phase === 'cutting') world.job.cutEchoed = true;
      const token = wish.of === 'stale' ? 'P999' : `${wish.of === 'print' ? 'P' : 'C'}${world.over.length}`;
      return { kind: 'reply', reply: { kind: 'process-id', token } };
    }
    case 'due': {
      const { timer } = world;
      world.timer = undefined;
      return timer === undefined ? undefined : { kind: 'timer', timer };
    }
    default:
      return wish;
  }
}

function live(wishes: readonly Wish[]): World {
  const world: World = { state: newSession('printer', languageOf(EPSON).abilities, NOTE), timer: undefined, job: undefined, ended: false, over: [] };
  const tell = (input: SessionInput): void => {
    const step = stepSession(world.state, input);
    world.state = step.state;
    for (const effect of step.effects) for (const caused of carryOut(world, effect)) tell(caused);
  };
  tell({ kind: 'opened' });
  for (const wish of wishes) {
    const input = toInput(world, wish);
    if (input !== undefined) tell(input);
  }
  return world;
}

const ROUND: readonly Wish[] = Array.from({ length: 4 }, () => ({ kind: 'reply', reply: { kind: 'status', byte: 0x12 } }));
const CONNECTED: readonly Wish[] = [{ kind: 'reply', reply: { kind: 'cleared' } }, ...ROUND];

describe('the printer session', () => {
  it('never calls printed what was not echoed, nor not printed what was sent, in any order of events', () => {
    fc.assert(
      fc.property(fc.array(anyWish, { maxLength: 80 }), (wishes) => {
        const world = live([...CONNECTED, ...wishes]);
        // Something is always waited for while the session lives: nothing hangs for ever.
        if (!world.ended && wishes.at(-1)?.kind !== 'due') expect(world.timer).toBeDefined();
        expect(world.over.every(({ outcome }) => outcome !== undefined)).toBe(true);
      }),
      { numRuns: 2_000 },
    );
  });

  it('brings every job to an outcome when only time passes', () => {
    fc.assert(
      fc.property(fc.array(anyWish, { maxLength: 40 }), (wishes) => {
        const world = live([...CONNECTED, ...wishes, { kind: 'print-next' }, ...Array.from({ length: 20 }, (): Wish => ({ kind: 'due' }))]);
        expect(world.job).toBeUndefined();
      }),
      { numRuns: 500 },
    );
  });

  it('goes through a whole job', () => {
    const world = live([
      ...CONNECTED,
      { kind: 'print-next' },
      ...ROUND,
      { kind: 'echo', of: 'print' },
      { kind: 'echo', of: 'cut' },
      { kind: 'reply', reply: { kind: 'status', byte: 0x12 } },
    ]);
    expect(world.over).toMatchObject([{ bodySent: true, clearedAfterBody: false, outcome: 'printed' }]);
  });

  it('does not take an echo of an earlier job for its own', () => {
    const world = live([...CONNECTED, { kind: 'print-next' }, ...ROUND, { kind: 'echo', of: 'stale' }]);
    expect(world.state.phase.kind).toBe('printing');
  });

  it('empties the printer before it says why', () => {
    const world = live([
      ...CONNECTED,
      { kind: 'print-next' },
      ...ROUND,
      { kind: 'reply', reply: { kind: 'automatic-status', status: fromAutomaticStatus([0x18, 0, 0x0f, 0x0f]) } },
    ]);
    expect(world.state.phase.kind).toBe('stopping');
    expect(world.job).toMatchObject({ clearedAfterBody: true, outcome: undefined });
  });

  it('ends when the printer restarts', () => {
    const world = live([...CONNECTED, { kind: 'print-next' }, ...ROUND, { kind: 'reply', reply: { kind: 'power', on: true } }]);
    expect(world.over).toMatchObject([{ outcome: 'uncertain' }]);
    expect(world.ended).toBe(true);
  });
});
