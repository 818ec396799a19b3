import { canonicalJson } from '#core/base/canonical-json.ts';
import { sha256Hex } from '../../runtime/ticket-crypto.ts';
import { RequestProblem } from '../request-problem.ts';

/** What a caller wanted, in 64 digits: the same wish gives the same digest. */
export function digestOf(wish: unknown): string {
  return sha256Hex(canonicalJson(wish));
}

/**
 * A key that comes again must come with the same wish; then it gets the same answer.
 * @throws RequestProblem 400 when it does not
 */
export function refuseOtherWish(known: { readonly digest: string }, digest: string, name: string): void {
  if (known.digest !== digest) throw new RequestProblem(400, 'key-reused', `This ${name} was used before for something else.`);
}
