import { decideAdmission } from '#core/admission/decide-admission.ts';
import type { Decision } from '#core/admission/decision.ts';
import type { ClockFacts, SiteFacts } from '#core/admission/facts.ts';
import { type Fault, FaultError } from '#core/base/fault.ts';
import { LIMITS } from '#core/base/limits.ts';
import { err, ok, type Result } from '#core/base/result.ts';
import type { Instant } from '#core/base/time.ts';
import type { Direction } from '#core/contract/admission.ts';
import type { LaneId, MachineId, ScreenId, SiteId } from '#core/contract/identifiers.ts';
import type { Scan } from '#core/lane/lane-state.ts';
import { PAYLOAD_BYTES } from '#core/ticket/payload.ts';
import { SIGNATURE_BYTES, signedBytes, type VerifySignature } from '#core/ticket/ticket-text.ts';
import type { Admissions, ScanDetail } from '../ledger/admissions.ts';
import type { ValidityStore } from '../ledger/validity-store.ts';
import { sha256Hex } from '../runtime/ticket-crypto.ts';
import { checkCode, dataFacts } from './gather-facts.ts';

/** The two halves of one scan: the decision from local data, and its record on the disk. Between a code and a release there is nothing else. */
export interface ScanCheck {
  /** At the first byte of a code: does once for nothing what the code will need, because everything is 2 to 15 times slower after seconds of idleness. */
  warm(): void;
  decide(scan: Scan, at: Instant, site: SiteFacts): Decision;
  /**
   * One transaction with the admission, if it is one, and the event. Fails when it certainly was not written; throws when nobody can know (then the process
   * ends, and the truth is read from the disk).
   */
  record(scan: Scan, decision: Decision, isOffline: boolean, at: Instant): Result<ScanDetail, Fault>;
}

export interface ScanCheckOptions {
  readonly machine: MachineId;
  readonly lane: LaneId;
  readonly direction: Direction;
  readonly screens: readonly ScreenId[] | undefined;
  readonly siteId: SiteId;
  readonly validity: ValidityStore;
  readonly admissions: Admissions;
  readonly verify: VerifySignature;
  readonly clock: () => ClockFacts;
}

/** No ticket's: only the work of checking it is wanted. */
const BLANK_MESSAGE = signedBytes(new Uint8Array(PAYLOAD_BYTES));
const BLANK_SIGNATURE = new Uint8Array(SIGNATURE_BYTES);

export function createScanCheck({ machine, lane, direction, screens, siteId, validity, admissions, verify, clock }: ScanCheckOptions): ScanCheck {
  const sources = { siteId, validity, admissions, verify };
  const gate = { machine, lane, siteId, direction, screens, classes: undefined };
  const policy = { dataAgeMax: LIMITS.validity.ageMax, clockWidthMax: LIMITS.clock.widthMax };
  let lastKeyId: number | undefined;
  return {
    warm: () => {
      if (lastKeyId !== undefined) verify(lastKeyId, BLANK_MESSAGE, BLANK_SIGNATURE);
      validity.warm();
      admissions.warm();
    },
    decide: (scan, at, site) => {
      const data = dataFacts(validity, at);
      const code = checkCode(scan.bytes, sources);
      if (code.kind === 'proven') lastKeyId = code.payload.keyId;
      return decideAdmission({ code, gate, data, clock: clock(), site, policy });
    },
    record: (scan, decision, isOffline, at) => {
      const { scanId } = scan;
      const detail: ScanDetail = { ...whatWasDecided(scan, decision), lane, direction, offline: isOffline };
      try {
        admissions.recordScan(detail, decision.kind === 'admit' ? { scanId, ticketId: decision.ticket.id, lane, direction, at } : undefined);
      } catch (cause) {
        if (cause instanceof FaultError) return err(cause.fault);
        throw cause;
      }
      return ok(detail);
    },
  };
}

function whatWasDecided({ scanId, bytes }: Scan, decision: Decision): Omit<ScanDetail, 'lane' | 'direction' | 'offline'> {
  const { data, clock } = decision.basis;
  return {
    scanId,
    verdict: decision.kind,
    reasons: decision.kind === 'admit' ? [] : decision.findings.map(({ reason }) => reason),
    ...(decision.ticket === undefined ? {} : { ticketId: decision.ticket.id }),
    ...(decision.ticket?.showId === undefined ? {} : { showId: decision.ticket.showId }),
    codeHash: sha256Hex(bytes).slice(0, 6),
    dataVersion: data?.version ?? -1,
    dataAgeSeconds: data === undefined ? -1 : Math.floor(data.age / 1_000),
    clockErrorMs: clock.latest === undefined ? -1 : Math.ceil((clock.latest - clock.earliest) / 2),
    confirmation: decision.kind === 'admit' ? decision.confirmation : 'alone',
  };
}
