import { describe, expect, it } from 'vitest';
import { LIMITS } from '#core/base/limits.ts';
import { hours, milliseconds, minutes, seconds } from '#core/base/time.ts';
import type { HealthState } from '#core/ports/health.ts';
import { QR } from './fake-box-office.ts';
import { SEATS, SHOW } from './fake-programme.ts';
import { READY, setUpKiosk } from './kiosk-setup.ts';
import { createScriptedTerminal } from './scripted-terminal.ts';

const CARD = { method: 'card-terminal', name: { zh: '银行卡', en: 'Card' } } as const;

async function atTerminal(count = 2) {
  const terminal = createScriptedTerminal(() => setup.settle());
  const device: { state: HealthState } = { state: READY };
  const setup = await setUpKiosk({ terminal: () => terminal.port, terminalState: () => device.state });
  setup.office.methods = [QR, CARD];
  await setup.choose(count);
  await setup.settle();
  await setup.kiosk.pay();
  await setup.kiosk.choosePayment({ method: 'card-terminal', provider: undefined });
  await setup.settle();
  const rows = () => setup.ledger.database.prepare<[], { stage: string; ending: string | null }>('SELECT stage, ending FROM terminal_booking').all();
  const status = () => [...setup.office.attempts.values()].map((attempt) => attempt.status);
  /** The guest at the terminal pays, has the tickets and goes. */
  const finish = async () => {
    terminal.approve();
    await setup.settle();
    await terminal.askGoods();
    await setup.printer.printAll();
    await setup.kiosk.leave();
  };
  /** The next guest takes one seat and pays at the terminal. */
  const begin = async (seatId: (typeof SEATS)[number] | undefined) => {
    if (seatId === undefined) throw new Error('the hall is too small');
    await setup.kiosk.confirmSeats({ showId: SHOW, seats: [{ seatId, ticketType: 'adult' }], submitTotal: { minor: 4_800, currency: 'CNY' } });
    await setup.kiosk.pay();
    await setup.kiosk.choosePayment({ method: 'card-terminal', provider: undefined });
    await setup.settle();
  };
  return { ...setup, terminal, device, rows, status, finish, begin };
}

describe('a payment at the card terminal', () => {
  it('is written down before the terminal is asked, shows its words, and stands when the box office has confirmed', async () => {
    const { kiosk, terminal, office, rows, ...setup } = await atTerminal();
    expect(terminal.asked).toHaveLength(1);
    const [key = ''] = terminal.asked;
    const steps = setup.ledger.database.prepare<[string], string>('SELECT what FROM journal_step WHERE owner_id = ? ORDER BY position').pluck();
    expect(steps.all(key)).toEqual(['terminal authorise']);
    terminal.say('Karte 4111 1111 1111 1111 vorhalten');
    expect(kiosk.session()).toMatchObject({ phase: 'paying', method: 'card-terminal', terminalText: 'Karte **** vorhalten' });
    expect(kiosk.session()).not.toHaveProperty('terminalPrompt');
    terminal.say('Bitte warten', 'wait');
    expect(kiosk.session()).toMatchObject({ terminalText: 'Bitte warten', terminalPrompt: 'wait' });

    office.trouble.set('reportTerminal', 'lost');
    terminal.approve();
    await setup.settle();
    expect(await terminal.askGoods()).toBe('wait');
    office.trouble.clear();
    await setup.advance(seconds(2));
    expect(await terminal.askGoods()).toBe('goods-issued');
    await setup.printer.printAll();
    expect(kiosk.session()).toMatchObject({ phase: 'done', printed: 2 });
    expect(office.reports).toEqual(['paid']);
    expect(rows()).toEqual([{ stage: 'ended', ending: 'paid' }]);
  });

  it('that the bank refuses leaves the guest uncharged, and she may try again', async () => {
    const { kiosk, terminal, office, ...setup } = await atTerminal();
    await terminal.end({ kind: 'declined', reason: 'card-refused' });
    await setup.settle();
    expect(office.reports).toEqual(['failed']);
    expect(kiosk.session()).toMatchObject({ phase: 'payment-failed', money: 'not-charged' });
    expect(terminal.booked.size).toBe(0);
  });

  it('that the terminal took back before anybody heard of it is not taken for the next one', async () => {
    const { kiosk, terminal, office, ...setup } = await atTerminal();
    const receipt = { terminalId: '29001006', trace: '000007', amount: { minor: 1_200, currency: 'CNY' }, at: '2026-10-31T10:00:00.000Z' } as const;
    await terminal.end({ kind: 'reversed', receipt });
    expect(office.reports).toEqual(['failed']);
    await setup.restart(minutes(20));
    await setup.choose(1);
    await kiosk.pay();
    await kiosk.choosePayment({ method: 'card-terminal', provider: undefined });
    await setup.settle();
    const before = setup.ledger.database.prepare<[], string | null>('SELECT before FROM terminal_booking ORDER BY opened_at').pluck().all();
    expect(before.map((text) => JSON.parse(text ?? 'null'))).toEqual([null, receipt]);
  });

  it('that an older copy of the disk does not know is not mistaken for the newest one that it does know', async () => {
    const { terminal, office, ...setup } = await atTerminal(1);
    await setup.finish();
    const { database } = setup.ledger;
    const [first] = terminal.booked.values();
    const known = new Set(database.prepare<[], string>('SELECT attempt_key FROM terminal_booking').pluck().all());
    await setup.begin(SEATS[2]);
    const lost = terminal.asked.at(-1) ?? '';
    expect(known).not.toContain(lost);
    terminal.keepAndForget();
    database.prepare('DELETE FROM terminal_booking WHERE attempt_key = ?').run(lost);
    database.prepare(`DELETE FROM sale WHERE stage <> 'ended'`).run();
    await setup.powerCut(minutes(20));
    await setup.advance(milliseconds(LIMITS.sale.dutiesEvery * 2));
    const before = database.prepare<[string], string>('SELECT before FROM terminal_booking WHERE attempt_key = ?').pluck();
    expect(JSON.parse(before.get(lost) ?? 'null')).toEqual(first);
    expect([terminal.booked.size, office.attempts.get(lost)?.status]).toEqual([1, 'failed']);
  });

  it('for which the terminal tells of another order’s booking is left to a person, and the terminal is asked no more', async () => {
    const { terminal, office, rows, ...setup } = await atTerminal(1);
    await setup.finish();
    await setup.begin(SEATS[2]);
    const lost = terminal.asked.at(-1) ?? '';
    terminal.keepAndForget();
    terminal.inquiries = 'newest';
    const attempt = office.attempts.get(lost);
    if (attempt === undefined) throw new Error('the second payment was not begun');
    office.attempts.set(lost, { ...attempt, status: 'unknown' });
    const { database } = setup.ledger;
    // The disk is of a time before any booking.
    database.exec(`DELETE FROM terminal_booking; DELETE FROM sale WHERE stage <> 'ended'`);
    await setup.powerCut(minutes(20));
    await setup.advance(hours(6));
    expect(rows()).toEqual([{ stage: 'ended', ending: 'person' }]);
    expect(terminal.inquired()).toBe(1);
    await setup.powerCut(minutes(20));
    await setup.advance(hours(6));
    expect(terminal.inquired()).toBe(1);
    expect([terminal.booked.size, office.attempts.get(lost)?.status]).toEqual([1, 'unknown']);
    expect(setup.saleSteps()).toContain('stopped');
    // Once: from then on the box office knows it.
    expect(office.reports.filter((outcome) => outcome === 'left-to-person')).toHaveLength(1);
  });

  it('that was left to a person is told to the box office, and ends with it, also when the terminal never comes back', async () => {
    const { terminal, device, office, rows, ...setup } = await atTerminal();
    const [key = ''] = terminal.asked;
    terminal.approve();
    await setup.settle();
    await terminal.askGoods();
    terminal.reversals = 'refused';
    office.trouble.set('reportTerminal', 'lost');
    office.phone('refunding');
    await setup.advance(milliseconds(LIMITS.sale.dutiesEvery * 3));
    expect(rows()).toEqual([{ stage: 'ended', ending: 'person' }]);
    device.state = { kind: 'absent', reasons: [] };
    await setup.powerCut(minutes(20));
    office.trouble.clear();
    await setup.advance(milliseconds(LIMITS.sale.dutiesEvery * 3));
    const attempt = office.attempts.get(key);
    expect(attempt).toMatchObject({ status: 'refunding', needsPerson: true });
    if (attempt !== undefined) office.attempts.set(key, { ...attempt, status: 'refunded' });
    await setup.advance(milliseconds(LIMITS.sale.dutiesEvery * 3));
    expect(rows()).toEqual([{ stage: 'ended', ending: 'reversed' }]);
  });

  it.each([
    ['booked', 'succeeded', 'paid'],
    ['kept, and the terminal took it back all the same', 'succeeded', 'reversed'],
    ['not booked', 'closed', 'no-money'],
    ['given back', 'refunded', 'reversed'],
    ['lost by the box office', undefined, 'forgotten'],
  ] as const)('that was left to a person is kept open until the box office has an end of it: %s', async (_, status, ending) => {
    const { terminal, office, rows, ...setup } = await atTerminal();
    const tookItBack = status === 'succeeded' && ending === 'reversed';
    const [key = ''] = terminal.asked;
    terminal.approve();
    await setup.settle();
    await terminal.askGoods();
    terminal.reversals = 'refused';
    office.phone('refunding');
    const look = () => setup.advance(milliseconds(LIMITS.sale.dutiesEvery * 3));
    await look();
    const attempt = office.attempts.get(key);
    if (attempt === undefined) throw new Error('the payment was not begun');
    expect([attempt.needsPerson, rows()]).toEqual([true, [{ stage: 'ended', ending: 'person' }]]);
    await setup.powerCut(minutes(20));
    await look();
    expect(rows()).toEqual([{ stage: 'ended', ending: 'person' }]);
    if (tookItBack) setup.ledger.database.exec('UPDATE terminal_booking SET reversal = receipt');
    if (status === undefined) office.attempts.delete(key);
    else office.attempts.set(key, { ...attempt, status });
    await look();
    expect(rows()).toEqual([{ stage: 'ended', ending }]);
    const isTold = setup.events().filter((event) => event.t === 'audit' && event.d.action === 'order-unknown').length;
    expect(isTold).toBe(status === undefined ? 1 : 0);
    const asked = office.made.filter((name) => name === 'readPayment').length;
    await look();
    expect(office.made.filter((name) => name === 'readPayment')).toHaveLength(asked);
  });

  it('is told from the newest one before it, also when the clock was set back between the two and the kiosk started anew', async () => {
    const setup = await atTerminal(1);
    await setup.finish();
    setup.time.jumpWall(hours(-3));
    await setup.begin(SEATS[1]);
    await setup.finish();
    await setup.restart(minutes(20));
    await setup.begin(SEATS[2]);
    const before = setup.ledger.database.prepare<[], string | null>('SELECT before FROM terminal_booking').pluck().all();
    expect(before.map((text) => JSON.parse(text ?? 'null')?.trace).sort()).toEqual(['000001', '000002', undefined]);
  });

  it('that is approved after the guest cancelled is booked back by the terminal', async () => {
    const { kiosk, terminal, office, status, ...setup } = await atTerminal();
    await kiosk.cancel();
    expect(terminal.aborts()).toBe(1);
    expect([...office.seats.values()]).toEqual(['held', 'held']);
    terminal.approve();
    expect(await terminal.askGoods()).toBe('not-issued');
    await setup.advance(seconds(5));
    expect(terminal.booked.size).toBe(0);
    expect(status()).toEqual(['failed']);
    expect(office.seats.size).toBe(0);
    expect(kiosk.session()).toEqual({ phase: 'idle' });
  });

  it('whose outcome nobody heard is asked about until it is known: paid', async () => {
    const { kiosk, terminal, office, phase, ...setup } = await atTerminal();
    terminal.inquiries = 'unknown';
    terminal.approve();
    office.trouble.set('reportTerminal', 'lost');
    await terminal.lose();
    await setup.advance(LIMITS.sale.unknownToClaim);
    office.trouble.clear();
    await setup.advance(seconds(70));
    expect(phase()).toMatch(/payment-unknown|printing/);
    terminal.inquiries = 'truth';
    for (let turn = 0; turn < 60 && phase() !== 'printing'; turn++) await setup.advance(seconds(2));
    await setup.printer.printAll();
    expect(office.order().status).toBe('confirmed');
    expect(terminal.booked.size).toBe(1);
    expect(kiosk.session().phase).toBe('done');
  });

  it('whose outcome nobody heard is asked about until it is known: not booked', async () => {
    const { kiosk, terminal, status, ...setup } = await atTerminal();
    terminal.inquiries = 'unknown';
    await terminal.lose();
    await setup.advance(seconds(5));
    expect(kiosk.session()).toMatchObject({ phase: 'payment-unknown', money: 'checking' });
    expect((await kiosk.pay()).reply).toEqual({ kind: 'not-now' });
    terminal.inquiries = 'truth';
    await setup.advance(seconds(30));
    expect(status()).toEqual(['failed']);
    expect(kiosk.session()).toMatchObject({ phase: 'payment-failed', money: 'not-charged' });
  });

  it('is not offered while another one is open there, nor while the terminal is away', async () => {
    const { kiosk, terminal, ...setup } = await atTerminal();
    terminal.inquiries = 'unknown';
    await terminal.lose();
    await setup.advance(minutes(2));
    await kiosk.leave();
    const seats = SEATS.slice(2).map((seatId) => ({ seatId, ticketType: 'adult' as const }));
    await kiosk.confirmSeats({ showId: SHOW, seats, submitTotal: { minor: 4_800, currency: 'CNY' } });
    await setup.settle();
    await kiosk.pay();
    await setup.settle();
    expect(kiosk.session()).toMatchObject({ phase: 'paying', method: 'qr' });
    expect(terminal.asked).toHaveLength(1);
  });

  it('is given back by the terminal when the box office asks for it', async () => {
    const { terminal, office, ...setup } = await atTerminal();
    terminal.approve();
    await setup.settle();
    await terminal.askGoods();
    await setup.printer.printAll();
    office.phone('refunding');
    await setup.advance(milliseconds(LIMITS.sale.dutiesEvery * 2));
    expect(terminal.booked.size).toBe(0);
    expect(office.reports).toEqual(['paid', 'reversed']);
  });

  it('that the terminal will not reverse is left to a person', async () => {
    const { terminal, office, rows, ...setup } = await atTerminal();
    terminal.approve();
    await setup.settle();
    await terminal.askGoods();
    terminal.reversals = 'refused';
    office.phone('refunding');
    await setup.advance(milliseconds(LIMITS.sale.dutiesEvery * 3));
    expect(rows()).toEqual([{ stage: 'ended', ending: 'person' }]);
    expect(setup.saleSteps()).toContain('stopped');
  });

  it.each(['before the approval', 'after the approval', 'after the confirmation'] as const)('survives a power cut %s', async (when) => {
    const { terminal, office, ...setup } = await atTerminal();
    if (when === 'after the approval') office.trouble.set('reportTerminal', 'lost');
    if (when !== 'before the approval') terminal.approve();
    await setup.settle();
    terminal.keepAndForget();
    await setup.restart();
    office.trouble.clear();
    await setup.advance(minutes(2));
    await setup.kiosk.leave();
    await setup.advance(minutes(2));
    expect(terminal.asked).toHaveLength(1);
    const paid = terminal.booked.size === 1;
    expect(paid).toBe(when !== 'before the approval');
    expect(office.order().status).toBe(paid ? 'confirmed' : 'cancelled');
    expect(setup.fatal).toEqual([]);
  });
});
