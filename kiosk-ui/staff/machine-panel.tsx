import type { StaffState } from '#core/contract/local/staff.ts';
import type { BothLanguages } from '#core/contract/values.ts';
import { DEVICE_STATE, REASON } from '#core/ports/health-words.ts';
import { CLOSE_WHY, REPRINT_END, desk as words } from '../text/desk.ts';
import { formatTime } from '../text/format.ts';
import { say } from '../text/language.ts';
import type { StaffDesk } from './staff-model.ts';

interface MachineProps {
  readonly desk: StaffDesk;
  readonly state: StaffState;
  readonly kiosk: NonNullable<StaffState['kiosk']>;
}

function doingWords(phase: string): BothLanguages {
  if (phase === 'printing') return words.printing;
  return phase === 'idle' ? words.inService : words.guestThere;
}

/** A reason of a newer driver is shown as it is called. */
function reasonWords(reason: string): string {
  const known = Object.hasOwn(REASON, reason) ? REASON[reason as keyof typeof REASON] : undefined;
  return known === undefined ? reason : say(known);
}

/** The kiosk itself: whether it serves, what its printers hold, and what was last printed on it. */
export function MachinePanel({ desk, state, kiosk }: MachineProps) {
  const { rights, timeZone } = state;
  const { closed, reprint } = kiosk;
  return (
    <section class="card desk-card" aria-labelledby="machine-title">
      <h2 id="machine-title">{say(words.machine)}</h2>
      <p role="status">{closed ? `${say(words.closedBy(closed.by))} · ${say(CLOSE_WHY[closed.why])}` : say(doingWords(kiosk.phase))}</p>
      {reprint && (
        <p class="desk-notice" role="status">
          {say(REPRINT_END[reprint.outcome.kind])} <span class="numeric">{reprint.ticketId}</span>
        </p>
      )}
      {rights.includes('machine.close') && (
        <div class="desk-buttons">
          {closed ? (
            <button type="button" class="button" disabled={desk.isBusy.value} onClick={() => void desk.setClosed(false, closed.why)}>
              {say(words.backInService)}
            </button>
          ) : (
            <button type="button" class="button" disabled={desk.isBusy.value} onClick={() => desk.ask({ kind: 'close' })}>
              {say(words.outOfService)}
            </button>
          )}
        </div>
      )}
      <ul class="desk-list">
        {kiosk.printers.map(({ device, state: health, reasons, needsPowerCycle }) => (
          <li key={device} class="desk-row" data-tone={health === 'ready' ? 'quiet' : 'bad'}>
            <p class="desk-row-head">
              <strong>{device}</strong>
              <span>
                {say(DEVICE_STATE[health])} {reasons.map(reasonWords).join(' · ')}
              </span>
            </p>
            {needsPowerCycle && <p class="desk-small">{say(words.needsPowerCycle)}</p>}
            {needsPowerCycle && rights.includes('device.service') && (
              <div class="desk-buttons">
                <button type="button" class="button" disabled={desk.isBusy.value} onClick={() => void desk.powerCycled(device)}>
                  {say(words.powerCycled)}
                </button>
              </div>
            )}
          </li>
        ))}
      </ul>
      {rights.includes('order.resume') && (
        <>
          <h3>{say(words.recent)}</h3>
          {kiosk.recent.length === 0 && <p class="soft">{say(words.noRecent)}</p>}
          <ul class="desk-recent">
            {kiosk.recent.map(({ orderId, at }) => (
              <li key={orderId}>
                <button type="button" class="button numeric" onClick={() => void desk.look(orderId)}>
                  {timeZone ? formatTime(at, timeZone) : ''} {orderId}
                </button>
              </li>
            ))}
          </ul>
        </>
      )}
    </section>
  );
}
