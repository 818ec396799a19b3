import { readFileSync } from 'node:fs';
import { isAbsolute, join } from 'node:path';
import { z } from 'zod';
import { FaultError } from '#core/base/fault.ts';
import type { PrinterProfile } from '#drivers/escpos-printer/printer-profile.ts';

/** Printer profiles as they are written: one JSON file a model, each capability with where it is known from. */

/** documented: the maker's manual says so. probed: seen on the printer itself. unverified: neither. */
const Provenance = z.enum(['documented', 'probed', 'unverified']);

const capability = <Value extends z.ZodType>(value: Value) => z.strictObject({ value, provenance: Provenance, source: z.string().min(1).max(200) });

const ProfileFile = z
  .strictObject({
    name: z.string().min(1).max(40),
    models: z.array(z.string().min(1).max(80)).min(1).max(64),
    capabilities: z.strictObject({
      status: capability(z.enum(['real-time', 'custom-full'])),
      fence: capability(z.enum(['process-id', 'paper-status', 'none'])),
      automaticStatus: capability(z.boolean()),
      offlineResponse: capability(z.boolean()),
      clear: capability(z.enum(['dle-dc4', 'none'])),
      presenter: capability(z.enum(['none', 'custom'])),
    }),
  })
  .refine(({ capabilities: { fence, automaticStatus } }) => fence.value !== 'paper-status' || !automaticStatus.value, {
    path: ['capabilities', 'automaticStatus'],
    message: 'the answer of `paper-status` cannot be told from the end of an automatic status: one of both',
  })
  .refine(({ capabilities: { presenter, status } }) => presenter.value === 'none' || status.value === 'custom-full', {
    path: ['capabilities', 'presenter'],
    message: 'only a full status shows a ticket in the output',
  });

/**
 * @param folder where the profiles of the program lie
 * @param name of one of them, or the path of a file of one's own that ends in `.json`
 * @throws FaultError `E-CFG-PROFILE` when there is none or it is not one
 */
export function readPrinterProfile(folder: string, name: string): PrinterProfile {
  const path = name.endsWith('.json') ? (isAbsolute(name) ? name : join(process.cwd(), name)) : join(folder, `${name}.json`);
  const { name: profile, capabilities } = parse(path, read(path));
  const { status, fence, automaticStatus, offlineResponse, clear, presenter } = capabilities;
  return {
    name: profile,
    status: status.value,
    fence: fence.value,
    automaticStatus: automaticStatus.value,
    offlineResponse: offlineResponse.value,
    clear: clear.value,
    presenter: presenter.value,
  };
}

const refused = (path: string, why: string): FaultError =>
  new FaultError({
    code: 'E-CFG-PROFILE',
    owner: 'operator',
    message: `the printer profile ${path} cannot be used: ${why}`,
    remedy: 'Name one of the profiles in device-drivers/escpos-printer/profiles, or correct the file.',
  });

function read(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    throw refused(path, 'it cannot be read');
  }
}

function parse(path: string, text: string): z.infer<typeof ProfileFile> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw refused(path, 'it is not JSON');
  }
  const parsed = ProfileFile.safeParse(value);
  if (parsed.success) return parsed.data;
  throw refused(path, parsed.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`).join('; '));
}
