import { join } from 'node:path';
import Sqlite from 'better-sqlite3';
import { corrupt, type Finding, lost } from './finding.ts';

/** The number under which the provider knows an attempt. */
const NUMBER = `COALESCE(json_extract(attempt.record, '$.merchantOrder'), attempt.key)`;

/** Provider and box office side by side: money that was taken has tickets, or has gone back or is going; tickets that were given have money. */
export function judgeMoney(folder: string): readonly Finding[] {
  const paid = readAll(join(folder, 'payments/payments.db'), `SELECT merchant_order FROM payment WHERE json_extract(record, '$.status') = 'paid'`);
  const file = join(folder, 'box-office/box-office.db');
  const covered = readAll(
    file,
    `SELECT ${NUMBER} FROM attempt JOIN sale_order ON sale_order.id = order_id WHERE status IN ('confirmed', 'refunding', 'refunded')`,
  );
  const given = readAll(
    file,
    `SELECT ${NUMBER} FROM sale_order JOIN attempt ON attempt.key = json_extract(sale_order.record, '$.paidBy') WHERE status = 'confirmed'`,
  );
  return [
    ...paid.filter((key) => !covered.includes(key)).map((key) => lost(`payment ${key}: taken, and neither tickets nor money came of it`)),
    ...given.filter((key) => !paid.includes(key)).map((key) => corrupt(`payment ${key}: tickets were given and no money was taken`)),
  ];
}

function readAll(file: string, sql: string): readonly string[] {
  const database = new Sqlite(file, { readonly: true });
  try {
    return database.prepare<[], string>(sql).pluck().all();
  } finally {
    database.close();
  }
}
