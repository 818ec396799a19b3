import { useState } from 'preact/hooks';
import type { Discovery, PortRow } from '#core/contract/local/discovery.ts';
import { MATCH_REASON } from '#core/contract/local/discovery-words.ts';
import { say } from '../text/language.ts';
import { technician as words } from '../text/technician.ts';
import type { Technician } from './technician-model.ts';
import './port-list.css';

/** What is plugged in, which device it is and why; and a person's word about what nothing else tells. */
export function PortList({ discovery, technician }: { readonly discovery: Discovery; readonly technician: Technician }) {
  return (
    <section class="card plugged" aria-labelledby="plugged-title">
      <h2 id="plugged-title">{say(words.plugged)}</h2>
      <p class="staff-quiet staff-small">{say(discovery.told === true ? words.pluggedTold : words.pluggedLooked)}</p>
      {discovery.ports.length === 0 && <p class="staff-quiet">{say(words.nothingPlugged)}</p>}
      <ul>
        {discovery.ports.map((port) => (
          <Port key={port.path} port={port} discovery={discovery} technician={technician} />
        ))}
      </ul>
    </section>
  );
}

interface PortProps {
  readonly port: PortRow;
  readonly discovery: Discovery;
  readonly technician: Technician;
}

function Port({ port, discovery, technician }: PortProps) {
  const { device, candidates, because } = port;
  const isAssigned = discovery.devices.some((each) => each.device === device && each.assigned);
  return (
    <li class="port" data-tone={device === undefined ? 'quiet' : 'good'}>
      <p>
        <strong lang="en">{port.path}</strong> <span class="staff-quiet staff-small">{looksOf(port)}</span>
      </p>
      <p class="staff-small">
        {say(device === undefined ? words.portFree : words.portUsed(device))}
        {because.length > 0 && <span class="staff-quiet"> · {because.map((why) => say(MATCH_REASON[why])).join(' · ')}</span>}
      </p>
      {candidates.length > 0 && <Assign port={port} technician={technician} />}
      {device !== undefined && isAssigned && (
        <button type="button" class="button" onClick={() => void technician.assign(device, null)}>
          {say(words.release)}
        </button>
      )}
    </li>
  );
}

function looksOf({ usb, model }: PortRow): string {
  if (usb === undefined) return '';
  const parts = [
    model ?? usb.name,
    usb.manufacturer,
    `${usb.vendor}:${usb.product}`,
    usb.chip,
    usb.serial === undefined ? undefined : say(words.portSerial(usb.serial)),
    say(words.portSocket(usb.port)),
  ];
  return parts.filter((part) => part !== undefined).join(' · ');
}

/** Two steps, the choice and the word: a slip of the finger moves no device. */
function Assign({ port: { path, candidates }, technician }: { readonly port: PortRow; readonly technician: Technician }) {
  const [chosen, choose] = useState('');
  const candidate = candidates.find(({ device }) => device === chosen);
  return (
    <div class="port-assign" aria-live="polite">
      <label>
        {say(words.assignTo)}{' '}
        <select value={chosen} onChange={(event) => choose(event.currentTarget.value)}>
          <option value="">{say(words.assignChoose)}</option>
          {candidates.map(({ device }) => (
            <option key={device} value={device}>
              {device}
            </option>
          ))}
        </select>
      </label>
      <button
        type="button"
        class="button"
        disabled={candidate === undefined}
        onClick={() => candidate && void technician.assign(candidate.device, path)}
      >
        {say(words.assign)}
      </button>
      {candidate && <span class="staff-quiet staff-small">{say(MATCH_REASON[candidate.why])}</span>}
      {candidate && technician.assignments.value.has(candidate.device) && <Outcome device={candidate.device} technician={technician} />}
    </div>
  );
}

function Outcome({ device, technician }: { readonly device: string; readonly technician: Technician }) {
  const result = technician.assignments.value.get(device);
  if (result?.outcome === 'passed') return null;
  return (
    <p class="test-outcome" data-tone="bad">
      <strong>{say(result === undefined ? words.assignUnknown : words.assignFailed)}</strong>
      {result !== undefined && (
        <span class="staff-small">
          <code>{result.code}</code> {say(result.detail)}
          {result.remedy !== undefined && ` → ${say(result.remedy)}`}
        </span>
      )}
    </p>
  );
}
