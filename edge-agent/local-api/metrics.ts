import { Gauge, Registry } from 'prom-client';

/** A number that is read when somebody asks for it. */
export interface Metric {
  /** `foyer_outbox_waiting`. */
  readonly name: string;
  readonly help: string;
  readonly labels?: readonly string[];
  /** One value, or one for each set of labels. Never a code, a card or an order in a label. */
  readonly read: () => number | readonly { readonly labels: Readonly<Record<string, string>>; readonly value: number }[];
}

/** The page that Prometheus reads (text format 0.0.4). */
export function createMetrics(metrics: readonly Metric[]): { readonly contentType: string; page(): Promise<string> } {
  const registry = new Registry();
  for (const { name, help, labels: labelNames = [], read } of metrics) {
    registry.registerMetric(
      new Gauge({
        name,
        help,
        labelNames: [...labelNames],
        registers: [],
        collect() {
          this.reset();
          const now = read();
          if (typeof now === 'number') this.set(now);
          else for (const { labels, value } of now) this.set(labels, value);
        },
      }),
    );
  }
  return { contentType: registry.contentType, page: () => registry.metrics() };
}
