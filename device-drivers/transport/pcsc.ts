import type { Card, Client, Reader, ReaderStatusFlags } from 'pcsc-mini';
import type { Fault } from '#core/base/fault.ts';
import { err, ok, type Result } from '#core/base/result.ts';
import { milliseconds } from '#core/base/time.ts';
import type { Timers } from '#core/ports/clock.ts';
import type { Link, LinkEvents, Transport } from '#core/ports/link.ts';
import { createMessageDecoder, encodeMessage } from '../pcsc-reader/codec.ts';
import type { PcscMessage } from '../pcsc-reader/frame.ts';
import { linkAbsent, linkClosed, linkLost, linkOpenFailed } from './link-faults.ts';

/** The service tells of every reader that is plugged in at once; one that has said nothing by then is not there. */
const READERS_WITHIN = milliseconds(1_500);
const MESSAGE_BYTES_MAX = 0x400;

export interface PcscPlace {
  /** A part of the reader's name, as `pcsc_scan` shows it; the first reader when empty. */
  readonly reader: string;
}

/**
 * A PC/SC reader as a line. Every link has a context of its own: after the service was restarted an old one never recovers (node-pcsclite issue 68), so the
 * session ends and the next one begins anew.
 */
export function pcscTransport({ reader: wanted }: PcscPlace, timers: Timers): Transport {
  const place = wanted === '' ? 'PC/SC, any reader' : `PC/SC reader ${wanted}`;
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
      return openReader(library, place, wanted, timers, events);
    },
  };
}

async function openReader(
  library: typeof import('pcsc-mini'),
  place: string,
  wanted: string,
  timers: Timers,
  events: LinkEvents,
): Promise<Result<Link, Fault>> {
  const seen: string[] = [];
  const client = new library.Client();
  /** The service tells the state of a reader with its name: a card may lie there already. */
  let first: ReaderStatusFlags | undefined;
  const found = await new Promise<Result<Reader, Fault>>((settle) => {
    const deadline = timers.after(READERS_WITHIN, () => {
      settle(err(linkAbsent(place, seen.length === 0 ? 'the service knows no reader' : `the service knows ${seen.join(', ')}`)));
    });
    const done = (outcome: Result<Reader, Fault>): void => {
      deadline.cancel();
      settle(outcome);
    };
    client.on('reader', (reader) => {
      seen.push(reader.name());
      if (!reader.name().includes(wanted)) return;
      reader.on('change', (status) => {
        first = status;
      });
      done(ok(reader));
    });
    client.on('error', (cause) => done(err(linkAbsent(place, `the smart card service went away (${messageOf(cause)})`))));
    try {
      client.start();
    } catch (cause) {
      done(err(linkAbsent(place, `the smart card service does not run (${messageOf(cause)}); start it: systemctl start pcscd`)));
    }
  });
  if (!found.ok) {
    stop(client);
    return found;
  }
  client.removeAllListeners();
  found.value.removeAllListeners();
  return ok(readerLink(library, { client, reader: found.value, first }, place, events));
}

interface OpenReader {
  readonly client: Client;
  readonly reader: Reader;
  readonly first: ReaderStatusFlags | undefined;
}

function readerLink(library: typeof import('pcsc-mini'), { client, reader, first }: OpenReader, place: string, events: LinkEvents): Link {
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
    reader.removeAllListeners();
    client.removeAllListeners();
    // Whatever the library still says of the context that is being given up is of no interest.
    client.on('error', () => undefined);
    stop(client);
    queueMicrotask(() => events.closed(fault));
  };
  const letGo = async (): Promise<void> => {
    const held = card;
    card = undefined;
    await held?.disconnect(CardDisposition.RESET).catch(gone);
  };
  const greet = async (): Promise<void> => {
    try {
      card = await reader.connect(CardMode.SHARED);
      // pcsc-mini 0.1.3 gives `change` an answer to reset whose bytes are another memory's (seen with pcsc-lite 1.9: `25 00 00 …`); the card's state has the true one.
      const { atr } = await card.state();
      tell({ kind: 'card-came', atr: atr.slice() });
    } catch {
      // Taken away before it was powered, or it does not answer: a card was there, and that is all.
      tell({ kind: 'card-came', atr: new Uint8Array() });
    }
  };
  const transmit = async (number: number, command: Uint8Array): Promise<void> => {
    const answer = await card?.transmit(command).catch(gone);
    tell(answer === undefined ? { kind: 'no-answer', number } : { kind: 'exchange', number, bytes: answer.slice() });
  };
  const next = (task: () => Promise<void>): void => {
    work = work.then(task);
  };

  const changed = (status: ReaderStatusFlags): void => {
    const isThere = status.has(ReaderStatus.PRESENT);
    if (isThere === isPresent) return;
    isPresent = isThere;
    next(async () => {
      await letGo();
      if (isThere) await greet();
      else tell({ kind: 'card-gone' });
    });
  };
  reader.on('change', changed);
  reader.on('disconnect', () => end(linkLost(place, 'the reader was unplugged')));
  client.on('error', (cause) => end(linkLost(place, `the smart card service went away (${messageOf(cause)})`)));
  if (first !== undefined) changed(first);

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
      next(letGo);
      await work;
      end(undefined);
    },
  };
}

/** The card or the service is gone: the message that follows says so. */
const gone = (): undefined => undefined;

/** A context whose service is gone cannot be given back, and need not be. */
function stop(client: Client): void {
  try {
    client.stop();
  } catch (cause) {
    if (!(cause instanceof Error)) throw cause;
  }
}

const messageOf = (cause: unknown): string =>
  cause instanceof Error ? `${'code' in cause ? `${String(cause.code)}: ` : ''}${cause.message}` : String(cause);
