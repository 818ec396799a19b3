import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readSiteMessage } from '#agent/site/heard-message.ts';
import { SITE_PROTOCOL } from '#core/contract/wire/site.ts';

const EPOCH = '0123456789abcdef';
const SCAN = '01JTEST0000000000000000000';
const AT = 1_771_322_400_000;
const row = {
  ...{ machine: 'gate-b', epoch: EPOCH, n: 4, rev: 1, scanId: SCAN, ticketId: '3609070200000001', showId: '100', lane: 'lane-1' },
  ...{ direction: 'entry', at: AT, outcome: null, admits: 1, reentry: false, clockErrorMs: 20, dataVersion: 1, dataAgeSeconds: 3 },
  ...{ confirmation: 'confirmed', step: null, override: null },
};
const claim = { scanId: SCAN, machine: 'gate-b', lane: 'lane-1', at: AT, stamp: 7, held: false };
const range = { machine: 'gate-b', epoch: EPOCH, after: 0, through: 4 };
const vector = [{ machine: 'gate-b', epoch: EPOCH, through: 4 }];

/** One message of each kind. */
const MESSAGES = [
  { t: 'hello', v: SITE_PROTOCOL, site: '36090702', machine: 'gate-b', software: '0.1.0', session: 'boot-1', admits: true, stamp: 7, vector },
  { t: 'claim', ticketId: '3609070200000001', claim },
  { t: 'answer', scanId: SCAN, stamp: 7, rows: [row], claims: [claim] },
  { t: 'withdraw', scanId: SCAN },
  { t: 'rows', ranges: [range], rows: [row, row] },
  { t: 'got', entries: vector },
  { t: 'ping', k: 3, vector },
  { t: 'pong', k: 3 },
] as const;

/** Every object in it, whose fields a later build could add to. */
function holdersIn(value: unknown): Record<string, unknown>[] {
  if (Array.isArray(value)) return value.flatMap(holdersIn);
  if (typeof value !== 'object' || value === null) return [];
  return [value as Record<string, unknown>, ...Object.values(value).flatMap(holdersIn)];
}

const unknownName = fc.string({ unit: fc.constantFrom(...'qwxyz'), minLength: 4, maxLength: 12 });

describe('a message of another gate', () => {
  it.each(MESSAGES)('of this build is read whole: $t', (message) => {
    expect(readSiteMessage(structuredClone(message))).toEqual({ ok: true, value: { message } });
  });

  it('of a later build says to this one exactly what it would have said without its new fields, wherever they stand', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...MESSAGES),
        fc.array(fc.tuple(fc.nat(), unknownName, fc.jsonValue()), { minLength: 1, maxLength: 6 }),
        (message, added) => {
          const said: unknown = structuredClone(message);
          const holders = holdersIn(said);
          for (const [where, name, value] of added) (holders[where % holders.length] as Record<string, unknown>)[name] = value;
          const read = readSiteMessage(said);
          expect(read).toMatchObject({ ok: true, value: { message } });
          expect(read.ok && read.value.passedOver).toMatch(new RegExp(`^${message.t}\\..`));
        },
      ),
    );
  });

  it('of a kind that this build does not know is passed over by its name', () => {
    expect(readSiteMessage({ t: 'lane-closed', anything: [{}] })).toEqual({
      ok: true,
      value: { message: { t: 'unknown' }, passedOver: 'lane-closed' },
    });
  });

  it('of another protocol is read no further than its version', () => {
    expect(readSiteMessage({ t: 'hello', v: 3, site: ['in', 'another', 'form'] })).toEqual({
      ok: true,
      value: { message: { t: 'other-protocol', v: 3 } },
    });
  });
});

describe('hostile words', () => {
  const many = (count: number, of: unknown): unknown[] => Array.from({ length: count }, () => of);
  const [hello, asked, answer, , rows, got] = MESSAGES;
  it.each<[string, unknown]>([
    ['no message', 'claim'],
    ['nothing', null],
    ['a list', [{ t: 'pong', k: 1 }]],
    ['a message without a kind', { k: 1 }],
    ['a kind that is no name', { t: { toString: 'pong' } }],
    ['a kind of a hundred letters', { t: 'x'.repeat(100) }],
    ['a kind with control characters', { t: 'pong\u001b[2J' }],
    ['a known kind with a field of another type', { t: 'pong', k: '1' }],
    ['a known kind without one of its fields', { t: 'withdraw' }],
    ['a new value of an old field', { ...rows, rows: [{ ...row, outcome: 'teleported' }] }],
    ['the same beside a field that may be passed over', { ...rows, rows: [{ ...row, outcome: 'teleported', zeta: 1 }] }],
    ['a ticket that is no number', { ...asked, ticketId: "1'; DROP TABLE admissions; --" }],
    ['a place below zero', { ...got, entries: [{ ...vector[0], through: -1 }] }],
    ['more rows than one message has', { ...rows, rows: many(501, row) }],
    ['more rows than an answer has', { ...answer, rows: many(65, row) }],
    ['more origins than there can be', { ...hello, vector: many(1_025, vector[0]) }],
    ['a hello of no version', { ...hello, v: 0 }],
    ['a hello of a version that nobody will write', { ...hello, v: 1e9 }],
    ['a party of thousands', { ...rows, rows: [{ ...row, admits: 4_000 }] }],
  ])('are refused in one short sentence: %s', (_, value) => {
    const read = readSiteMessage(structuredClone(value));
    expect(read.ok).toBe(false);
    expect(!read.ok && read.error.length).toBeLessThanOrEqual(200);
  });

  it('change nothing though they name prototypes, and are shown without their tricks', () => {
    const read = readSiteMessage(JSON.parse('{"t":"pong","k":1,"__proto__":{"admits":true},"constructor":{"prototype":{"admits":true}}}'));
    expect(read).toMatchObject({ ok: true, value: { message: { t: 'pong', k: 1 } } });
    expect(({} as { admits?: boolean }).admits).toBeUndefined();
    const shown = readSiteMessage({ t: 'pong', k: 1, [`<b>\u202e${'x'.repeat(500)}`]: 1 });
    expect(shown.ok && shown.value.passedOver).toMatch(/^pong\.\?b\?\?x{1,80}$/);
  });
});
