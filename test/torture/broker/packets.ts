/** The server's side of MQTT 5.0 in bytes, written for this torture alone: what it tells is not what the agent's library would have told. */
export type Packet =
  | { readonly kind: 'connect' }
  | { readonly kind: 'subscribe'; readonly id: number; readonly topics: number }
  | { readonly kind: 'publish'; readonly id: number | undefined; readonly topic: string; readonly payload: Uint8Array; readonly bytes: number }
  | { readonly kind: 'ping' }
  | { readonly kind: 'disconnect' }
  | { readonly kind: 'other' };

/** Takes a stream apart; what is incomplete waits for more. */
export function createPacketReader(): { push(bytes: Uint8Array): Packet[] } {
  let rest = Buffer.alloc(0);
  return {
    push: (bytes) => {
      rest = Buffer.concat([rest, bytes]);
      const packets: Packet[] = [];
      for (;;) {
        const length = readLength(rest, 1);
        if (length === undefined || rest.length < length.next + length.value) return packets;
        const end = length.next + length.value;
        packets.push(parse(rest[0] ?? 0, rest.subarray(length.next, end), end));
        rest = rest.subarray(end);
      }
    },
  };
}

/** 2.1.3: the type in the upper four bits. */
function parse(first: number, body: Buffer, bytes: number): Packet {
  switch (first >> 4) {
    case 1:
      return { kind: 'connect' };
    case 3:
      return parsePublish(first, body, bytes);
    case 8: {
      const properties = readLength(body, 2);
      let topics = 0;
      for (let at = (properties?.next ?? 2) + (properties?.value ?? 0); at + 2 < body.length; at += 3 + body.readUInt16BE(at)) topics += 1;
      return { kind: 'subscribe', id: body.readUInt16BE(0), topics };
    }
    case 12:
      return { kind: 'ping' };
    case 14:
      return { kind: 'disconnect' };
    default:
      return { kind: 'other' };
  }
}

/** 3.3: topic, packet identifier when QoS > 0, properties, payload. */
function parsePublish(first: number, body: Buffer, bytes: number): Packet {
  const topicLength = body.readUInt16BE(0);
  const hasId = ((first >> 1) & 3) > 0;
  const at = 2 + topicLength + (hasId ? 2 : 0);
  const properties = readLength(body, at);
  const payload = body.subarray((properties?.next ?? at) + (properties?.value ?? 0));
  const topic = body.subarray(2, 2 + topicLength).toString('utf8');
  return { kind: 'publish', id: hasId ? body.readUInt16BE(2 + topicLength) : undefined, topic, payload: Buffer.from(payload), bytes };
}

/** 1.5.5: seven bits a byte, the lowest first. */
function readLength(bytes: Buffer, from: number): { readonly value: number; readonly next: number } | undefined {
  let value = 0;
  for (let at = from; at < bytes.length && at < from + 4; at++) {
    const digit = bytes[at] ?? 0;
    value += (digit & 0x7f) * 128 ** (at - from);
    if (digit < 128) return { value, next: at + 1 };
  }
  return undefined;
}

function packet(first: number, body: Uint8Array): Buffer {
  const length: number[] = [];
  let left = body.length;
  do {
    length.push((left % 128) + (left >= 128 ? 128 : 0));
    left = Math.floor(left / 128);
  } while (left > 0);
  return Buffer.concat([Uint8Array.of(first, ...length), body]);
}

export interface Grant {
  readonly receiveMaximum?: number;
  readonly maximumPacketSize?: number;
}

/** 3.2: no session is present; Receive Maximum (0x21) and Maximum Packet Size (0x27). */
export function connack(reason: number, { receiveMaximum, maximumPacketSize }: Grant = {}): Buffer {
  const properties = Buffer.concat([
    ...(receiveMaximum === undefined ? [] : [Uint8Array.of(0x21, receiveMaximum >> 8, receiveMaximum & 0xff)]),
    ...(maximumPacketSize === undefined ? [] : [Uint8Array.of(0x27, ...[24, 16, 8, 0].map((shift) => (maximumPacketSize >>> shift) & 0xff))]),
  ]);
  return packet(0x20, Buffer.concat([Uint8Array.of(0, reason, properties.length), properties]));
}

/** 3.9: QoS 1 for every topic. */
export const suback = (id: number, topics: number): Buffer =>
  packet(0x90, Uint8Array.of(id >> 8, id & 0xff, 0, ...Array.from({ length: topics }, () => 1)));
/** 3.4. */
export const puback = (id: number, reason = 0): Buffer => packet(0x40, Uint8Array.of(id >> 8, id & 0xff, reason, 0));
/** 3.13. */
export const pong = (): Buffer => packet(0xd0, new Uint8Array());
/** 3.14. */
export const disconnect = (reason: number): Buffer => packet(0xe0, Uint8Array.of(reason, 0));

/** QoS 0, without properties. */
export function publish(topic: string, payload: Uint8Array): Buffer {
  const name = Buffer.from(topic);
  return packet(0x30, Buffer.concat([Uint8Array.of(name.length >> 8, name.length & 0xff), name, Uint8Array.of(0), payload]));
}
