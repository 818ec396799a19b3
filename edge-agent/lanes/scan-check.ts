import { decideAdmission } from '#core/admission/decide-admission.ts';
import type { Decision } from '#core/admission/decision.ts';
import type { CheckedCode, ClockFacts, SiteFacts, TicketHistory } from '#core/admission/facts.ts';
import { type Fault, FaultError } from '#core/base/fault.ts';
import { LIMITS } from '#core/base/limits.ts';
import { err, ok, type Result } from '#core/base/result.ts';
import type { Instant } from '#core/base/time.ts';
import type { Direction } from '#core/contract/admission.ts';
import type { EventId, LaneId, MachineId, ScreenId } from '#core/contract/identifiers.ts';
import type { Scan } from '#core/lane/lane-state.ts';
import type { ClaimRequest } from '#core/site/site-claims.ts';
import type { TicketClass } from '#core/ticket/payload.ts';
import type { Admissions, NewAdmission, ScanDetail } from '../ledger/admissions.ts';
import { sha256Hex } from '../runtime/ticket-crypto.ts';
import { checkCode, dataFacts, type FactsSources, type RecognisedCode, recogniseCode, type ValidityFacts } from './gather-facts.ts';

/** The two halves of one scan: the decision from local data, and its record on the disk. Between a code and a release there is nothing else but the claim. */
export interface ScanCheck {
  /**
   * Does once for nothing what a code will need, because everything is 2 to 15 times slower after seconds of idleness: at the first byte of a code, and between
   * guests. The last ticket is checked, decided about and written again, as if nobody had used it; what was written is taken back, and nobody is told.
   * @param scanId a name that no scan has
   * @returns what it came to; undefined before the first ticket
   */
  warm(scanId: EventId): Rehearsed | undefined;
  /**
   * May be asked again for the same scan, when the other gates have answered: everything that can have changed is read anew, the signature is checked once.
   * @param at the best guess at the time, as `now` of the site's clock
   */
  decide(scan: Scan, at: Instant, site: SiteFacts): Decision;
  /** What the other gates of the site are asked before the admission is written; undefined for a refusal, and for an exit, which nobody may forbid. */
  claimOf(decision: Decision, scan: Scan, at: Instant): ClaimRequest | undefined;
  /**
   * One transaction with the admission, if it is one, and the event. Fails when it certainly was not written; throws when nobody can know (then the process
   * ends, and the truth is read from the disk).
   */
  record(scan: Scan, decision: Decision, isOffline: boolean, at: Instant): Result<ScanDetail, Fault>;
  /** What {@link record} writes, for a lane that writes it together with something else. */
  describe(scan: Scan, decision: Decision, isOffline: boolean, at: Instant): ScanRecord;
}

export interface Rehearsed {
  readonly scan: Scan;
  readonly decision: Decision;
  readonly at: Instant;
}

export interface ScanRecord {
  readonly event: ScanDetail;
  readonly admission: NewAdmission | undefined;
}

export interface ScanCheckOptions extends Omit<FactsSources, 'validity' | 'admissions'> {
  readonly machine: MachineId;
  readonly lane: LaneId;
  readonly direction: Direction;
  readonly screens: readonly ScreenId[] | undefined;
  readonly classes: readonly TicketClass[] | undefined;
  readonly validity: ValidityFacts & { warm(): void };
  readonly admissions: Pick<Admissions, 'history' | 'isInside' | 'inHall' | 'recordScan' | 'rehearseScan' | 'warm'>;
  readonly clock: () => ClockFacts;
}

const UNUSED: TicketHistory = { entries: 0, exits: 0 };
const POLICY = { dataAgeMax: LIMITS.validity.ageMax, clockWidthMax: LIMITS.clock.widthMax };

export function createScanCheck(options: ScanCheckOptions): ScanCheck {
  const { machine, lane, direction, screens, classes, siteId, validity, admissions, clock } = options;
  const gate = { machine, lane, siteId, direction, screens, classes };
  let last: { readonly scanId: EventId; readonly code: RecognisedCode } | undefined;
  let lastTicket: Uint8Array | undefined;

  const recognise = (scan: Scan): RecognisedCode => {
    const { scanId, bytes } = scan;
    if (last?.scanId === scanId) return last.code;
    const code = recogniseCode(bytes, options);
    last = { scanId, code };
    if (code.kind === 'signed') lastTicket = bytes;
    return code;
  };
  const decideOn = (code: CheckedCode, site: SiteFacts): Decision => {
    const time = clock();
    // Data are too old only when they certainly are: a clock that was set forward refuses nobody.
    const data = dataFacts(validity, time.earliest);
    return decideAdmission({ code, gate, data, clock: time, site, policy: POLICY });
  };
  const describe: ScanCheck['describe'] = (scan, decision, isOffline, at) => ({
    event: whatWasDecided(scan, decision, { lane, direction, offline: isOffline }),
    admission: admissionOf(scan, decision, lane, direction, at),
  });

  /** As if nobody had used it: who was just let in would be refused, which is another way through the program than the next guest's. */
  const rehearse = (scan: Scan): Rehearsed => {
    const code = checkCode(recogniseCode(scan.bytes, options), options);
    const decision = decideOn(code.kind === 'proven' ? { ...code, history: UNUSED } : code, { kind: 'alone' });
    const at = clock().now;
    const { event, admission } = describe(scan, decision, false, at);
    admissions.rehearseScan(event, admission);
    return { scan, decision, at };
  };

  return {
    warm: (scanId) => {
      if (lastTicket !== undefined) return rehearse({ scanId, bytes: lastTicket });
      validity.warm();
      admissions.warm();
      return undefined;
    },
    decide: (scan, _at, site) => decideOn(checkCode(recognise(scan), options), site),
    claimOf: (decision, { scanId }, at) => {
      if (decision.kind === 'refuse' || direction === 'exit') return undefined;
      const { id: ticketId, admits, show } = decision.ticket;
      return { scanId, ticketId, lane, at, admits, reentry: show?.reentry ?? false };
    },
    record: (scan, decision, isOffline, at) => {
      const { event, admission } = describe(scan, decision, isOffline, at);
      try {
        admissions.recordScan(event, admission);
      } catch (cause) {
        if (cause instanceof FaultError) return err(cause.fault);
        throw cause;
      }
      return ok(event);
    },
    describe,
  };
}

function admissionOf({ scanId }: Scan, decision: Decision, lane: LaneId, direction: Direction, at: Instant): NewAdmission | undefined {
  if (decision.kind === 'refuse') return undefined;
  const { id: ticketId, admits, show, step } = decision.ticket;
  const admission = { scanId, ticketId, lane, direction, at, admits, reentry: show?.reentry ?? false };
  // An exit asks nothing of the changing code, and uses none of it up.
  return step === undefined || direction === 'exit' ? admission : { ...admission, step };
}

/** Each property by its name and in one literal: every scan comes through here twice, and to join parts costs as much as what is in them. */
function whatWasDecided(
  { scanId, bytes }: Scan,
  decision: Decision,
  { lane, direction, offline }: Pick<ScanDetail, 'lane' | 'direction' | 'offline'>,
): ScanDetail {
  const { ticket, basis } = decision;
  const { data, clock } = basis;
  return {
    scanId,
    verdict: decision.kind,
    reasons: decision.kind === 'admit' ? [] : decision.findings.map(({ reason }) => reason),
    ticketId: ticket?.id,
    showId: ticket?.showId,
    codeHash: sha256Hex(bytes).slice(0, 6),
    dataVersion: data?.version ?? -1,
    dataAgeSeconds: data === undefined ? -1 : Math.floor(data.age / 1_000),
    clockErrorMs: clock.latest === undefined ? -1 : Math.max(0, Math.ceil((clock.latest - clock.earliest) / 2)),
    confirmation: decision.kind === 'admit' ? decision.confirmation : 'alone',
    lane,
    direction,
    offline,
  };
}
