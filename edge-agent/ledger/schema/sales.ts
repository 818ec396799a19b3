import type { Migration } from '../../store/database.ts';

/** The sale journal and the print ledger. */
export const salesSchema: Migration = { name: 'sales', sql: '' };
