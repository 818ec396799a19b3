import type { Grant } from './packets.ts';

/** What the server does to its first connections; afterwards it is a good one. */
export interface Script {
  readonly name: string;
  /** Connections that are treated so. */
  readonly times: number;
  readonly refuse?: number;
  readonly grant?: Grant;
  /**
   * What becomes of batches: confirmed and thrown away, delivered and never confirmed, the first of a connection neither delivered nor confirmed, delivered twice,
   * kept back and delivered in the reverse order, kept back until the machine sends again, refused with this code.
   */
  readonly batches?: 'lie' | 'no-puback' | 'swallow' | 'twice' | 'reverse' | 'late' | { readonly refuse: number };
  /** What the server never answers, although it stays and answers every ping. */
  readonly swallows?: 'subscription' | 'greeting' | 'health';
  /** After so many batches. */
  readonly end?: { readonly after: number; readonly how: 'cut' | 'half-packet' | 'garbage' | { readonly disconnect: number } };
  /** Nobody acknowledges anything until the machine says so to a person. */
  readonly mute?: true;
  /** What the technician's page has to say, and how long the machine has to stay away at least. */
  readonly alarm?: Alarm;
}

export type Alarm = 'E-NET-BUSY' | 'E-NET-DENIED' | 'E-NET-VERSION' | 'E-NET-TWICE' | 'E-NET-LINK';

/** Milliseconds. Nobody who is refused comes back sooner. */
export const STAYS_AWAY: Readonly<Record<Alarm, number>> = {
  'E-NET-BUSY': 30_000,
  'E-NET-DENIED': 60_000,
  'E-NET-VERSION': 60_000,
  'E-NET-TWICE': 30_000,
  'E-NET-LINK': 100,
};

/** MQTT 5.0, 3.2.2.2: every reason to refuse a connection. */
const CONNACK = [0x80, 0x81, 0x82, 0x83, 0x84, 0x85, 0x86, 0x87, 0x88, 0x89, 0x8a, 0x8c, 0x90, 0x95, 0x97, 0x99, 0x9a, 0x9b, 0x9c, 0x9d, 0x9f];
/** 3.14.2.1: every reason with which a server ends a connection. */
const DISCONNECT = [
  0x00, 0x80, 0x81, 0x82, 0x83, 0x87, 0x89, 0x8b, 0x8d, 0x8e, 0x8f, 0x90, 0x93, 0x94, 0x95, 0x96, 0x97, 0x98, 0x99, 0x9a, 0x9b, 0x9c, 0x9d, 0x9e,
  0x9f, 0xa0, 0xa1, 0xa2,
];
/** 3.4.2.1: every reason not to take a message. */
const PUBACK = [0x80, 0x83, 0x87, 0x90, 0x91, 0x97, 0x99];

/** Reasons that a person should be told by a name of their own; the rest is a line that ended. */
const ALARMS: ReadonlyMap<number, Alarm> = new Map([
  ...[0x88, 0x89, 0x97, 0x9f].map((reason) => [reason, 'E-NET-BUSY'] as const),
  ...[0x85, 0x86, 0x87].map((reason) => [reason, 'E-NET-DENIED'] as const),
  [0x84, 'E-NET-VERSION'],
  [0x8e, 'E-NET-TWICE'],
]);
const alarmOf = (reason: number): Alarm => ALARMS.get(reason) ?? 'E-NET-LINK';
const hex = (reason: number): string => `0x${reason.toString(16).padStart(2, '0')}`;

export const SCRIPTS: readonly Script[] = [
  ...CONNACK.map((reason): Script => ({ name: `CONNACK ${hex(reason)}`, times: 2, refuse: reason, alarm: alarmOf(reason) })),
  ...DISCONNECT.map(
    (reason): Script => ({
      name: `DISCONNECT ${hex(reason)}`,
      times: 2,
      end: { after: 1, how: { disconnect: reason } },
      batches: 'lie',
      alarm: alarmOf(reason),
    }),
  ),
  ...PUBACK.map((reason): Script => ({ name: `PUBACK ${hex(reason)}`, times: 2, batches: { refuse: reason }, alarm: alarmOf(reason) })),
  { name: 'one message at a time, packets of 18 kB', times: 1, grant: { receiveMaximum: 1, maximumPacketSize: 18_432 } },
  { name: 'PUBACK without delivery', times: 1, batches: 'lie' },
  { name: 'delivery without PUBACK', times: 1, batches: 'no-puback' },
  { name: 'swallowed batch while connected', times: 2, batches: 'swallow', alarm: 'E-NET-LINK' },
  { name: 'swallowed subscription', times: 2, swallows: 'subscription', alarm: 'E-NET-LINK' },
  { name: 'swallowed greeting', times: 2, swallows: 'greeting', alarm: 'E-NET-LINK' },
  { name: 'swallowed health document', times: 2, swallows: 'health', alarm: 'E-NET-LINK' },
  { name: 'every batch twice', times: 1, batches: 'twice' },
  { name: 'batches in the reverse order', times: 1, batches: 'reverse' },
  { name: 'batches that come long after they were sent again', times: 1, batches: 'late' },
  { name: 'cut in the middle', times: 3, batches: 'lie', end: { after: 1, how: 'cut' }, alarm: 'E-NET-LINK' },
  { name: 'half a packet, then cut', times: 3, batches: 'lie', end: { after: 1, how: 'half-packet' }, alarm: 'E-NET-LINK' },
  { name: 'garbage', times: 3, batches: 'lie', end: { after: 1, how: 'garbage' }, alarm: 'E-NET-LINK' },
  { name: 'taken, and never acknowledged', times: 1, mute: true },
];
