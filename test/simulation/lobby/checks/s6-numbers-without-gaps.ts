import type { LobbyChecker, LobbyCheckerContext } from '../observation.ts';

/** S6: the numbers of a lane of a kiosk's events have no gap, and none stands for two events. */
export function kioskNumbersWithoutGaps({ world, broken }: LobbyCheckerContext): LobbyChecker {
  const ids = new Map<string, string>();
  const last = new Map<string, number>();
  /** What was numbered on a disk that is lost may be numbered again, until the epoch ends. */
  const excused = new Set<string>();
  const machines = new Set<string>();
  return {
    name: 'S6',
    promise: "The numbers of a kiosk's events have no gap and are never used for two.",
    committed: ({ machine, epoch, lane, seq, id }) => {
      const way = `${machine}/${epoch}/${lane}`;
      const before = ids.get(`${way}/${seq}`);
      if (before !== undefined && before !== id && !excused.has(`${machine}/${epoch}`)) broken(`${way} gave number ${seq} to ${before} and to ${id}`);
      const expected = (last.get(way) ?? seq - 1) + 1;
      if (before === undefined && seq !== expected && !excused.has(`${machine}/${epoch}`))
        broken(`${way} went on with ${seq} where ${expected} was next`);
      ids.set(`${way}/${seq}`, id);
      last.set(way, Math.max(seq, last.get(way) ?? 0));
    },
    restored: (machine) => {
      machines.add(machine);
      for (const way of last.keys()) if (way.startsWith(`${machine}/`)) excused.add(way.split('/').slice(0, 2).join('/'));
    },
    finished: () => {
      const received = new Map<string, Set<number>>();
      for (const { machine, epoch, lane, seq } of world.kept()) {
        const way = `${machine}/${epoch}/${lane}`;
        received.set(way, (received.get(way) ?? new Set()).add(seq));
      }
      for (const [way, seqs] of received) {
        // What had arrived before its number was lost arrives again under another, and is kept once.
        if (machines.has(way.split('/')[0] ?? '')) continue;
        const most = Math.max(...seqs);
        if (seqs.size !== most) broken(`the box office has ${seqs.size} events of ${way}, whose last number is ${most}`);
      }
    },
  };
}
