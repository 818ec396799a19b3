import { readFileSync } from 'node:fs';
import { isAbsolute, join } from 'node:path';
import { z } from 'zod';
import { FaultError } from '#core/base/fault.ts';
import type { PrinterProfile } from '#drivers/escpos-printer/printer-profile.ts';
import type { StarProfile } from '#drivers/star-printer/star-profile.ts';
import { CODE_PAGES } from '#drivers/ticket-printer/paper/characters.ts';

/** Printer profiles as they are written: one JSON file a model, each capability with where it is known from. Their JSON schemas lie beside them for editors. */

/** documented: the maker's manual says so. probed: seen on the printer itself. unverified: neither. */
const Provenance = z.enum(['documented', 'probed', 'unverified']);

const capability = <Value extends z.ZodType>(value: Value) => z.strictObject({ value, provenance: Provenance, source: z.string().min(1).max(200) });

const Characters = z.discriminatedUnion('set', [
  z.strictObject({ set: z.literal('gb18030') }),
  z.strictObject({ set: z.literal('code-page'), encoding: z.enum(CODE_PAGES), number: z.int().min(0).max(255) }),
  z.strictObject({ set: z.literal('none') }),
]);

const profileFile = <Capabilities extends z.ZodRawShape>(capabilities: Capabilities) =>
  z.strictObject({
    $schema: z.string().optional(),
    name: z.string().min(1).max(40),
    models: z.array(z.string().min(1).max(80)).min(1).max(64),
    capabilities: z.strictObject(capabilities),
  });

/** Zebra ZQ110 and its like take 400 mm at most; a ticket is never that long, so more than half of one is a mistake. */
const OffsetMm = z.number().min(-50).max(50);

export const EscposProfileFile = profileFile({
  status: capability(z.enum(['real-time', 'custom-full'])),
  fence: capability(z.enum(['process-id', 'paper-status', 'none'])),
  automaticStatus: capability(z.boolean()),
  offlineResponse: capability(z.boolean()),
  clear: capability(z.enum(['dle-dc4', 'none'])),
  presenter: capability(z.enum(['none', 'custom'])),
  characters: capability(Characters),
  qr: capability(z.enum(['firmware', 'picture'])),
  blackMark: capability(z.enum(['none', 'gs-ff', 'custom-notch'])),
  markOffsets: capability(z.union([z.literal('none'), z.strictObject({ startMm: OffsetMm, cutMm: OffsetMm, unitMm: z.number().min(0.01).max(1) })])),
})
  .refine(({ capabilities: { blackMark, markOffsets } }) => markOffsets.value === 'none' || blackMark.value === 'gs-ff', {
    path: ['capabilities', 'markOffsets'],
    message: 'only a printer that feeds to the mark by `gs-ff` can be told how far from it',
  })
  .refine(({ capabilities: { fence, automaticStatus } }) => fence.value !== 'paper-status' || !automaticStatus.value, {
    path: ['capabilities', 'automaticStatus'],
    message: 'the answer of `paper-status` cannot be told from the end of an automatic status: one of both',
  })
  .refine(({ capabilities: { presenter, status } }) => presenter.value === 'none' || status.value === 'custom-full', {
    path: ['capabilities', 'presenter'],
    message: 'only a full status shows a ticket in the output',
  });

export const StarProfileFile = profileFile({
  fence: capability(z.enum(['etb-counter', 'print-end', 'none'])),
  presenter: capability(z.enum(['none', 'star'])),
  characters: capability(Characters),
  qr: capability(z.enum(['firmware', 'picture'])),
});

/**
 * @param folder where the profiles of the program lie
 * @param name of one of them, or the path of a file of one's own that ends in `.json`
 * @throws FaultError `E-CFG-PROFILE` when there is none or it is not one
 */
export function readPrinterProfile(folder: string, name: string): PrinterProfile {
  const { name: profile, capabilities } = readProfile(EscposProfileFile, folder, name);
  const { status, fence, automaticStatus, offlineResponse, clear, presenter, characters, qr, blackMark, markOffsets } = capabilities;
  return {
    name: profile,
    status: status.value,
    fence: fence.value,
    automaticStatus: automaticStatus.value,
    offlineResponse: offlineResponse.value,
    clear: clear.value,
    presenter: presenter.value,
    characters: characters.value,
    qr: qr.value,
    blackMark: blackMark.value,
    markOffsets: markOffsets.value,
  };
}

/** As `readPrinterProfile`, for a printer that speaks Star's line mode. */
export function readStarProfile(folder: string, name: string): StarProfile {
  const { name: profile, capabilities } = readProfile(StarProfileFile, folder, name);
  const { fence, presenter, characters, qr } = capabilities;
  return { name: profile, fence: fence.value, presenter: presenter.value, characters: characters.value, qr: qr.value };
}

function readProfile<File extends z.ZodType>(form: File, folder: string, name: string): z.infer<File> {
  const path = name.endsWith('.json') ? (isAbsolute(name) ? name : join(process.cwd(), name)) : join(folder, `${name}.json`);
  return parse(form, path, folder, read(path, folder));
}

const refused = (path: string, folder: string, why: string): FaultError =>
  new FaultError({
    code: 'E-CFG-PROFILE',
    owner: 'operator',
    message: `the printer profile ${path} cannot be used: ${why}`,
    remedy: `Name one of the profiles in ${folder}, or correct the file.`,
  });

function read(path: string, folder: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    throw refused(path, folder, 'it cannot be read');
  }
}

function parse<File extends z.ZodType>(form: File, path: string, folder: string, text: string): z.infer<File> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw refused(path, folder, 'it is not JSON');
  }
  const parsed = form.safeParse(value);
  if (parsed.success) return parsed.data;
  throw refused(path, folder, parsed.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`).join('; '));
}
