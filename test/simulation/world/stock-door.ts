import { createDoorBehind, type ValidityDoor } from '#agent/validity/signed-validity.ts';
import type { Signed } from '#core/contract/box-office/validity.ts';
import { DATA_SIGNER, SITE } from './cinema.ts';

/**
 * The product's door of the validity data, behind which every gate of a process lives. What it has opened once is not taken apart again for the next gate: the
 * answer is a function of the text.
 */
const KEPT_MAX = 2_000;

const door = createDoorBehind(
  (context, { body, signature }) => Buffer.from(DATA_SIGNER.sign(Buffer.from(context + body))).toString('base64url') === signature,
  SITE,
);

function once<Answer>(open: (signed: Signed) => Answer): (signed: Signed) => Answer {
  const known = new Map<string, Answer>();
  /** The same object is handed to every gate: it need not be read to be known. */
  const seen = new WeakMap<Signed, Answer>();
  const byText = (signed: Signed): Answer => {
    const text = `${signed.signature} ${signed.body}`;
    const before = known.get(text);
    if (before !== undefined) return before;
    if (known.size >= KEPT_MAX) known.clear();
    const answer = open(signed);
    known.set(text, answer);
    return answer;
  };
  return (signed) => {
    const before = seen.get(signed);
    if (before !== undefined) return before;
    const answer = byText(signed);
    seen.set(signed, answer);
    return answer;
  };
}

export const STOCK_DOOR: ValidityDoor = { head: once(door.head), delta: once(door.delta), manifest: once(door.manifest) };
