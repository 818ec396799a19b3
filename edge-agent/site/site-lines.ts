import type { MachineId } from '#core/contract/identifiers.ts';
import type { SiteMessage } from '#core/contract/wire/site.ts';
import type { HeardMessage } from './heard-message.ts';

/**
 * The lines to the other machines of the site, one for each. A line is in order and whole as long as it is up; what was on its way when it went down is lost.
 * `peer-lines.ts` is it over TLS; the simulation has another.
 */
export interface SiteLines {
  start(handlers: SiteLineHandlers): Promise<void>;
  stop(): Promise<void>;
  /** Nothing happens while the line is down. */
  send(to: MachineId, message: SiteMessage): void;
  /** Ends the line; a new one is tried after a while. */
  cut(machine: MachineId, why: string): void;
}

export interface SiteLineHandlers {
  /** Whoever is at the other end holds the site's key and is this machine. A line that comes up is a new one. */
  readonly onLine: (machine: MachineId, isUp: boolean) => void;
  /** Parsed, and within its bounds; what it says has not been judged. */
  readonly onMessage: (from: MachineId, heard: HeardMessage) => void;
  /** A machine was found that the configuration does not name. */
  readonly onFound: (machine: MachineId) => void;
}
