import { hours, minutes, seconds } from '#core/base/time.ts';
import type { Network } from '../kernel/network.ts';
import type { Prng } from '../kernel/prng.ts';
import type { Timeline } from '../kernel/timeline.ts';
import type { LobbyBroker } from './broker.ts';
import type { KioskHost } from './kiosk-host.ts';
import { OFFICE, type OfficeHost } from './office-host.ts';
import type { LobbyFault, LobbyPlan } from './plan.ts';
import type { ProviderWorld } from './provider-world.ts';
import { BOUNDS } from './room.ts';

/** Everything that goes wrong by itself between two times. Crashes at commits, calls and papers are drawn where they happen. */
export interface AccidentSurroundings {
  readonly plan: LobbyPlan;
  readonly timeline: Timeline;
  readonly network: Network;
  readonly kiosks: readonly KioskHost[];
  readonly office: OfficeHost;
  readonly broker: LobbyBroker;
  readonly provider: ProviderWorld;
  readonly reached: (mark: string) => void;
}

const BROKER = 'broker';

export function planLobbyAccidents(around: AccidentSurroundings, chance: Prng, from: number, end: number): void {
  const { plan, timeline, network, kiosks, office, broker, provider } = around;

  const some = (name: LobbyFault, times: number, happen: () => void): void => {
    if (!plan.faults.has(name)) return;
    for (let count = times; count > 0; count--) {
      timeline.at(chance.between(from, end), name, () => {
        around.reached(`fault ${name}`);
        timeline.note(`accident: ${name}`);
        happen();
      });
    }
  };
  const after = (least: number, most: number, what: string, action: () => void): void => {
    timeline.at(Math.min(end, timeline.now() + chance.between(least, most)), what, action);
  };
  const cut = (ways: readonly (readonly [string, string])[], least: number, most: number): void => {
    for (const [a, b] of ways) network.cut(a, b);
    after(least, most, 'ways are mended', () => {
      for (const [a, b] of ways) network.mend(a, b);
    });
  };
  const printers = kiosks.flatMap((kiosk) => kiosk.printers);
  const names = [...kiosks.map(({ machine }) => machine)];
  const lines = [...names.flatMap((name) => [[name, OFFICE] as const, [name, BROKER] as const]), [OFFICE, BROKER] as const];

  some('crash', 2, () => chance.pick(kiosks).kill(false, chance.between(seconds(1), seconds(15))));
  some('reboot', 1, () => chance.pick(kiosks).kill(true, chance.between(seconds(15), seconds(80))));
  some('office-crash', 2, () => office.kill(chance.between(seconds(1), seconds(40))));
  some('broker-crash', 2, () => broker.crash(chance.between(seconds(1), seconds(60))));
  some('one-way-cut', 4, () => {
    const [a, b] = chance.pick(lines);
    cut([chance.chance(0.5) ? [a, b] : [b, a]], seconds(2), minutes(2));
  });
  some('partition', 2, () => {
    const gone = names.filter(() => chance.chance(0.6));
    const ways = gone.flatMap((name) => [OFFICE, BROKER].flatMap((other) => [[name, other] as const, [other, name] as const]));
    cut(ways, seconds(3), minutes(3));
  });
  some('clock-jump', 2, () => chance.pick(kiosks).jumpWall(chance.between(-hours(48), hours(48))));
  some('provider-away', 2, () => {
    provider.setAway(true);
    after(seconds(3), minutes(2), 'the provider is back', () => provider.setAway(false));
  });
  some('refund-refused', 2, () => {
    provider.refuseRefunds(true);
    after(seconds(30), minutes(3), 'the provider gives money back again', () => provider.refuseRefunds(false));
  });
  some('printer-gone', 1, () => chance.pick(printers).break('absent', 'link-lost'));
  some('paper-out', 1, () => chance.pick(printers).break('blocked', 'paper-out'));
  some('disk-fills', 2, () => {
    const { room } = chance.pick(kiosks);
    // Below the bound of selling, or to the last byte.
    room.fill(chance.chance(0.5) ? 0 : chance.between(BOUNDS.lowBytes / 4, BOUNDS.lowBytes - 1));
    after(seconds(30), minutes(3), 'somebody clears the disk', room.clear);
  });
  some('disk-of-a-print', 1, () => diskOfAPrint(around, chance.fork('disk-of-a-print'), end));
  some('old-disk', 1, () => {
    const kiosk = chance.pick(kiosks);
    kiosk.takeImage();
    after(seconds(20), minutes(3), 'an old disk is put in', () => kiosk.restoreImage());
  });
}

const LOOKS_EVERY_MS = 100;

/**
 * The worst moment for a copy of a disk: tickets are claimed and wait for their turn at the printer. What is printed from then on nobody hears of, because the
 * line to the broker is cut until the copy has been put in.
 */
function diskOfAPrint(around: AccidentSurroundings, chance: Prng, end: number): void {
  const { timeline, network, kiosks } = around;
  const kiosk = kiosks.find(({ view }) => view.isUp() && view.jobs().some(({ state, settled }) => state === 'queued' && !settled));
  if (kiosk === undefined) {
    if (timeline.now() + LOOKS_EVERY_MS >= end) return;
    timeline.at(timeline.now() + LOOKS_EVERY_MS, 'somebody waits for a print', () => diskOfAPrint(around, chance, end));
    return;
  }
  const { machine } = kiosk;
  timeline.note(`a copy of the disk of ${machine} is made while it prints`);
  kiosk.takeImage();
  network.cut(machine, BROKER);
  timeline.at(Math.min(end, timeline.now() + chance.between(seconds(2), seconds(15))), 'the copy is put in', () => {
    kiosk.restoreImage();
    network.mend(machine, BROKER);
  });
}
