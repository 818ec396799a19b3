import { type Instant, instant, toIso } from '#core/base/time.ts';
import { DeviceId } from '#core/contract/identifiers.ts';
import type { DeviceRow, TechnicianState } from '#core/contract/local/technician.ts';
import { FLOWS } from './sample-lobby.ts';

/** A machine that is well, as its agent would describe it. */
export function device(change: Partial<DeviceRow> & Pick<DeviceRow, 'class'>, now: Instant): DeviceRow {
  return {
    device: DeviceId.parse(change.class),
    driver: 'escpos-printer',
    place: '/dev/ttyUSB0',
    state: 'ready',
    reasons: [],
    since: toIso(instant(now - 3_600_000)),
    lastSeen: toIso(now),
    counters: { bytesIn: 1_497, bytesOut: 11_839, framesIn: 1_456, framesOut: 1_452, garbage: 0, timeouts: 0, suppressed: 0, opened: 1 },
    test: 'none',
    ...change,
  };
}

export function technicianState(now: Instant, change: Partial<TechnicianState> = {}): TechnicianState {
  const since = toIso(instant(now - 3_600_000));
  return {
    machine: 'kiosk-01',
    software: '0.1.0',
    startedAt: since,
    at: toIso(now),
    flows: [...FLOWS],
    devices: [device({ class: 'ticket-printer', test: 'test-print' }, now), device({ class: 'scanner', driver: 'serial-scanner' }, now)],
    uplink: {
      state: 'connected',
      since,
      broker: 'mqtt://broker:1883',
      notAccepted: false,
      lanes: [{ lane: 'p0', waiting: 0, through: 17, dead: 0 }],
    },
    validity: { version: 9, tickets: 412, ageSeconds: 4 },
    boxOffice: { reachable: true, since, address: 'http://box-office:8470' },
    storage: { pressure: 'ample', reasons: [], ledgerBytes: 4_096 },
    clock: { offsetMs: 5, errorMs: 7, widthMs: 15, wallOutsideMs: 0, contradicted: false },
    events: [],
    ...change,
  };
}
