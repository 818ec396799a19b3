import { LIMITS } from '#core/base/limits.ts';
import type { MetricsSample } from '#core/contract/wire/envelope.ts';
import type { Ledger } from './ledger.ts';

/**
 * Lane p2: samples of the machine's figures, of which the newest {@link LIMITS.telemetry.ringSamples} are kept until they were sent once. It is the only lane
 * that may lose, and what it drops is counted in the transaction that drops it.
 */
export interface TelemetryRing {
  /** @throws FaultError `E-STO-FULL`: then the sample was not kept */
  append(sample: MetricsSample): void;
  /** Counts a sample that could not even be written, so that it is told of with the next. */
  missed(): void;
  /** The oldest samples, without a gap. Undefined when there are none. */
  oldest(limit: number): TelemetryBatch | undefined;
  /** They have gone out. */
  sent(to: number): void;
  /** Tells of what was dropped since it was last told, as an event that cannot be lost. Does nothing when nothing was. */
  tellLoss(): void;
  state(): { readonly waiting: number; readonly lost: number };
}

export interface TelemetryBatch {
  readonly from: number;
  readonly to: number;
  readonly lost: number;
  /** Each the JSON text of a MetricsSample. */
  readonly samples: readonly string[];
}

export function createTelemetryRing(ledger: Ledger, ringSamples: number = LIMITS.telemetry.ringSamples): TelemetryRing {
  const { database } = ledger;
  const statements = {
    insert: database.prepare<[string]>('INSERT INTO telemetry (body) VALUES (?)'),
    drop: database.prepare<[number]>('DELETE FROM telemetry WHERE seq <= (SELECT max(seq) FROM telemetry) - ?'),
    lose: database.prepare<[number]>('UPDATE telemetry_lost SET lost = lost + ?'),
    oldest: database.prepare<[number], { seq: number; body: string }>('SELECT seq, body FROM telemetry ORDER BY seq LIMIT +?'),
    sent: database.prepare<[number]>('DELETE FROM telemetry WHERE seq <= ?'),
    loss: database.prepare<[], { lost: number; told: number }>('SELECT lost, told FROM telemetry_lost'),
    told: database.prepare('UPDATE telemetry_lost SET told = lost'),
    count: database.prepare<[], number>('SELECT count(*) FROM telemetry').pluck(),
  };
  let missed = 0;
  const loss = (): { lost: number; told: number } => statements.loss.get() ?? { lost: 0, told: 0 };

  return {
    append: (sample) => {
      ledger.transaction(() => {
        statements.insert.run(JSON.stringify(sample));
        const dropped = statements.drop.run(ringSamples).changes + missed;
        if (dropped > 0) statements.lose.run(dropped);
      });
      missed = 0;
    },
    missed: () => {
      missed += 1;
    },
    oldest: (limit) => {
      const rows = statements.oldest.all(limit);
      const [first] = rows;
      if (first === undefined) return undefined;
      const whole = rows.filter(({ seq }, index) => seq === first.seq + index);
      return { from: first.seq, to: first.seq + whole.length - 1, lost: loss().lost, samples: whole.map(({ body }) => body) };
    },
    sent: (to) => {
      ledger.transaction(() => statements.sent.run(to));
    },
    tellLoss: () => {
      const { lost, told } = loss();
      if (lost === told) return;
      ledger.transaction(() => {
        statements.told.run();
        ledger.append({ t: 'audit', d: { action: 'telemetry-lost', by: 'uplink', detail: `${lost - told} samples of telemetry, ${lost} in all` } });
      });
    },
    state: () => ({ waiting: statements.count.get() ?? 0, lost: loss().lost + missed }),
  };
}
