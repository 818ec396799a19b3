import { describe, expect, it } from 'vitest';
import { Order } from '#core/contract/box-office/sales.ts';
import { SearchAnswer } from '#core/contract/local/usher.ts';
import { SHOW, SITE, ticketId, ticketRow } from '../validity/fake-box-office.ts';
import { usherWorld } from './usher-world.ts';

const TICKET = ticketRow(1);

const searching = async () => {
  const world = await usherWorld();
  const ann = await world.signIn('111111');
  const search = async (query: string) => {
    const answer = await world.desk().search(ann, query);
    return answer.kind === 'done' ? SearchAnswer.parse(answer.found) : answer;
  };
  return { ...world, ann, search };
};
const none = (kind: string) => ({ kind, tickets: [] });

const BOTH = { zh: '无', en: 'none' };
const MONEY = { currency: 'CNY', minor: 0 } as const;

const orderOf = (...numbers: readonly number[]): Order =>
  Order.parse({
    id: '261031-7F3KQ2XD',
    status: 'confirmed',
    showId: SHOW,
    lines: [],
    total: MONEY,
    createdAt: '2026-10-31T10:00:00.000Z',
    holdUntil: '2026-10-31T10:10:00.000Z',
    pickUpCode: '123456789012',
    tickets: numbers.map((number) => ({
      id: ticketId(number),
      seatId: `S${number}`,
      ticketType: 'adult',
      status: 'valid',
      printState: 'pending',
      face: {
        siteId: SITE,
        siteName: BOTH,
        filmTitle: { zh: '示例影片', en: 'Sample Film' },
        language: BOTH,
        format: [],
        rating: '',
        runningTime: 100,
        screenName: { zh: '3号厅', en: 'Screen 3' },
        row: '7',
        number: '12',
        zoneName: BOTH,
        ticketTypeName: BOTH,
        startsAt: '2026-10-31T11:30:00.000Z',
        endsAt: '2026-10-31T13:30:00.000Z',
        timeZone: 'Asia/Shanghai',
        price: MONEY,
        fee: MONEY,
        paymentMethod: BOTH,
        soldAt: '2026-10-31T10:00:00.000Z',
        channel: BOTH,
        machine: 'kiosk-1',
        showId: SHOW,
        orderId: '261031-7F3KQ2XD',
        position: 1,
        count: numbers.length,
        antiForgery: '0000 0000',
        needsProof: false,
      },
    })),
  });

describe('a search', () => {
  it('finds a ticket by its number, with what the gates know', async () => {
    const world = await searching();
    expect(await world.search(` ${TICKET.id} `)).toEqual({
      kind: 'ticket-number',
      tickets: [
        {
          id: TICKET.id,
          showId: SHOW,
          filmTitle: { zh: '示例影片', en: 'Sample Film' },
          screenName: { zh: '3号厅', en: 'Screen 3' },
          startsAt: '2026-10-31T11:30:00.000Z',
          entryFrom: '2026-10-31T10:50:00.000Z',
          seatLabel: '5-01',
          standing: 'valid',
          needsProof: false,
          used: 0,
          admits: 1,
        },
      ],
    });
    await world.atGate1(world.code(TICKET));
    expect(await world.search(TICKET.id)).toMatchObject({ tickets: [{ used: 1, lastEntry: { lane: 'gate-1', machine: 'gate-a' } }] });
    expect(await world.search(ticketId(99))).toEqual(none('ticket-number'));
  });

  it('finds a ticket by a code that proves itself, and looks nothing up by one that does not', async () => {
    const world = await searching();
    const good = world.code(TICKET);
    expect(await world.search(good)).toMatchObject({ kind: 'ticket', tickets: [{ id: TICKET.id }] });
    const forged = good.slice(0, -4) + (good.endsWith('0000') ? '1111' : '0000');
    expect(await world.search(forged)).toEqual(none('forged-ticket'));
    expect(await world.search(good.slice(0, -1))).toEqual(none('damaged-ticket'));
  });

  it.each([
    ['134567890123456789', 'payment-code'],
    ['123456789012', 'pick-up-code'],
    ['13812345678', 'phone'],
    ['\u0007', 'unreadable'],
    ['', 'unreadable'],
    ['hello', 'unknown'],
    ["x' OR 1=1 --", 'unknown'],
    [`36090702${'7'.repeat(172)}`, 'ticket-info-code'],
    [`12345678${'7'.repeat(172)}`, 'other-cinema'],
  ])('says that %j is a %s', async (query, kind) => {
    const { search } = await searching();
    expect(await search(query)).toEqual(none(kind));
  });

  it('asks the box office for an order, and adds what the gates know of its tickets', async () => {
    const world = await searching();
    const asked: string[] = [];
    world.outside.readOrder = async ({ params }) => {
      asked.push(params.orderId);
      return { ok: true, value: orderOf(1, 50) };
    };
    await world.atGate1(world.code(TICKET));
    expect(await world.search('261031-7f3kq2xd')).toMatchObject({
      kind: 'order-number',
      tickets: [
        { id: TICKET.id, used: 1, seatLabel: '5-01' },
        { id: ticketId(50), used: 0, seatLabel: '7-12' },
      ],
    });
    expect(asked).toEqual(['261031-7F3KQ2XD']);
    // What only the order knew can be let in now.
    const let50in = await world.desk().override(world.ann, { of: { ticketId: ticketId(50) }, why: 'code-unreadable', note: '', pin: '222222' });
    expect(let50in).toMatchObject({ kind: 'done', verdict: { ticket: { id: ticketId(50), seatLabel: '7-12' } } });
  });

  it('tells an order that does not exist from a box office that is away', async () => {
    const world = await searching();
    expect(await world.search('261031-7F3KQ2XD')).toEqual({ kind: 'refused', refusal: { code: 'unavailable' } });
    world.outside.readOrder = async () => ({
      ok: false,
      error: { kind: 'bad-answer', fault: { code: 'E-BOX-MISSING', owner: 'peer', message: 'There is no such order.' } },
    });
    expect(await world.search('261031-7F3KQ2XD')).toEqual(none('order-number'));
  });
});
