import type { BenchDevice } from '#core/contract/local/bench.ts';
import { bench as words } from '../text/bench.ts';
import { say } from '../text/language.ts';
import type { Bench } from './bench-model.ts';

/** Every way in which a device can fail: those that stay are switches, those that happen once are buttons. */
export function FaultSwitches({ bench, device: { device, faults } }: { readonly bench: Bench; readonly device: BenchDevice }) {
  return (
    <fieldset class="faults">
      <legend>
        {say(words.faults)} <span class="visually-hidden">{device}</span>
      </legend>
      <div class="fault-list">
        {faults.map(({ name, label, on, kind }) =>
          kind === 'pulse' ? (
            <button key={name} type="button" class="button fault" onClick={() => void bench.setFault(device, name, true)}>
              <svg class="icon" viewBox="0 0 24 24" fill="currentColor" aria-hidden="true">
                <path d="M13 2 4.500 13.500H11L10 22l8.500-11.500H12Z" />
              </svg>
              {say(label)}
            </button>
          ) : (
            <Switch key={name} label={say(label)} on={on} onTurn={() => void bench.setFault(device, name, !on)} />
          ),
        )}
      </div>
    </fieldset>
  );
}

interface SwitchProps {
  readonly label: string;
  readonly on: boolean;
  readonly onTurn: () => void;
}

export function Switch({ label, on, onTurn }: SwitchProps) {
  return (
    <button type="button" role="switch" aria-checked={on} class="button fault" onClick={onTurn}>
      <span class="toggle" aria-hidden="true" />
      {label}
    </button>
  );
}
