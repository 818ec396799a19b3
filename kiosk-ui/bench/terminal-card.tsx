import type { BenchDevice } from '#core/contract/local/bench.ts';
import type { BothLanguages } from '#core/contract/values.ts';
import { bench as words } from '../text/bench.ts';
import { formatMoney } from '../text/format.ts';
import { say } from '../text/language.ts';
import type { Bench, CardAct } from './bench-model.ts';
import { FaultSwitches } from './fault-switches.tsx';

type Terminal = Extract<BenchDevice, { class: 'payment-terminal' }>;

const PHASE: Readonly<Record<Terminal['phase'], BothLanguages>> = {
  idle: words.terminalIdle,
  'waiting-for-card': words.terminalWaits,
  authorising: words.terminalAsks,
  asking: words.terminalApproved,
};

const ACTS: readonly (readonly [CardAct, BothLanguages])[] = [
  ['good', words.cardGood],
  ['declined', words.cardDeclined],
  ['wrong-pin', words.cardWrongPin],
  ['stop', words.cardStop],
];

/** The card terminal beside the kiosk: its display, and a guest with cards. */
export function TerminalCard({ bench, terminal }: { readonly bench: Bench; readonly terminal: Terminal }) {
  const { device, phase, display, wants, kept } = terminal;
  return (
    <section class="card terminal-card" aria-labelledby={`title-${device}`}>
      <header class="card-head">
        <h2 id={`title-${device}`}>
          {say(words.terminal)} <span class="device-id">{device}</span>
        </h2>
        <p aria-live="polite">{say(PHASE[phase])}</p>
        <p class="staff-quiet numeric">{say(words.terminalKept(formatMoney(kept)))}</p>
      </header>
      <div class="terminal-display" role="img" aria-label={`${say(words.terminalDisplay)}: ${display}`}>
        {wants && <p class="numeric">{say(words.terminalWants(formatMoney(wants)))}</p>}
        <p class="terminal-text">{display === '' ? '—' : display}</p>
      </div>
      <fieldset class="choice">
        <legend class="staff-small">{say(words.cards)}</legend>
        {ACTS.map(([act, label]) => (
          <button key={act} type="button" class="button" disabled={phase !== 'waiting-for-card'} onClick={() => void bench.presentCard(device, act)}>
            {say(label)}
          </button>
        ))}
      </fieldset>
      <FaultSwitches bench={bench} device={terminal} />
    </section>
  );
}
