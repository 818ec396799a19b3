import type { MachineId, SiteId } from '#core/contract/identifiers.ts';
import { SITE_PROTOCOL, type SiteMessage } from '#core/contract/wire/site.ts';
import { originKey } from '#core/site/merge.ts';
import type { ClaimDesk } from './claim-desk.ts';
import type { HeardMessage } from './heard-message.ts';
import type { RestoredDisk } from './restored-disk.ts';
import type { RowExchange } from './row-exchange.ts';
import type { SiteLines } from './site-lines.ts';
import type { SiteMembers } from './site-members.ts';

/** Every message of another member to the part that it concerns; whoever breaks the protocol is cut off, and may begin again. */
export type TakeMessage = (from: MachineId, heard: HeardMessage) => void;

export interface MessageDeskParts {
  readonly site: SiteId;
  readonly lines: Pick<SiteLines, 'send' | 'cut'>;
  readonly members: SiteMembers;
  readonly desk: ClaimDesk;
  readonly exchange: RowExchange;
  readonly restored: RestoredDisk;
}

type Hello = Extract<SiteMessage, { t: 'hello' }>;

export function createMessageDesk({ site, lines, members, desk, exchange, restored }: MessageDeskParts): TakeMessage {
  const greet = (from: MachineId, hello: Hello): void => {
    const wrong = wrongWith(hello, site, from);
    if (wrong !== undefined) {
      lines.cut(from, wrong);
      return;
    }
    desk.learnStamp(hello.stamp);
    members.greeted(from, hello);
    restored.compare(hello.vector);
    exchange.opened(from, hello.vector);
  };
  const takeRows = (from: MachineId, message: Extract<SiteMessage, { t: 'rows' }>): void => {
    const named = new Set(message.ranges.map(originKey));
    if (message.rows.some((row) => !named.has(originKey(row)))) {
      lines.cut(from, 'it tells admissions of an origin that it does not name');
      return;
    }
    restored.examine(from, message.rows);
    if (exchange.take(from, message)) restored.settle();
    else lines.cut(from, 'its admissions cannot be kept now');
  };

  return (from, { message, passedOver }) => {
    if (!members.isLineUp(from)) return;
    members.heard(from, passedOver);
    if (message.t === 'other-protocol') {
      members.speaks(from, message.v);
      lines.cut(from, `it speaks version ${message.v} of the protocol between gates, this machine ${SITE_PROTOCOL}`);
      return;
    }
    if (!members.isReachable(from)) {
      if (message.t === 'hello') greet(from, message);
      else lines.cut(from, 'it did not say hello first');
      return;
    }
    switch (message.t) {
      case 'hello':
        lines.cut(from, 'it said hello twice');
        break;
      case 'claim':
        if (message.claim.machine === from) desk.asked(from, message.ticketId, message.claim);
        else lines.cut(from, 'it claims in the name of another machine');
        break;
      case 'answer':
        restored.examine(from, message.rows);
        if (exchange.takeLoose(message.rows)) desk.told(from, message);
        break;
      case 'withdraw':
        desk.withdrawn(from, message.scanId);
        break;
      case 'rows':
        takeRows(from, message);
        break;
      case 'got':
        exchange.got(from, message.entries);
        break;
      case 'ping':
        lines.send(from, { t: 'pong', k: message.k });
        restored.compare(message.vector);
        exchange.heard(from, message.vector);
        break;
      // It was heard: that is all that a pong is for, and all that an earlier build can do with a later one's words.
      case 'pong':
      case 'unknown':
        break;
    }
  };
}

function wrongWith(hello: Hello, site: SiteId, from: MachineId): string | undefined {
  if (hello.site !== site) return 'it is of another site';
  return hello.machine === from ? undefined : 'it says hello in the name of another machine';
}
