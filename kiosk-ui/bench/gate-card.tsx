import type { BenchDevice } from '#core/contract/local/bench.ts';
import type { Gate } from '../gate/gate-model.ts';
import { VerdictFace } from '../gate/verdict-face.tsx';
import { bench as words } from '../text/bench.ts';
import { say } from '../text/language.ts';
import type { Bench } from './bench-model.ts';
import { FaultSwitches } from './fault-switches.tsx';
import { Turnstile } from './turnstile.tsx';

type Controller = Extract<BenchDevice, { class: 'gate-controller' }>;

interface GateCardProps {
  readonly bench: Bench;
  readonly controller: Controller;
  /** The lane that it serves, when there is one. */
  readonly gate: Gate | undefined;
}

export function GateCard({ bench, controller, gate }: GateCardProps) {
  const { device, barrier, person, passed } = controller;
  const state = say(barrier === 'released' ? words.released : words.closed);
  return (
    <section class="card gate-card" aria-labelledby={`title-${device}`}>
      <header class="card-head">
        <h2 id={`title-${device}`}>
          {say(words.gate)} <span class="device-id">{device}</span>
        </h2>
        <p class="barrier-word" data-open={barrier === 'released' ? '' : undefined}>
          {state}
        </p>
        <p class="staff-quiet numeric">{say(words.passed(String(passed)))}</p>
      </header>
      <div class="gate-scene">
        <Turnstile isOpen={barrier === 'released'} passed={passed} person={person} label={state} />
        {gate && (
          <figure class="mini-gate">
            <VerdictFace message={gate.message.value} heading="p" />
            <figcaption class="staff-small staff-quiet">{say(words.gateScreen)}</figcaption>
          </figure>
        )}
      </div>
      <fieldset class="choice person">
        <legend class="staff-small">{say(words.person)}</legend>
        {(['walks-through', 'walks-away'] as const).map((each) => (
          <label key={each} class="choice-one">
            <input type="radio" name={`person-${device}`} checked={person === each} onChange={() => void bench.setPerson(device, each)} />
            <span>{say(each === 'walks-through' ? words.walksThrough : words.walksAway)}</span>
          </label>
        ))}
        <button type="button" class="button" onClick={() => void bench.setPerson(device, 'push')}>
          {say(words.push)}
        </button>
      </fieldset>
      <FaultSwitches bench={bench} device={controller} />
    </section>
  );
}
