import type { ValiditySource } from '#agent/validity/catch-up.ts';
import type { Fault } from '#core/base/fault.ts';
import { LIMITS } from '#core/base/limits.ts';
import { err, ok, type Result } from '#core/base/result.ts';
import { type Instant, instant, type Monotonic, seconds } from '#core/base/time.ts';
import type { DeltaRange, Signed } from '#core/contract/box-office/validity.ts';
import type { Clock } from '#core/ports/clock.ts';
import type { Life } from '../kernel/life.ts';
import type { Network } from '../kernel/network.ts';
import type { Timeline } from '../kernel/timeline.ts';
import type { SimulatedOffice } from './office.ts';

/** Questions to the box office, as HTTP would carry them: a question or its answer may be lost, and then the machine waits for its deadline. */
export interface OfficeCalls {
  sourceOf(life: Life): ValiditySource;
  /** Asks for the time now and then, and tells the answer with the moments between which it was given. */
  watchTime(life: Life, clock: Clock, heard: (at: Instant, asked: Monotonic, answered: Monotonic) => void): void;
  /** Keeps what the box office signs at this moment. */
  record(): Promise<void>;
  /** From now on this machine's questions about validity data are answered by what was recorded, and by nothing that came after it. */
  replay(machine: string, lasts: number): void;
}

const OFFICE = 'office';
const TIME_EVERY = seconds(30);
/** Turns of the event loop that a change of the data takes at most: its slices wait for one each. */
const TURNS_OF_CHANGE = 12;

/** Answers that bring rows. */
const IN_SLICES: ReadonlySet<string> = new Set(['deltas', 'manifest', 'shard']);

/** The frame around deltas is not signed. */
const NOTHING_NEW: DeltaRange = { deltas: [], complete: true, tooOld: false };
const NO_ANSWER: Fault = { code: 'E-BOX-TIMEOUT', owner: 'network', message: 'The box office did not answer in time.' };

export function createOfficeCalls(timeline: Timeline, network: Network, office: SimulatedOffice): OfficeCalls {
  const call = <Value>(life: Life, what: string, answer: () => Promise<Value>, then: (value: Value | undefined) => void): void => {
    const { machine } = life;
    let isOver = false;
    const finish = (value: Value | undefined): void => {
      if (isOver || life.isOver) return;
      isOver = true;
      if (value !== undefined && IN_SLICES.has(what)) timeline.yieldTurns(TURNS_OF_CHANGE);
      then(value);
    };
    const deadline = timeline.at(timeline.now() + LIMITS.http.requestTimeout, `${what} is too late`, () => finish(undefined));
    network.stream(machine, OFFICE, `${what} of ${machine}`, () => {
      void answer().then((value) =>
        network.stream(OFFICE, machine, `${what} for ${machine}`, () => {
          deadline.cancel();
          finish(value);
        }),
      );
    });
  };
  const ask = <Value>(life: Life, what: string, answer: () => Promise<Value>): Promise<Result<Value, { kind: 'unreachable'; fault: Fault }>> =>
    new Promise((resolve) =>
      call(life, what, answer, (value) => resolve(value === undefined ? err({ kind: 'unreachable', fault: NO_ANSWER }) : ok(value))),
    );

  let recorded: { readonly head: Signed; readonly manifest: Signed } | undefined;
  const replayedUntil = new Map<string, number>();
  /** What the machine is told instead of the truth. */
  const oldFor = ({ machine }: Life): typeof recorded => (timeline.now() < (replayedUntil.get(machine) ?? 0) ? recorded : undefined);

  return {
    record: async () => {
      recorded = { head: await office.head(), manifest: await office.manifest() };
    },
    replay: (machine, lasts) => {
      replayedUntil.set(machine, timeline.now() + lasts);
    },
    sourceOf: (life) => ({
      readValidityHead: () => ask(life, 'head', async () => oldFor(life)?.head ?? office.head()),
      readValidityDeltas: ({ query: { epoch, after } }) =>
        ask(life, 'deltas', async () => (oldFor(life) === undefined ? office.deltas(epoch, Number(after)) : NOTHING_NEW)),
      readValidityManifest: () => ask(life, 'manifest', async () => oldFor(life)?.manifest ?? office.manifest()),
      readShard: async ({ sha256 }) => {
        const answer = await ask(life, 'shard', async () => office.shard(sha256) ?? new Uint8Array());
        return answer.ok ? answer : err(answer.error.fault);
      },
    }),
    watchTime: (life, clock, heard) => {
      const next = (): void => {
        if (life.isOver) return;
        const asked = clock.monotonic();
        call(
          life,
          'time',
          async () => instant(Math.floor(timeline.now())),
          (at) => {
            if (at !== undefined) heard(at, asked, clock.monotonic());
            timeline.at(timeline.now() + TIME_EVERY, 'time is asked', next);
          },
        );
      };
      timeline.at(timeline.now() + 1, 'time is asked', next);
    },
  };
}
