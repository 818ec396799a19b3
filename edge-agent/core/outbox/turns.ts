/**
 * Whose turn it is (smooth weighted round robin): each name that has something gains its weight, the richest goes and pays the sum. Nobody starves, and
 * nobody goes twice in a row who need not.
 */
export type Lane = 'p0' | 'p1' | 'p2';
export type Credits = Readonly<Record<Lane, number>>;

/** Of twelve messages, eight are facts, three are records of health and one is telemetry, as long as all three wait. */
const WEIGHT: Credits = { p0: 8, p1: 3, p2: 1 };

export const NO_CREDITS: Credits = { p0: 0, p1: 0, p2: 0 };

/** @param waiting names with something to send; undefined when there are none */
export function takeTurn(credits: Credits, waiting: readonly Lane[]): { readonly chosen: Lane; readonly credits: Credits } | undefined {
  const [first, ...others] = waiting;
  if (first === undefined) return undefined;
  const credit = (name: Lane): number => credits[name] + WEIGHT[name];
  const chosen = others.reduce((best, name) => (credit(name) > credit(best) ? name : best), first);
  const total = waiting.reduce((sum, name) => sum + WEIGHT[name], 0);
  const after = { ...credits };
  for (const name of waiting) after[name] = credit(name) - (name === chosen ? total : 0);
  return { chosen, credits: after };
}
