import { parseTicketText } from '#core/ticket/ticket-text.ts';
import type { Fact } from '../judge/facts.ts';

/** Everything that people, devices and the provider saw, in its order. It is written by nobody of the system under test. */
export interface OutsideLog {
  heldUp(code: string): void;
  released(): void;
  passed(): void;
  printBegun(bytes: Uint8Array): void;
  paper(picture: Uint8Array): void;
  /** The provider's page told the guest's phone that the money is taken. */
  paid(token: string): void;
  /** Read from the wire beside the broker. */
  onWire(fact: Fact): void;
  pointReached(point: Point): void;
  readonly seen: OutsideView;
  /** Called at each of the named points. */
  onPoint(listen: (point: Point) => void): void;
}

export interface OutsideView {
  /** For each opening of the barrier the tickets that were held up last, the latest first: under load it may open for the one before. */
  readonly releases: readonly (readonly string[])[];
  /** The barrier opened and nobody had held up anything. */
  readonly strayReleases: number;
  readonly passages: number;
  readonly papers: readonly Uint8Array[];
  readonly facts: readonly Fact[];
}

/** Where a kill is worth more than anywhere else: right after the outside has seen something. */
export const POINTS = ['held-up', 'released', 'passed', 'code-shown', 'paid', 'print-begun', 'paper', 'event-on-wire', 'acknowledged'] as const;
export type Point = (typeof POINTS)[number];

/** Characters of a ticket's code on paper (core/ticket/ticket-text.ts). */
const PAPER_CODE_LENGTH = 153;

/** Guests who may still be waited for. */
const AT_GATE_MAX = 6;

/** @returns the ticket's number, undefined for what is no ticket of ours */
export function ticketIdOf(code: string): string | undefined {
  const parsed = parseTicketText(code);
  return parsed.ok ? parsed.value.payload.ticketId : undefined;
}

export function createOutsideLog(): OutsideLog {
  const releases: (readonly string[])[] = [];
  const papers: Uint8Array[] = [];
  const facts: Fact[] = [];
  const listeners: ((point: Point) => void)[] = [];
  let atGate: readonly string[] = [];
  let strayReleases = 0;
  let passages = 0;

  const pointReached = (point: Point): void => {
    for (const listen of listeners) listen(point);
  };

  return {
    pointReached,
    onPoint: (listen) => {
      listeners.push(listen);
    },
    heldUp: (code) => {
      const id = ticketIdOf(code) ?? '';
      atGate = [id, ...atGate.filter((other) => other !== id)].slice(0, AT_GATE_MAX);
      pointReached('held-up');
    },
    released: () => {
      if (atGate.length === 0) strayReleases += 1;
      else releases.push(atGate);
      pointReached('released');
    },
    passed: () => {
      passages += 1;
      pointReached('passed');
    },
    printBegun: (bytes) => {
      const text = Buffer.from(bytes).toString('latin1');
      // The code travels to the printer as it stands (GS ( k, function 180).
      const at = text.indexOf('FY1:');
      const ticketId = at === -1 ? undefined : ticketIdOf(text.slice(at, at + PAPER_CODE_LENGTH));
      if (ticketId !== undefined) facts.push({ store: 'ledger', kind: 'print-begun', ticketId });
      pointReached('print-begun');
    },
    paper: (picture) => {
      papers.push(picture);
      pointReached('paper');
    },
    paid: (token) => {
      facts.push({ store: 'payments', kind: 'paid', token });
      pointReached('paid');
    },
    onWire: (fact) => {
      facts.push(fact);
    },
    seen: {
      releases,
      papers,
      facts,
      get strayReleases() {
        return strayReleases;
      },
      get passages() {
        return passages;
      },
    },
  };
}
