import type { OpenedDelta } from '#agent/ledger/validity-store.ts';
import { ed25519PublicKey, ed25519Signer, generateEd25519KeyPair, sha256Binary, signBody } from '#agent/runtime/ticket-crypto.ts';
import type { ValiditySource } from '#agent/validity/catch-up.ts';
import { concatBytes } from '#core/base/bytes.ts';
import { assert, type Fault } from '#core/base/fault.ts';
import { err, ok, type Result } from '#core/base/result.ts';
import { toIso } from '#core/base/time.ts';
import {
  type DeltaRange,
  SIGNING_CONTEXT,
  type Signed,
  type TicketKey,
  type ValidityCode,
  ValidityDelta,
  type ValidityHead,
  type ValidityManifest,
  type ValidityOp,
  type ValidityShow,
  type ValidityTicket,
} from '#core/contract/box-office/validity.ts';
import type { ScreenId, ShowId, SiteId, TicketId } from '#core/contract/identifiers.ts';
import type { Clock } from '#core/ports/clock.ts';
import { CHAIN_START, changeBytes, changeOf, nextChain, readChanges } from '#core/validity/changes.ts';
import { setHashOf, type WholeSnapshot, wholeSnapshot } from '#test/support/validity-snapshot.ts';

/** The side of the box office that gates see: rows, a version for each change, everything signed. Faults are switched on by the test. */

export const SITE = '36090702' as SiteId;
export const SHOW = '417' as ShowId;
const NO_SECRETS: string = '0'.repeat(64);
/** So small that a few tickets are several shards, and so large that many are not too many. */
const shardBytes = (count: number): number => Math.max(128, count * 4);

export interface Broken {
  unreachable: boolean;
  keepsDeltas: boolean;
  tamper: ((signed: Signed) => Signed) | undefined;
  /** What comes instead of a shard; undefined for an answer without one. */
  shard: ((bytes: Uint8Array, sha256: string) => Uint8Array | undefined) | undefined;
}

export function createFakeBoxOffice(clock: Clock) {
  const validitySigner = ed25519Signer(generateEd25519KeyPair().privateKey);
  const ticketSigner = ed25519Signer(generateEd25519KeyPair().privateKey);
  const publicKey = ed25519PublicKey(validitySigner.publicKey);
  assert(publicKey !== undefined, 'a generated key is a key');
  const tickets = new Map<string, ValidityTicket>();
  const shows = new Map<string, ValidityShow>();
  const codes = new Map<string, ValidityCode>();
  let keys: readonly TicketKey[] = [ticketKey(1, ticketSigner.publicKey)];
  let epoch = '0000000000000001';
  let version = 0;
  let chain = CHAIN_START;
  let secretsHash = NO_SECRETS;
  let published: { readonly version: number; readonly signed: Signed }[] = [];
  const asked: string[] = [];
  const shards = new Map<string, Uint8Array>();
  let otherShards: ((sha256: string) => Uint8Array | undefined) | undefined;
  const broken: Broken = { unreachable: false, keepsDeltas: true, tamper: undefined, shard: undefined };

  const rows = () => ({ keys, shows: [...shows.values()], tickets: [...tickets.values()], codes: [...codes.values()] });
  const head = (): ValidityHead => ({ scope: SITE, epoch, version, setHash: setHashOf(rows()), chain, secretsHash, at: toIso(clock.wall()) });
  const signed = (context: string, body: unknown): Signed => signBody(validitySigner, context, JSON.stringify(body));
  const snapshot = (): WholeSnapshot => {
    const whole = wholeSnapshot(head(), rows(), shardBytes(tickets.size));
    for (const [index, shard] of whole.manifest.shards.entries()) shards.set(shard.sha256, whole.shards[index] ?? new Uint8Array());
    return whole;
  };
  const UNREACHABLE: Fault = { code: 'E-BOX-UNREACHABLE', owner: 'network', message: 'The box office did not answer.' };
  const answer = <Value>(name: string, value: () => Value): Promise<Result<Value, { kind: 'unreachable'; fault: Fault }>> => {
    asked.push(name);
    return Promise.resolve(broken.unreachable ? { ok: false, error: { kind: 'unreachable', fault: UNREACHABLE } } : ok(value()));
  };
  const perhapsTampered = (each: Signed): Signed => broken.tamper?.(each) ?? each;

  const source: ValiditySource = {
    readValidityHead: () => answer('head', () => perhapsTampered(signed(SIGNING_CONTEXT.head, head()))),
    readValidityManifest: () => answer('manifest', () => perhapsTampered(signed(SIGNING_CONTEXT.manifest, snapshot().manifest))),
    readShard: async ({ sha256 }) => {
      asked.push('shard');
      const bytes = otherShards === undefined ? shards.get(sha256) : otherShards(sha256);
      const given = bytes !== undefined && broken.shard !== undefined ? broken.shard(bytes, sha256) : bytes;
      if (broken.unreachable) return err(UNREACHABLE);
      return given === undefined ? err({ code: 'E-BOX-MISSING', owner: 'peer', message: 'There is no such shard.' }) : ok(given);
    },
    readValidityDeltas: ({ query }) => {
      const after = Number(query.after);
      const wanted = published.filter((each) => each.version > after).slice(0, 3);
      const tooOld = query.epoch !== epoch || !broken.keepsDeltas;
      const range = (): DeltaRange =>
        tooOld
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
        else if (op.op === 'put-code') codes.set(op.code.hash, op.code);
        else if (op.op === 'drop-code') codes.delete(op.hash);
        else keys = op.keys;
      }
      version++;
      const changes = changesOf(ops);
      chain = nextChain(sha256Binary, chain, changes);
      const delta: ValidityDelta = { head: head(), changes: Buffer.from(changes).toString('base64url') };
      const newest = { version, signed: signed(SIGNING_CONTEXT.delta, delta) };
      published.push(newest);
      return newest.signed;
    },
    changeSecrets: (hash: string) => {
      secretsHash = hash;
    },
    signedHead: (): Signed => signed(SIGNING_CONTEXT.head, head()),
    sign: (kind: keyof typeof SIGNING_CONTEXT, body: unknown): Signed => signed(SIGNING_CONTEXT[kind], body),
    head,
    rows,
    /** All that gates have to hold. */
    snapshot,
    /** Gives out these shards instead of its own; its own again for undefined. */
    answerShards: (shardOf: ((sha256: string) => Uint8Array | undefined) | undefined) => {
      otherShards = shardOf;
    },
    /** Every manifest that is asked for becomes this one, rightly signed. */
    offerManifest: (change: (manifest: ValidityManifest) => ValidityManifest) => {
      broken.tamper = (each) => {
        const body = JSON.parse(each.body);
        return 'shards' in body ? signed(SIGNING_CONTEXT.manifest, change(body)) : each;
      };
    },
    /** The data were made anew, or restored from a copy. */
    restore: (to: { readonly epoch?: string; readonly version: number }) => {
      epoch = to.epoch ?? epoch;
      version = to.version;
      published = [];
    },
    ticketKey: (id: number) => ticketKey(id, ticketSigner.publicKey),
  };
}

/** A delta as the store takes it, of any size: the door, which knows a limit, is passed by. */
export function openedDelta(signed: Signed): OpenedDelta {
  const { head, changes } = ValidityDelta.parse(JSON.parse(signed.body));
  const bytes = Uint8Array.from(Buffer.from(changes, 'base64url'));
  const read = readChanges(bytes);
  assert(read !== undefined, 'what this box office changes is of the agreed form');
  return { head, bytes, changes: read };
}

export const changesOf = (ops: readonly ValidityOp[]): Uint8Array => concatBytes(...ops.map((op) => changeBytes(changeOf(op))));

export type FakeBoxOffice = ReturnType<typeof createFakeBoxOffice>;

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
    ticketClass: 'standard',
    escorts: [],
    forms: 'both',
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
    capacity: null,
    escortChildren: false,
    whenSplit: 'open',
    homeGate: null,
    ...change,
  };
}

export const putTicket = (number: number, change: Partial<ValidityTicket> = {}): ValidityOp => ({
  op: 'put-ticket',
  ticket: ticketRow(number, change),
});
export const putShow = (change: Partial<ValidityShow> = {}): ValidityOp => ({ op: 'put-show', show: showRow(change) });
