import { describe, expect, it } from 'vitest';
import { Flow } from '#core/contract/local/kiosk.ts';
import { type FlowFacts, flowsOf } from '#core/kiosk/flows.ts';
import type { HealthReason, HealthState } from '#core/ports/health.ts';

const READY: HealthState = { kind: 'ready', reasons: [] };
const gone = (...reasons: HealthReason[]): HealthState => ({ kind: 'absent', reasons });
const WELL: FlowFacts = {
  kiosk: { printers: [READY], scanner: READY },
  lanes: [{ scanner: READY, gate: READY }],
  boxOffice: true,
  network: true,
  data: true,
  store: true,
  pressure: 'ample',
  closed: false,
};

/** `buy+ collect-[scanner]`: what is there, what is not, and what is lost. */
const told = (facts: FlowFacts, shown = (name: string): boolean => !name.startsWith('pay-') && name !== 'receipt'): string =>
  flowsOf(facts)
    .filter(({ name }) => shown(name))
    .map(({ name, available, lost }) => `${name}${available ? '+' : '-'}${lost.length === 0 ? '' : `[${lost.join(',')}]`}`)
    .join(' ');

describe('the flows that are left', () => {
  it.each<[string, Partial<FlowFacts>, string]>([
    ['nothing', {}, 'buy+ collect+ scan+ print+ check+'],
    ['the kiosk to staff', { closed: true }, 'buy-[closed] collect-[closed] scan+ print+ check+'],
    [
      'the ticket printer',
      { kiosk: { printers: [gone('link-lost')], scanner: READY } },
      'buy-[ticket-printer] collect-[ticket-printer] scan+ print-[ticket-printer] check+',
    ],
    [
      'the paper',
      { kiosk: { printers: [{ kind: 'blocked', reasons: ['paper-out'] }], scanner: READY } },
      'buy-[paper] collect-[paper] scan+ print-[paper] check+',
    ],
    [
      'almost the paper',
      { kiosk: { printers: [{ kind: 'degraded', reasons: ['paper-near-end'] }], scanner: READY } },
      'buy+ collect+ scan+ print+ check+',
    ],
    ['the scanner', { kiosk: { printers: [READY], scanner: gone('link-lost') } }, 'buy+ collect+[scanner] scan-[scanner] print+ check+'],
    ['the box office', { boxOffice: false }, 'buy-[box-office] collect-[box-office] scan+ print+ check+'],
    ['the network', { boxOffice: false, network: false }, 'buy-[network] collect-[network] scan+ print+ check+[network]'],
    ['the broker', { network: false }, 'buy+ collect+ scan+ print+ check+[network]'],
    ['the disk', { store: false }, 'buy-[store] collect-[store] scan+ print+ check-[store]'],
    ['room for records: what was sold is still printed', { pressure: 'low' }, 'buy-[store] collect+ scan+ print+ check+'],
    ['all room', { pressure: 'full' }, 'buy-[store] collect+ scan+ print+ check+'],
    ['the validity data', { data: false }, 'buy+ collect+ scan+ print+ check-[data]'],
    ['the turnstile', { lanes: [{ scanner: READY, gate: gone('port-missing') }] }, 'buy+ collect+ scan+ print+ check-[gate-controller]'],
    [
      'one of two lanes',
      {
        lanes: [
          { scanner: gone(), gate: gone() },
          { scanner: READY, gate: READY },
        ],
      },
      'buy+ collect+ scan+ print+ check+',
    ],
  ])('when %s is lost', (_, change, expected) => {
    expect(told({ ...WELL, ...change })).toBe(expected);
  });

  it('with two printers are whole while one is well, and sell only what fits on the paper that is left', () => {
    const short = { kind: 'degraded', reasons: ['paper-near-end', 'paper-short'] } as const;
    const of = (...printers: HealthState[]) => told({ ...WELL, kiosk: { printers, scanner: READY } });
    expect(of(gone('link-lost'), READY)).toBe('buy+ collect+ scan+ print+ check+');
    expect(of(short, READY)).toBe('buy+ collect+ scan+ print+ check+');
    expect(of(gone('link-lost'), short)).toBe('buy-[paper] collect+ scan+ print+ check+');
    expect(of(short)).toBe('buy-[paper] collect+ scan+ print+ check+');
    expect(of(gone('link-lost'), gone())).toMatch(/^buy-\[ticket-printer\]/);
  });

  it.each<[string, Partial<FlowFacts>, string]>([
    ['nothing', {}, 'pay-qr+ pay-code+ receipt+'],
    ['the scanner', { kiosk: { printers: [READY], scanner: gone() } }, 'pay-qr+ pay-code-[scanner] receipt+'],
    ['the printer', { kiosk: { printers: [gone()], scanner: READY } }, 'pay-qr+ pay-code+ receipt-[ticket-printer]'],
    [
      'the card terminal',
      { kiosk: { printers: [READY], scanner: READY, terminal: gone('link-lost') } },
      'pay-qr+ pay-code+ pay-card-[payment-terminal] receipt+',
    ],
    [
      'nothing of a kiosk with a card terminal',
      { kiosk: { printers: [READY], scanner: READY, terminal: READY } },
      'pay-qr+ pay-code+ pay-card+ receipt+',
    ],
    ['the network', { boxOffice: false, network: false }, 'pay-qr-[network] pay-code-[network] receipt+'],
    ['the box office', { boxOffice: false }, 'pay-qr-[box-office] pay-code-[box-office] receipt+'],
    ['the kiosk to staff', { closed: true }, 'pay-qr-[closed] pay-code-[closed] receipt+'],
  ])('of paying, when %s is lost', (_, change, expected) => {
    expect(told({ ...WELL, ...change }, (name) => name.startsWith('pay-') || name === 'receipt')).toBe(expected);
  });

  it('are those of the roles alone', () => {
    const { kiosk: _, ...gateOnly } = WELL;
    expect(told(gateOnly)).toBe('check+');
    expect(told({ ...WELL, lanes: [] })).toBe('buy+ collect+ scan+ print+');
  });

  it('fit the contract, whatever is lost', () => {
    for (const printer of [READY, gone(), { kind: 'connecting', reasons: [] } as const]) {
      for (const bits of Array(16).keys()) {
        const facts = {
          ...WELL,
          kiosk: { printers: [printer], scanner: gone() },
          boxOffice: (bits & 1) === 0,
          network: (bits & 2) === 0,
          data: (bits & 4) === 0,
          store: (bits & 8) === 0,
        };
        for (const flow of flowsOf(facts)) expect(Flow.parse(flow).available || flow.lost.length > 0).toBe(true);
      }
    }
  });
});
