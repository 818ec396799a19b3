import { expect, test } from 'vitest';
import { openKeys } from '#agent/box-office/validity/keys.ts';
import { silentLog } from '#agent/runtime/log.ts';
import { createTicketVerifier, ed25519PublicKey, sha256Hex } from '#agent/runtime/ticket-crypto.ts';
import { createGateSecrets } from '#agent/validity/gate-secrets.ts';
import { assert } from '#core/base/fault.ts';
import { seconds } from '#core/base/time.ts';
import { TicketId } from '#core/contract/identifiers.ts';
import { stepAt, stepStart } from '#core/ticket/rotating.ts';
import { parseTicketText } from '#core/ticket/ticket-text.ts';
import { scratchFolder } from '#test/support/scratch.ts';
import { SITE } from '../validity/fake-box-office.ts';
import { faultOf, GATE, good, newKey, type OpenBoxOffice, openBoxOffice, refusalOf, sell } from './open-box-office.ts';

async function soldTicket(office: OpenBoxOffice) {
  const { id: orderId, tickets } = await sell(office, '1_1');
  const ticketId = tickets[0]?.id;
  assert(ticketId !== undefined, 'an order has tickets');
  return { orderId, ticketId };
}

/** A gate's own secrets, fetched from the box office over HTTP. */
async function gateSecrets(office: OpenBoxOffice) {
  const publicKey = ed25519PublicKey(office.boxOffice.validity.publicKey);
  assert(publicKey !== undefined, 'the box office has a key');
  const source = office.clientOf(GATE);
  const secrets = createGateSecrets({ folder: scratchFolder(), siteId: SITE, publicKey, source, log: silentLog });
  const head = JSON.parse((await office.boxOffice.validity.head()).body);
  await secrets.wanted(head.secretsHash);
  return { secrets, head };
}

test("a phone's code is made for the step that it is asked in, and a gate with the site's secrets believes it", async () => {
  const office = await openBoxOffice();
  const { ticketId } = await soldTicket(office);
  const shown = good(await office.kiosk.readRotatingCode({ params: { ticketId } }));
  const step = stepAt(office.time.clock.wall());
  expect(shown).toMatchObject({ ticketId, step, validUntil: new Date(stepStart(step + 1)).toISOString() });

  const parsed = parseTicketText(shown.code);
  assert(parsed.ok && parsed.value.form.kind === 'rotating', 'it is the changing form');
  const { payload, message, signature, form } = parsed.value;
  const signing = openKeys(office.folder, office.time.clock.wall()).tickets.find(({ id }) => id === payload.keyId);
  expect(createTicketVerifier(() => signing?.key.publicKey)(payload.keyId, message, signature)).toBe(true);
  expect([payload.ticketId, form.step]).toEqual([ticketId, step]);
  const { secrets } = await gateSecrets(office);
  expect(secrets.isGenuine(ticketId, form.step, form.check)).toBe(true);
  expect(secrets.isGenuine(ticketId, form.step + 1, form.check)).toBe(false);

  await office.time.advance(seconds(15));
  const next = good(await office.kiosk.readRotatingCode({ params: { ticketId } }));
  expect(next.step).toBe(step + 1);
  expect(next.code).not.toBe(shown.code);
});

test('the head names the secrets by the hash of what is told', async () => {
  const office = await openBoxOffice();
  const { head } = await gateSecrets(office);
  const told = good(await office.clientOf(GATE).readGateSecrets());
  expect(head.secretsHash).toBe(sha256Hex(told.body));
});

test('there is no code for a ticket that was given back, nor for one that nobody knows', async () => {
  const office = await openBoxOffice();
  const { orderId, ticketId } = await soldTicket(office);
  good(await office.kiosk.refundOrder({ params: { orderId }, body: { refundKey: newKey('refund'), reason: 'wrong-show', by: 'duty-manager' } }));
  expect(refusalOf(await office.kiosk.readRotatingCode({ params: { ticketId } }))).toEqual({ code: 'not-good' });
  const nobody = TicketId.parse('3609070299999999');
  expect(faultOf(await office.kiosk.readRotatingCode({ params: { ticketId: nobody } }))).toBe('E-BOX-MISSING');
});

test.each(['/v1/gate-secrets', '/v1/tickets/3609070299999999/rotating-code'])('%s is for machines with a token', async (path) => {
  const office = await openBoxOffice();
  for (const authorization of [undefined, 'Bearer nobody']) {
    const response = await fetch(`${office.url}${path}`, { headers: authorization === undefined ? {} : { authorization } });
    expect(response.status).toBe(401);
    expect(await response.text()).not.toContain('rotating":');
  }
});
