import { describe, expect, it } from 'vitest';
import { numberOfChip } from '#agent/devices/card-code.ts';
import type { CardRead } from '#core/ports/card-reader.ts';
import { MEMBER, MEMBER_PIN } from './fake-members.ts';
import { type KioskSetup, setUpKiosk } from './kiosk-setup.ts';

const UID = Uint8Array.of(0x04, 0xde, 0xad, 0xbe, 0xef, 0x01, 0x02);

async function atMemberScreen() {
  const setup = await setUpKiosk();
  setup.office.methods = [{ method: 'member', name: { zh: '会员', en: 'Member' } }];
  await setup.choose();
  await setup.kiosk.pay();
  await setup.settle();
  return { setup, show: (read: CardRead) => show(setup, read) };
}

type Shown = CardRead extends infer Read ? (Read extends CardRead ? Omit<Read, 'at'> : never) : never;

async function show({ kiosk, time, settle }: KioskSetup, read: Shown): Promise<void> {
  kiosk.cardRead({ ...read, at: time.clock.monotonic() } as CardRead);
  await settle();
}

describe('a card at the kiosk’s reader', () => {
  it('of a member is taken like a typed number: the PIN is asked, then the balance is shown', async () => {
    const { setup, show } = await atMemberScreen();
    await show({ kind: 'stripe', tracks: [`%${MEMBER}?`, '', ''], at: setup.time.clock.monotonic() });
    expect(setup.kiosk.session()).toMatchObject({ phase: 'member', member: { at: 'pin', card: '4711' } });
    await setup.kiosk.memberPin(MEMBER_PIN);
    await setup.settle();
    expect(setup.kiosk.session()).toMatchObject({ member: { at: 'confirm', enough: true } });
  });

  it.each([{ kind: 'none' } as const, { kind: 'challenge', keyId: 'members-1' } as const])(
    'with a chip only names a member, and the PIN is asked all the same (proof: $kind)',
    async (proof) => {
      const { setup, show } = await atMemberScreen();
      const at = setup.time.clock.monotonic();
      await show({ kind: 'contactless', uid: UID, technology: 'iso14443a', proof, at });
      const card = numberOfChip('uid', UID);
      expect(setup.kiosk.session()).toMatchObject({ phase: 'member', member: { at: 'pin', card: card.slice(-4) } });
      expect(setup.office.members.account.balance).toBe(20_000);
      await setup.kiosk.memberPin(MEMBER_PIN);
      await setup.settle();
      // Nobody is registered under it.
      expect(setup.kiosk.session()).toMatchObject({ member: { at: 'card', problem: 'card-unknown' } });
    },
  );

  it.each([
    ['payment-card', { kind: 'payment-card-refused' }],
    ['payment-card', { kind: 'stripe', tracks: ['%B4761739001010010^A/B^2212201019800?', ';4761739001010010=22122010198?'] }],
    ['unreadable', { kind: 'unreadable' }],
    ['not-a-member-card', { kind: 'stripe', tracks: ['%SOMETHING ELSE?'] }],
  ] as const)('that is no member’s is refused with its sentence (%s), on any screen, and nothing of it is kept', async (problem, read) => {
    const { setup, show } = await atMemberScreen();
    await show({ ...read, at: setup.time.clock.monotonic() } as CardRead);
    await setup.kiosk.leave();
    await show({ ...read, at: setup.time.clock.monotonic() } as CardRead);
    expect(setup.notices.map((notice) => notice.problem)).toEqual([
      { kind: 'card', problem },
      { kind: 'card', problem },
    ]);
    const stored = JSON.stringify([setup.events(), setup.logged, setup.sessions, setup.ledger.database.prepare('SELECT * FROM sale').all()]);
    expect(stored).not.toMatch(/4761739001010010|SOMETHING ELSE/);
  });

  it('means nothing where no card is asked for, and a keypad’s keys never do', async () => {
    const setup = await setUpKiosk();
    await show(setup, { kind: 'stripe', tracks: [`%${MEMBER}?`] });
    await show(setup, { kind: 'keypad', keys: '2468#' });
    expect(setup.kiosk.session()).toEqual({ phase: 'idle' });
    expect(setup.notices.map((notice) => notice.problem)).toEqual([{ kind: 'wrong-kind', reason: 'member-card' }]);
  });
});
