import type { Fault } from '#core/base/fault.ts';
import { ok } from '#core/base/result.ts';
import type { Clock } from '#core/ports/clock.ts';
import type { GateController, GateInput, ReleaseCommand, ReleaseOutcome } from '#core/ports/gate-controller.ts';
import { Crash, type Life } from '../kernel/life.ts';
import type { Prng } from '../kernel/prng.ts';
import type { Timeline } from '../kernel/timeline.ts';

/** The board and the turnstile of one lane: it outlives the program's lives, opens for one body at a time, and may be slow, deaf or stuck. */
export interface Barrier {
  /** The port as one life of the program holds it. */
  portOf(life: Life, clock: Clock): GateController;
  /** A body pushes: goes through when it is open, and answers whether it did. */
  push(direction: 'entry' | 'exit'): boolean;
  /** A body goes through although nobody opened: over the arm, or behind another. */
  force(direction: 'entry' | 'exit'): void;
  tell(input: GateInput): void;
  isOpen(): boolean;
}

export interface BarrierWatch {
  /** What befalls this command. */
  commandFault(): 'none' | 'deaf' | 'echo-lost-open' | 'echo-lost-shut' | 'crash-before' | 'crash-after';
  crash(life: Life): void;
  /** The board was told to open; every such command has to stand for an admission that is on the disk. */
  commanded(life: Life, command: ReleaseCommand): void;
  /** It is open now, for this scan. */
  opened(command: ReleaseCommand): void;
}

/** The turnstile locks itself again when nobody went through. */
const LOCKS_AFTER_MS = 7_800;
const ANSWER_MS = [3, 40] as const;

export function createBarrier(device: string, timeline: Timeline, chance: Prng, watch: BarrierWatch): Barrier {
  let openUntil = 0;
  let listener: { readonly life: Life; readonly listen: (input: GateInput) => void } | undefined;

  const tell = (input: GateInput): void => {
    if (listener !== undefined && !listener.life.isOver) listener.listen(input);
  };
  const open = (command: ReleaseCommand): void => {
    openUntil = timeline.now() + LOCKS_AFTER_MS;
    watch.opened(command);
  };
  const crash = (life: Life, where: string): undefined => {
    watch.crash(life);
    throw new Crash(life, where);
  };

  const answer = (life: Life, clock: Clock, command: ReleaseCommand, resolve: (outcome: ReleaseOutcome) => void): undefined => {
    const reply = (outcome: ReleaseOutcome): undefined => {
      timeline.at(timeline.now() + chance.between(...ANSWER_MS), `${device} answers`, () => {
        if (!life.isOver) resolve(outcome);
      });
    };
    if (clock.monotonic() > command.deadline) return reply({ kind: 'expired' });
    const fault = watch.commandFault();
    switch (fault) {
      case 'none':
        open(command);
        return reply({ kind: 'released' });
      case 'deaf':
        return reply({ kind: 'not-released', fault: noAnswer(device) });
      case 'echo-lost-open':
        open(command);
        return reply({ kind: 'uncertain', fault: noAnswer(device) });
      case 'echo-lost-shut':
        return reply({ kind: 'uncertain', fault: noAnswer(device) });
      case 'crash-before':
        return crash(life, 'before a release');
      case 'crash-after':
        open(command);
        return crash(life, 'after a release');
    }
  };

  return {
    portOf: (life, clock) => ({
      release: (command) => {
        if (life.isOver) throw new Crash(life, 'before this release');
        watch.commanded(life, command);
        return new Promise((resolve) => answer(life, clock, command, resolve));
      },
      expectRelease: () => undefined,
      secure: async () => {
        openUntil = 0;
        return ok();
      },
      onInput: (listen) => {
        listener = { life, listen };
      },
    }),
    push: (direction) => {
      if (timeline.now() > openUntil) return false;
      openUntil = 0;
      tell({ kind: 'passed', direction });
      return true;
    },
    force: (direction) => tell({ kind: 'passed', direction }),
    tell,
    isOpen: () => timeline.now() <= openUntil,
  };
}

function noAnswer(device: string): Fault {
  return { code: 'E-GAT-SILENT', owner: 'device', message: `${device} did not answer.` };
}
