import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { SiteId } from '#core/contract/identifiers.ts';
import { classifyScan } from '#core/ticket/classify.ts';
import { encodePayload } from '#core/ticket/payload.ts';
import { signedBytes, ticketText } from '#core/ticket/ticket-text.ts';
import { rotatingTextAt, standardPayload, vectorSigner } from './make-vectors.ts';

const site = '36090702' as SiteId;
const payload = encodePayload(standardPayload);
const text = ticketText(payload, vectorSigner.sign(signedBytes(payload)));
const read = (scanned: string) => classifyScan(Buffer.from(scanned, 'latin1'), site);

describe('classifyScan', () => {
  it('knows a ticket of ours', () => {
    expect(read(text)).toMatchObject({ kind: 'ticket', ticket: { payload: { ticketId: '3609070212345678' } } });
  });

  it('knows the changing code of a phone', () => {
    expect(read(rotatingTextAt(text, 118_923_442))).toMatchObject({
      kind: 'rotating-ticket',
      ticket: { payload: { ticketId: '3609070212345678' }, form: { kind: 'rotating', step: 118_923_442 } },
    });
  });

  it.each([
    ['another version', `FY9${text.slice(3)}`, { kind: 'damaged-ticket', problem: 'unknown-version' }],
    ['a torn ticket', text.slice(0, 100), { kind: 'damaged-ticket', problem: 'wrong-length' }],
    ['an information code of ours', `36090702${'A'.repeat(172)}`, { kind: 'ticket-info-code', code: `36090702${'A'.repeat(172)}`, cinema: 'this' }],
    [
      'an information code of another',
      `36090703${'A'.repeat(172)}`,
      { kind: 'ticket-info-code', code: `36090703${'A'.repeat(172)}`, cinema: 'other' },
    ],
    ['an information code too short', `36090702${'A'.repeat(171)}`, { kind: 'foreign-code' }],
    ['WeChat, lowest', '100000000000000000', { kind: 'payment-code', scheme: 'wechat' }],
    ['WeChat, highest', '159999999999999999', { kind: 'payment-code', scheme: 'wechat' }],
    ['not WeChat: 16', '160000000000000000', { kind: 'foreign-code' }],
    ['Alipay, 16 digits', '2500000000000000', { kind: 'payment-code', scheme: 'alipay' }],
    ['Alipay, 24 digits', '300000000000000000000000', { kind: 'payment-code', scheme: 'alipay' }],
    ['not Alipay: 25 digits', '3000000000000000000000000', { kind: 'foreign-code' }],
    ['not Alipay: 31', '3100000000000000', { kind: 'ticket-number', id: '3100000000000000' }],
    ['UnionPay', '620000000000000000', { kind: 'payment-code', scheme: 'unionpay' }],
    ['a ticket number in Gansu', '6200000000000000', { kind: 'ticket-number', id: '6200000000000000' }],
    ['a pick-up code', '482917305662', { kind: 'pick-up-code', form: '6+6', code: '482917305662' }],
    ["a platform's pick-up code", '482917305662123', { kind: 'pick-up-code', form: '9+6', code: '482917305662123' }],
    ['a phone', '13800138000', { kind: 'phone', number: '13800138000' }],
    ['not a phone', '12800138000', { kind: 'foreign-code' }],
    ['a ticket number', '3609070212345678', { kind: 'ticket-number', id: '3609070212345678' }],
    ['a link', 'https://example.com', { kind: 'foreign-code' }],
    ['the longest code of another system', 'A'.repeat(512), { kind: 'foreign-code' }],
    ['the shortest', 'A1B2C3D4', { kind: 'foreign-code' }],
    ['shorter still', 'A1B2C3D', { kind: 'unknown' }],
    ['a torn code of a phone', rotatingTextAt(text, 1).slice(0, 150), { kind: 'damaged-ticket', problem: 'wrong-length' }],
    ["paper's prefix on a phone's code", `FY1:${rotatingTextAt(text, 1).slice(4)}`, { kind: 'damaged-ticket', problem: 'wrong-length' }],
    ['nothing', '', { kind: 'unreadable' }],
    ['a control character', '3609070212345678\x1b', { kind: 'unreadable' }],
    ['a byte above ASCII', 'caf\xe9', { kind: 'unreadable' }],
    ['too much', 'A'.repeat(513), { kind: 'unreadable' }],
    ["SQL's usual greeting", "' OR 1=1 --", { kind: 'foreign-code' }],
  ])('%s', (_name, scanned, expected) => {
    expect(read(scanned)).toEqual(expected);
  });

  it('is total: every byte string has a kind', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 600 }), (bytes) => {
        expect(['unknown', 'foreign-code', 'unreadable', 'damaged-ticket']).toContain(classifyScan(bytes, site).kind);
      }),
    );
  });

  it('is total: every string of digits has a kind, and no payment code keeps its digits', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom(...'0123456789'), minLength: 1, maxLength: 40 }), (digits) => {
        const payload = read(digits);
        expect(payload.kind).not.toBe('unreadable');
        expect(payload.kind === 'payment-code' && JSON.stringify(payload).includes(digits)).toBe(false);
      }),
    );
  });
});
