import type { CommittedEvent } from '../world/committed-event.ts';
import type { Checker, CheckerContext, OpenedBarrier } from '../world/observation.ts';

/** S1: every opening of a barrier stands for exactly one durable scan, which reaches the box office exactly once and unchanged. */
export function openingsReachTheOffice({ world, broken }: CheckerContext): Checker {
  const scans = new Map<string, CommittedEvent>();
  const openings: OpenedBarrier[] = [];
  /** Of machines whose disk was replaced: what only the lost disk knew is beyond anybody's reach. */
  const beforeRestore = new Set<string>();
  return {
    name: 'S1',
    promise: 'Every opening of a barrier stands for one durable scan, which reaches the box office once and unchanged.',
    committed: (event) => {
      const { body } = event;
      if (body.t !== 'scan') return;
      const known = scans.get(body.d.scanId);
      if (known !== undefined && known.id !== event.id) broken(`${event.machine} wrote scan ${body.d.scanId} twice`);
      scans.set(body.d.scanId, event);
    },
    opened: (opening) => {
      openings.push(opening);
    },
    restored: (machine) => {
      for (const { scanId, machine: of } of openings) if (of === machine) beforeRestore.add(scanId);
    },
    finished: () => {
      const arrived = new Map<string, string[]>();
      for (const { body, text } of world.office.kept()) {
        if (body.t === 'scan') arrived.set(body.d.scanId, [...(arrived.get(body.d.scanId) ?? []), text]);
      }
      for (const [scanId, texts] of arrived) {
        if (texts.length > 1) broken(`scan ${scanId} was kept ${texts.length} times by the box office`);
      }
      for (const { machine, scanId } of openings) {
        const scan = scans.get(scanId);
        const [text] = arrived.get(scanId) ?? [];
        if (scan === undefined) broken(`${machine} opened for ${scanId}, of which no scan is on its disk`);
        else if (text === undefined && !beforeRestore.has(scanId)) broken(`${machine} opened for ${scanId}, and the box office never heard of it`);
        else if (text !== undefined && text !== scan.text) broken(`scan ${scanId} arrived changed: ${text} instead of ${scan.text}`);
      }
    },
  };
}
