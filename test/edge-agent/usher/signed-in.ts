import type { ValidityTicket } from '#core/contract/box-office/validity.ts';
import { UsherState } from '#core/contract/local/usher.ts';
import { ticketRow } from '../validity/fake-box-office.ts';
import { usherWorld } from './usher-world.ts';

/** Ann, an usher, is signed in at a desk with one ticket; 222222 is the duty manager's PIN. */

export const TICKET = ticketRow(1);
export const OVERRIDE = { why: 'manager-decision', note: '' } as const;

export const signedIn = async () => {
  const world = await usherWorld();
  const ann = await world.signIn('111111');
  const scan = (code: string, via: 'camera' | 'typed' = 'typed', token = ann) => world.desk().check(token, { code, via });
  const verdictOf = async (code: string, via: 'camera' | 'typed' = 'typed') => {
    const answer = await scan(code, via);
    if (answer.kind !== 'done') throw new Error(`not decided: ${JSON.stringify(answer)}`);
    return answer.verdict;
  };
  const state = () => UsherState.parse(world.desk().state(ann));
  return { ...world, ann, scan, verdictOf, state };
};
export const refused = (code: string, more: object = {}) => ({ kind: 'refused', refusal: { code, ...more } });
export const refund = (row: ValidityTicket): ValidityTicket => ({ ...row, standing: 'refunded' });
