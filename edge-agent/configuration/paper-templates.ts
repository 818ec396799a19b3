import { readFileSync } from 'node:fs';
import type { z } from 'zod';
import { FaultError } from '#core/base/fault.ts';
import type { BothLanguages } from '#core/contract/values.ts';

/** A site's own papers: files of the forms that `core/contract/ticket-template.ts` and `side-paper-templates.ts` describe. */
export interface PaperTemplates<Template> {
  /** For every channel that has none of its own. */
  readonly any: Template | undefined;
  readonly byChannel: ReadonlyMap<string, Template>;
}

export interface TemplateFiles {
  readonly any?: string | undefined;
  readonly channels: Readonly<Record<string, string>>;
}

/** @throws FaultError `E-CFG-TEMPLATE` when a file is not there or is no template, with every mistake and where it stands */
export function readPaperTemplates<Template>(files: TemplateFiles, form: z.ZodType<Template>): PaperTemplates<Template> {
  return {
    any: files.any === undefined ? undefined : readTemplate(files.any, form),
    byChannel: new Map(Object.entries(files.channels).map(([channel, file]) => [channel, readTemplate(file, form)])),
  };
}

/** The template of a paper by the channel that its order was sold through, as the box office names it in either language. */
export function templateFor<Template>({ any, byChannel }: PaperTemplates<Template>, channel: BothLanguages): Template | undefined {
  return byChannel.get(channel.en) ?? byChannel.get(channel.zh) ?? any;
}

const refused = (path: string, why: string): FaultError =>
  new FaultError({
    code: 'E-CFG-TEMPLATE',
    owner: 'configuration',
    message: `the template ${path} cannot be used: ${why}`,
    remedy: 'Correct the file; edge-agent/core/paper/templates has two of each paper that work, and a schema of each for editors.',
  });

function readTemplate<Template>(path: string, form: z.ZodType<Template>): Template {
  let value: unknown;
  try {
    value = JSON.parse(readFileSync(path, 'utf8'));
  } catch (thrown) {
    throw refused(path, thrown instanceof SyntaxError ? 'it is not JSON' : 'it cannot be read');
  }
  const parsed = form.safeParse(value);
  if (parsed.success) return parsed.data;
  throw refused(path, parsed.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`).join('; '));
}
