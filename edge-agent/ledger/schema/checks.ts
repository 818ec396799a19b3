import type { Migration } from '../../store/database.ts';

/** Validity data and admissions. */
export const checksSchema: Migration = { name: 'checks', sql: '' };
