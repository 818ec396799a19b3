import type { MachineId, SiteId } from '../identifiers.ts';
import type { OutboxLane } from './events.ts';

/** Every MQTT topic, built and taken apart in this one place. `pp` is the machine's partition: the first byte of SHA-256 of its name in hexadecimal. */
export interface MachineAddress {
  readonly partition: string;
  readonly machine: MachineId;
}

const ROOT = 'foyer/v1';

export const topic = {
  events: (to: MachineAddress, lane: OutboxLane) => `${ROOT}/${to.partition}/${to.machine}/up/ev/${lane}`,
  presence: (of: MachineAddress) => `${ROOT}/${of.partition}/${of.machine}/up/state`,
  health: (of: MachineAddress) => `${ROOT}/${of.partition}/${of.machine}/up/health`,
  hello: (of: MachineAddress) => `${ROOT}/${of.partition}/${of.machine}/up/hello`,
  telemetry: (of: MachineAddress) => `${ROOT}/${of.partition}/${of.machine}/up/tm`,
  acknowledgement: (to: MachineAddress) => `${ROOT}/${to.partition}/${to.machine}/dn/ack`,
  command: (to: MachineAddress) => `${ROOT}/${to.partition}/${to.machine}/dn/cmd`,
  validityHead: (scope: SiteId) => `${ROOT}/val/${scope}/head`,
  validityDelta: (scope: SiteId) => `${ROOT}/val/${scope}/d`,
  /** What the box office listens to. */
  everyMachine: `${ROOT}/+/+/up/#`,
} as const;

/** Topics with wildcards, for the rights at a broker. `machine` may also be a broker's own mark for whoever is connected. */
export const topicFilter = {
  fromMachine: (machine: string) => `${ROOT}/+/${machine}/up/#`,
  toMachine: (machine: string) => `${ROOT}/+/${machine}/dn/#`,
  validity: `${ROOT}/val/+/#`,
} as const;

export type UpTopic =
  | { readonly kind: 'events'; readonly partition: string; readonly machine: string; readonly lane: string }
  | { readonly kind: 'presence' | 'health' | 'hello' | 'telemetry'; readonly partition: string; readonly machine: string };

/** What a message to the box office is about, or undefined when the topic is none of ours. */
export function parseUpTopic(text: string): UpTopic | undefined {
  const match = /^foyer\/v1\/([0-9a-f]{2})\/([a-z0-9][a-z0-9-]{1,31})\/up\/(?:ev\/(p[01])|(state|health|hello|tm))$/.exec(text);
  if (match === null) return undefined;
  const [, partition = '', machine = '', lane, what] = match;
  if (lane !== undefined) return { kind: 'events', partition, machine, lane };
  switch (what) {
    case 'state':
      return { kind: 'presence', partition, machine };
    case 'health':
      return { kind: 'health', partition, machine };
    case 'hello':
      return { kind: 'hello', partition, machine };
    case 'tm':
      return { kind: 'telemetry', partition, machine };
    default:
      return undefined;
  }
}
