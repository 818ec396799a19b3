import { describe, expect, it } from 'vitest';
import { createBoxOfficeWatch } from '#agent/box-office-client/box-office-watch.ts';
import { createTimeDoor } from '#agent/box-office-client/signed-time.ts';
import { ed25519PublicKey, ed25519Signer, generateEd25519KeyPair, signBody } from '#agent/runtime/ticket-crypto.ts';
import { assert } from '#core/base/fault.ts';
import { type Instant, instant, toIso } from '#core/base/time.ts';
import { TIME_CONTEXT } from '#core/contract/box-office/time.ts';
import { SIGNING_CONTEXT, type Signed } from '#core/contract/box-office/validity.ts';
import type { SiteId } from '#core/contract/identifiers.ts';
import { createVirtualTime } from '#test/support/virtual-time.ts';

const SITE = '36090702' as SiteId;
const signer = ed25519Signer(generateEd25519KeyPair().privateKey);
const stranger = ed25519Signer(generateEd25519KeyPair().privateKey);
const NOON = instant(Date.UTC(2026, 9, 31, 12));

function watchOver(answer: (nonce: string) => Signed | undefined) {
  const time = createVirtualTime();
  const key = ed25519PublicKey(signer.publicKey);
  assert(key !== undefined, 'the signer has a public key');
  const learnt: Instant[] = [];
  let asked = 0;
  const watch = createBoxOfficeWatch({
    boxOffice: {
      readTime: async ({ query }) => {
        const signed = answer(query.nonce);
        if (signed !== undefined) return { ok: true, value: signed };
        return { ok: false, error: { kind: 'unreachable', fault: { code: 'E-BOX-UNREACHABLE', owner: 'peer', message: 'away' } } };
      },
    },
    clock: time.clock,
    timers: time.timers,
    random: { bytes: (count) => new Uint8Array(count).fill(++asked) },
    openTime: createTimeDoor(key, SITE),
    onTime: (at) => learnt.push(at),
    onChanged: () => undefined,
  });
  return { watch, learnt, time };
}

const signed = (nonce: string, { by = signer, scope = SITE as string, context = TIME_CONTEXT } = {}): Signed =>
  signBody(by, context, JSON.stringify({ scope, nonce, at: toIso(NOON) }));

describe("the box office's time", () => {
  it('is believed when it is signed together with the question', async () => {
    const { watch, learnt, time } = watchOver((nonce) => signed(nonce));
    await watch.ask();
    expect(learnt).toEqual([NOON]);
    expect(watch.clock()?.offset).toBe(time.clock.wall() - NOON);
  });

  it.each([
    ['is signed by somebody else', (nonce: string) => signed(nonce, { by: stranger })],
    ["is another site's", (nonce: string) => signed(nonce, { scope: '11111111' })],
    ['answers another question', () => signed('00'.repeat(16))],
    ['was signed as something else', (nonce: string) => signed(nonce, { context: SIGNING_CONTEXT.head })],
  ])('is not believed when it %s, though the box office is there', async (_, answer) => {
    const { watch, learnt } = watchOver(answer);
    await watch.ask();
    expect(learnt).toEqual([]);
    expect(watch.clock()).toBeUndefined();
    expect(watch.reachable()).toBe(true);
  });

  it('is not there when nobody answers', async () => {
    const { watch, learnt } = watchOver(() => undefined);
    await watch.ask();
    expect(learnt).toEqual([]);
    expect(watch.reachable()).toBe(false);
  });
});
