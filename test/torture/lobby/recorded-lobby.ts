import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createBoxOfficeClient } from '#agent/box-office-client/box-office-client.ts';
import { systemTimers } from '#agent/runtime/clock.ts';
import { seconds } from '#core/base/time.ts';
import { MachineId } from '#core/contract/identifiers.ts';
import type { Walk } from '../../journey/journey.ts';
import { lobbyConfiguration, type RunningLobby, startLobby } from '../../support/running-lobby.ts';
import { createScreensClient, type LiveFeed, type ScreensClient } from '../../support/screens-client.ts';
import { pace } from '../pace.ts';
import { mark } from '../recorder/dated-facts.ts';
import { appendMark } from '../recorder/operations.ts';

/** The lobby of `npm start` under the recorder, and the people in it. */
export interface RecordedLobby {
  readonly lobby: RunningLobby;
  readonly walk: Walk;
  /** Somebody outside does something, in the order of everything that is recorded. */
  note(text: string): void;
  close(): void;
}

export interface Recorder {
  /** Of `buildRecorder`. */
  readonly library: string;
  /** The file that the records are appended to. */
  readonly log: string;
  /** Of `createFaults`. */
  readonly control?: string;
  /** Of a planted fault. */
  readonly environment?: Readonly<Record<string, string>>;
}

/** Every byte that is written is recorded, and the ballast is nothing but bytes. */
const RECORDED_LOBBY = `${lobbyConfiguration('tcp')}storage: { ballastMb: 1 }\n`;
const MACHINE = MachineId.parse('lobby-1');

/**
 * @param folder holds `data`, which may have been filled before
 * @throws Error with everything the agent said when it does not become ready
 */
export async function startRecorded(folder: string, { library, log, control, environment }: Recorder): Promise<RecordedLobby> {
  const data = join(folder, 'data');
  mkdirSync(data, { recursive: true });
  const lobby = await startLobby({
    // What goes to the printer and the barrier leaves through sockets, where the recorder sees it.
    configuration: RECORDED_LOBBY,
    data: folder,
    environment: {
      LD_PRELOAD: library,
      FOYER_RECORD_ROOT: data,
      FOYER_RECORD_LOG: log,
      ...(control === undefined ? {} : { FOYER_RECORD_CONTROL: control }),
      // With io_uring the kernel writes, and no call is made that could be recorded.
      UV_USE_IO_URING: '0',
      ...environment,
    },
  });
  appendMark(log, mark.ready);
  const screens = createScreensClient(lobby.addresses.screens);
  const token = readFileSync(join(data, 'box-office', 'tokens', MACHINE), 'utf8').trim();
  const boxOffice = createBoxOfficeClient({ url: lobby.addresses.boxOffice, token, timeout: seconds(5), timers: systemTimers });
  const [kiosk, gate] = await feeds(lobby, screens);
  return {
    lobby,
    walk: { lobby, screens, boxOffice, kiosk, gate, taken: { paper: 0 } },
    note: (text) => appendMark(log, text),
    close: () => {
      kiosk.close();
      gate.close();
    },
  };
}

/** An agent whose disk fails may end between its first word and the first screen. */
const ENDS_WITHIN_MS = 5_000;

async function feeds({ exited }: RunningLobby, screens: ScreensClient): Promise<[LiveFeed, LiveFeed]> {
  try {
    return [await screens.live('kiosk'), await screens.live('gate')];
  } catch (cause) {
    const status = await Promise.race([exited, pace(ENDS_WITHIN_MS).then(() => 'stays' as const)]);
    if (status === 'stays') throw cause;
    throw new Error(`the agent ended with status ${status} before a screen was there`, { cause });
  }
}
