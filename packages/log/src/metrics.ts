import type { Metrics } from '@vitrine/host';

/** What the operator of a log watches. Labels are codes and operators, never entries or addresses. */
export interface LogMetrics {
  appended(): void;
  refused(code: string): void;
  round(milliseconds: number, code: string | undefined): void;
  witnessRefused(operator: string): void;
  sizes(committed: number, published: number): void;
}

export function logMetrics(metrics: Metrics): LogMetrics {
  const appended = metrics.counter('log_appended_total', 'Entries acknowledged as durable.');
  const refused = metrics.counter('log_refused_total', 'Entries refused, by error code.');
  const rounds = metrics.histogram(
    'log_round_seconds',
    'Rounds from rows to a published checkpoint.',
    [0.01, 0.05, 0.1, 0.5, 1, 5],
  );
  const failed = metrics.counter('log_rounds_failed_total', 'Rounds that published nothing, by error code.');
  const witnesses = metrics.counter(
    'log_witness_refusals_total',
    'Rounds without a cosignature of this operator.',
  );
  const size = metrics.gauge('log_size', 'Entries under the newest checkpoint, by state.');
  return {
    appended: () => appended.add(),
    refused: (code) => refused.add(1, { code }),
    round(milliseconds, code) {
      if (code === undefined) rounds.observe(milliseconds / 1000);
      else failed.add(1, { code });
    },
    witnessRefused: (operator) => witnesses.add(1, { operator }),
    sizes(committed, published) {
      size.set(committed, { state: 'committed' });
      size.set(published, { state: 'published' });
    },
  };
}
