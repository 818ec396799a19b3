import { once } from 'node:events';
import { createConnection, createServer, type Socket } from 'node:net';

/** What can be wrong with a line. TCP hides it: bytes that a network dropped are sent again when it is well, so nothing is missing in a stream, only late. */
export type Fault =
  | 'well'
  /** Nothing goes through, in both directions or in one; what was said is said again when the line is well. */
  | 'drop'
  | 'one-way-up'
  | 'one-way-down'
  /** The far end is gone and the near end is not told: whatever the machine says goes nowhere, for as long as it believes in the line. */
  | 'half-open'
  /** A round trip of 600 ms and 10 kbit/s. */
  | 'slow';

/** A line through this process to somebody else's port. */
export interface BadLine {
  readonly port: number;
  become(fault: Fault): void;
  /** Cuts what there is with a reset, as a router does that forgot its table. */
  reset(): void;
  /** Lines that were laid so far. */
  readonly laid: number;
  close(): Promise<void>;
}

const HALF_ROUND_TRIP_MS = 300;
const BYTES_PER_MS = 10_000 / 8 / 1_000;

interface Pair {
  readonly near: Socket;
  readonly far: Socket;
  isGhost: boolean;
  readonly flush: (() => void)[];
}

export async function layBadLine(target: { readonly host: string; readonly port: number }): Promise<BadLine> {
  const pairs = new Set<Pair>();
  let fault: Fault = 'well';
  let laid = 0;

  const isHeld = (way: 'up' | 'down'): boolean => fault === 'drop' || fault === `one-way-${way}`;
  const carry = (pair: Pair, way: 'up' | 'down'): void => {
    const [from, to] = way === 'up' ? [pair.near, pair.far] : [pair.far, pair.near];
    const held: Buffer[] = [];
    /** When the last byte that was handed over has arrived. */
    let busyUntil = 0;
    pair.flush.push(() => {
      if (!isHeld(way)) for (const chunk of held.splice(0)) to.write(chunk);
    });
    from.on('data', (chunk: Buffer) => {
      if (pair.isGhost) return;
      if (isHeld(way) || held.length > 0) held.push(chunk);
      else if (fault === 'slow' || busyUntil > performance.now()) {
        busyUntil = Math.max(busyUntil, performance.now()) + chunk.length / BYTES_PER_MS;
        setTimeout(() => to.write(chunk), busyUntil - performance.now() + HALF_ROUND_TRIP_MS);
      } else to.write(chunk);
    });
    // A line that breaks is what this is for; both ends hear of it, unless one of them is to believe in it.
    from.on('error', () => undefined);
    from.on('close', () => {
      if (!pair.isGhost || way === 'up') to.destroy();
      if (way === 'up') pairs.delete(pair);
    });
  };

  const server = createServer({ noDelay: true }, (near) => {
    laid += 1;
    const pair: Pair = { near, far: createConnection({ ...target, noDelay: true }), isGhost: false, flush: [] };
    pairs.add(pair);
    carry(pair, 'up');
    carry(pair, 'down');
    if (fault === 'half-open') becomeGhost(pair);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('a TCP server has a port');

  return {
    port: address.port,
    get laid() {
      return laid;
    },
    become: (next) => {
      fault = next;
      for (const pair of pairs) {
        if (next === 'half-open') becomeGhost(pair);
        else for (const flush of pair.flush) flush();
      }
    },
    reset: () => {
      for (const { near, far } of pairs) {
        near.resetAndDestroy();
        far.resetAndDestroy();
      }
    },
    close: async () => {
      for (const { near, far } of pairs) {
        near.destroy();
        far.destroy();
      }
      server.close();
      await once(server, 'close');
    },
  };
}

function becomeGhost(pair: Pair): void {
  pair.isGhost = true;
  pair.far.destroy();
}
