import type { DeviceRow } from '#core/contract/local/technician.ts';
import { DEVICE_CLASS, DEVICE_STATE } from '#core/ports/health-words.ts';
import { Icon } from '../design/icon.tsx';
import { say } from '../text/language.ts';
import { technician as words } from '../text/technician.ts';
import { DeviceTest } from './device-test.tsx';
import { LineTraceView } from './line-trace.tsx';
import { placeWords, reasonWords, TONE_OF_DEVICE } from './summary.ts';
import type { Technician } from './technician-model.ts';
import { agoWords, spanWords } from './time-words.ts';

/** One device: how it is, since when, why, what to do about it, and – folded away – what its line has seen. */
export function DeviceCard({ device, technician }: { readonly device: DeviceRow; readonly technician: Technician }) {
  const now = technician.now.value;
  const tone = TONE_OF_DEVICE[device.state];
  return (
    <li class="card device" data-tone={tone}>
      <div class="device-head">
        <span class="device-mark" aria-hidden="true">
          <Icon name={tone === 'good' ? 'check' : tone === 'quiet' ? 'restart' : 'alert'} />
        </span>
        <h3>
          {say(DEVICE_CLASS[device.class])} <span class="device-id">{device.device}</span>
        </h3>
        <p class="device-state">
          <strong>{say(DEVICE_STATE[device.state])}</strong> <span class="staff-quiet">{say(spanWords(now - Date.parse(device.since)))}</span>
        </p>
      </div>
      {device.reasons.length > 0 && (
        <ul class="reasons">
          {device.reasons.map((reason) => (
            <Reason key={reason} reason={reason} />
          ))}
        </ul>
      )}
      <p class="device-facts staff-quiet staff-small">
        <span>
          {say(words.lastSeen)} {say(device.lastSeen === undefined ? words.never : agoWords(device.lastSeen, now))}
        </span>
        <span>
          {say(words.place)} {say(placeWords(device.place))}
        </span>
        <span>
          {say(words.driver)} {device.driver}
        </span>
      </p>
      <div class="device-foot">
        <Counters device={device} />
        <LineTraceView device={device} technician={technician} />
        <DeviceTest device={device} technician={technician} />
      </div>
    </li>
  );
}

function Reason({ reason }: { readonly reason: string }) {
  const { what, toDo } = reasonWords(reason);
  return (
    <li>
      <strong>{say(what)}</strong>
      {toDo && <span> {say(toDo)}</span>}
    </li>
  );
}

const COUNTERS = ['bytesIn', 'bytesOut', 'framesIn', 'framesOut', 'garbage', 'timeouts', 'suppressed', 'opened'] as const;

function Counters({ device: { counters } }: { readonly device: DeviceRow }) {
  return (
    <details class="counters">
      <summary>{say(words.counters)}</summary>
      <dl class="staff-small">
        {COUNTERS.map((name) => (
          <div key={name}>
            <dt>{say(words[name])}</dt>
            <dd class="numeric">{counters[name].toLocaleString('en')}</dd>
          </div>
        ))}
      </dl>
      {counters.lastFault !== undefined && (
        <p class="staff-small">
          {say(words.lastFault)}: <code lang="en">{counters.lastFault}</code>
        </p>
      )}
    </details>
  );
}
