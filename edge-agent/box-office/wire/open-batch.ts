import { createHash } from 'node:crypto';
import { z } from 'zod';
import { toHex } from '#core/base/bytes.ts';
import { ok, type Result } from '#core/base/result.ts';
import { instant } from '#core/base/time.ts';
import { ulid } from '#core/base/ulid.ts';
import { EventId } from '#core/contract/identifiers.ts';
import { readMustIgnore } from '#core/contract/must-ignore.ts';
import { IsoTime } from '#core/contract/values.ts';
import { type EventAck, EventBatch } from '#core/contract/wire/envelope.ts';
import { WireEvent } from '#core/contract/wire/events.ts';
import { parseMustIgnore } from '../../uplink/inbox.ts';

/**
 * Takes a batch apart so that one event that nobody understands does not hold up its lane for ever. What a later build says besides is left out: a fact without
 * its newest detail is worth more than a dead letter. An event of a kind, or with a value, that is not known here is replaced by the record that it was there
 * (`outbox-dead-letter`), which keeps the numbers without a gap, and is named in the acknowledgement, so that the machine keeps it for a person.
 */
export interface OpenedBatch {
  readonly batch: EventBatch;
  readonly rejected: EventAck['reject'];
}

const Envelope = EventBatch.extend({ ev: z.array(z.unknown()).min(1).max(200) });

/** What is still believed of an event that cannot be read as a whole. */
const Remains = z.object({ id: EventId.optional().catch(undefined), at: IsoTime.optional().catch(undefined), mono: z.int().min(0).catch(0) });

const UNREADABLE = 'E-BOX-UNREADABLE';

/** An error in one sentence when the envelope itself is malformed: then nothing can be said about any of its events. */
export function openBatch(message: unknown, receivedAt: string): Result<OpenedBatch, string> {
  const envelope = parseMustIgnore(Envelope, message);
  if (!envelope.ok) return envelope;
  const rejected: EventAck['reject'] = [];
  const events = envelope.value.ev.map((raw, index) => {
    const event = readMustIgnore(WireEvent, raw);
    if (event.success) return event.data;
    const seq = envelope.value.from + index;
    rejected.push({ seq, code: UNREADABLE });
    return recordOfUnreadable(envelope.value, seq, raw, receivedAt, event.error);
  });
  return ok({ batch: { ...envelope.value, ev: events }, rejected });
}

/** The same for every copy of the same event, so that a batch that comes twice is still one. */
function recordOfUnreadable(envelope: z.infer<typeof Envelope>, seq: number, raw: unknown, receivedAt: string, error: z.ZodError): WireEvent {
  const remains = Remains.safeParse(raw);
  const name = createHash('sha256').update(`${envelope.dev}/${envelope.epoch}/${envelope.lane}/${seq}`).digest();
  const [issue] = error.issues;
  return {
    id: (remains.success ? remains.data.id : undefined) ?? EventId.parse(ulid(instant(0), name)),
    at: (remains.success ? remains.data.at : undefined) ?? receivedAt,
    mono: remains.success ? remains.data.mono : 0,
    t: 'audit',
    d: {
      action: 'outbox-dead-letter',
      by: 'box-office',
      detail: `${envelope.lane}/${seq} is unreadable at ${issue?.path.map(String).join('.') ?? '?'} (${toHex(name.subarray(0, 4))})`.slice(0, 200),
    },
  };
}
