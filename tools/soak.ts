// npm run soak [NAME …] [-- --minutes N] [--count N]: the long runs of soak/, one after the other.
// Exit code 1 where one rejects; the others still run.
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import type { Soak, SoakOptions } from './bench-types.ts';
import { repositoryRoot } from './repository.ts';
import { chooseScripts, endWith, loadScript, UsageError } from './scripts.ts';

const folder = join(repositoryRoot, 'soak');

async function main(): Promise<number> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { minutes: { type: 'string' }, count: { type: 'string' } },
  });
  const limits = { ...positive('minutes', values.minutes), ...positive('count', values.count) };
  let code = 0;
  for (const name of chooseScripts(folder, positionals)) {
    const log: SoakOptions['log'] = (line) => process.stdout.write(`${name}: ${line}\n`);
    const start = performance.now();
    const fault = await run(name, { ...limits, log });
    const seconds = ((performance.now() - start) / 1000).toFixed(1);
    log(fault === undefined ? `ok, ${seconds} s` : `FAILED after ${seconds} s\n${fault}`);
    if (fault !== undefined) code = 1;
  }
  return code;
}

async function run(name: string, options: SoakOptions): Promise<string | undefined> {
  try {
    const soak = await loadScript<Soak>(folder, name);
    await soak(options);
    return undefined;
  } catch (error) {
    return error instanceof Error ? (error.stack ?? error.message) : String(error);
  }
}

function positive(
  name: 'minutes' | 'count',
  text: string | undefined,
): Readonly<Partial<Record<string, number>>> {
  if (text === undefined) return {};
  const value = Number(text);
  if (!(value > 0) || (name === 'count' && !Number.isSafeInteger(value))) {
    throw new UsageError(
      `--${name} wants a positive ${name === 'count' ? 'whole ' : ''}number, not "${text}"`,
    );
  }
  return { [name]: value };
}

await endWith('soak', main());
