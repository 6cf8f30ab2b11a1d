// npm run bench [NAME …] [-- --json]: the benchmarks of bench/, each in a process of its own, so that
// one's heap and compiled code do not slow the next. Exit code 1 where a goal is missed.
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import type { Benchmark, Measurement } from './bench-types.ts';
import { runNode } from './programs.ts';
import { repositoryRoot } from './repository.ts';
import { chooseScripts, endWith, loadScript } from './scripts.ts';

interface Row {
  readonly name: string;
  readonly value: number;
  readonly unit: string;
  readonly goal: number | null;
  readonly ok: boolean;
}

const folder = join(repositoryRoot, 'bench');

async function main(): Promise<number> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { json: { type: 'boolean', default: false } },
  });
  const names = chooseScripts(folder, positionals);
  const rows: Row[] = [];
  let broken = 0;
  for (const name of names) {
    const measured = names.length === 1 ? await measure(name) : await measureApart(name);
    rows.push(...measured);
    if (measured.length === 0) broken++;
    else if (!values.json) process.stdout.write(`${name}\n${table(measured)}\n`);
  }
  if (values.json) process.stdout.write(`${JSON.stringify({ rows })}\n`);
  return broken === 0 && rows.every(({ ok }) => ok) ? 0 : 1;
}

async function measure(name: string): Promise<readonly Row[]> {
  const rows: Row[] = [];
  const benchmark = await loadScript<Benchmark>(folder, name);
  await benchmark((measurement) => {
    rows.push(judge(name, measurement));
  });
  // A benchmark that measured nothing has missed every goal.
  if (rows.length === 0) throw new Error(`bench ${name} reported no row`);
  return rows;
}

function judge(bench: string, { name, value, unit, goal, better }: Measurement): Row {
  if (!Number.isFinite(value)) throw new Error(`bench ${bench}: "${name}" is ${String(value)}, not a number`);
  const ok = goal === null || (better === 'higher' ? value >= goal : value <= goal);
  return { name, value, unit, goal, ok };
}

/** Without a row where the benchmark failed: it has said why on standard error, and the next one runs. */
async function measureApart(name: string): Promise<readonly Row[]> {
  const { output } = await runNode([import.meta.filename, name, '--json'], 'stdout');
  if (output === '') return [];
  return (JSON.parse(output) as { readonly rows: readonly Row[] }).rows;
}

function table(rows: readonly Row[]): string {
  const cells = rows.map(({ name, value, unit, goal, ok }) => [
    name,
    figure(value),
    unit,
    goal === null ? '' : figure(goal),
    goal === null ? '' : ok ? 'ok' : 'MISSED',
  ]);
  const all = [['', 'value', 'unit', 'goal', ''], ...cells];
  const widths = [0, 1, 2, 3, 4].map((column) => Math.max(...all.map((row) => (row[column] ?? '').length)));
  const lines = all.map((row) =>
    row
      .map((cell, column) =>
        // Numbers end under each other; words begin under each other.
        column === 1 || column === 3 ? cell.padStart(widths[column] ?? 0) : cell.padEnd(widths[column] ?? 0),
      )
      .join('  ')
      .trimEnd(),
  );
  return `${lines.map((line) => `  ${line}`).join('\n')}\n`;
}

/** Four significant digits, thousands separated: 41,230 · 0.8123 · 9.27. */
function figure(value: number): string {
  const digits = Math.abs(value) >= 1000 ? { maximumFractionDigits: 0 } : { maximumSignificantDigits: 4 };
  return value.toLocaleString('en', digits);
}

await endWith('bench', main());
