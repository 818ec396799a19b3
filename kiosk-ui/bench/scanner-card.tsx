import { useSignal } from '@preact/signals';
import type { BenchDevice } from '#core/contract/local/bench.ts';
import { SAMPLE, bench as words } from '../text/bench.ts';
import { say } from '../text/language.ts';
import type { Bench } from './bench-model.ts';
import { placeOf } from './bench-model.ts';
import { FaultSwitches } from './fault-switches.tsx';
import { SAMPLE_NAMES, SAMPLES } from './samples.ts';

type Scanner = Extract<BenchDevice, { class: 'scanner' }>;

/** Anything at all, held in front of any scanner: what a guest, a joker or an attacker might bring. */
export function ScannerCard({ bench, scanners }: { readonly bench: Bench; readonly scanners: readonly Scanner[] }) {
  const code = useSignal('');
  const chosen = useSignal<string | undefined>(undefined);
  const scanner = scanners.find(({ device }) => device === chosen.value) ?? scanners.find(({ device }) => placeOf(device) === 'gate') ?? scanners[0];
  if (scanner === undefined) return null;
  return (
    <section class="card scanner" aria-labelledby="scanner-title">
      <h2 id="scanner-title">{say(words.scanners)}</h2>
      <p class="staff-quiet">{say(words.scannersMore)}</p>
      <form
        class="present"
        onSubmit={(event) => {
          event.preventDefault();
          void bench.present(scanner.device, code.value);
        }}
      >
        <label class="field">
          <span class="staff-small">{say(words.code)}</span>
          <input
            type="text"
            name="code"
            autocomplete="off"
            spellcheck={false}
            maxLength={4_096}
            value={code.value}
            onInput={(event) => {
              code.value = event.currentTarget.value;
            }}
          />
        </label>
        <fieldset class="choice">
          <legend class="staff-small">{say(words.scanner)}</legend>
          {scanners.map(({ device, reads }) => (
            <label key={device} class="choice-one">
              <input
                type="radio"
                name="scanner"
                checked={device === scanner.device}
                onChange={() => {
                  chosen.value = device;
                }}
              />
              <span>
                {device} <small class="numeric">{say(words.reads(String(reads)))}</small>
              </span>
            </label>
          ))}
        </fieldset>
        <button type="submit" class="button button-primary" disabled={code.value === ''}>
          {say(words.present)}
        </button>
      </form>
      <fieldset class="samples">
        <legend class="staff-small staff-quiet">{say(words.samples)}</legend>
        {SAMPLE_NAMES.map((name) => (
          <button
            key={name}
            type="button"
            class="button sample"
            aria-pressed={code.value === SAMPLES[name]}
            onClick={() => {
              code.value = SAMPLES[name];
            }}
          >
            {say(SAMPLE[name])}
          </button>
        ))}
      </fieldset>
      {scanners.map((each) => (
        <details key={each.device} class="more-faults">
          <summary>
            {say(words.faultsOf(each.device))}
            {each.faults.some(({ on }) => on) && <span class="broken-dot" aria-hidden="true" />}
          </summary>
          <FaultSwitches bench={bench} device={each} />
        </details>
      ))}
    </section>
  );
}
