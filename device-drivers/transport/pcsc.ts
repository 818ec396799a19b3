import type { Card } from 'pcsc-mini';
import type { Fault } from '#core/base/fault.ts';
import { err, ok, type Result } from '#core/base/result.ts';
import { milliseconds } from '#core/base/time.ts';
import type { Timers } from '#core/ports/clock.ts';
import type { Link, LinkEvents, Transport } from '#core/ports/link.ts';
import { createMessageDecoder, encodeMessage } from '../pcsc-reader/codec.ts';
import type { PcscMessage } from '../pcsc-reader/frame.ts';
import { linkAbsent, linkClosed, linkLost, linkOpenFailed } from './link-faults.ts';
import { messageOf, type PcscService, type SeenReader, startPcscService } from './pcsc-service.ts';
import { pcscSocket, takesClients } from './pcsc-socket.ts';

/** The service tells of every reader that is plugged in at once; one that has said nothing by then is not there. */
const READERS_WITHIN = milliseconds(1_500);
const MESSAGE_BYTES_MAX = 0x400;
/** A card that another program holds, or is being reset because that program died, is free again within this: 20 tries. */
const TRY_AGAIN_AFTER = milliseconds(100);
const TRIES_MAX = 20;
/** What passes by itself (pcsc-lite, winscard.h): another program has the card, or it was reset or lost its power just now. */
const PASSES: ReadonlySet<unknown> = new Set(['SharingViolation', 'ResetCard', 'UnpoweredCard']);

const ASLEEP = 'the smart card service takes nobody in yet: it is starting, or waits for one of its readers; if that lasts: systemctl restart pcscd';

export interface PcscPlace {
  /** A part of the reader's name, as `pcsc_scan` shows it; the first reader when empty. */
  readonly reader: string;
}

/** A PC/SC reader as a line. */
export function pcscTransport({ reader: wanted }: PcscPlace, timers: Timers): Transport {
  const place = wanted === '' ? 'PC/SC, any reader' : `PC/SC reader ${wanted}`;
  let service: PcscService | undefined;
  return {
    place,
    open: async (events) => {
      // Loaded only where a reader is wanted: it binds the system's PC/SC library, which other machines do not have.
      let library: typeof import('pcsc-mini');
      try {
        library = await import('pcsc-mini');
      } catch (cause) {
        return err(linkOpenFailed(place, `the PC/SC library cannot be loaded (${messageOf(cause)}); on Debian it is the package libpcsclite1`));
      }
      if (service === undefined || service.isOver()) {
        if (!(await takesClients(pcscSocket(), timers))) return err(linkAbsent(place, ASLEEP));
        const started = startPcscService(library);
        if (!started.ok) return err(linkAbsent(place, started.error));
        service = started.value;
      }
      const found = await findReader(service, wanted, timers);
      return found.ok ? ok(readerLink(library, service, found.value, place, timers, events)) : err(linkAbsent(place, found.error));
    },
  };
}

function findReader(service: PcscService, wanted: string, timers: Timers): Promise<Result<SeenReader, string>> {
  return new Promise((settle) => {
    const done = (outcome: Result<SeenReader, string>): void => {
      deadline.cancel();
      gone.cancel();
      settle(outcome);
    };
    const deadline = timers.after(READERS_WITHIN, () => {
      search.cancel();
      const names = service.readerNames();
      done(err(names.length === 0 ? 'the service knows no reader' : `the service knows ${names.join(', ')}`));
    });
    const gone = service.onEnd((why) => {
      search.cancel();
      done(err(why));
    });
    const search = service.find(wanted, (found) => done(ok(found)));
  });
}

function readerLink(
  library: typeof import('pcsc-mini'),
  service: PcscService,
  { reader, status: lastStatus }: SeenReader,
  place: string,
  timers: Timers,
  events: LinkEvents,
): Link {
  const { ReaderStatus, CardMode, CardDisposition } = library;
  const decoder = createMessageDecoder(MESSAGE_BYTES_MAX);
  let isOpen = true;
  let card: Card | undefined;
  let isPresent = false;
  /** Calls to the service, one after the other. */
  let work: Promise<void> = Promise.resolve();

  const tell = (message: PcscMessage): void => {
    if (isOpen) events.bytes(encodeMessage(message));
  };
  const end = (fault: Fault | undefined): void => {
    if (!isOpen) return;
    isOpen = false;
    reader.off('change', changed);
    reader.off('disconnect', unplugged);
    serviceEnd.cancel();
    queueMicrotask(() => events.closed(fault));
  };
  const letGo = async (): Promise<void> => {
    const held = card;
    card = undefined;
    await held?.disconnect(CardDisposition.RESET).catch(gone);
  };
  const pause = (): Promise<void> => new Promise((resume) => timers.after(TRY_AGAIN_AFTER, resume));
  /** The card's answer to reset, once it answers; nothing when it was taken away before it was powered, or stays silent. */
  const power = async (): Promise<Uint8Array> => {
    for (let tries = 1; ; tries++) {
      try {
        card ??= await reader.connect(CardMode.SHARED);
        // pcsc-mini 0.1.3 gives `change` an answer to reset whose bytes are another memory's (seen with pcsc-lite 1.9: `25 00 00 …`); the card's state has the true one.
        const { atr } = await card.state();
        return atr.slice();
      } catch (cause) {
        await letGo();
        if (!isOpen || !isPresent || tries === TRIES_MAX || !PASSES.has(codeOf(cause))) return new Uint8Array();
        await pause();
      }
    }
  };
  const transmit = async (number: number, command: Uint8Array): Promise<void> => {
    const answer = await card?.transmit(command).catch(codeOf);
    if (answer instanceof Uint8Array) return tell({ kind: 'exchange', number, bytes: answer.slice() });
    // Another program that dies has its card reset by the service: all that was said to the card is forgotten, so it comes anew.
    if (!PASSES.has(answer) || !isPresent) return tell({ kind: 'no-answer', number });
    await letGo();
    tell({ kind: 'card-came', atr: await power() });
  };
  const next = (task: () => Promise<void>): void => {
    work = work.then(task);
  };

  const changed = (status: { has(flag: number): boolean }): void => {
    const isThere = status.has(ReaderStatus.PRESENT);
    if (isThere === isPresent) return;
    isPresent = isThere;
    next(async () => {
      await letGo();
      if (isThere) tell({ kind: 'card-came', atr: await power() });
      else tell({ kind: 'card-gone' });
    });
  };
  const unplugged = (): void => end(linkLost(place, 'the reader was unplugged'));
  const serviceEnd = service.onEnd((why) => end(linkLost(place, why)));
  reader.on('change', changed);
  reader.on('disconnect', unplugged);
  // A card may lie there already, and nothing more will be said of it.
  const status = lastStatus();
  if (status !== undefined) changed(status);

  return {
    get isOpen() {
      return isOpen;
    },
    write: async (bytes) => {
      if (!isOpen) return err(linkClosed(place));
      for (const event of decoder.push(bytes)) if (event.kind === 'exchange') next(() => transmit(event.number, event.bytes));
      return ok();
    },
    close: async () => {
      if (!isOpen) return;
      // Whoever still tries to power a card stops it.
      isPresent = false;
      next(letGo);
      await work;
      end(undefined);
    },
  };
}

/** The card or the service is gone: the message that follows says so. */
const gone = (): undefined => undefined;

/** The service's word for what went wrong. */
const codeOf = (cause: unknown): unknown => (cause instanceof Error && 'code' in cause ? cause.code : undefined);
