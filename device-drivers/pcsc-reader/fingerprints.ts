import type { Fingerprint } from '#core/ports/discovery.ts';

/** The service knows its readers by name; they are no ports of this program. */
export const PCSC_READER_FINGERPRINTS: readonly Fingerprint[] = [];
