import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { FaultError } from '#core/base/fault.ts';
import { type Instant, toIso } from '#core/base/time.ts';
import { DeviceId } from '#core/contract/identifiers.ts';
import { IsoTime } from '#core/contract/values.ts';
import type { PortSelector } from '#core/devices/match-ports.ts';
import { writeSecretFile } from '../../runtime/secret-file.ts';

/** `device-assignments.json` in the data folder: which plugged-in thing a technician has said to be which device. */
export interface Assignments {
  of(device: string): PortSelector | undefined;
  /** Durable when it returns. Nothing takes the word back. */
  set(device: string, selector: PortSelector | undefined, by: string, at: Instant): void;
}

const Text = z.string().min(1).max(256);
const Hex4 = z.string().regex(/^[0-9a-f]{4}$/);
const Selector = z
  .strictObject({
    path: Text,
    vendor: Hex4,
    product: Hex4,
    serial: Text,
    port: Text,
    interface: z.int().min(0).max(255),
  })
  .partial()
  .refine((selector) => Object.keys(selector).length > 0, 'says nothing');
const File = z.strictObject({
  version: z.literal(1),
  assignments: z.array(z.strictObject({ device: DeviceId, is: Selector, by: z.string().max(64), at: IsoTime })).max(64),
});
type Assignment = z.infer<typeof File>['assignments'][number];

/** @throws FaultError `E-DEV-ASSIGNMENTS` when there is a file and it is none of ours */
export function openAssignments(data: string): Assignments {
  const path = join(data, 'device-assignments.json');
  let known: readonly Assignment[] = existsSync(path) ? read(path) : [];
  return {
    of: (device) => known.find((each) => each.device === device)?.is,
    set: (device, selector, by, at) => {
      const others = known.filter((each) => each.device !== device);
      const next = File.parse({
        version: 1,
        assignments: selector === undefined ? others : [...others, { device, is: selector, by, at: toIso(at) }],
      });
      writeSecretFile(path, `${JSON.stringify(next, undefined, 2)}\n`);
      known = next.assignments;
    },
  };
}

function read(path: string): readonly Assignment[] {
  const refused = (why: string, cause?: unknown): FaultError =>
    new FaultError(
      {
        code: 'E-DEV-ASSIGNMENTS',
        owner: 'operator',
        message: `${path} ${why}.`,
        remedy: 'Correct it, or remove it and say again on the technician’s page which device is which.',
      },
      { cause },
    );
  let value: unknown;
  try {
    value = JSON.parse(readFileSync(path, 'utf8'));
  } catch (cause) {
    throw refused('cannot be read', cause);
  }
  const parsed = File.safeParse(value);
  if (!parsed.success) throw refused(`is no list of assignments (${parsed.error.issues[0]?.path.join('.') ?? ''})`);
  return parsed.data.assignments;
}
