import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { readPaperTemplates, type TemplateFiles, templateFor } from '#agent/configuration/paper-templates.ts';
import { FaultError } from '#core/base/fault.ts';
import { FORMS, TEMPLATES, templateSchema } from './write-template-schema.ts';

interface Raw {
  name: string;
  elements: { field?: string; show?: string; size?: string; position: { line: number; at: string } }[];
}

const readTicketTemplates = (files: TemplateFiles) => readPaperTemplates(files, FORMS.ticket);

/** The Chinese template of a paper with a change, in a file. */
function file(change: (template: Raw) => void, paper: keyof typeof FORMS = 'ticket'): string {
  const folder = mkdtempSync(join(tmpdir(), 'foyer-template-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const template = JSON.parse(readFileSync(join(TEMPLATES, `${paper}-cn.json`), 'utf8')) as Raw;
  change(template);
  const path = join(folder, 'ticket.json');
  writeFileSync(path, JSON.stringify(template));
  return path;
}

function refusal(path: string, paper: keyof typeof FORMS = 'ticket'): string {
  try {
    readPaperTemplates<unknown>({ any: path, channels: {} }, FORMS[paper]);
  } catch (thrown) {
    if (thrown instanceof FaultError && thrown.fault.code === 'E-CFG-TEMPLATE') return thrown.fault.message;
    throw thrown;
  }
  return 'accepted';
}

describe('a site’s own ticket template', () => {
  it('is taken by the channel of the ticket, in either language, and for all others', () => {
    const [own, web] = [file((template) => Object.assign(template, { name: 'own' })), file((template) => Object.assign(template, { name: 'web' }))];
    const templates = readTicketTemplates({ any: own, channels: { Website: web, 小程序: web } });
    const named = (zh: string, en: string): string | undefined => templateFor(templates, { zh, en })?.name;
    expect(named('网站', 'Website')).toBe('web');
    expect(named('小程序', 'Mini program')).toBe('web');
    expect(named('自助机', 'Kiosk')).toBe('own');
    expect(templateFor(readTicketTemplates({ channels: {} }), { zh: '网站', en: 'Website' })).toBeUndefined();
  });

  it.each([
    [
      'without the price',
      (template: Raw) => template.elements.splice(0, 99, ...template.elements.filter(({ field }) => field !== 'price')),
      /must show `price`/,
    ],
    [
      'without the code',
      (template: Raw) => template.elements.splice(0, 99, ...template.elements.filter(({ field }) => field !== 'code')),
      /must show `code`/,
    ],
    [
      'with the code as text',
      (template: Raw) => Object.assign(template.elements.find(({ field }) => field === 'code') ?? {}, { show: 'text' }),
      /elements\.\d+\.show: `code` is what the gate reads/,
    ],
    [
      'with the code twice',
      (template: Raw) => template.elements.push({ field: 'code', show: 'qr', position: { line: 50, at: 'centre' } }),
      /shown once/,
    ],
    [
      'with a second symbol',
      (template: Raw) => template.elements.push({ field: 'orderId', show: 'qr', position: { line: 50, at: 'centre' } }),
      /taken for the ticket/,
    ],
    [
      'with a bar code of words',
      (template: Raw) => template.elements.push({ field: 'seat', show: 'barcode', position: { line: 50, at: 'centre' } }),
      /is no number/,
    ],
    ['with an unknown field', (template: Raw) => template.elements.push({ field: 'fare', position: { line: 50, at: 'left' } }), /elements\.\d+/],
    [
      'with two texts in one place',
      (template: Raw) => template.elements.push({ field: 'zone', position: { line: 24, at: 'left' } }),
      /line 24 is taken/,
    ],
    ['with lines out of order', (template: Raw) => template.elements.push({ field: 'zone', position: { line: 2, at: 'left' } }), /from the top down/],
    [
      'with a size that printers lack',
      (template: Raw) => template.elements.push({ field: 'zone', size: '3x3', position: { line: 50, at: 'left' } }),
      /elements\.\d+/,
    ],
  ] as const)('%s is refused with what is wrong and where', (_, change, expected) => {
    expect(refusal(file((template) => void change(template)))).toMatch(expected);
  });

  it('that is not there or no JSON is refused', () => {
    expect(refusal('/nowhere/ticket.json')).toMatch(/cannot be read/);
    const path = file(() => undefined);
    writeFileSync(path, '{');
    expect(refusal(path)).toMatch(/not JSON/);
  });

  it.each(['ticket', 'receipt', 'claim-slip'] as const)('of a %s has a schema for editors that is the one that is checked', (paper) => {
    expect(JSON.parse(readFileSync(join(TEMPLATES, `${paper}.schema.json`), 'utf8'))).toEqual(templateSchema(paper));
  });
});

describe('a site’s own receipt and claim slip', () => {
  const without = (gone: string) => (template: Raw) =>
    void template.elements.splice(0, 99, ...template.elements.filter(({ field }) => field !== gone));
  const withMore = (more: Raw['elements'][number]) => (template: Raw) => void template.elements.push(more);
  it.each([
    ['receipt', 'without the total', without('total'), /a cn receipt must show `total`/],
    ['receipt', 'without the fees that the total has in it', without('fees'), /must show `fees`/],
    ['receipt', 'that does not say that it is no ticket', without('notATicket'), /must show `notATicket`/],
    [
      'receipt',
      'with a code of its own',
      withMore({ field: 'orderId', show: 'qr', position: { line: 50, at: 'centre' } }),
      /`orderId` as `qr` would be taken for something/,
    ],
    ['receipt', 'with the code of a ticket', withMore({ field: 'code', show: 'qr', position: { line: 50, at: 'centre' } }), /elements\.\d+/],
    ['claim-slip', 'without the way to the rest', without('pickUpCode'), /must show `pickUpCode`/],
    ['claim-slip', 'without the promise', without('assurance'), /must show `assurance`/],
    [
      'claim-slip',
      'with its code twice',
      withMore({ field: 'pickUpCode', show: 'qr', position: { line: 50, at: 'centre' } }),
      /a second one would be a second claim slip/,
    ],
    ['claim-slip', 'with the code of a ticket', withMore({ field: 'code', show: 'qr', position: { line: 50, at: 'centre' } }), /elements\.\d+/],
  ] as const)('a %s %s is refused with what is wrong and where', (paper, _, change, expected) => {
    expect(refusal(file(change, paper), paper)).toMatch(expected);
  });

  it.each(['receipt', 'claim-slip'] as const)('a %s as the house has it is taken', (paper) => {
    expect(
      refusal(
        file(() => undefined, paper),
        paper,
      ),
    ).toBe('accepted');
  });
});
