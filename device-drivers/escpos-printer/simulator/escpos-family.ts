import { ascii, concatBytes } from '#core/base/bytes.ts';
import type { CodePage } from '../../ticket-printer/paper/characters.ts';
import type { PrinterFamily, PrinterVoice, SpeakingMachine } from '../../ticket-printer/simulator/printer-family.ts';
import type { ReceivedCommand } from '../../ticket-printer/simulator/received-command.ts';
import { parseCommand } from './byte-parser.ts';
import type { PrinterModel } from './printer-models.ts';
import { createRealTimeWatch, type RealTimeCommand } from './real-time-watch.ts';
import { paperStatus } from './status-bytes.ts';
import { createStatusReports } from './status-reports.ts';

/** ESC/POS from the maker's side. */
export function escposFamily(model: PrinterModel, serial: string): PrinterFamily {
  const { presenter, chinese, qr } = model;
  return {
    presenter: presenter ? 'ordered' : 'none',
    chinese,
    qr,
    tableOf: (number) => TABLES.get(number),
    parse: parseCommand,
    voice: (machine) => createVoice(machine, model, serial),
  };
}

/** Epson's numbers [ESC t]. */
const TABLES: ReadonlyMap<number, CodePage> = new Map([
  [0, 'cp437'],
  [2, 'cp850'],
  [16, 'windows-1252'],
  [18, 'cp852'],
  [19, 'cp858'],
]);

function createVoice(machine: SpeakingMachine, model: PrinterModel, serial: string): PrinterVoice {
  const { condition, isHolding, write } = machine;
  const reports = createStatusReports({ model, condition, isHolding, write });

  const obeyAtOnce = (command: RealTimeCommand): void => {
    if (command.kind !== 'clear-buffers') {
      reports.answer(command);
    } else if (model.clears) {
      machine.clear();
      write(Uint8Array.of(0x37, 0x25, 0x00));
    }
  };

  /** [GS ( H] */
  const processId = (data: Uint8Array): void => {
    if (!model.processIds) return;
    if (data[0] === 0x31) reports.setOfflineResponse(data[2] !== 0 && data[2] !== 0x30);
    if (data[0] === 0x30 && data.length === 6 && !machine.echoesAreLost()) write(Uint8Array.of(0x37, 0x22, ...data.subarray(2), 0x00));
  };

  return {
    receiver: (buffer) => createRealTimeWatch({ buffer, obey: obeyAtOnce }),
    obey: (command: ReceivedCommand) => {
      switch (command.kind) {
        case 'initialise':
          reports.setClasses(0);
          reports.setOfflineResponse(false);
          return;
        case 'automatic-status':
          reports.setClasses(command.classes);
          return;
        case 'paper-status':
          if (model.paperStatus && !machine.echoesAreLost()) write(Uint8Array.of(paperStatus(condition())));
          return;
        case 'identity': {
          const text = identity(command.n, serial, model);
          if (text !== undefined) write(text);
          return;
        }
        case 'block':
          if (command.group === 'H') processId(command.data);
          return;
        default:
          return;
      }
    },
    tell: () => reports.tell(false),
    restart: () => reports.restart(),
  };
}

/** [GS I] Maker, model, firmware and serial number; nobody should trust them. */
function identity(n: number, serial: string, { maker, model }: PrinterModel): Uint8Array | undefined {
  const text = { 65: '1.00', 66: maker, 67: model, 68: serial.slice(0, 30) }[n];
  return text === undefined ? undefined : concatBytes(Uint8Array.of(0x5f), ascii(text), Uint8Array.of(0));
}
