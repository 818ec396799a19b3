import { toHex } from '#core/base/bytes.ts';
import type { Fault } from '#core/base/fault.ts';
import { LIMITS } from '#core/base/limits.ts';
import { err, ok } from '#core/base/result.ts';
import { between, type Monotonic } from '#core/base/time.ts';
import type { CardRead, CardReader } from '#core/ports/card-reader.ts';
import type { Random } from '#core/ports/clock.ts';
import type { DeviceSession, Driver, DriverContext } from '#core/ports/driver.ts';
import { NO_TRAFFIC } from '#core/ports/health.ts';
import type { Link } from '#core/ports/link.ts';
import { GET_UID, parseAnswer } from '../smart-card/apdu.ts';
import type { ProofKey } from '../smart-card/desfire.ts';
import { type ChipVerdict, examineChip } from '../smart-card/examination.ts';
import { readAtr } from './atr.ts';
import { createMessageDecoder, type PcscEvent } from './codec.ts';
import { createPcscLine } from './pcsc-line.ts';

export interface PcscOptions {
  /** The key that cards of the house prove their number with; without one every card only says it. */
  readonly proof?: ProofKey;
  readonly random: Pick<Random, 'bytes'>;
}

/** A contactless reader under PC/SC. The service tells when a card comes; what is asked of it is the same as at every reader. */
export const pcscDriver: Driver<CardReader, PcscOptions> = {
  name: 'pcsc-reader',
  connect: async (context, options) => {
    const reader = createReader(context, options);
    const opened = await context.transport.open({ bytes: reader.bytes, closed: reader.closed });
    if (!opened.ok) return err(opened.error);
    reader.use(opened.value);
    const session: DeviceSession<CardReader> = {
      port: { onCard: reader.listen },
      counters: reader.counters,
      ended: reader.ended,
      stop: async () => {
        reader.silence();
        await opened.value.close();
      },
    };
    return ok(session);
  },
};

const WELL = 0x9000;
const UID_BYTES_MAX = 10;

function createReader({ clock, timers, onHealth }: DriverContext, { proof, random }: PcscOptions) {
  const decoder = createMessageDecoder(LIMITS.cards.pcsc.messageBytesMax);
  const counted = { ...NO_TRAFFIC, opened: 1 };
  let link: Link | undefined;
  /** Cards that came before the link was ours. */
  const early: Uint8Array[] = [];
  let listen: ((read: CardRead) => void) | undefined;
  /** Read before anybody listened, of a card that lies there still: nothing more will be said of it. */
  let untold: CardRead | undefined;
  let isLive = true;
  /** Which card is being looked at: what an earlier one still says counts for nothing. */
  let card = 0;
  let last: { readonly name: string; goneAt: Monotonic | undefined } | undefined;
  let reason: Fault | undefined;
  let end: (fault: Fault | undefined) => void = () => undefined;
  const ended = new Promise<Fault | undefined>((resolve) => {
    end = resolve;
  });

  const silence = (): void => {
    isLive = false;
    line.giveUp();
  };

  const fail = (fault: Fault): void => {
    reason = fault;
    silence();
    void link?.close();
  };

  const line = createPcscLine({
    timers,
    write: async (frame) => link?.write(frame) ?? err(NO_ANSWER),
    onSilent: () => fail(NO_ANSWER),
    counted,
  });

  const examine = async (atr: Uint8Array): Promise<ChipVerdict> => {
    const facts = readAtr(atr);
    if (facts === undefined) return { kind: 'unreadable' };
    const said = await line.exchange(GET_UID);
    const answer = said === undefined ? undefined : parseAnswer(said);
    if (answer?.status !== WELL || answer.data.length === 0 || answer.data.length > UID_BYTES_MAX) return { kind: 'unreadable' };
    const question = proof === undefined ? undefined : { key: proof, challenge: random.bytes(16) };
    const dialogue = examineChip({ uid: answer.data, ...facts }, question);
    for (let step = dialogue.next(); ; ) {
      if (step.done) return step.value;
      const next = await line.exchange(step.value);
      if (next === undefined) return { kind: 'unreadable' };
      step = dialogue.next(next);
    }
  };

  const cardCame = async (atr: Uint8Array): Promise<void> => {
    card += 1;
    const mine = card;
    line.giveUp();
    const verdict = await examine(atr);
    if (!isLive || mine !== card) return;
    const name = verdict.kind === 'contactless' ? toHex(verdict.uid) : verdict.kind;
    const now = clock.monotonic();
    // A card at the edge of the field comes and goes: that is one read, told once.
    const isBack = last?.name === name && last.goneAt !== undefined && between(last.goneAt, now) < LIMITS.cards.sameCardWithin;
    last = { name, goneAt: undefined };
    if (isBack) counted.suppressed += 1;
    else if (listen === undefined) untold = { ...verdict, at: now };
    else listen({ ...verdict, at: now });
  };

  const handle = (event: PcscEvent): void => {
    switch (event.kind) {
      case 'card-came':
        counted.framesIn += 1;
        void cardCame(event.atr);
        break;
      case 'card-gone':
        counted.framesIn += 1;
        if (last !== undefined) last.goneAt ??= clock.monotonic();
        untold = undefined;
        line.giveUp();
        break;
      case 'exchange':
        counted.framesIn += 1;
        line.answered(event.number, event.bytes);
        break;
      case 'no-answer':
        line.answered(event.number, undefined);
        break;
      case 'broken':
        counted.garbage += 1;
        fail(BROKEN);
        break;
    }
  };

  const bytes = (chunk: Uint8Array): void => {
    if (!isLive) return;
    if (link === undefined) {
      early.push(chunk.slice());
      return;
    }
    counted.bytesIn += chunk.length;
    for (const event of decoder.push(chunk)) if (isLive) handle(event);
  };

  return {
    ended,
    bytes,
    silence,
    counters: () => ({ ...counted }),
    listen: (next: (read: CardRead) => void): void => {
      listen = next;
      const read = untold;
      untold = undefined;
      if (read !== undefined) next(read);
    },
    use: (opened: Link): void => {
      link = opened;
      if (isLive) onHealth({ kind: 'ready', reasons: [] });
      for (const chunk of early.splice(0)) bytes(chunk);
    },
    closed: (fault: Fault | undefined): void => {
      silence();
      end(reason ?? fault);
    },
  };
}

const NO_ANSWER: Fault = {
  code: 'E-CRD-NO-ANSWER',
  owner: 'device',
  message: 'the card reader does not answer',
  remedy: 'Plug the reader out and in; if that does not help, restart the smart card service (systemctl restart pcscd).',
};

const BROKEN: Fault = {
  code: 'E-CRD-OTHER-DEVICE',
  owner: 'configuration',
  message: 'what answers there is no PC/SC reader',
  remedy: 'Correct the driver or the link of this card reader in the configuration.',
};
