import type { Fault } from '#core/base/fault.ts';
import { LIMITS } from '#core/base/limits.ts';
import { err, ok } from '#core/base/result.ts';
import type { Timer } from '#core/ports/clock.ts';
import type { Driver } from '#core/ports/driver.ts';
import { NO_TRAFFIC } from '#core/ports/health.ts';
import type { Indicator } from '#core/ports/indicator.ts';
import type { Link } from '#core/ports/link.ts';
import type { Lamp } from '../light-signals/tower-levels.ts';
import { createTowerPlayer } from '../light-signals/tower-player.ts';
import { exchangeFault, lineClosed } from './modbus-faults.ts';
import { wholeFrameLength } from './reply-decoder.ts';
import { createRtuLine } from './rtu-line.ts';
import { ALONE, type WireTurn } from './wire-turns.ts';

export interface ModbusTowerOptions {
  /** The board's address on the line, 1 to 247. */
  readonly unit: number;
  /** Of a board that shares its line with others. */
  readonly turn?: WireTurn;
  /** The coil of each lamp that is there, from 0. */
  readonly lamps: Partial<Readonly<Record<Lamp, number>>>;
}

/**
 * A light tower on the relays of a Modbus RTU board. Every connection begins in the dark; rhythms and beeps are played from here, so a dead agent leaves the lamps
 * as they are. Each write is echoed, and one lamp after the other is told again what it is to be: a board that was without power is right again by itself, and
 * one that is gone is noticed.
 */
export const modbusTowerDriver: Driver<Indicator, ModbusTowerOptions> = {
  name: 'modbus-tower',
  trace: { kind: 'frames', frameLength: wholeFrameLength },
  connect: async (context, { unit, turn = ALONE, lamps }) => {
    const { device, timers, transport, onHealth } = context;
    const coils = Object.entries(lamps) as readonly [Lamp, number][];
    const counted = { ...NO_TRAFFIC, opened: 1 };
    let link: Link | undefined;
    let refresh: Timer | undefined;
    let isOver = false;
    let hasBegun = false;
    let lostBy: Fault | undefined;
    /** As wanted, and as the board has said; one write at a time, always of what is wanted by then. */
    let wanted: ReadonlySet<Lamp> = new Set();
    const confirmed = new Map<Lamp, boolean>();
    let isWriting = false;
    let nextTold = 0;
    let resolveEnded: (fault: Fault | undefined) => void = () => undefined;
    const ended = new Promise<Fault | undefined>((resolve) => {
      resolveEnded = resolve;
    });

    const silence = (): void => {
      isOver = true;
      refresh?.cancel();
      player.stop();
    };
    const end = async (fault?: Fault): Promise<void> => {
      lostBy ??= fault;
      silence();
      await link?.close();
    };
    const line = createRtuLine({
      unit,
      turn,
      fence: { kind: 'read-coils', first: Math.min(...coils.map(([, coil]) => coil)), count: 1 },
      replyBytesMax: 8,
      timers,
      counted,
      write: (bytes) => link?.write(bytes) ?? Promise.resolve(err(lineClosed(device))),
      onMisses: (misses) => {
        if (hasBegun && !isOver) onHealth(misses > 0 ? { kind: 'degraded', reasons: ['no-answer'] } : { kind: 'ready', reasons: [] });
      },
      onLost: (fault) => void end({ ...fault, device }),
    });
    const player = createTowerPlayer({
      ...context,
      lamps: new Set(coils.map(([lamp]) => lamp)),
      onLevels: (on) => {
        wanted = on;
        void writeChanges();
      },
    });

    const tell = async (lamp: Lamp, coil: number): Promise<Fault | undefined> => {
      const on = wanted.has(lamp);
      const exchanged = await line.exchange({ kind: 'write-coil', relay: coil, on });
      if (exchanged.kind === 'answered') confirmed.set(lamp, on);
      return exchanged.kind === 'answered' ? undefined : exchangeFault(exchanged, device);
    };
    /** What was not answered is told again: the line itself gives up after {@link LIMITS.modbus.missesMax} misses. */
    const writeChanges = async (): Promise<void> => {
      if (isWriting) return;
      isWriting = true;
      for (let change = nextChange(); change !== undefined && !isOver; change = nextChange()) {
        const fault = await tell(...change);
        if (fault?.code === 'E-GAT-REFUSED') await end(fault);
      }
      isWriting = false;
    };
    const nextChange = (): readonly [Lamp, number] | undefined => coils.find(([lamp]) => wanted.has(lamp) !== confirmed.get(lamp));
    const refreshLater = (): void => {
      if (isOver) return;
      refresh = timers.after(LIMITS.modbus.lampToldEvery, () => {
        const [lamp] = coils[nextTold++ % coils.length] ?? [];
        if (lamp !== undefined) confirmed.delete(lamp);
        void writeChanges().then(refreshLater);
      });
    };

    const opened = await transport.open({
      bytes: (chunk) => {
        counted.bytesIn += chunk.length;
        line.bytes(chunk);
      },
      closed: (fault) => {
        silence();
        line.close(fault ?? lostBy ?? lineClosed(device));
        resolveEnded(lostBy ?? fault);
      },
    });
    if (!opened.ok) return err(opened.error);
    link = opened.value;
    onHealth({ kind: 'connecting', reasons: [] });
    // Nothing is confirmed yet, so every lamp is told to be dark.
    await writeChanges();
    if (isOver) return err((await ended) ?? lineClosed(device));
    hasBegun = true;
    onHealth({ kind: 'ready', reasons: [] });
    refreshLater();
    return ok({ port: { show: player.show }, counters: () => ({ ...counted }), ended, stop: () => end() });
  },
};
