import type { TicketId } from '../contract/identifiers.ts';

/** What a gate knows that is not in the validity data: how to judge the changing code of a phone, and how codes of other systems are listed. */
export interface CodeSecrets {
  /**
   * Whether the check value is the one that this ticket's key makes for the step; undefined when this gate does not have (or no longer surely has) the
   * secret that could tell.
   */
  isGenuine(ticketId: TicketId, step: number, check: Uint8Array): boolean | undefined;
  /** The hash by which the data list a code of another system; undefined while the key of the hashes is not known. */
  hashOf(code: Uint8Array): Uint8Array | undefined;
}

/** A gate that has not been told any: it cannot judge a changing code, and knows no code of another system. */
export const NO_SECRETS: CodeSecrets = { isGenuine: () => undefined, hashOf: () => undefined };
