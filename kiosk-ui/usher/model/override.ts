import { type ReadonlySignal, signal } from '@preact/signals';
import { unreachable } from '#core/base/fault.ts';
import type { BothLanguages } from '#core/contract/values.ts';
import type { CallInput } from '../../agent/call.ts';
import type { OverrideReason } from '../../text/usher.ts';
import { failureWords, refusalWords } from './refusal-words.ts';
import type { Usher } from './usher.ts';

type Of = CallInput<'overrideRefusal'>['body']['of'];

export interface Asking {
  readonly of: Of;
  /** Seat or number of what is to be let in. */
  readonly what: BothLanguages;
  readonly why: OverrideReason | undefined;
  readonly note: string;
  readonly trouble: BothLanguages | undefined;
  readonly isSending: boolean;
}

/** Letting somebody in against the rules: a reason, perhaps a note, and the PIN of a duty manager, which is kept nowhere. */
export interface Override {
  readonly asking: ReadonlySignal<Asking | undefined>;
  ask(of: Of, what: BothLanguages): void;
  choose(why: OverrideReason): void;
  write(note: string): void;
  /** True when the guest was let in; otherwise `asking` says why not. */
  send(pin: string): Promise<boolean>;
  cancel(): void;
}

export function createOverride(usher: Usher): Override {
  const asking = signal<Asking | undefined>(undefined);
  const change = (next: Partial<Asking>): void => {
    if (asking.value) asking.value = { ...asking.value, ...next };
  };
  return {
    asking,
    ask: (of, what) => {
      asking.value = { of, what, why: undefined, note: '', trouble: undefined, isSending: false };
    },
    choose: (why) => change({ why }),
    write: (note) => change({ note }),
    cancel: () => {
      asking.value = undefined;
    },
    send: async (pin) => {
      const wanted = asking.value;
      if (wanted?.why === undefined || wanted.isSending) return false;
      change({ isSending: true, trouble: undefined });
      const { of, why, note } = wanted;
      const answer = await usher.agent.call('overrideRefusal', { body: { of, why, note: note.trim(), pin } });
      switch (answer.kind) {
        case 'done':
          asking.value = undefined;
          usher.show(answer.value.verdict, answer.value.state);
          return true;
        case 'refused':
          if (answer.refusal.code === 'not-signed-in') {
            asking.value = undefined;
            usher.hearRefusal(answer.refusal);
          } else change({ isSending: false, trouble: refusalWords(answer.refusal, usher.now.value) });
          return false;
        case 'problem':
        case 'unreachable':
          change({ isSending: false, trouble: failureWords(answer) });
          return false;
        default:
          return unreachable(answer);
      }
    },
  };
}
