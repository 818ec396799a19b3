import { useLayoutEffect, useRef } from 'preact/hooks';
import type { DeviceRow, DeviceTestResult } from '#core/contract/local/technician.ts';
import { say } from '../text/language.ts';
import { technician as words } from '../text/technician.ts';
import type { Technician } from './technician-model.ts';

const TEST = {
  'test-print': { offer: words.testPrint, ask: words.askPrint, act: words.doPrint },
  'power-cycled': { offer: words.powerCycled, ask: words.askPowerCycled, act: words.doPowerCycled },
  'end-of-day': { offer: words.endOfDay, ask: words.askEndOfDay, act: words.doEndOfDay },
  'test-light': { offer: words.testLight, ask: words.askLight, act: words.doLight },
  'test-release': { offer: words.testRelease, ask: words.askRelease, act: words.doRelease },
} as const;

/** A test moves paper or a barrier, so it takes two steps; its outcome stays until somebody has read it. */
export function DeviceTest({ device: { device, test }, technician }: { readonly device: DeviceRow; readonly technician: Technician }) {
  const run = technician.tests.value.get(device);
  return (
    <div class="test" aria-live="polite">
      {run === undefined && test !== 'none' && (
        <button type="button" class="button" onClick={() => technician.ask(device)}>
          {say(TEST[test].offer)}
        </button>
      )}
      {run?.at === 'asked' && test !== 'none' && (
        <Confirm
          question={say(TEST[test].ask)}
          action={say(TEST[test].act)}
          onConfirm={() => void technician.confirm(device)}
          onCancel={() => technician.dismiss(device)}
        />
      )}
      {run?.at === 'running' && (
        <p class="test-running">
          <span class="spinner" />
          {say(words.testing)}
        </p>
      )}
      {run?.at === 'ended' && <Outcome result={run.result} onDismiss={() => technician.dismiss(device)} />}
    </div>
  );
}

interface ConfirmProps {
  readonly question: string;
  readonly action: string;
  readonly onConfirm: () => void;
  readonly onCancel: () => void;
}

/** The focus goes to the harmless answer: a key that is held down confirms nothing. */
function Confirm({ question, action, onConfirm, onCancel }: ConfirmProps) {
  const cancel = useRef<HTMLButtonElement>(null);
  useLayoutEffect(() => cancel.current?.focus(), []);
  return (
    <>
      <p class="test-question">{question}</p>
      <button type="button" class="button" ref={cancel} onClick={onCancel}>
        {say(words.cancel)}
      </button>
      <button type="button" class="button button-primary" onClick={onConfirm}>
        {action}
      </button>
    </>
  );
}

function Outcome({ result, onDismiss }: { readonly result: DeviceTestResult | undefined; readonly onDismiss: () => void }) {
  const tone = result === undefined ? 'warn' : result.outcome === 'passed' ? 'good' : 'bad';
  const title = result === undefined ? words.testUnknown : result.outcome === 'passed' ? words.testPassed : words.testFailed;
  return (
    <>
      <p class="test-outcome" data-tone={tone}>
        <strong>{say(title)}</strong>
        {result && (
          <span class="staff-small">
            {result.outcome === 'failed' && <code>{result.code}</code>} {say(result.detail)}
          </span>
        )}
        {result?.outcome === 'failed' && result.remedy !== undefined && <span class="staff-small">→ {say(result.remedy)}</span>}
      </p>
      <button type="button" class="button" onClick={onDismiss}>
        {say(words.dismiss)}
      </button>
    </>
  );
}
