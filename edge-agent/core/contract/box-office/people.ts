import { z } from 'zod';
import { endpoint } from '../endpoint.ts';
import { EventId, IdempotencyKey, MachineId } from '../identifiers.ts';
import { IsoTime } from '../values.ts';
import { Command, CommandKind } from '../wire/command.ts';

/**
 * What a named person may ask of the box office over HTTP. Every call carries `Authorization: Bearer <the person's token>`, made by `foyer staff token`; a
 * machine's token opens none of these rows, and a person's none of `boxOfficeApi`.
 */

/**
 * `sent`: on its way, or waiting for a machine that is away. `unanswered`: its time is over and nothing was heard; it was carried out at most once. The others
 * are the machine's own words.
 */
export const CommandStage = z.enum(['sent', 'unanswered', 'taken', 'succeeded', 'failed', 'refused', 'interrupted']);
export type CommandStage = z.infer<typeof CommandStage>;

export const CommandRequest = z.strictObject({ commandKey: IdempotencyKey, kind: CommandKind, reason: Command.shape.reason });
export type CommandRequest = z.infer<typeof CommandRequest>;

export const CommandState = z.strictObject({
  id: EventId,
  machine: MachineId,
  kind: CommandKind,
  by: z.string(),
  reason: z.string(),
  issuedAt: IsoTime,
  expiresAt: IsoTime,
  stage: CommandStage,
  /** What was heard, in its order; times are those of whoever says it. */
  stages: z.array(z.strictObject({ stage: CommandStage, at: IsoTime, detail: z.string().max(200).optional() })).max(8),
});
export type CommandState = z.infer<typeof CommandState>;

const machine = z.strictObject({ machine: MachineId });

export const peopleApi = {
  sendCommand: endpoint({
    method: 'POST',
    path: '/v1/machines/:machine/commands',
    summary: 'Ask a machine for something, signed and at most once; the same key is the same command, while it is remembered: the newest 200 are',
    params: machine,
    body: CommandRequest,
    answers: { 200: CommandState },
  }),
  readCommands: endpoint({
    method: 'GET',
    path: '/v1/machines/:machine/commands',
    summary: 'What was asked of a machine, the newest first',
    params: machine,
    answers: { 200: z.strictObject({ commands: z.array(CommandState).max(200) }) },
  }),
  readCommand: endpoint({
    method: 'GET',
    path: '/v1/machines/:machine/commands/:commandId',
    summary: 'What became of a command',
    params: z.strictObject({ machine: MachineId, commandId: EventId }),
    answers: { 200: CommandState },
  }),
} as const;
