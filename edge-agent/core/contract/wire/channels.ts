import type { z } from 'zod';
import { Signed } from '../box-office/validity.ts';
import { EventAck, EventBatch, HealthDocument, Hello, Presence, Telemetry } from './envelope.ts';

/** Every channel of the wire, as a broker carries it. The topics themselves are built in `topic.ts`; a test holds the two together. */
export interface Channel {
  /** `{pp}` the partition, `{machine}`, `{lane}`, `{site}`. */
  readonly address: string;
  /** Who says it: the machines or the box office. */
  readonly from: 'machine' | 'box-office';
  readonly summary: string;
  readonly schema: z.ZodType;
  readonly qos: 0 | 1;
  readonly retain: boolean;
  /** Seconds (MQTT 5.0, 3.3.2.3.3). */
  readonly expiry?: number;
}

export const CHANNELS = {
  events: {
    address: 'foyer/v1/{pp}/{machine}/up/ev/{lane}',
    from: 'machine',
    summary: 'Events in the order of their numbers, until the box office has acknowledged them.',
    schema: EventBatch,
    qos: 1,
    retain: false,
  },
  telemetry: {
    address: 'foyer/v1/{pp}/{machine}/up/tm',
    from: 'machine',
    summary: 'Figures of the machine. The only lane that may lose, and it counts what it loses.',
    schema: Telemetry,
    qos: 0,
    retain: false,
    expiry: 300,
  },
  presence: {
    address: 'foyer/v1/{pp}/{machine}/up/state',
    from: 'machine',
    summary: 'Whether the machine is there. Also its last will, which a later connection makes void.',
    schema: Presence,
    qos: 1,
    retain: true,
  },
  health: {
    address: 'foyer/v1/{pp}/{machine}/up/health',
    from: 'machine',
    summary: 'How the devices are: whole, changes gathered.',
    schema: HealthDocument,
    qos: 1,
    retain: true,
    expiry: 86_400,
  },
  hello: {
    address: 'foyer/v1/{pp}/{machine}/up/hello',
    from: 'machine',
    summary: 'The first word on every connection: what the machine holds. Answered with an acknowledgement of each lane, open commands and the head.',
    schema: Hello,
    qos: 1,
    retain: false,
    expiry: 60,
  },
  acknowledgement: {
    address: 'foyer/v1/{pp}/{machine}/dn/ack',
    from: 'box-office',
    summary: 'What the box office has committed. Cumulative, so that a lost one does no harm.',
    schema: EventAck,
    qos: 0,
    retain: false,
    expiry: 60,
  },
  command: {
    address: 'foyer/v1/{pp}/{machine}/dn/cmd',
    from: 'box-office',
    summary: 'A signed Command. A retained one is refused.',
    schema: Signed,
    qos: 1,
    retain: false,
    expiry: 600,
  },
  validityHead: {
    address: 'foyer/v1/val/{site}/head',
    from: 'box-office',
    summary: 'The newest version of the validity data, signed.',
    schema: Signed,
    qos: 1,
    retain: true,
  },
  validityDelta: {
    address: 'foyer/v1/val/{site}/d',
    from: 'box-office',
    summary: 'The changes from one version to the next, signed. One that is lost is seen as a gap and fetched over HTTP.',
    schema: Signed,
    qos: 1,
    retain: false,
    expiry: 600,
  },
} as const satisfies Readonly<Record<string, Channel>>;

export const CHANNEL_PARAMETERS = {
  pp: { description: "The machine's partition: the first byte of SHA-256 of its name, in hexadecimal.", pattern: '[0-9a-f]{2}' },
  machine: {
    description: 'The name of the machine: also its client identifier and the name in its certificate.',
    pattern: '[a-z0-9][a-z0-9-]{1,31}',
  },
  lane: { description: 'p0: facts that money and seats depend on. p1: the record of how the machine is.', pattern: 'p[01]' },
  site: { description: "The cinema's code.", pattern: '[1-9][0-9]{7}' },
} as const;

/** The channel that a message travels on, by its topic. */
export function channelOf(topic: string): keyof typeof CHANNELS | undefined {
  return (Object.keys(CHANNELS) as (keyof typeof CHANNELS)[]).find((name) => {
    let pattern: string = CHANNELS[name].address;
    for (const [key, parameter] of Object.entries(CHANNEL_PARAMETERS)) pattern = pattern.replace(`{${key}}`, parameter.pattern);
    return new RegExp(`^${pattern}$`).test(topic);
  });
}
