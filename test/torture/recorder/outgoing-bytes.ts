import { gunzipSync } from 'node:zlib';
import { z } from 'zod';
import { Hold, Order, PaymentAttempt } from '#core/contract/box-office/sales.ts';
import { EventAck } from '#core/contract/wire/envelope.ts';
import { OutboxLane } from '#core/contract/wire/events.ts';
import { crc16 } from '#drivers/modbus-gate/codec.ts';
import { COIL_ON, FLASH_ON, WRITE_COIL } from '#drivers/modbus-gate/frame.ts';
import type { Fact } from '../judge/facts.ts';

/** Reads facts from bytes that left the agent: HTTP answers, WebSocket and MQTT messages, frames to the barrier, papers to the printer. */
export interface OutgoingBytes {
  /** One call's bytes. What is no whole message of a kind we know tells nothing. */
  read(bytes: Uint8Array): readonly Fact[];
  /** The ticket of this code is held up at the gate from now on. */
  heldUp(code: string): void;
}

/** Only what is needed of messages that have many more fields. */
const Claimed = z.object({ leaseId: z.string(), tickets: z.array(z.object({ ticket: z.object({ id: z.string() }), code: z.string() })) });
const Batch = z.object({ lane: OutboxLane, from: z.int(), ev: z.array(z.object({ id: z.string() })) });
const HeldValidity = z.object({
  sess: z.string(),
  lanes: z.array(z.unknown()),
  validity: z.object({ epoch: z.string(), version: z.int() }).nullable(),
});
const Signed = z.object({ body: z.string() });
const Head = z.object({ epoch: z.string(), version: z.int(), setHash: z.string() });
const GateMessage = z.object({
  kind: z.literal('gate'),
  gate: z.object({ barrier: z.string(), verdict: z.object({ kind: z.string(), scanId: z.string() }).optional() }),
});
const Session = z.object({ phase: z.string(), printed: z.int(), order: z.object({ orderId: z.string() }) });
const SessionMessage = z.union([z.object({ session: Session }), z.object({ kind: z.literal('session'), session: Session })]);

export function createOutgoingBytes(): OutgoingBytes {
  const ticketOfCode = new Map<string, string>();
  let atGate: string | undefined;

  const ofHttp = (text: string): readonly Fact[] => {
    const body = jsonOf(text.slice(text.indexOf('\r\n\r\n') + 4));
    const order = Order.safeParse(body);
    if (order.success) {
      const { id, status, payment } = order.data;
      const attempt: readonly Fact[] = payment === undefined ? [] : [{ store: 'box-office', kind: 'attempt', key: payment.key }];
      return [{ store: 'box-office', kind: 'order', id, status }, ...attempt];
    }
    const hold = Hold.safeParse(body);
    if (hold.success) return [{ store: 'box-office', kind: 'hold', id: hold.data.id }];
    const attempt = PaymentAttempt.safeParse(body);
    if (attempt.success) return [{ store: 'box-office', kind: 'attempt', key: attempt.data.key }];
    const claim = Claimed.safeParse(body);
    if (claim.success) {
      for (const { ticket, code } of claim.data.tickets) ticketOfCode.set(code, ticket.id);
      return [{ store: 'box-office', kind: 'claim', leaseId: claim.data.leaseId }];
    }
    return [...ofScreens(body), ...ofSigned(body)];
  };

  const ofPaper = (bytes: Uint8Array): readonly Fact[] => {
    if (ticketOfCode.size === 0) return [];
    const text = Buffer.from(bytes).toString('latin1');
    return [...ticketOfCode]
      .filter(([code]) => text.includes(code))
      .map(([, ticketId]): Fact => ({ store: 'ledger', kind: 'print-begun', ticketId }));
  };

  return {
    heldUp: (code) => {
      atGate = ticketOfCode.get(code);
    },
    read: (bytes) => {
      if (isRelease(bytes)) return atGate === undefined ? [] : [{ store: 'ledger', kind: 'released', ticketId: atGate }];
      const first = bytes[0] ?? 0;
      if (startsWith(bytes, 'HTTP/1.1 303')) return ofPhone(Buffer.from(bytes).toString('latin1'));
      if (startsWith(bytes, 'HTTP/1.1 200')) return ofHttp(Buffer.from(bytes).toString('utf8'));
      // A text frame from a server has no mask (RFC 6455, 5.2).
      if (first === 0x81) return webSocketTexts(bytes).flatMap((text) => ofScreens(jsonOf(text)));
      if (first >> 4 === 3) {
        const facts = mqttPayloads(bytes).flatMap(ofMqtt);
        if (facts.length > 0) return facts;
      }
      return ofPaper(bytes);
    },
  };
}

/** The provider's page answers a button with its own address; the guests of these tests press no other button than the one that pays. */
function ofPhone(text: string): readonly Fact[] {
  const token = /^location: \/pay\/([\w-]+)\r$/im.exec(text)?.[1];
  return token === undefined ? [] : [{ store: 'payments', kind: 'paid', token }];
}

function ofScreens(message: unknown): readonly Fact[] {
  const session = SessionMessage.safeParse(message);
  if (session.success) {
    const { order, printed } = session.data.session;
    return printed === 0 ? [] : [{ store: 'ledger', kind: 'printed', orderId: order.orderId, count: printed }];
  }
  const gate = GateMessage.safeParse(message);
  const verdict = gate.data?.gate.verdict;
  // A scan that a full disk does not take is shown as `cannot-verify`, and nothing opens: nobody was told that it is kept.
  if (verdict === undefined || verdict.kind === 'cannot-verify') return [];
  const shown: Fact = { store: 'ledger', kind: 'verdict', scanId: verdict.scanId };
  return gate.data?.gate.barrier === 'passed' ? [shown, { store: 'ledger', kind: 'passed', scanId: verdict.scanId }] : [shown];
}

function ofMqtt(payload: Uint8Array): readonly Fact[] {
  const message = jsonOf(Buffer.from(payload[0] === 0x1f && payload[1] === 0x8b ? gunzipSync(payload) : payload).toString('utf8'));
  const batch = Batch.safeParse(message);
  if (batch.success) {
    const { lane, from, ev } = batch.data;
    return ev.map(({ id }, index): Fact => ({ store: 'ledger', kind: 'event', lane, seq: from + index, id }));
  }
  const ack = EventAck.safeParse(message);
  if (ack.success) return [{ store: 'box-office', kind: 'received', epoch: ack.data.epoch, lane: ack.data.lane, through: ack.data.through }];
  const hello = HeldValidity.safeParse(message);
  if (hello.success) return hello.data.validity === null ? [] : [{ store: 'ledger', kind: 'validity-held', ...hello.data.validity }];
  return ofSigned(message);
}

function ofSigned(message: unknown): readonly Fact[] {
  const signed = Signed.safeParse(message);
  if (!signed.success) return [];
  const body = jsonOf(signed.data.body);
  const head = Head.safeParse(z.object({ head: Head }).safeParse(body).data?.head ?? body);
  return head.success ? [{ store: 'box-office', kind: 'validity', epoch: head.data.epoch, version: head.data.version }] : [];
}

function isRelease(bytes: Uint8Array): boolean {
  if (bytes.length !== 8 || bytes[1] !== WRITE_COIL) return false;
  const isOn = bytes[2] === FLASH_ON || ((bytes[4] ?? 0) << 8) + (bytes[5] ?? 0) === COIL_ON;
  const crc = crc16(bytes.subarray(0, 6));
  return isOn && bytes[6] === (crc & 0xff) && bytes[7] === crc >> 8;
}

function* framesOf(bytes: Uint8Array): Generator<Uint8Array> {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (let at = 0; at + 2 <= bytes.length && bytes[at] === 0x81; ) {
    const short = view.getUint8(at + 1);
    const extra = short === 126 ? 2 : short === 127 ? 8 : 0;
    if (short > 127 || at + 2 + extra > bytes.length) return;
    const length = short === 126 ? view.getUint16(at + 2) : short === 127 ? Number(view.getBigUint64(at + 2)) : short;
    yield bytes.subarray(at + 2 + extra, at + 2 + extra + length);
    at += 2 + extra + length;
  }
}

const webSocketTexts = (bytes: Uint8Array): string[] => [...framesOf(bytes)].map((frame) => Buffer.from(frame).toString('utf8'));

/** PUBLISH packets of MQTT 3.1.1 (OASIS standard, 3.3): type and flags, remaining length, topic, packet number when QoS > 0, payload. */
function mqttPayloads(bytes: Uint8Array): Uint8Array[] {
  const payloads: Uint8Array[] = [];
  for (let at = 0; at < bytes.length && (bytes[at] ?? 0) >> 4 === 3; ) {
    const quality = ((bytes[at] ?? 0) >> 1) & 3;
    let length = 0;
    let next = at + 1;
    for (let shift = 0; ; shift += 7) {
      const digit = bytes[next++] ?? 0;
      length |= (digit & 0x7f) << shift;
      if (digit < 128 || shift >= 21) break;
    }
    const topic = ((bytes[next] ?? 0) << 8) + (bytes[next + 1] ?? 0);
    const payload = next + 2 + topic + (quality > 0 ? 2 : 0);
    if (next + length > bytes.length || payload > next + length) break;
    payloads.push(bytes.subarray(payload, next + length));
    at = next + length;
  }
  return payloads;
}

function startsWith(bytes: Uint8Array, text: string): boolean {
  return Buffer.from(bytes.subarray(0, text.length)).toString('latin1') === text;
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // Half a message, or none of ours: it tells nothing.
    return undefined;
  }
}
