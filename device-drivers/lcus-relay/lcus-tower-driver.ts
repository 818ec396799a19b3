import type { Fault } from '#core/base/fault.ts';
import { err, ok } from '#core/base/result.ts';
import type { Driver } from '#core/ports/driver.ts';
import type { Indicator } from '#core/ports/indicator.ts';
import type { Lamp } from '../light-signals/tower-levels.ts';
import { createTowerPlayer } from '../light-signals/tower-player.ts';
import { createRelayLine } from './relay-line.ts';

export interface LcusTowerOptions {
  /** The channel of each lamp that is there, from 1. */
  readonly lamps: Partial<Readonly<Record<Lamp, number>>>;
}

/**
 * A light tower behind a serial relay module (sold as "USB_Lights"; any LCUS module with lamps on its contacts). Rhythms and beeps are played from here, so a
 * dead agent leaves the lamps as they are; the next connection begins in the dark. The module confirms nothing: an open line is all that is known of it.
 */
export const lcusTowerDriver: Driver<Indicator, LcusTowerOptions> = {
  name: 'lcus-tower',
  trace: 'no-words',
  connect: async (context, { lamps }) => {
    const channels = Object.entries(lamps) as readonly [Lamp, number][];
    /** As wanted, and as last written; one write at a time, always of what is wanted by then. */
    let wanted: ReadonlySet<Lamp> = new Set();
    const written = new Map<Lamp, boolean>();
    let isWriting = false;
    let isOver = false;

    const player = createTowerPlayer({
      ...context,
      lamps: new Set(channels.map(([lamp]) => lamp)),
      onLevels: (on) => {
        wanted = on;
        void writeChanges();
      },
    });
    const line = createRelayLine(context, () => {
      isOver = true;
      player.stop();
    });
    const nextChange = (): readonly [Lamp, number] | undefined => channels.find(([lamp]) => wanted.has(lamp) !== (written.get(lamp) ?? false));

    const writeChanges = async (): Promise<void> => {
      if (isWriting) return;
      isWriting = true;
      for (let change = nextChange(); change !== undefined && !isOver; change = nextChange()) {
        const [lamp, channel] = change;
        const on = wanted.has(lamp);
        const sent = await line.switch(channel, on);
        if (sent.ok) written.set(lamp, on);
        else await line.end(sent.error);
      }
      isWriting = false;
    };

    const begun = await line.begin(channels.map(([, channel]) => channel));
    if (!begun.ok) return fail(begun.error, () => line.end());
    context.onHealth({ kind: 'ready', reasons: [] });
    return ok({ port: { show: player.show }, counters: line.counters, ended: line.ended, stop: () => line.end() });
  },
};

async function fail(fault: Fault, close: () => Promise<void>) {
  await close();
  return err(fault);
}
