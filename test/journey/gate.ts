import type { Verdict, VerdictKind } from '#core/contract/admission.ts';
import { DeviceId } from '#core/contract/identifiers.ts';
import { localApi } from '#core/contract/local/api.ts';
import { mustAnswer } from '../support/screens-client.ts';
import type { Walk } from './journey.ts';
import { hexOf } from './journey.ts';

const SCANNER = DeviceId.parse('gate-scanner');
/** The scanner takes the same code within this time for the same scan; a guest who comes back takes longer. */
const DEBOUNCE_MS = 2_500;
const VERDICT_WITHIN_MS = 20_000;
const PASSAGE_WITHIN_MS = 30_000;

const lastSeen = new Map<string, number>();
/** A view is pushed again whenever anything of it changes; the verdict in it may still be the last guest's. */
const judged = { scanId: '' };

export interface AtGate {
  readonly verdict: Verdict;
  /** What the barrier did. */
  readonly barrier: string;
}

/** Holds a code in front of the gate's scanner (exactly its bytes come down the line), and waits for the verdict and, if let in, for the passage. */
export async function presentAtGate(lobby: Walk, code: string, expected: VerdictKind): Promise<AtGate> {
  await debounced(code);
  lobby.gate.forget();
  await mustAnswer(lobby.screens, localApi.present, { params: { device: SCANNER }, body: { hex: hexOf(code) } });
  lastSeen.set(code, performance.now());
  const verdict = await lobby.gate.until(
    'a verdict',
    (message) =>
      message.kind === 'gate' && message.gate.state === 'verdict' && message.gate.verdict?.scanId !== judged.scanId
        ? message.gate.verdict
        : undefined,
    VERDICT_WITHIN_MS,
  );
  judged.scanId = verdict.scanId;
  if (verdict.kind !== expected) throw new Error(`the gate says ${verdict.kind} (${verdict.reasons.join(', ')}), not ${expected}`);
  if (expected !== 'enter') {
    const opened = await mustAnswer(lobby.screens, localApi.readBench);
    const gate = opened.devices.find((device) => device.class === 'gate-controller');
    if (gate?.class === 'gate-controller' && gate.barrier !== 'closed') throw new Error('refused, and the barrier is open');
    return { verdict, barrier: 'closed' };
  }
  const barrier = await lobby.gate.until(
    'the passage',
    (message) =>
      message.kind === 'gate' && message.gate.barrier === 'passed' && message.gate.verdict?.scanId === verdict.scanId
        ? message.gate.barrier
        : undefined,
    PASSAGE_WITHIN_MS,
  );
  return { verdict, barrier };
}

async function debounced(code: string): Promise<void> {
  const before = lastSeen.get(code);
  if (before === undefined) return;
  const wait = before + DEBOUNCE_MS + 100 - performance.now();
  if (wait > 0) await new Promise<void>((next) => setTimeout(next, wait));
}
