import { describe, expect, it } from 'vitest';
import { assert } from '#core/base/fault.ts';
import { minutes, plus } from '#core/base/time.ts';
import { parseTicketText, type VerifySignature } from '#core/ticket/ticket-text.ts';
import { gateWith, NOW, papers, phones, verifyReally } from './genuine-tickets.ts';
import { type Mutation, RAW_MUTATIONS, seededChance, TEXT_MUTATIONS } from './mutations.ts';

/**
 * A million tampered tickets through the production path: classify, parse, verify, look up, decide. Every signature of the first twenty thousand well-formed
 * ones is checked by Ed25519. To check all would take minutes and show nothing more: of the others the check asks only whether payload and signature are, both
 * together, those of a genuine ticket, because a signature that holds for anything else would be a break of Ed25519 and not of this program.
 */

const TEXTS = [...papers, ...phones];
const genuine = new Set(TEXTS);
const signedPairs = new Set(papers.map((text) => pairOf(text)));
const byReason = new Map<string, number>();
let reallyVerified = 0;

function pairOf(text: string): string {
  const parsed = parseTicketText(text);
  assert(parsed.ok, 'a genuine ticket parses');
  return hexPair(parsed.value.message, parsed.value.signature);
}

function hexPair(message: Uint8Array, signature: Uint8Array): string {
  return Buffer.concat([message, signature]).toString('latin1');
}

const countedVerify: VerifySignature = (keyId, message, signature) => {
  if (reallyVerified < REAL_SIGNATURES) {
    reallyVerified++;
    return verifyReally(keyId, message, signature);
  }
  return signedPairs.has(hexPair(message, signature));
};
const REAL_SIGNATURES = 20_000;
const decide = gateWith(countedVerify);

/** @returns how many were tried and how many were let in */
function attack(mutations: Readonly<Record<string, Mutation>>, count: number, seed: number) {
  const chance = seededChance(seed);
  const ways = Object.entries(mutations);
  const admitted: string[] = [];
  let tried = 0;
  while (tried < count) {
    const [name, mutate] = ways[tried % ways.length] ?? [];
    const text = TEXTS[chance(TEXTS.length)];
    const other = TEXTS[chance(TEXTS.length)];
    assert(name !== undefined && mutate !== undefined && text !== undefined && other !== undefined, 'there are ways and texts');
    const bytes = mutate(text, other, chance);
    // Chance may put back what it took away; a genuine ticket is none of ours to count.
    if (genuine.has(Buffer.from(bytes).toString('latin1'))) continue;
    tried++;
    const decision = decide(bytes, NOW);
    if (decision.kind === 'admit') admitted.push(`${name}: ${Buffer.from(bytes).toString('latin1')}`);
    else byReason.set(decision.findings[0].reason, (byReason.get(decision.findings[0].reason) ?? 0) + 1);
  }
  return { tried, admitted };
}

describe('a million tampered tickets', () => {
  it('begin as tickets that are let in', () => {
    expect(TEXTS.filter((text) => decide(Buffer.from(text), NOW).kind !== 'admit')).toEqual([]);
  });

  it('are all refused when their bytes were changed', { timeout: 300_000 }, () => {
    expect(attack(RAW_MUTATIONS, 200_000, 0x5eed)).toEqual({ tried: 200_000, admitted: [] });
    expect(reallyVerified).toBe(REAL_SIGNATURES);
  });

  it('are all refused when their characters were changed', { timeout: 300_000 }, () => {
    expect(attack(TEXT_MUTATIONS, 800_000, 0xfeed)).toEqual({ tried: 800_000, admitted: [] });
  });

  it('are counted, each under a reason', () => {
    expect([...byReason.values()].reduce((sum, count) => sum + count, 0)).toBe(1_000_000);
    expect([...byReason.keys()].sort()).toEqual(['bad-signature', 'cannot-verify', 'not-a-ticket', 'other-site', 'unknown-key', 'unreadable']);
  });

  it('and pictures of genuine ones are refused a minute later', () => {
    const reasons = phones.map((text) => {
      const decision = decide(Buffer.from(text), plus(NOW, minutes(1)));
      return decision.kind === 'admit' ? 'admit' : decision.findings[0].reason;
    });
    expect(new Set(reasons)).toEqual(new Set(['stale-code']));
  });
});

describe('signatures that only a careless check takes', () => {
  /** The order of the base point, RFC 8032, section 5.1. */
  const L = 2n ** 252n + 27742317777372353535851937790883648493n;
  const paper = papers[0] ?? '';
  const parsed = parseTicketText(paper);
  assert(parsed.ok, 'a genuine ticket parses');
  const { message, signature, payload } = parsed.value;

  it('another S for the same R (malleability) does not hold', () => {
    let s = 0n;
    for (let at = 63; at >= 32; at--) s = s * 256n + BigInt(signature[at] ?? 0);
    const other = Uint8Array.from(signature);
    for (let at = 32, rest = s + L; at < 64; at++, rest >>= 8n) other[at] = Number(rest & 0xffn);
    expect(verifyReally(payload.keyId, message, signature)).toBe(true);
    expect(verifyReally(payload.keyId, message, other)).toBe(false);
  });

  it.each([
    ['zeros', new Uint8Array(64)],
    ['ones', new Uint8Array(64).fill(0xff)],
    ['the neutral point and zero', Uint8Array.from({ length: 64 }, (_, at) => (at === 0 ? 1 : 0))],
  ])('%s do not hold', (_name, forged) => {
    expect(verifyReally(payload.keyId, message, forged)).toBe(false);
  });
});
