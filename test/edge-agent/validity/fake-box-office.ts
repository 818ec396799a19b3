import { ed25519PublicKey, ed25519Signer, generateEd25519KeyPair, sha256Hex, signBody } from '#agent/runtime/ticket-crypto.ts';
import type { ValiditySource } from '#agent/validity/catch-up.ts';
import { assert, type Fault } from '#core/base/fault.ts';
import { ok, type Result } from '#core/base/result.ts';
import { toIso } from '#core/base/time.ts';
import type { ValidityDelta, ValidityHead, ValidityOp, ValidityShow, ValidityTicket } from '#core/contract/box-office/validity.ts';
import { type DeltaRange, SIGNING_CONTEXT, type Signed, type TicketKey } from '#core/contract/box-office/validity.ts';
import type { ScreenId, ShowId, SiteId, TicketId } from '#core/contract/identifiers.ts';
import type { Clock } from '#core/ports/clock.ts';
import { addRow, EMPTY_SET, setHashText } from '#core/validity/set-hash.ts';

/** The side of the box office that gates see: rows, a version for each change, everything signed. Faults are switched on by the test. */

export const SITE = '36090702' as SiteId;
export const SHOW = '417' as ShowId;

export function createFakeBoxOffice(clock: Clock) {
  const validitySigner = ed25519Signer(generateEd25519KeyPair().privateKey);
  const ticketSigner = ed25519Signer(generateEd25519KeyPair().privateKey);
  const publicKey = ed25519PublicKey(validitySigner.publicKey);
  assert(publicKey !== undefined, 'a generated key is a key');
  const tickets = new Map<string, ValidityTicket>();
  const shows = new Map<string, ValidityShow>();
  let keys: readonly TicketKey[] = [ticketKey(1, ticketSigner.publicKey)];
  let epoch = '0000000000000001';
  let version = 0;
  let published: { readonly version: number; readonly signed: Signed }[] = [];
  const asked: string[] = [];
  const broken: { unreachable: boolean; keepsDeltas: boolean; tamper: ((signed: Signed) => Signed) | undefined } = {
    unreachable: false,
    keepsDeltas: true,
    tamper: undefined,
  };

  const head = (): ValidityHead => {
    let sum = EMPTY_SET;
    for (const row of [...tickets.values(), ...shows.values()]) sum = addRow(sum, row, sha256Hex);
    return { scope: SITE, epoch, version, setHash: setHashText(sum), at: toIso(clock.wall()) };
  };
  const signed = (context: string, body: unknown): Signed => signBody(validitySigner, context, JSON.stringify(body));
  const signedSnapshot = (): Signed =>
    signed(SIGNING_CONTEXT.snapshot, { head: head(), keys, shows: [...shows.values()], tickets: [...tickets.values()] });
  const answer = <Value>(name: string, value: Value): Promise<Result<Value, { kind: 'unreachable'; fault: Fault }>> => {
    asked.push(name);
    const fault: Fault = { code: 'E-BOX-UNREACHABLE', owner: 'network', message: 'The box office did not answer.' };
    return Promise.resolve(broken.unreachable ? { ok: false, error: { kind: 'unreachable', fault } } : ok(value));
  };
  const perhapsTampered = (each: Signed): Signed => broken.tamper?.(each) ?? each;

  const source: ValiditySource = {
    readValidityHead: () => answer('head', perhapsTampered(signed(SIGNING_CONTEXT.head, head()))),
    readValiditySnapshot: () => answer('snapshot', perhapsTampered(signedSnapshot())),
    readValidityDeltas: ({ query }) => {
      const after = Number(query.after);
      const wanted = published.filter((each) => each.version > after).slice(0, 3);
      const tooOld = query.epoch !== epoch || !broken.keepsDeltas;
      const range: DeltaRange = tooOld
        ? { deltas: [], complete: true, tooOld: true }
        : { deltas: wanted.map((each) => perhapsTampered(each.signed)), complete: (wanted.at(-1)?.version ?? after) === version, tooOld: false };
      return answer(`deltas after ${after}`, range);
    },
  };

  return {
    source,
    publicKey,
    ticketSigner,
    broken,
    asked: () => asked.splice(0),
    version: () => version,
    /** Makes one change and gives back the signed delta as it would be pushed. */
    change: (...ops: readonly ValidityOp[]): Signed => {
      for (const op of ops) {
        if (op.op === 'put-ticket') tickets.set(op.ticket.id, op.ticket);
        else if (op.op === 'drop-ticket') tickets.delete(op.id);
        else if (op.op === 'put-show') shows.set(op.show.id, op.show);
        else if (op.op === 'drop-show') shows.delete(op.id);
        else keys = op.keys;
      }
      version++;
      const delta: ValidityDelta = { head: head(), ops: [...ops] };
      published.push({ version, signed: signed(SIGNING_CONTEXT.delta, delta) });
      const newest = published.at(-1);
      assert(newest !== undefined, 'a change publishes a delta');
      return newest.signed;
    },
    signedHead: (): Signed => signed(SIGNING_CONTEXT.head, head()),
    sign: (kind: keyof typeof SIGNING_CONTEXT, body: unknown): Signed => signed(SIGNING_CONTEXT[kind], body),
    head,
    /** The data were made anew, or restored from a copy. */
    restore: (to: { readonly epoch?: string; readonly version: number }) => {
      epoch = to.epoch ?? epoch;
      version = to.version;
      published = [];
    },
    ticketKey: (id: number) => ticketKey(id, ticketSigner.publicKey),
  };
}
function ticketKey(id: number, publicKey: string): TicketKey {
  return { id, publicKey, notBefore: '2026-01-01T00:00:00.000Z', notAfter: '2027-01-01T00:00:00.000Z' };
}

export function ticketId(number: number): TicketId {
  return `36090702${number.toString().padStart(8, '0')}` as TicketId;
}

export function ticketRow(number: number, change: Partial<ValidityTicket> = {}): ValidityTicket {
  return {
    id: ticketId(number),
    showId: SHOW,
    seat: number % 100,
    seatLabel: `5-${(number % 100).toString().padStart(2, '0')}`,
    admits: 1,
    needsProof: false,
    standing: 'valid',
    since: '2026-10-31T10:00:00.000Z',
    ...change,
  };
}

/** Entry from 10:50 to 12:30 UTC; the virtual clock starts at 11:00. */
export function showRow(change: Partial<ValidityShow> = {}): ValidityShow {
  return {
    id: SHOW,
    screenId: '3' as ScreenId,
    screenName: { zh: '3号厅', en: 'Screen 3' },
    filmTitle: { zh: '示例影片', en: 'Sample Film' },
    startsAt: '2026-10-31T11:30:00.000Z',
    endsAt: '2026-10-31T13:30:00.000Z',
    entryFrom: '2026-10-31T10:50:00.000Z',
    entryUntil: '2026-10-31T12:30:00.000Z',
    reentry: false,
    cancelled: false,
    ...change,
  };
}

export const putTicket = (number: number, change: Partial<ValidityTicket> = {}): ValidityOp => ({
  op: 'put-ticket',
  ticket: ticketRow(number, change),
});
export const putShow = (change: Partial<ValidityShow> = {}): ValidityOp => ({ op: 'put-show', show: showRow(change) });
