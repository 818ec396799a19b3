import type { Fault } from '#core/base/fault.ts';
import { err, ok } from '#core/base/result.ts';
import type { Driver } from '#core/ports/driver.ts';
import { NO_TRAFFIC } from '#core/ports/health.ts';
import type { Indicator } from '#core/ports/indicator.ts';
import type { Lamp } from '../light-signals/tower-levels.ts';
import { createTowerPlayer } from '../light-signals/tower-player.ts';
import { encodeLevels, LEDS } from './frame.ts';

const LAMPS: ReadonlySet<Lamp> = new Set([...LEDS, 'buzzer']);
const NOTHING: ReadonlySet<Lamp> = new Set();

/**
 * A Patlite LR6-USB. Each report says all of the tower, so one that was missed is made good by the next. Rhythms and beeps are played from here; every connection
 * begins in the dark. It confirms nothing: on USB a pulled one is noticed at once, and more is not known of it.
 */
export const patliteTowerDriver: Driver<Indicator, Record<string, never>> = {
  name: 'patlite-tower',
  trace: 'no-words',
  connect: async (context) => {
    const counted = { ...NO_TRAFFIC, opened: 1 };
    let lostBy: Fault | undefined;
    let resolveEnded: (fault: Fault | undefined) => void = () => undefined;
    const ended = new Promise<Fault | undefined>((resolve) => {
      resolveEnded = resolve;
    });
    const opened = await context.transport.open({
      bytes: (report) => {
        counted.bytesIn += report.length;
        counted.garbage += 1;
      },
      closed: (fault) => {
        player.stop();
        resolveEnded(lostBy ?? fault);
      },
    });
    /** As wanted; one write at a time, always of what is wanted by then. */
    let wanted = NOTHING;
    let isWriting = false;
    const player = createTowerPlayer({
      ...context,
      lamps: LAMPS,
      onLevels: (on) => {
        wanted = on;
        void write();
      },
    });
    if (!opened.ok) return err(opened.error);
    const link = opened.value;

    const say = async (on: ReadonlySet<Lamp>): Promise<Fault | undefined> => {
      const report = encodeLevels(on);
      counted.framesOut += 1;
      counted.bytesOut += report.length;
      const sent = await link.write(report);
      return sent.ok ? undefined : sent.error;
    };
    const end = async (fault?: Fault): Promise<void> => {
      lostBy = fault;
      player.stop();
      await link.close();
    };
    const write = async (): Promise<void> => {
      if (isWriting) return;
      isWriting = true;
      for (let said: ReadonlySet<Lamp> | undefined; said !== wanted && link.isOpen; ) {
        said = wanted;
        const failed = await say(said);
        if (failed !== undefined) await end(failed);
      }
      isWriting = false;
    };

    const failed = await say(NOTHING);
    if (failed !== undefined) {
      await end(failed);
      return err(failed);
    }
    context.onHealth({ kind: 'ready', reasons: [] });
    return ok({ port: { show: player.show }, counters: () => ({ ...counted }), ended, stop: () => end() });
  },
};
