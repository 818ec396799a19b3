import { type Duration, toIso } from '#core/base/time.ts';
import { DeviceId } from '#core/contract/identifiers.ts';
import type { ClockQuality, HealthDocument } from '#core/contract/wire/envelope.ts';
import type { DeviceHealth } from '#core/ports/health.ts';
import type { Metric } from '../local-api/metrics.ts';

/** What the machine tells of itself over the wire, in the form of the wire. */

export function healthRows(devices: readonly DeviceHealth[]): HealthDocument['devices'] {
  return devices.map(({ device, class: kind, state, since }) => ({
    device: DeviceId.parse(device),
    class: kind,
    state: state.kind,
    reasons: [...state.reasons],
    since: toIso(since),
  }));
}

/** `foyer_outbox_waiting{lane="p0"}` and its value, as the metrics page writes it. */
export function flatReadings(metrics: readonly Metric[]): Record<string, number> {
  const readings: Record<string, number> = {};
  for (const { name, read } of metrics) {
    const now = read();
    if (typeof now === 'number') {
      readings[name] = now;
      continue;
    }
    for (const { labels, value } of now) {
      const written = Object.entries(labels).map(([label, text]) => `${label}=${JSON.stringify(text)}`);
      readings[`${name}{${written.join(',')}}`.slice(0, 120)] = value;
    }
  }
  return readings;
}

/** Undefined before the clocks were compared for the first time. */
export function clockQuality(
  compared: { readonly offset: Duration; readonly error: Duration } | undefined,
  width: Duration | undefined,
): ClockQuality | undefined {
  if (compared === undefined) return undefined;
  return { offMs: Math.round(compared.offset), errMs: Math.ceil(compared.error), widthMs: width === undefined ? null : Math.ceil(width) };
}
