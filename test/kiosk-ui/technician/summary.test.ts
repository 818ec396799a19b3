import { expect, test } from 'vitest';
import { instant, toIso } from '#core/base/time.ts';
import { MachineId } from '#core/contract/identifiers.ts';
import { DeviceRow } from '#core/contract/local/technician.ts';
import { REASON, REMEDY } from '#core/ports/health-words.ts';
import { PRESSURE_REASONS } from '#core/store/pressure.ts';
import { placeWords, reasonWords, TONE_OF_DEVICE, toLookAt } from '../../../kiosk-ui/technician/summary.ts';
import { agoWords, spanWords } from '../../../kiosk-ui/technician/time-words.ts';
import { PRESSURE_REASON, pressureReason } from '../../../kiosk-ui/text/storage.ts';
import { device, technicianState } from '../support/sample-technician.ts';
import { conflictAt } from '../support/sample-usher.ts';

const now = instant(Date.UTC(2026, 1, 17, 11));

test('a machine that is well has nothing to look at', () => {
  expect(toLookAt(technicianState(now))).toBe(0);
});

test.each(DeviceRow.shape.state.options)('a device that is %s counts as its tone says', (state) => {
  const isBad = TONE_OF_DEVICE[state] === 'bad' || TONE_OF_DEVICE[state] === 'warn';
  expect(toLookAt(technicianState(now, { devices: [device({ class: 'scanner', state }, now)] }))).toBe(isBad ? 1 : 0);
});

test('connected but not accepted is not well', () => {
  const { uplink } = technicianState(now);
  expect(toLookAt(technicianState(now, { uplink: { ...uplink, notAccepted: true } }))).toBe(1);
  expect(toLookAt(technicianState(now, { uplink: { ...uplink, state: 'waiting' } }))).toBe(1);
});

test('no data and no box office are two things', () => {
  const { boxOffice } = technicianState(now);
  const lost = { validity: { version: null, tickets: 0, ageSeconds: null }, boxOffice: { ...boxOffice, reachable: false } };
  expect(toLookAt(technicianState(now, lost))).toBe(2);
});

test('gates that cannot reach each other, and tickets let in twice, are to be looked at; what is settled is not', () => {
  const members = [{ machine: MachineId.parse('gate-02'), reachable: false, since: toIso(now) }];
  expect(toLookAt(technicianState(now, { site: { state: 'whole', members: [] } }))).toBe(0);
  expect(toLookAt(technicianState(now, { site: { state: 'split', members } }))).toBe(1);
  expect(toLookAt(technicianState(now, { conflicts: [conflictAt(now), conflictAt(now)] }))).toBe(1);
  expect(toLookAt(technicianState(now, { conflicts: [conflictAt(now, { state: 'settled', second: [] })] }))).toBe(0);
});

test('a clock is well while it lies in the interval, however wide that is; a wrong one and one that was moved are told', () => {
  const { clock } = technicianState(now);
  expect(toLookAt(technicianState(now, { clock: { ...clock, widthMs: null, offsetMs: null } }))).toBe(0);
  expect(toLookAt(technicianState(now, { clock: { ...clock, wallOutsideMs: 400_000 } }))).toBe(1);
  expect(toLookAt(technicianState(now, { clock: { ...clock, contradicted: true } }))).toBe(1);
});

test('every reason that is known says what it is and what to do; another is shown by its name', () => {
  for (const reason of Object.keys(REASON))
    expect(reasonWords(reason)).toEqual({ what: REASON[reason as keyof typeof REASON], toDo: REMEDY[reason as keyof typeof REMEDY] });
  expect(reasonWords('wheel-off').what.en).toContain('wheel-off');
  expect(reasonWords('toString').toDo).toBeUndefined();
});

test('spans are told in the largest unit that says enough', () => {
  expect([-1, 119_000, 120_000, 7_199_000, 7_200_000, 200_000_000].map((ms) => spanWords(ms).en)).toEqual([
    '0 s',
    '119 s',
    '2 min',
    '119 min',
    '2 h',
    '2 d',
  ]);
  expect(agoWords('2026-02-17T10:59:30.000Z', now).zh).toBe('30 秒前');
});

test('the room for records is to be looked at as soon as there is a reason, and each reason has its words', () => {
  const storage = { pressure: 'ample', reasons: ['disk-filling'], ledgerBytes: 4_096 } as const;
  expect(toLookAt(technicianState(now, { storage: { ...storage, reasons: [...storage.reasons] } }))).toBe(1);
  expect(toLookAt(technicianState(now, { storage: { pressure: 'ample', reasons: [], ledgerBytes: 4_096, salvaged: 'lost: p0/7' } }))).toBe(1);
  expect(Object.keys(PRESSURE_REASON)).toEqual([...PRESSURE_REASONS]);
  expect(pressureReason('of a newer agent').en).toContain('of a newer agent');
});

test.each([
  ['simulated', '模拟'],
  ['usb, by its looks', 'usb，按型号识别'],
  ['usb 0c2e:0caa, serial number 19290B0123, socket 1-1.4', 'usb 0c2e:0caa，序列号 19290B0123，插口 1-1.4'],
  ['/dev/ttyACM0', '/dev/ttyACM0'],
])('the place %j is %j in Chinese', (place, zh) => {
  expect(placeWords(place)).toEqual({ zh, en: place });
});
