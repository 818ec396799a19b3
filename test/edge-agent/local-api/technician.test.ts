import { describe, expect, it, onTestFinished } from 'vitest';
import type { BorrowedLight } from '#agent/devices/stable-ports.ts';
import { openLedger } from '#agent/ledger/ledger.ts';
import { createTechnician, type TechnicianParts } from '#agent/local-api/technician.ts';
import { systemRandom } from '#agent/runtime/clock.ts';
import { FaultError } from '#core/base/fault.ts';
import { err, ok } from '#core/base/result.ts';
import { seconds } from '#core/base/time.ts';
import { DeviceId, LaneId, MachineId } from '#core/contract/identifiers.ts';
import { TechnicianState } from '#core/contract/local/technician.ts';
import type { ReleaseOutcome } from '#core/ports/gate-controller.ts';
import { type DeviceClass, type DeviceHealth, type HealthReason, type HealthState, NO_TRAFFIC } from '#core/ports/health.ts';
import type { PrintOutcome } from '#core/ports/ticket-printer.ts';
import { createVirtualTime } from '../../support/virtual-time.ts';

const PRINTER = DeviceId.parse('ticket-printer');
const GATE = DeviceId.parse('gate-controller');
const SCANNER = DeviceId.parse('kiosk-scanner');
const LIGHT = DeviceId.parse('gate-light');

const device = (id: string, kind: DeviceClass, state: HealthState): DeviceHealth => ({
  device: id,
  class: kind,
  driver: 'd',
  place: 'simulated',
  state,
  since: createVirtualTime().clock.wall(),
  counters: NO_TRAFFIC,
});
const READY: HealthState = { kind: 'ready', reasons: [] };

function setUp(changes: Partial<TechnicianParts> = {}) {
  const time = createVirtualTime();
  const ledger = openLedger(':memory:', { clock: time.clock, random: systemRandom, boot: 'b' });
  onTestFinished(() => ledger.close());
  const done: string[] = [];
  const audits = () => ledger.database.prepare(`SELECT body FROM outbox WHERE type = 'audit'`).pluck().all().map(String);
  const technician = createTechnician({
    machine: MachineId.parse('lobby-1'),
    software: '0.1.0',
    startedAt: time.clock.wall(),
    clock: time.clock,
    random: systemRandom,
    ledger,
    flows: () => [],
    devices: () => [
      device(PRINTER, 'ticket-printer', READY),
      device(GATE, 'gate-controller', READY),
      device(SCANNER, 'scanner', { kind: 'absent', reasons: ['link-lost'] }),
    ],
    trace: (id) => (id === PRINTER ? [{ number: 1, at: time.clock.wall(), direction: 'out', bytes: 3, text: '100401' }] : undefined),
    discovery: () => undefined,
    assign: () => ok(),
    uplink: () => ({ state: 'connected', since: '2026-10-31T11:00:00.000Z', broker: 'mqtt://x', notAccepted: false, lanes: [] }),
    validity: () => ({ version: null, tickets: 0, ageSeconds: null }),
    boxOffice: () => ({ reachable: true, since: '2026-10-31T11:00:00.000Z', address: 'x' }),
    storage: () => ({ pressure: 'ample', reasons: [], ledgerBytes: 4_096 }),
    clockState: () => ({ offsetMs: null, errorMs: null, widthMs: null, wallOutsideMs: 0, contradicted: false }),
    recentEvents: () => [{ id: 'e1', at: time.clock.wall(), type: 'newer', body: '{}', acknowledged: false }],
    printer: () => ({
      powerCycled: () => done.push('power-cycled'),
      print: async (job) => {
        job.beforeFirstByte();
        done.push(`print after ${audits().length} audits`);
        return { kind: 'printed', evidence: 'cut-confirmed' };
      },
    }),
    gate: () => ({
      release: async ({ reason }) => {
        done.push(`release ${reason.kind} after ${audits().length} audits`);
        return { kind: 'released' };
      },
      expectRelease: () => undefined,
      secure: async () => ({ ok: true, value: undefined }),
      onInput: () => {},
    }),
    light: () => ({ borrow: () => lightFor(done, audits) }),
    timers: time.timers,
    testPage: () => ({ columns: 48, blocks: [], cut: 'full' }),
    ...changes,
  });
  return { technician, done, audits, time };
}

/** A light that somebody has borrowed. */
function lightFor(done: string[], audits: () => string[]): BorrowedLight {
  return {
    show: ({ light, beeps }) => {
      done.push(`${light?.colour ?? beeps} after ${audits().length} audits`);
      return 'shown';
    },
    giveBack: () => done.push('given back'),
  };
}

describe("the technician's page", () => {
  it('offers of each class of device only the test that it has', () => {
    const OFFERED: Readonly<Record<DeviceClass, string>> = {
      'ticket-printer': 'test-print',
      'gate-controller': 'test-release',
      'payment-terminal': 'end-of-day',
      scanner: 'none',
      'card-reader': 'none',
      indicator: 'test-light',
    };
    const classes = Object.keys(OFFERED) as DeviceClass[];
    const { technician } = setUp({ devices: () => classes.map((kind) => device(`a-${kind}`, kind, READY)) });
    expect(Object.fromEntries(technician.state().devices.map((row) => [row.class, row.test]))).toEqual(OFFERED);
  });

  it('fits the contract, the worst device first', () => {
    const states: HealthState[] = [
      READY,
      { kind: 'degraded', reasons: ['paper-near-end'] },
      { kind: 'absent', reasons: ['port-missing'] },
      { kind: 'connecting', reasons: [] },
      { kind: 'blocked', reasons: ['paper-out'] },
      { kind: 'faulted', reasons: ['babbling'] },
    ];
    const { technician } = setUp({ devices: () => states.map((state) => device(`printer-${state.kind}`, 'ticket-printer', state)) });
    const state = TechnicianState.parse(technician.state());
    expect(state.devices.map((row) => row.state)).toEqual(['faulted', 'blocked', 'absent', 'degraded', 'connecting', 'ready']);
    expect(state.devices.map((row) => row.test)).toEqual(['test-print', 'test-print', 'none', 'test-print', 'none', 'test-print']);
    expect(state.events).toMatchObject([{ id: 'e1', text: { zh: 'newer' } }]);
  });

  it('shows how quick the lanes are, once somebody came', () => {
    const lane = { lane: LaneId.parse('lane-1'), name: 'Gate 1' };
    const quick = { ...lane, scans: 9, decision: { p50: 0.4, p99: 2.1 }, release: { p50: 0.9, p99: 6.5 } };
    const { technician } = setUp({ lanes: () => [quick, { ...lane, scans: 0, decision: undefined, release: undefined }] });
    expect(TechnicianState.parse(technician.state()).lanes).toEqual([quick, { ...lane, scans: 0 }]);
  });

  it('prints a page, with the audit written before', async () => {
    const { technician, done, audits } = setUp();
    expect(await technician.test(PRINTER)).toMatchObject({ outcome: 'passed' });
    expect(done).toEqual(['print after 1 audits']);
    expect(audits()[0]).toContain('test-print');
  });

  it('lights each lamp in turn, with the audit written before, and gives the light back', async () => {
    const { technician, done, audits, time } = setUp({ devices: () => [device(LIGHT, 'indicator', READY)] });
    expect(technician.state().devices[0]?.test).toBe('test-light');
    const tested = technician.test(LIGHT);
    await time.advance(seconds(1));
    expect(await technician.test(LIGHT)).toMatchObject({ outcome: 'failed', code: 'E-TST-BUSY' });
    await time.advance(seconds(5));
    expect(await tested).toMatchObject({ outcome: 'passed' });
    expect(done).toEqual([...['red', 'amber', 'green', 'blue', 'white', 'one-short'].map((what) => `${what} after 1 audits`), 'given back']);
    expect(audits()).toHaveLength(1);
    expect(audits()[0]).toContain('test-light');
  });

  it('leaves the light to the lane when a guest comes, and says when it went away', async () => {
    for (const [shown, code] of [
      ['taken-back', 'E-TST-LIGHT-NEEDED'],
      ['absent', 'E-DEV-ABSENT'],
    ] as const) {
      const { technician, time } = setUp({
        devices: () => [device(LIGHT, 'indicator', READY)],
        light: () => ({ borrow: () => ({ show: () => shown, giveBack: () => undefined }) }),
      });
      const tested = technician.test(LIGHT);
      await time.settle();
      expect(await tested).toMatchObject({ outcome: 'failed', code });
    }
  });

  it('releases the barrier once, however often it is asked', async () => {
    const { technician, done } = setUp();
    const [first, second] = await Promise.all([technician.test(GATE), technician.test(GATE)]);
    expect(first).toMatchObject({ outcome: 'passed' });
    expect(second).toMatchObject({ outcome: 'failed', code: 'E-TST-BUSY' });
    expect(done).toEqual(['release service-test after 1 audits']);
    expect(await technician.test(GATE)).toMatchObject({ outcome: 'passed' });
  });

  it.each([
    [{ minor: 4_800, currency: 'CNY' }, { outcome: 'passed' }],
    [undefined, { outcome: 'passed', detail: { zh: expect.stringContaining('没有给出合计'), en: expect.stringContaining('no total') } }],
    [
      { minor: 4_900, currency: 'CNY' },
      { outcome: 'failed', code: 'E-TRM-TOTALS', detail: { zh: expect.stringContaining('CNY 49.00'), en: expect.stringContaining('CNY 49.00') } },
    ],
  ] as const)('ends the day of the card terminal and says whether the totals agree (%j)', async (theirs, expected) => {
    const terminal = DeviceId.parse('card-terminal');
    const { technician } = setUp({
      devices: () => [device('card-terminal', 'payment-terminal', READY)],
      terminalDay: { isOverdue: () => false, end: async () => ({ kind: 'ended', ours: { minor: 4_800, currency: 'CNY' }, oursCount: 1, theirs }) },
    });
    expect(TechnicianState.parse(technician.state()).devices.map(({ test }) => test)).toEqual(['end-of-day']);
    expect(await technician.test(terminal)).toMatchObject(expected);
  });

  it('says that the end of the card terminal’s day is overdue, of a terminal that is there', () => {
    const rowsOf = (state: HealthState) =>
      setUp({
        devices: () => [device('card-terminal', 'payment-terminal', state)],
        terminalDay: { isOverdue: () => true, end: async () => ({ kind: 'busy' }) },
      }).technician.state().devices;
    expect(rowsOf(READY)).toMatchObject([{ state: 'degraded', reasons: ['day-end-overdue'], test: 'end-of-day' }]);
    expect(rowsOf({ kind: 'absent', reasons: [] })).toMatchObject([{ state: 'absent', reasons: [] }]);
  });

  it('moves nothing when the audit cannot be written', async () => {
    const { technician, done } = setUp({
      ledger: {
        transaction: () => {
          throw new FaultError({ code: 'E-STO-FULL', owner: 'store', message: 'The disk is full.', remedy: 'Free some space.' });
        },
        append: () => '',
      },
    });
    expect(await technician.test(GATE)).toEqual({
      outcome: 'failed',
      code: 'E-STO-FULL',
      detail: { zh: '磁盘已满，无法记账，因此没有执行', en: 'The disk is full.' },
      remedy: { zh: '腾出一些空间。', en: 'Free some space.' },
    });
    expect(done).toEqual([]);
  });

  it('tests nothing that is not there or cannot be tested', () => {
    const { technician } = setUp();
    expect(technician.test(SCANNER)).toBeUndefined();
    expect(technician.test(DeviceId.parse('nothing'))).toBeUndefined();
  });

  it('takes the word that a printer was switched off and on, which is in the audit first', async () => {
    const blocked: HealthState = { kind: 'blocked', reasons: ['needs-power-cycle'] };
    const { technician, done, audits } = setUp({ devices: () => [device(PRINTER, 'ticket-printer', blocked)] });
    expect(technician.state().devices[0]?.test).toBe('power-cycled');
    expect(await technician.test(PRINTER)).toMatchObject({ outcome: 'passed' });
    expect(done).toEqual(['power-cycled']);
    expect(audits().at(-1)).toContain('printer-power-cycled');
  });

  const fault = { code: 'E-X', owner: 'device', message: 'broken' } as const;
  const jam = { code: 'E-PRN-CUT', owner: 'device', message: 'the cutter of the printer is jammed: blade', remedy: 'Free it.' } as const;
  it.each<[PrintOutcome, unknown]>([
    [
      { kind: 'not-printed', fault },
      { code: 'E-X', detail: { zh: 'broken', en: 'broken' } },
    ],
    [
      { kind: 'uncertain', evidence: 'accepted', fault: jam },
      {
        code: 'E-PRN-CUT',
        detail: { zh: '可能已打印：打印机切刀卡住（blade）', en: 'Something may be on paper: the cutter of the printer is jammed: blade' },
        remedy: { zh: '断电，松开切刀，取出卡住的纸，再通电。', en: 'Free it.' },
      },
    ],
  ])('tells a print that failed: %j', async (outcome, told) => {
    const { technician } = setUp({ printer: () => ({ print: async () => outcome, powerCycled: () => undefined }) });
    expect(await technician.test(PRINTER)).toEqual({ outcome: 'failed', ...(told as object) });
  });

  it.each<[ReleaseOutcome, string]>([
    [{ kind: 'expired' }, 'E-GAT-EXPIRED'],
    [{ kind: 'not-released', fault }, 'E-X'],
    [{ kind: 'uncertain', fault }, 'E-X'],
  ])('tells a release that failed: %j', async (outcome, code) => {
    const gate = {
      release: async () => outcome,
      expectRelease: () => undefined,
      secure: async () => ({ ok: true, value: undefined }) as const,
      onInput: () => {},
    };
    const { technician } = setUp({ gate: () => gate });
    expect(await technician.test(GATE)).toMatchObject({ outcome: 'failed', code });
  });
});

describe('which thing a device is', () => {
  it('is said by a technician, and the answer tells whether it counts', () => {
    const said: string[] = [];
    const { technician } = setUp({
      assign: (id, path) => {
        said.push(`${id} ${path ?? 'nothing'}`);
        return path === '/dev/none' ? err({ code: 'E-DEV-NO-PORT', owner: 'operator', message: 'no such port', remedy: 'Look.' }) : ok();
      },
    });
    expect(technician.assign(SCANNER, '/dev/ttyUSB0')).toEqual({
      outcome: 'passed',
      detail: { zh: 'kiosk-scanner 在 /dev/ttyUSB0。', en: 'kiosk-scanner is at /dev/ttyUSB0.' },
    });
    expect(technician.assign(SCANNER, '/dev/none')).toMatchObject({
      outcome: 'failed',
      code: 'E-DEV-NO-PORT',
      detail: { zh: '这个位置没有接可能的设备', en: 'no such port' },
      remedy: { en: 'Look.' },
    });
    expect(technician.assign(SCANNER, undefined)).toMatchObject({
      outcome: 'passed',
      detail: { en: 'kiosk-scanner is what the configuration says.' },
    });
    expect(said).toEqual(['kiosk-scanner /dev/ttyUSB0', 'kiosk-scanner /dev/none', 'kiosk-scanner nothing']);
  });

  it('counts only when it was written down', () => {
    const { technician } = setUp({
      assign: () => {
        throw new FaultError({ code: 'E-STO-FULL', owner: 'operator', message: 'the disk is full' });
      },
    });
    expect(technician.assign(SCANNER, '/dev/ttyUSB0')).toMatchObject({ outcome: 'failed', code: 'E-STO-FULL' });
  });
});

it.each<HealthReason>(['port-busy', 'port-unassigned', 'configuration'])('offers no test of a device that nobody has open (%s)', async (reason) => {
  const { technician } = setUp({ devices: () => [device(GATE, 'gate-controller', { kind: 'blocked', reasons: [reason] })] });
  expect(technician.state().devices[0]?.test).toBe('none');
  expect(technician.test(GATE)).toBeUndefined();
});

it('shows what went over a line, of a device that there is', () => {
  const { technician } = setUp();
  expect(technician.trace(PRINTER)?.entries).toMatchObject([{ direction: 'out', bytes: 3, hex: '100401' }]);
  expect(technician.trace(GATE)).toBeUndefined();
});
