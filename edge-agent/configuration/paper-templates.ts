import { readFileSync } from 'node:fs';
import { FaultError } from '#core/base/fault.ts';
import type { TicketFace } from '#core/contract/box-office/sales.ts';
import { PaperTemplate } from '#core/contract/paper-template.ts';

/** A site's own tickets: files of the form that `core/contract/paper-template.ts` describes. */
export interface TicketTemplates {
  /** For every channel that has none of its own. */
  readonly any: PaperTemplate | undefined;
  readonly byChannel: ReadonlyMap<string, PaperTemplate>;
}

/** @throws FaultError `E-CFG-TEMPLATE` when a file is not there or is no template, with every mistake and where it stands */
export function readTicketTemplates(files: {
  readonly any?: string | undefined;
  readonly channels: Readonly<Record<string, string>>;
}): TicketTemplates {
  return {
    any: files.any === undefined ? undefined : readTemplate(files.any),
    byChannel: new Map(Object.entries(files.channels).map(([channel, file]) => [channel, readTemplate(file)])),
  };
}

/** The template of a ticket by the channel that it was sold through, as the box office names it in either language. */
export function templateFor({ any, byChannel }: TicketTemplates, { channel }: Pick<TicketFace, 'channel'>): PaperTemplate | undefined {
  return byChannel.get(channel.en) ?? byChannel.get(channel.zh) ?? any;
}

const refused = (path: string, why: string): FaultError =>
  new FaultError({
    code: 'E-CFG-TEMPLATE',
    owner: 'configuration',
    message: `the ticket template ${path} cannot be used: ${why}`,
    remedy: 'Correct the file; edge-agent/core/paper/templates has two that work, and template.schema.json for editors.',
  });

function readTemplate(path: string): PaperTemplate {
  let value: unknown;
  try {
    value = JSON.parse(readFileSync(path, 'utf8'));
  } catch (thrown) {
    throw refused(path, thrown instanceof SyntaxError ? 'it is not JSON' : 'it cannot be read');
  }
  const parsed = PaperTemplate.safeParse(value);
  if (parsed.success) return parsed.data;
  throw refused(path, parsed.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`).join('; '));
}
