import { hours, minutes, seconds } from '#core/base/time.ts';
import type { Prng } from '../kernel/prng.ts';
import type { FaultName } from './plan.ts';
import type { Stage } from './stage.ts';

/** Everything that goes wrong by itself, or by a hand on the wrong switch, between two times. Crashes at commits and commands are drawn where they happen. */
export function planAccidents(stage: Stage, chance: Prng, from: number, end: number): void {
  const { timeline, network, machines, lanes } = stage;
  const names = [...machines.map(({ machine }) => machine), 'office'];

  const some = (name: FaultName, times: number, happen: () => void): void => {
    if (!stage.plan.faults.has(name)) return;
    for (let count = times; count > 0; count--) {
      timeline.at(chance.between(from, end), name, () => {
        stage.reached(name);
        timeline.note(`accident: ${name}`);
        happen();
      });
    }
  };
  const after = (least: number, most: number, what: string, action: () => void): void => {
    timeline.at(timeline.now() + chance.between(least, most), what, action);
  };
  const cutBoth = (one: string, other: string, isCut: boolean): void => {
    for (const [a, b] of [
      [one, other],
      [other, one],
    ] as const) {
      if (isCut) network.cut(a, b);
      else network.mend(a, b);
    }
  };

  some('crash', 2, () => chance.pick(machines).kill(false, chance.between(seconds(1), seconds(20))));
  some('reboot', 2, () => chance.pick(machines).kill(true, chance.between(seconds(15), seconds(90))));
  some('one-way-cut', 3, () => {
    const [one, other] = [chance.pick(names), chance.pick(names)];
    if (one === other) return;
    network.cut(one, other);
    after(seconds(2), minutes(2), 'a way is mended', () => network.mend(one, other));
  });
  some('partition', 4, () => {
    const inside = new Set(names.filter(() => chance.chance(0.5)));
    const pairs = names.flatMap((a) => names.filter((b) => a < b && inside.has(a) !== inside.has(b)).map((b) => [a, b] as const));
    for (const [a, b] of pairs) cutBoth(a, b, true);
    after(seconds(2), minutes(3), 'a partition ends', () => {
      for (const [a, b] of pairs) cutBoth(a, b, false);
    });
  });
  some('office-away', 2, () => {
    const cut = machines.filter(() => chance.chance(0.7));
    for (const { machine } of cut) cutBoth(machine, 'office', true);
    after(minutes(1), minutes(6), 'the box office is back', () => {
      for (const { machine } of cut) cutBoth(machine, 'office', false);
    });
  });
  some('clock-jump', 4, () => chance.pick(machines).jumpWall(chance.between(-hours(48), hours(48))));
  some('clock-1970', 1, () => {
    const machine = chance.pick(machines);
    machine.kill(true, seconds(30));
    machine.setWall(chance.between(0, hours(1)));
  });
  some('device-lost', 3, () => {
    const lane = chance.pick(lanes);
    const device = chance.pick(['scanner', 'gate'] as const);
    lane.setDevice(device, false);
    after(seconds(3), seconds(50), 'a device is back', () => lane.setDevice(device, true));
  });
  some('stuck', 3, () => {
    const { barrier } = chance.pick(lanes);
    const kind = chance.pick(['jammed', 'obstructed'] as const);
    barrier.tell({ kind, on: true });
    after(seconds(3), seconds(40), 'not stuck any more', () => barrier.tell({ kind, on: false }));
  });
  some('old-disk', 1, () => {
    const machine = chance.pick(machines);
    machine.takeImage();
    after(seconds(30), minutes(4), 'an old disk is put in', () => {
      if (timeline.now() < end) machine.restoreImage();
    });
  });
}
