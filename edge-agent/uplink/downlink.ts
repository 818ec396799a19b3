import { unreachable } from '#core/base/fault.ts';
import { err, ok, type Result } from '#core/base/result.ts';
import { Signed } from '#core/contract/box-office/validity.ts';
import type { SiteId } from '#core/contract/identifiers.ts';
import { EventAck } from '#core/contract/wire/envelope.ts';
import { type MachineAddress, topic } from '#core/contract/wire/topic.ts';
import { parseMessage, parseMustIgnore } from './inbox.ts';

/** What comes down besides commands, parsed and handed on. All of it is sent again by whoever sent it, so nothing of it has to be kept. */
export interface DownlinkHandlers {
  readonly acknowledged: (ack: EventAck) => void;
  /** Formed rightly; the signature has not been looked at. */
  readonly onValidityHead: (signed: Signed) => void;
  readonly onValidityDelta: (signed: Signed) => void;
}

/** What a machine listens to. */
export function downTopics(site: SiteId, address: MachineAddress): readonly string[] {
  return [topic.acknowledgement(address), topic.command(address), topic.validityHead(site), topic.validityDelta(site)];
}

export function takeMessage(site: SiteId, address: MachineAddress, handlers: DownlinkHandlers, from: string, message: unknown): Result<void, string> {
  const kind = kindOfDownTopic(site, address, from);
  switch (kind) {
    case 'acknowledgement': {
      const ack = parseMustIgnore(EventAck, message);
      if (!ack.ok) return ack;
      handlers.acknowledged(ack.value);
      return ok();
    }
    case 'head':
    case 'delta': {
      const signed = parseMessage(Signed, message);
      if (!signed.ok) return signed;
      if (kind === 'head') handlers.onValidityHead(signed.value);
      else handlers.onValidityDelta(signed.value);
      return ok();
    }
    case 'unknown':
      return err('nobody asked for this topic');
    default:
      return unreachable(kind);
  }
}

function kindOfDownTopic(site: SiteId, address: MachineAddress, from: string): 'acknowledgement' | 'head' | 'delta' | 'unknown' {
  if (from === topic.acknowledgement(address)) return 'acknowledgement';
  if (from === topic.validityHead(site)) return 'head';
  return from === topic.validityDelta(site) ? 'delta' : 'unknown';
}
