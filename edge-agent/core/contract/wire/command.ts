import { z } from 'zod';
import { EventId, MachineId } from '../identifiers.ts';
import { IsoTime } from '../values.ts';

/**
 * What the box office may ask of a machine. Every kind can be done twice or not at all without harm: none opens a gate, moves money or prints. A command is
 * signed with the key that signs validity data, which no broker has.
 */
export const CommandKind = z.enum([
  /** Publish the health document now. */
  'report-health',
  /** Ask the box office for its validity data now. */
  'resync-validity',
  /** End the sessions of all ushers on this machine: a phone was lost. */
  'sign-out-staff',
  /** PINs are looked at again on the pages that wrong ones have locked. */
  'release-pin-locks',
]);
export type CommandKind = z.infer<typeof CommandKind>;

export const Command = z.strictObject({
  v: z.literal(1),
  id: EventId,
  kind: CommandKind,
  dev: MachineId,
  /** Counts the commands of the box office upwards; a machine takes none that is not above all it has taken. */
  n: z.int().min(1),
  issuedAt: IsoTime,
  expiresAt: IsoTime,
  by: z.string().min(1).max(64),
  reason: z.string().min(1).max(200),
});
export type Command = z.infer<typeof Command>;

/** Signed together with the body, so that nothing else that this key signs can pass for a command. */
export const COMMAND_CONTEXT = 'foyer/command/v1\n';

/** Why a command was not carried out. */
export const CommandRefusal = z.enum([
  /** The broker kept it and gives it to whoever comes: a command is for now. */
  'retained',
  'malformed',
  'bad-signature',
  'other-machine',
  /** Not above the last counter: it was taken already, or is older than one that was. */
  'replayed',
  'expired',
  /** This machine does not know the time well enough to say that the command has not expired, and the kind is not harmless at any time. */
  'time-unknown',
]);
export type CommandRefusal = z.infer<typeof CommandRefusal>;
