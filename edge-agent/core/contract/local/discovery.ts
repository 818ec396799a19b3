import { z } from 'zod';
import { DeviceId } from '../identifiers.ts';

/** What is plugged into a machine and what it was taken for, on the technician's page and for `foyer devices`. */

const Text = z.string().max(200);

/** Why a port is, or is not, one device. */
export const MatchReason = z.enum([
  // It is:
  'assigned',
  'path',
  'serial',
  'port',
  'vendor-product',
  'vendor',
  'maker-of-these',
  'manufacturer',
  'name',
  'usage',
  'interface',
  'in-use',
  // It may be:
  'generic-chip',
  'too-little',
  'ambiguous',
  // It is not:
  'not-known',
  'differs',
]);
export type MatchReason = z.infer<typeof MatchReason>;

export const PortRow = z.strictObject({
  path: Text,
  bus: z.enum(['serial', 'hid', 'usb-printer']),
  usb: z
    .strictObject({
      vendor: Text,
      product: Text,
      port: Text,
      interface: z.int(),
      serial: Text.optional(),
      manufacturer: Text.optional(),
      name: Text.optional(),
      /** The chip's name, when it is one that devices of every kind have. */
      chip: Text.optional(),
    })
    .optional(),
  /** The device of the configuration that it is. */
  device: DeviceId.optional(),
  /** What it looks like, when a driver knows it. */
  model: Text.optional(),
  because: z.array(MatchReason).max(8),
  /** The devices that it could be said to be, and why it is not taken for each by itself. */
  candidates: z.array(z.strictObject({ device: DeviceId, why: MatchReason })).max(32),
});
export type PortRow = z.infer<typeof PortRow>;

export const WantedRow = z.strictObject({
  device: DeviceId,
  match: z.enum(['matched', 'missing', 'ambiguous']),
  /** Where it is, or where it may be. */
  paths: z.array(Text).max(32),
  assigned: z.boolean(),
  /** What is looked for: what the configuration says of it, or the devices that its driver knows the looks of. */
  looksFor: z.array(Text).max(16),
});

export const Discovery = z.strictObject({
  /** Events of udev tell of changes; otherwise they are found by looking. Of a single look nothing is said. */
  told: z.boolean().optional(),
  ports: z.array(PortRow).max(64),
  /** The devices of the configuration that hang on a port of this machine. */
  devices: z.array(WantedRow).max(32),
});
export type Discovery = z.infer<typeof Discovery>;
