import { describe, expect, it } from 'vitest';
import { seconds } from '#core/base/time.ts';
import { MemberCardCode } from '#core/contract/box-office/sales.ts';
import { QR } from './fake-box-office.ts';
import { MEMBER, MEMBER_PIN } from './fake-members.ts';
import { PAPER_OUT, setUpKiosk } from './kiosk-setup.ts';

const CODE = '134567890123456789';
const METHODS = [
  QR,
  { method: 'payment-code', name: { zh: '付款码', en: 'Payment code' } },
  { method: 'member', name: { zh: '会员', en: 'Member' } },
] as const;

async function choosing() {
  const setup = await setUpKiosk();
  setup.office.methods = [...METHODS];
  await setup.choose(2);
  await setup.settle();
  await setup.kiosk.pay();
  const stored = () =>
    ['sale', 'journal_step', 'outbox', 'terminal_booking']
      .flatMap((table) => setup.ledger.database.prepare(`SELECT * FROM ${table}`).all())
      .map((row) => JSON.stringify(row))
      .concat(setup.logged, JSON.stringify(setup.sessions), JSON.stringify(setup.notices))
      .join('\n');
  return { ...setup, stored, take: (method: 'payment-code' | 'member') => setup.kiosk.choosePayment({ method, provider: undefined }) };
}

describe('the ways to pay', () => {
  it('are those of the site that this machine can do; back leads to them, and from them to the review', async () => {
    const { kiosk, take } = await choosing();
    expect(kiosk.session()).toMatchObject({ phase: 'choose-payment', tiles: METHODS });
    await take('payment-code');
    expect(kiosk.session().phase).toBe('present-code');
    await kiosk.back();
    expect(kiosk.session().phase).toBe('choose-payment');
    await kiosk.back();
    expect(kiosk.session().phase).toBe('review');
    expect((await kiosk.choosePayment({ method: 'card-terminal', provider: undefined })).reply).toEqual({ kind: 'not-now' });
  });

  it('lose the payment code with the scanner', async () => {
    const { kiosk } = await choosing();
    await kiosk.back();
    kiosk.scannerHealth(PAPER_OUT);
    await kiosk.pay();
    expect(kiosk.session()).toMatchObject({ tiles: [METHODS[0], METHODS[2]] });
  });

  it('end with the hold', async () => {
    const { phase, ...setup } = await choosing();
    await setup.advance(seconds(9 * 60));
    expect(phase()).toBe('hold-expired');
    expect(setup.office.seats.size).toBe(0);
  });
});

describe('a payment code', () => {
  it('goes to the box office and nowhere else', async () => {
    const { kiosk, office, take, stored, ...setup } = await choosing();
    await setup.scan(CODE);
    expect(office.asked).toEqual([]);
    await take('payment-code');
    await setup.scan(CODE);
    expect(office.asked).toMatchObject([{ method: 'payment-code', code: CODE }]);
    expect(kiosk.session()).toMatchObject({ phase: 'paying', method: 'payment-code' });
    office.phone('succeeded');
    await setup.advance(seconds(2));
    await setup.printer.printAll();
    expect(kiosk.session().phase).toBe('done');
    expect(stored()).not.toContain(CODE);
  });

  it('is asked for again when something else was held under the scanner', async () => {
    const { kiosk, take, notices, ...setup } = await choosing();
    await take('payment-code');
    await setup.scan('482917305662');
    expect(kiosk.session().phase).toBe('present-code');
    expect(notices.at(-1)?.problem).toEqual({ kind: 'wrong-for-payment', wanted: 'payment-code' });
  });

  it('whose call got no answer is looked up, not sent to be paid a second time', async () => {
    const { kiosk, office, take, ...setup } = await choosing();
    await take('payment-code');
    office.trouble.set('startPayment', 'deaf');
    office.trouble.set('readOrder', 'lost');
    await setup.scan(CODE);
    await setup.advance(seconds(10));
    expect(kiosk.session()).toMatchObject({ phase: 'payment-unknown', money: 'checking' });
    office.trouble.clear();
    office.phone('succeeded');
    await setup.advance(seconds(3));
    await setup.printer.printAll();
    expect(kiosk.session().phase).toBe('done');
    expect(office.attempts.size).toBe(1);
  });

  it('that the power cut off is looked up, and given up when it never arrived', async () => {
    for (const how of ['lost', 'deaf'] as const) {
      const { office, take, ...setup } = await choosing();
      await take('payment-code');
      office.trouble.set('startPayment', how);
      await setup.scan(CODE);
      await setup.restart();
      office.trouble.clear();
      await setup.kiosk.leave();
      await setup.advance(seconds(60));
      expect(office.order().status).toBe('cancelled');
      expect(office.asked.length).toBe(how === 'deaf' ? 1 : 0);
    }
  });
});

describe('a member', () => {
  it('sees the balance before anything is taken, and pays', async () => {
    const { kiosk, office, take, stored, ...setup } = await choosing();
    await take('member');
    await setup.scan(MEMBER);
    expect(kiosk.session()).toMatchObject({ phase: 'member', member: { at: 'pin', card: '4711' } });
    await kiosk.memberPin('1111');
    await setup.settle();
    expect(kiosk.session()).toMatchObject({ member: { at: 'pin', problem: 'wrong-pin', triesLeft: 2 } });
    await kiosk.memberPin(MEMBER_PIN);
    await setup.settle();
    expect(kiosk.session()).toMatchObject({ member: { at: 'confirm', balance: { minor: 20_000 }, enough: true } });
    expect(office.members.account.balance).toBe(20_000);
    await kiosk.memberConfirm();
    await setup.settle();
    await setup.printer.printAll();
    expect(kiosk.session().phase).toBe('done');
    expect(office.members.account.balance).toBe(20_000 - 9_600);
    expect(stored()).not.toContain(MEMBER);
    expect(stored()).not.toContain(`"${MEMBER_PIN}"`);
  });

  it('whose PIN was changed between the balance and the payment is asked for it again, there', async () => {
    const { kiosk, office, take, stored, ...setup } = await choosing();
    await take('member');
    await setup.scan(MEMBER);
    await kiosk.memberPin(MEMBER_PIN);
    await setup.settle();
    office.members.account.pin = '9753';
    await kiosk.memberConfirm();
    await setup.settle();
    expect(kiosk.session()).toMatchObject({ phase: 'member', member: { at: 'pin', card: '4711', problem: 'wrong-pin', triesLeft: 2 } });
    await kiosk.memberPin('9753');
    await setup.settle();
    await kiosk.memberConfirm();
    await setup.settle();
    await setup.printer.printAll();
    expect(kiosk.session().phase).toBe('done');
    expect(office.members.account.balance).toBe(20_000 - 9_600);
    expect(stored()).not.toContain(MEMBER);
    expect(stored()).not.toContain('"9753"');
  });

  it('whose card is locked by that try is told so, and nothing is taken', async () => {
    const { kiosk, office, take, ...setup } = await choosing();
    await take('member');
    await setup.scan(MEMBER);
    await kiosk.memberPin(MEMBER_PIN);
    await setup.settle();
    Object.assign(office.members.account, { pin: '9753', triesLeft: 1 });
    await kiosk.memberConfirm();
    await setup.settle();
    expect(kiosk.session()).toMatchObject({ phase: 'member', member: { at: 'card', problem: 'card-locked' } });
    expect(office.members.account.balance).toBe(20_000);
  });

  it('whose answer came late has forgotten the card, and asks for it again', async () => {
    const { kiosk, office, take, ...setup } = await choosing();
    await take('member');
    await setup.scan(MEMBER);
    await kiosk.memberPin(MEMBER_PIN);
    await setup.settle();
    office.members.account.pin = '9753';
    office.trouble.set('startPayment', 'deaf');
    await kiosk.memberConfirm();
    await setup.advance(seconds(8));
    office.trouble.clear();
    await setup.advance(seconds(8));
    expect(kiosk.session()).toMatchObject({ phase: 'member', member: { at: 'card' } });
    expect(office.members.account.balance).toBe(20_000);
  });

  it('with too little on the card, or a card that nobody knows, pays nothing', async () => {
    const { kiosk, office, take, ...setup } = await choosing();
    office.members.account.balance = 100;
    await take('member');
    await kiosk.memberCard(MemberCardCode.parse('MC0000000000000001'));
    await kiosk.memberPin(MEMBER_PIN);
    await setup.settle();
    expect(kiosk.session()).toMatchObject({ member: { at: 'card', problem: 'card-unknown' } });
    await kiosk.memberCard(MemberCardCode.parse(MEMBER));
    await kiosk.memberPin(MEMBER_PIN);
    await setup.settle();
    expect(kiosk.session()).toMatchObject({ member: { at: 'confirm', enough: false } });
    expect((await kiosk.memberConfirm()).reply).toEqual({ kind: 'not-now' });
    expect(office.asked).toEqual([]);
  });
});
