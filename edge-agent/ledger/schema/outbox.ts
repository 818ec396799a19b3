import type { Migration } from '../../store/database.ts';

/** The ledger's identity and the outbox with its acknowledgements. */
export const outboxSchema: Migration = { name: 'outbox', sql: '' };
