import type { CodePage } from '../../ticket-printer/paper/characters.ts';
import type { Condition } from '../../ticket-printer/simulator/condition.ts';
import type { PrinterFamily, PrinterVoice, SpeakingMachine } from '../../ticket-printer/simulator/printer-family.ts';
import type { ReceivedCommand } from '../../ticket-printer/simulator/received-command.ts';
import type { StarModel } from '../simulator.ts';
import { parseCommand } from './byte-parser.ts';
import { report } from './status-bytes.ts';

/** Star's line mode from the maker's side. */
export function starFamily(model: StarModel, overEthernet: boolean): PrinterFamily {
  const { presenter, chinese } = model;
  return {
    presenter: presenter ? 'at-cut' : 'none',
    chinese,
    qr: true,
    tableOf: (number) => TABLES.get(number),
    parse: parseCommand,
    voice: (machine) => createVoice(machine, model, overEthernet),
  };
}

/** Star's numbers [ESC GS t]; 0 is its own table, in which the letters of cp437 stand elsewhere. */
const TABLES: ReadonlyMap<number, CodePage> = new Map([
  [1, 'cp437'],
  [4, 'cp858'],
  [5, 'cp852'],
  [32, 'windows-1252'],
]);

function createVoice(machine: SpeakingMachine, { counts, printEnd }: StarModel, overEthernet: boolean): PrinterVoice {
  let isAutomatic = false;
  let fences = 0;
  let last = '';
  let printEnds = 0;
  /** Between the start and the end of a document. */
  let isDocument = false;

  const speak = (): void => machine.write(report(machine.condition(), { fences, counts, overEthernet }));
  const tellIfChanged = (): void => {
    const now = report(machine.condition(), { fences, counts, overEthernet }).join();
    if (isAutomatic && now !== last) speak();
    last = now;
    // What of a document cannot be printed is taken in and not kept for later.
    if (isDocument && isStopped(machine.condition())) machine.clear();
  };

  const obeyPrintEnd = ({ fn, n1, n2 }: Extract<ReceivedCommand, { kind: 'print-end' }>): void => {
    if (!printEnd) return;
    if (fn === 1) printEnds = (printEnds + 1) % 256;
    if (fn === 2) printEnds = 0;
    if (fn === 3 || fn === 4) isDocument = fn === 3;
    if (fn <= 1 && !machine.echoesAreLost()) machine.write(Uint8Array.of(0x1b, 0x1d, 0x03, fn, n1, n2, printEnds, 0));
  };

  return {
    receiver: (buffer) => createRealTimeWatch(buffer, speak),
    obey: (command: ReceivedCommand) => {
      switch (command.kind) {
        case 'initialise':
          isAutomatic = false;
          return;
        case 'automatic-status':
          // What it says next is the first change: receiptio, made with real ones, takes an earlier word for that of its first fence.
          isAutomatic = command.classes !== 0;
          return;
        case 'count-fence':
          // Reached only when all before it is on paper: that is what the counter means.
          if (!machine.echoesAreLost()) fences = (fences + 1) % 32;
          tellIfChanged();
          return;
        case 'reset-fences':
          fences = 0;
          return;
        case 'print-end':
          obeyPrintEnd(command);
          return;
        default:
          return;
      }
    },
    tell: tellIfChanged,
    restart: () => {
      isAutomatic = false;
      fences = 0;
      printEnds = 0;
      isDocument = false;
    },
  };
}

const QUESTION = [0x1b, 0x06, 0x01];

/** `ESC ACK SOH` is answered as it arrives, wherever it stands, also inside a picture. */
function createRealTimeWatch(buffer: (bytes: Uint8Array) => void, answer: () => void): (bytes: Uint8Array) => void {
  let seen: number[] = [];
  return (bytes) => {
    let start = 0;
    for (const [index, byte] of bytes.entries()) {
      seen = [...seen.slice(1 - QUESTION.length), byte];
      if (!QUESTION.every((expected, i) => seen[i] === expected)) continue;
      buffer(bytes.subarray(start, index + 1));
      start = index + 1;
      answer();
    }
    if (start < bytes.length) buffer(bytes.subarray(start));
  };
}

const isStopped = ({ coverOpen, paperEnd, cutterError, headHot, paperJam }: Condition): boolean =>
  coverOpen || paperEnd || cutterError || headHot || paperJam;
