import type { DeviceRow, LineTrace } from '#core/contract/local/technician.ts';
import { say } from '../text/language.ts';
import { technician as words } from '../text/technician.ts';
import type { Technician, TraceReading } from './technician-model.ts';
import { linesOf } from './trace-lines.ts';

/** The last bytes of a device's line, when somebody asks for them: on the page, and as a file to send to whoever understands them. */
export function LineTraceView({ device: { device }, technician }: { readonly device: DeviceRow; readonly technician: Technician }) {
  const reading = technician.traces.value.get(device);
  const isRead = typeof reading === 'object';
  return (
    <details class="counters">
      <summary>{say(words.trace)}</summary>
      <p class="staff-quiet staff-small">{say(words.traceHidden)}</p>
      <Lines reading={reading} />
      <button type="button" class="button" disabled={reading === 'reading'} onClick={() => void technician.readTrace(device)}>
        {say(isRead ? words.traceAgain : words.traceShow)}
      </button>
      {isRead && reading.entries.length > 0 && (
        <button type="button" class="button" onClick={() => save(reading)}>
          {say(words.traceSave)}
        </button>
      )}
    </details>
  );
}

/** More would only slow the page down; the file has everything. */
const LINES_SHOWN = 200;

function Lines({ reading }: { readonly reading: TraceReading | undefined }) {
  if (reading === undefined || reading === 'reading') return null;
  if (reading === 'away') return <p class="staff-small">{say(words.traceAway)}</p>;
  if (reading.entries.length === 0) return <p class="staff-quiet staff-small">{say(words.traceEmpty)}</p>;
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by keyboard
    <pre class="trace-lines" tabIndex={0} lang="en">
      {linesOf({ ...reading, entries: reading.entries.slice(-LINES_SHOWN) }).join('\n')}
    </pre>
  );
}

function save(trace: LineTrace): void {
  const file = URL.createObjectURL(new Blob([`${linesOf(trace).join('\n')}\n`], { type: 'text/plain' }));
  const link = document.createElement('a');
  link.href = file;
  link.download = `${trace.device}-trace.txt`;
  link.click();
  URL.revokeObjectURL(file);
}
