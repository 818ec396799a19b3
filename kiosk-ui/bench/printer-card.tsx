import { useEffect, useState } from 'preact/hooks';
import type { DeviceId } from '#core/contract/identifiers.ts';
import type { BenchDevice } from '#core/contract/local/bench.ts';
import { paperPicturePath } from '../agent/routes.ts';
import { bench as words } from '../text/bench.ts';
import { formatTime } from '../text/format.ts';
import { say } from '../text/language.ts';
import { type Bench, placeOf } from './bench-model.ts';
import { FaultSwitches } from './fault-switches.tsx';

type Printer = Extract<BenchDevice, { class: 'ticket-printer' }>;
type Paper = Printer['papers'][number];

/** A full roll of the simulated printer; only the drawing depends on it. */
const ROLL_MM = 80_000;
/** 203 dots per inch: a picture of 576 dots is 72 mm of print on 80 mm of paper. */
const DOTS_PER_MM = 8;

interface PrinterCardProps {
  readonly bench: Bench;
  readonly printer: Printer;
  readonly scanners: readonly DeviceId[];
}

export function PrinterCard({ bench, printer, scanners }: PrinterCardProps) {
  const { device, papers, paperLeftMm, output } = printer;
  const newestFirst = [...papers].sort((a, b) => b.number - a.number);
  return (
    <section class="card printer" id={`printer-${device}`} aria-labelledby={`title-${device}`}>
      <header class="card-head">
        <h2 id={`title-${device}`}>
          {say(words.printer)} <span class="device-id">{device}</span>
        </h2>
        <p class="roll">
          <meter min={0} max={ROLL_MM} low={ROLL_MM / 20} value={paperLeftMm} aria-label={say(words.paperLeft((paperLeftMm / 1_000).toFixed(1)))} />
          <span class="numeric">{say(words.paperLeft((paperLeftMm / 1_000).toFixed(1)))}</span>
        </p>
        <div class="card-actions">
          {output !== undefined && (
            <button type="button" class="button button-primary" disabled={!output.holds} onClick={() => void bench.takePaper(device)}>
              {say(words.takePaper)}
            </button>
          )}
          <button type="button" class="button" onClick={() => void bench.refill(device)}>
            {say(words.refill)}
          </button>
          <button type="button" class="button" disabled={papers.length === 0} onClick={() => void bench.tearOff(device)}>
            {say(words.tearOff)}
          </button>
        </div>
      </header>
      {output !== undefined && (
        <p class="staff-small" role="status">
          {say(output.holds ? words.outputHolds : words.outputEmpty)}
          {output.drawnBack > 0 && ` · ${say(words.drawnBack(String(output.drawnBack)))}`}
        </p>
      )}
      <div class="outlet" aria-hidden="true" />
      {newestFirst.length === 0 ? (
        <p class="no-paper staff-quiet">{say(words.noPaper)}</p>
      ) : (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keys
        <section class="papers" tabIndex={0} aria-label={say(words.papers)}>
          <ul>
            {newestFirst.map((paper) => (
              <PaperSlip key={paper.number} bench={bench} printer={device} paper={paper} scanners={scanners} />
            ))}
          </ul>
        </section>
      )}
      <FaultSwitches bench={bench} device={printer} />
    </section>
  );
}

interface PaperSlipProps {
  readonly bench: Bench;
  readonly printer: DeviceId;
  readonly paper: Paper;
  readonly scanners: readonly DeviceId[];
}

function PaperSlip({ bench, printer, paper, scanners }: PaperSlipProps) {
  const { number, at, widthDots, heightDots, cut } = paper;
  const zone = bench.lobby.value?.site?.timeZone ?? 'UTC';
  const isReading = bench.readingPaper.value === number;
  const isNew = useIsNew(at);
  // The picture of a paper that still hangs in the printer grows; its address must change with it.
  const picture = `${paperPicturePath(printer, number)}?dots=${heightDots}`;
  return (
    <li class="slip" data-new={isNew ? '' : undefined}>
      <a class="slip-paper" href={picture} target="_blank" rel="noreferrer">
        <img
          src={picture}
          width={widthDots}
          height={heightDots}
          style={{ '--paper-mm': String(widthDots / DOTS_PER_MM) }}
          alt={say(words.paperPicture(String(number)))}
          loading="lazy"
        />
      </a>
      <p class="staff-small">{say(words.paper(String(number), formatTime(at, zone)))}</p>
      {cut ? (
        scanners.map((scanner) => (
          <button
            key={scanner}
            type="button"
            class={`button slip-present ${placeOf(scanner) === 'gate' ? 'button-primary' : ''}`}
            disabled={bench.readingPaper.value !== undefined}
            onClick={() => void bench.presentPaper(scanner, { printer, number })}
          >
            {isReading ? say(words.reading) : presentWords(scanner)}
          </button>
        ))
      ) : (
        <p class="staff-quiet staff-small">{say(words.inPrinter)}</p>
      )}
    </li>
  );
}

export function presentWords(scanner: DeviceId): string {
  switch (placeOf(scanner)) {
    case 'gate':
      return say(words.presentGate);
    case 'kiosk':
      return say(words.presentKiosk);
    case undefined:
      return say(words.presentTo(scanner));
  }
}

const SLIDES_FOR_MS = 4_000;

/** A paper slides out when it came just now, not when the page is opened later. */
function useIsNew(at: string): boolean {
  const [isNew, setIsNew] = useState(() => Date.now() - Date.parse(at) < SLIDES_FOR_MS);
  useEffect(() => {
    const timer = setTimeout(() => setIsNew(false), SLIDES_FOR_MS);
    return () => clearTimeout(timer);
  }, []);
  return isNew;
}
