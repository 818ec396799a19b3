import { between, type Monotonic, seconds } from '#core/base/time.ts';
import type { EventId } from '#core/contract/identifiers.ts';
import type { ClockQuality, EventBatch, Telemetry } from '#core/contract/wire/envelope.ts';
import type { Clock } from '#core/ports/clock.ts';
import type { Ledger } from '../ledger/ledger.ts';
import type { StoredBatch } from '../ledger/outbox.ts';
import type { TelemetryBatch } from '../ledger/telemetry-ring.ts';

/** Events that waited longer are history: displays of the moment leave them out. */
const NEWS_FOR = seconds(60);

interface Sender {
  readonly machine: EventBatch['dev'];
  readonly ledger: Pick<Ledger, 'epoch' | 'boot'>;
  readonly clock: Clock;
  readonly clockQuality: () => ClockQuality | undefined;
}

/** The JSON of an EventBatch around events that are JSON already. */
export function batchText({ machine, ledger, clock, clockQuality }: Sender, batch: StoredBatch): string {
  const { lane, from, previous, boot, newestMono, events } = batch;
  const hist = boot !== ledger.boot || between(newestMono as Monotonic, clock.monotonic()) > NEWS_FOR;
  // What is undefined has no place in JSON.
  const envelope: Omit<EventBatch, 'ev'> = {
    v: 1,
    dev: machine,
    epoch: ledger.epoch,
    lane,
    from,
    prev: previous as EventId | undefined,
    boot,
    hist,
    clk: clockQuality(),
  };
  return around(envelope, events);
}

/** The JSON of a Telemetry around samples that are JSON already. */
export function telemetryText({ machine, ledger }: Pick<Sender, 'machine' | 'ledger'>, { from, lost, samples }: TelemetryBatch): string {
  const envelope: Omit<Telemetry, 'ev'> = { v: 1, dev: machine, epoch: ledger.epoch, lane: 'p2', from, lost };
  return around(envelope, samples);
}

/**
 * What travels in the place of an event that is too large for any message: the same number and the same id, and the word that it stayed here. Nothing that is
 * appended today is as large; a ledger of another version may hold such a one, and it must not stop its lane for ever.
 */
export function standInFor(eventText: string, lane: string, seq: number): string {
  // The outbox writes id, at, mono and type first, and they are short.
  const [, stamp = '{', type = 'event'] = /^(\{"id":"[^"]{26}","at":"[^"]{24}","mono":\d+,)"t":"([a-z-]{1,32})"/.exec(eventText) ?? [];
  const detail = `${type} ${lane}/${seq}: ${Buffer.byteLength(eventText)} bytes are more than travels; it is kept on the machine`;
  return `${stamp}"t":"audit","d":${JSON.stringify({ action: 'outbox-dead-letter', by: 'uplink', detail })}}`;
}

function around(envelope: object, inner: readonly string[]): string {
  return `${JSON.stringify(envelope).slice(0, -1)},"ev":[${inner.join(',')}]}`;
}
