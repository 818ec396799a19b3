import type { Fault } from '#core/base/fault.ts';
import { LIMITS } from '#core/base/limits.ts';
import { err, ok } from '#core/base/result.ts';
import type { Duration } from '#core/base/time.ts';
import type { CardRead, CardReader } from '#core/ports/card-reader.ts';
import type { Random, Timer } from '#core/ports/clock.ts';
import type { DeviceSession, Driver, DriverContext } from '#core/ports/driver.ts';
import { NO_TRAFFIC } from '#core/ports/health.ts';
import { createCardPresence } from '../smart-card/card-presence.ts';
import type { ProofKey } from '../smart-card/desfire.ts';
import { type ChipVerdict, examineChip } from '../smart-card/examination.ts';
import { COMMAND, SEL_RES_COMMANDS, STATUS_ERROR, WAKE_UP } from './frame.ts';
import { createPn532Line, type Pn532Asked, type Pn532Line } from './pn532-line.ts';

export interface Pn532Options {
  /** The key that cards of the house prove their number with; without one every card only says it. */
  readonly proof?: ProofKey;
  readonly random: Pick<Random, 'bytes'>;
}

/** A PN532 on a serial line. It looks for a card of type A several times a second, and tells each card once. */
export const pn532Driver: Driver<CardReader, Pn532Options> = {
  name: 'pn532-reader',
  connect: async (context, options) => {
    const reader = createReader(context, options);
    const opened = await context.transport.open({ bytes: reader.bytes, closed: reader.closed });
    if (!opened.ok) return err(opened.error);
    const link = opened.value;
    reader.use((bytes) => link.write(bytes));
    const fault = await reader.begin();
    if (fault !== undefined) {
      reader.silence();
      await link.close();
      return err(fault);
    }
    const session: DeviceSession<CardReader> = {
      port: { onCard: reader.listen },
      counters: reader.counters,
      ended: reader.ended,
      stop: async () => {
        reader.silence();
        await link.close();
      },
    };
    void reader.look().then(async (lost) => {
      if (lost === undefined) return;
      reader.fail(lost);
      await link.close();
    });
    return ok(session);
  },
};

const CHIP = 0x32;
/** Item 05: the two for other modes stay as they are after a reset; a card is looked for once and once more. */
const LOOK_TWICE = Uint8Array.of(0x05, 0xff, 0x01, 0x01);
const NORMAL_MODE = Uint8Array.of(0x01, 0x17, 0x00);
const ONE_CARD_OF_TYPE_A = Uint8Array.of(0x01, 0x00);
const FIRST_CARD = 0x01;

function createReader({ clock, timers, onHealth }: DriverContext, { proof, random }: Pn532Options) {
  const counted = { ...NO_TRAFFIC, opened: 1 };
  let listen: ((read: CardRead) => void) | undefined;
  let isLive = true;
  let pause: { readonly timer: Timer; readonly wake: () => void } | undefined;
  let line: Pn532Line;
  let reason: Fault | undefined;
  let end: (fault: Fault | undefined) => void = () => undefined;
  const ended = new Promise<Fault | undefined>((resolve) => {
    end = resolve;
  });

  const wait = (span: Duration): Promise<void> =>
    new Promise((wake) => {
      pause = { timer: timers.after(span, wake), wake };
    });

  const silence = (): void => {
    isLive = false;
    line.close();
    pause?.timer.cancel();
    pause?.wake();
  };

  const deliver = (verdict: ChipVerdict): void => {
    if (listen === undefined) counted.suppressed += 1;
    else listen({ ...verdict, at: clock.monotonic() });
  };

  /** One look at the field: undefined when the chip did not answer. */
  const find = async (): Promise<FoundCard | 'nothing' | undefined> => {
    const listed = await line.ask(COMMAND.inListPassiveTarget, ONE_CARD_OF_TYPE_A);
    if (listed.kind !== 'answered') return undefined;
    return parseCard(listed.data) ?? 'nothing';
  };

  const examine = async ({ uid, hasCommands }: FoundCard): Promise<ChipVerdict> => {
    const question = proof === undefined ? undefined : { key: proof, challenge: random.bytes(16) };
    const dialogue = examineChip({ uid, technology: 'iso14443a', hasCommands }, question);
    for (let step = dialogue.next(); ; ) {
      if (step.done) return step.value;
      const asked = await line.ask(COMMAND.inDataExchange, Uint8Array.from([FIRST_CARD, ...step.value]));
      const answer = asked.kind === 'answered' ? asked.data : undefined;
      // The card was taken away, or a collision: it is told as unreadable, and read again when it comes back.
      if (answer === undefined || ((answer[0] ?? STATUS_ERROR) & STATUS_ERROR) !== 0) return { kind: 'unreadable' };
      step = dialogue.next(answer.slice(1));
    }
  };

  return {
    ended,
    listen: (next: (read: CardRead) => void): void => {
      listen = next;
    },
    use: (write: Parameters<typeof createPn532Line>[0]['write']): void => {
      line = createPn532Line({ timers, write, counted });
    },
    bytes: (chunk: Uint8Array): void => {
      if (!isLive) return;
      counted.bytesIn += chunk.length;
      line.bytes(chunk);
    },
    closed: (fault: Fault | undefined): void => {
      silence();
      end(reason ?? fault);
    },
    counters: () => ({ ...counted }),
    silence,
    fail: (fault: Fault): void => {
      reason = fault;
      silence();
    },
    begin: async (): Promise<Fault | undefined> => {
      onHealth({ kind: 'connecting', reasons: [] });
      const woken = await line.ask(COMMAND.samConfiguration, NORMAL_MODE, WAKE_UP);
      if (woken.kind !== 'answered') return faultOf(woken);
      const version = await line.ask(COMMAND.getFirmwareVersion, new Uint8Array());
      if (version.kind !== 'answered') return faultOf(version);
      if (version.data[0] !== CHIP) return OTHER_CHIP;
      const set = await line.ask(COMMAND.rfConfiguration, LOOK_TWICE);
      if (set.kind !== 'answered') return faultOf(set);
      if (isLive) onHealth({ kind: 'ready', reasons: [] });
      return undefined;
    },
    /** Looks for cards until the session ends; the fault when the chip is gone. */
    look: async (): Promise<Fault | undefined> => {
      const presence = createCardPresence(LIMITS.cards.looksAway);
      let misses = 0;
      while (isLive) {
        const found = await find();
        misses = found === undefined ? misses + 1 : 0;
        if (misses >= LIMITS.cards.missesMax && isLive) return NO_ANSWER;
        if (found !== undefined) {
          const card = found === 'nothing' ? undefined : found;
          if (presence.found(card?.uid) && card !== undefined) {
            const verdict = await examine(card);
            if (isLive) deliver(verdict);
          }
          if (card !== undefined && isLive) await line.ask(COMMAND.inRelease, Uint8Array.of(0));
        }
        if (isLive) await wait(LIMITS.cards.lookEvery);
      }
      return undefined;
    },
  };
}

interface FoundCard {
  readonly uid: Uint8Array;
  readonly hasCommands: boolean;
}

const UID_BYTES_MAX = 10;

/** UM0701-02 §7.3.5: `01 01 SENS_RES SENS_RES SEL_RES length number …`. */
function parseCard(data: Uint8Array): FoundCard | undefined {
  const [count = 0, , , , selRes = 0, length = 0] = data;
  if (count === 0 || length === 0 || length > UID_BYTES_MAX || data.length < 6 + length) return undefined;
  return { uid: data.slice(6, 6 + length), hasCommands: (selRes & SEL_RES_COMMANDS) !== 0 };
}

const NO_ANSWER: Fault = {
  code: 'E-CRD-NO-ANSWER',
  owner: 'device',
  message: 'the card reader does not answer',
  remedy: "Check the reader's power, its cable, its baud rate (115200) and that its switches select the serial line (HSU).",
};

const OTHER_CHIP: Fault = {
  code: 'E-CRD-OTHER-DEVICE',
  owner: 'configuration',
  message: 'what answers there is no PN532',
  remedy: 'Correct the driver or the port of this card reader in the configuration.',
};

/** The chip said nothing, or that it does not know the commands of a PN532. */
const faultOf = ({ kind }: Exclude<Pn532Asked, { kind: 'answered' }>): Fault => (kind === 'refused' ? OTHER_CHIP : NO_ANSWER);
