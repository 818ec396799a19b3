import type { z } from 'zod';
import type { Flow, LostPart } from '../contract/local/kiosk.ts';
import type { HealthReason, HealthState } from '../ports/health.ts';
import type { StorePressure } from '../store/pressure.ts';

/** What is known of a machine when it asks itself what it can still do. */
export interface FlowFacts {
  /** Absent on a machine that is no kiosk. */
  readonly kiosk?: {
    readonly printers: readonly HealthState[];
    readonly scanner: HealthState;
    /** Undefined on a kiosk that takes no cards. */
    readonly terminal?: HealthState | undefined;
  };
  /** One for each lane; empty on a machine that is no gate. */
  readonly lanes: readonly { readonly scanner: HealthState; readonly gate: HealthState }[];
  /** The box office answered when it was last asked. */
  readonly boxOffice: boolean;
  /** Connected to the broker. */
  readonly network: boolean;
  /** Validity data are there. */
  readonly data: boolean;
  /** The ledger takes what it is given. */
  readonly store: boolean;
  /** How much room it has: selling stops first, so that checking can go on; what was sold is still printed. */
  readonly pressure: StorePressure;
  /** Staff have taken the kiosk out of service. */
  readonly closed: boolean;
}

type Lost = z.infer<typeof LostPart>;

const isWell = ({ kind }: HealthState): boolean => kind === 'ready' || kind === 'degraded';

/**
 * The flows that are left, by the matrix of what each needs. A flow with a lost part may still be there in a lesser form: collecting without a scanner is
 * typing, checking without the network is checking from local data.
 */
export function flowsOf(facts: FlowFacts): Flow[] {
  const flows: Flow[] = [];
  if (facts.kiosk !== undefined) flows.push(...kioskFlows(facts.kiosk, facts));
  if (facts.lanes.length > 0) flows.push(checkFlow(facts));
  return flows;
}

function kioskFlows({ printers, scanner, terminal }: NonNullable<FlowFacts['kiosk']>, facts: FlowFacts): Flow[] {
  const well = printers.filter(isWell);
  const isOut = printers.some(({ reasons }) => (reasons as readonly HealthReason[]).includes('paper-out'));
  const paper: readonly Lost[] = well.length > 0 ? [] : isOut ? ['paper'] : ['ticket-printer'];
  // What is sold must fit on the paper that is left, with its slip; what was sold before may still be printed.
  const isShort = paper.length === 0 && well.every(({ reasons }) => (reasons as readonly HealthReason[]).includes('paper-short'));
  // Both roads gone at once is the network; the box office alone is its own trouble.
  const authority: readonly Lost[] = facts.boxOffice ? [] : facts.network ? ['box-office'] : ['network'];
  const store: readonly Lost[] = facts.store ? [] : ['store'];
  const closed: readonly Lost[] = facts.closed ? ['closed'] : [];
  const needed = [...closed, ...paper, ...authority, ...store];
  const toSell = [...(isShort ? (['paper'] as const) : []), ...needed, ...(facts.store && facts.pressure !== 'ample' ? (['store'] as const) : [])];
  const eye: readonly Lost[] = isWell(scanner) ? [] : ['scanner'];
  return [
    { name: 'buy', available: toSell.length === 0, lost: [...toSell] },
    { name: 'collect', available: needed.length === 0, lost: [...needed, ...eye] },
    { name: 'scan', available: eye.length === 0, lost: [...eye] },
    ...paymentFlows([...closed, ...authority, ...store], isWell(scanner), terminal),
    { name: 'print', available: paper.length === 0, lost: [...paper] },
    { name: 'receipt', available: paper.length === 0, lost: [...paper] },
  ];
}

/** Whatever the way, money is taken at the box office: without it none is there. */
function paymentFlows(common: readonly Lost[], canScan: boolean, terminal: HealthState | undefined): Flow[] {
  const flow = (name: Flow['name'], own: readonly Lost[]): Flow => ({ name, available: common.length + own.length === 0, lost: [...common, ...own] });
  return [
    flow('pay-qr', []),
    flow('pay-code', canScan ? [] : ['scanner']),
    ...(terminal === undefined ? [] : [flow('pay-card', isWell(terminal) ? [] : ['payment-terminal'])]),
  ];
}

/** Of several lanes the best one counts: guests can walk over. */
function checkFlow(facts: FlowFacts): Flow {
  const common: Lost[] = [...(facts.data ? [] : (['data'] as const)), ...(facts.store ? [] : (['store'] as const))];
  const perLane = facts.lanes.map(({ scanner, gate }): Lost[] => [
    ...(isWell(scanner) ? [] : (['scanner'] as const)),
    ...(isWell(gate) ? [] : (['gate-controller'] as const)),
  ]);
  const best = perLane.reduce((a, b) => (b.length < a.length ? b : a));
  const blocking = [...best, ...common];
  return { name: 'check', available: blocking.length === 0, lost: [...blocking, ...(facts.network ? [] : (['network'] as const))] };
}
