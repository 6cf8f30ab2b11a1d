// Counters, gauges and histograms in the Prometheus text format. Labels name kinds of things
// (an outcome, a route), never persons, addresses, keys or digests.

export type Labels = Readonly<Record<string, string>>;

export interface Counter {
  add(amount?: number, labels?: Labels): void;
}

export interface Gauge {
  set(value: number, labels?: Labels): void;
}

export interface Histogram {
  observe(value: number, labels?: Labels): void;
}

export interface Metrics {
  counter(name: string, help: string): Counter;
  gauge(name: string, help: string): Gauge;
  /** `buckets`: upper bounds, ascending; +Inf is added. */
  histogram(name: string, help: string, buckets: readonly number[]): Histogram;
  /** text/plain; version=0.0.4 */
  text(): string;
}

/** Guards against a label that takes its values from the network. */
const mostSeries = 1_000;

export function createMetrics(): Metrics {
  const families = new Map<string, () => string>();

  function register(name: string, help: string, type: string, lines: () => Iterable<string>): void {
    if (!/^[a-z][a-z0-9_]*$/.test(name)) throw new TypeError(`not a metric name: ${name}`);
    if (families.has(name)) throw new TypeError(`metric ${name} is registered twice`);
    families.set(name, () =>
      [`# HELP ${name} ${escapeHelp(help)}`, `# TYPE ${name} ${type}`, ...lines()].join('\n'),
    );
  }

  function simple(name: string, help: string, type: 'counter' | 'gauge'): Map<string, number> {
    const series = new Map<string, number>();
    register(name, help, type, () =>
      series.entries().map(([labels, value]) => `${name}${braced(labels)} ${value}`),
    );
    return series;
  }

  return {
    counter(name, help) {
      const series = simple(name, help, 'counter');
      return {
        add(amount = 1, labels = {}) {
          if (!(amount >= 0)) throw new TypeError(`counter ${name} cannot fall`);
          const key = keyOf(series, labels);
          series.set(key, (series.get(key) ?? 0) + amount);
        },
      };
    },
    gauge(name, help) {
      const series = simple(name, help, 'gauge');
      return {
        set(value, labels = {}) {
          series.set(keyOf(series, labels), value);
        },
      };
    },
    histogram(name, help, buckets) {
      const series = new Map<string, { readonly counts: number[]; sum: number; count: number }>();
      const bounds = [...buckets, Infinity];
      register(name, help, 'histogram', () =>
        series.entries().flatMap(([labels, { counts, sum, count }]) => [
          ...bounds.map((bound, i) => {
            const le = `le="${bound === Infinity ? '+Inf' : bound}"`;
            return `${name}_bucket${braced(labels === '' ? le : `${labels},${le}`)} ${counts[i]}`;
          }),
          `${name}_sum${braced(labels)} ${sum}`,
          `${name}_count${braced(labels)} ${count}`,
        ]),
      );
      return {
        observe(value, labels = {}) {
          const key = keyOf(series, labels);
          const entry = series.get(key) ?? { counts: bounds.map(() => 0), sum: 0, count: 0 };
          for (const [i, bound] of bounds.entries())
            if (value <= bound) entry.counts[i] = (entry.counts[i] ?? 0) + 1;
          entry.sum += value;
          entry.count++;
          series.set(key, entry);
        },
      };
    },
    text: () => [...families.values()].map((family) => `${family()}\n`).join(''),
  };
}

function keyOf(series: ReadonlyMap<string, unknown>, labels: Labels): string {
  const names = Object.keys(labels);
  const key =
    names.length === 0
      ? ''
      : names
          .toSorted()
          .map((name) => `${name}="${escapeValue(labels[name] ?? '')}"`)
          .join(',');
  return series.has(key) || series.size < mostSeries ? key : 'overflow="true"';
}

function braced(labels: string): string {
  return labels === '' ? '' : `{${labels}}`;
}

function escapeHelp(text: string): string {
  return text.replaceAll('\\', '\\\\').replaceAll('\n', '\\n');
}

function escapeValue(text: string): string {
  return escapeHelp(text).replaceAll('"', '\\"');
}
