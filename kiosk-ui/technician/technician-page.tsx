import { useEffect, useMemo } from 'preact/hooks';
import type { TechnicianState } from '#core/contract/local/technician.ts';
import { createBrowserAgent } from '../agent/agent.ts';
import { Icon } from '../design/icon.tsx';
import { StaffFrame, StaffWaiting } from '../design/staff-frame.tsx';
import { say } from '../text/language.ts';
import { FLOW, LOST, technician as words } from '../text/technician.ts';
import { ConflictList } from './conflict-list.tsx';
import { DeviceCard } from './device-card.tsx';
import { EventList } from './event-list.tsx';
import { LinkPanels } from './link-panels.tsx';
import { MoneyPanel } from './money-panel.tsx';
import { PortList } from './port-list.tsx';
import { toLookAt } from './summary.ts';
import './site.css';
import './technician.css';
import { createTechnician, type Technician } from './technician-model.ts';
import { spanWords } from './time-words.ts';

export function TechnicianPage() {
  const technician = useMemo(() => createTechnician(createBrowserAgent()), []);
  useEffect(() => technician.close, [technician]);
  const state = technician.state.value;
  return (
    <StaffFrame page="technician" title={words.title} link={technician.link.value} hasBench={technician.lobby.value?.simulated === true}>
      {state === undefined ? <StaffWaiting /> : <Overview technician={technician} state={state} />}
    </StaffFrame>
  );
}

function Overview({ technician, state }: { readonly technician: Technician; readonly state: TechnicianState }) {
  const count = toLookAt(state);
  const up = spanWords(technician.now.value - Date.parse(state.startedAt));
  return (
    <main class="staff-main technician">
      <section class="overview" data-tone={count === 0 ? 'good' : 'bad'} aria-labelledby="overview-title">
        <span class="overview-mark" aria-hidden="true">
          <Icon name={count === 0 ? 'check' : 'alert'} />
        </span>
        <div>
          <h1 id="overview-title" aria-live="polite">
            {say(count === 0 ? words.allWell : words.attention(String(count)))}
          </h1>
          <p class="staff-quiet">
            <strong class="machine-name">{state.machine}</strong> · {say(words.software(state.software))} · {say(words.startedAgo(up.zh, up.en))}
          </p>
        </div>
        <Flows state={state} />
      </section>
      <div class="technician-columns">
        <section class="devices" aria-labelledby="devices-title">
          <h2 id="devices-title">{say(words.devices)}</h2>
          {state.devices.length === 0 && <p class="card staff-quiet">{say(words.noDevices)}</p>}
          <ul class="device-list">
            {state.devices.map((device) => (
              <DeviceCard key={device.device} device={device} technician={technician} />
            ))}
          </ul>
        </section>
        <LinkPanels state={state} now={technician.now.value} />
      </div>
      {state.discovery && <PortList discovery={state.discovery} technician={technician} />}
      <MoneyPanel state={state} now={technician.now.value} timeZone={technician.lobby.value?.site?.timeZone} />
      <ConflictList conflicts={state.conflicts ?? []} timeZone={technician.lobby.value?.site?.timeZone} />
      <EventList events={state.events} timeZone={technician.lobby.value?.site?.timeZone} />
    </main>
  );
}

/** What guests can do on this machine, and which part each lost thing is owed to. */
function Flows({ state }: { readonly state: TechnicianState }) {
  return (
    <ul class="flows" aria-label={say(words.flows)}>
      {state.flows.map(({ name, available, lost }) => (
        <li key={name} class="flow" data-tone={available ? (lost.length > 0 ? 'warn' : 'good') : 'bad'}>
          <Icon name={available ? 'check' : 'cross'} />
          <span>{say(FLOW[name])}</span>
          {lost.length > 0 && <small>{lost.map((part) => say(LOST[part])).join(' · ')}</small>}
        </li>
      ))}
    </ul>
  );
}
