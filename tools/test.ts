// npm test, npm run test:faults, test:browser, test:postgres: every test file of one kind, on two cores at most.
// After `--`: words select files by a part of their path, --flags=… go to `node --test` as they are.
import { spawn } from 'node:child_process';
import { globSync, readFileSync, rmSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { isOnPath } from './programs.ts';
import { codeFiles, repositoryRoot } from './repository.ts';
import { scratchFolder } from './scratch.ts';
import type { Tally } from './tally-reporter.ts';

interface Tool {
  readonly program: string;
  readonly install: string;
  /** Folders in which a distribution keeps it off the PATH. */
  readonly alsoIn?: string;
}

interface Suite {
  /** Test files end with `.<ending>.ts`. */
  readonly ending: string;
  readonly tools: readonly Tool[];
  readonly concurrency: number;
  /** Whether its files may lie in memory: not where a disk is a part of what is asked. */
  readonly inMemory: boolean;
  /** The whole suite is stopped after this time, and what was running is named. */
  readonly minutes: number;
}

/** Node finds modules here stripped of their types and compiled; `vitrine` uses the same folder. */
const compiled = join(repositoryRoot, 'node_modules/.cache/vitrine');

const cores = Math.min(2, availableParallelism());
const suites: Readonly<Record<string, Suite>> = {
  test: { ending: 'test', tools: [], concurrency: cores, inMemory: true, minutes: 15 },
  faults: {
    ending: 'faults',
    tools: [
      { program: 'strace', install: 'apt-get install strace' },
      { program: 'bwrap', install: 'apt-get install bubblewrap' },
      { program: 'openssl', install: 'apt-get install openssl' },
      { program: 'bash', install: 'apt-get install bash' },
      { program: 'mkfifo', install: 'apt-get install coreutils' },
    ],
    concurrency: cores,
    inMemory: false,
    minutes: 20,
  },
  browser: {
    ending: 'browser',
    tools: [{ program: 'chromium', install: 'apt-get install chromium' }],
    // Most of their time they wait for a page.
    concurrency: cores,
    inMemory: true,
    minutes: 10,
  },
  postgres: {
    ending: 'postgres',
    tools: [
      { program: 'initdb', install: 'apt-get install postgresql', alsoIn: '/usr/lib/postgresql/*/bin' },
      { program: 'postgres', install: 'apt-get install postgresql', alsoIn: '/usr/lib/postgresql/*/bin' },
    ],
    // Each file starts a server of its own.
    concurrency: 1,
    inMemory: false,
    minutes: 10,
  },
};

async function main(args: readonly string[]): Promise<number> {
  const first = args[0] ?? '';
  const name = Object.hasOwn(suites, first) ? first : 'test';
  const rest = first === name ? args.slice(1) : args;
  const suite = suites[name];
  if (suite === undefined) throw new Error(`no suite ${name}`);
  const flags = rest.filter((arg) => arg.startsWith('-'));
  const words = rest.filter((arg) => !arg.startsWith('-'));

  const files = testFiles(suite.ending).filter(
    (file) => words.length === 0 || words.some((word) => file.includes(word)),
  );
  if (files.length === 0) {
    const which =
      words.length === 0 ? '' : ` with ${words.map((word) => `"${word}"`).join(' or ')} in its path`;
    process.stderr.write(`test: no *.${suite.ending}.ts file${which}\n`);
    return words.length === 0 ? 1 : 2;
  }
  const { code, tally } = await run(suite, files, flags);
  const faults = verdictFaults(suite, tally, flags);
  for (const fault of faults) process.stderr.write(`test: ${fault}\n`);
  return code === 0 && faults.length > 0 ? 1 : code;
}

function testFiles(ending: string): readonly string[] {
  return ['packages', 'products', 'tools']
    .flatMap((folder) => codeFiles(repositoryRoot, folder))
    .filter((file) => file.includes('/test/') && file.endsWith(`.${ending}.ts`));
}

async function run(
  suite: Suite,
  files: readonly string[],
  flags: readonly string[],
): Promise<{ readonly code: number; readonly tally: Tally | undefined }> {
  const folder = scratchFolder(suite.inMemory);
  try {
    const counted = join(folder, 'tally.json');
    const reporters = [
      '--test-reporter=spec',
      '--test-reporter-destination=stdout',
      `--test-reporter=${join(import.meta.dirname, 'tally-reporter.ts')}`,
      `--test-reporter-destination=${counted}`,
    ];
    const concurrency = `--test-concurrency=${String(suite.concurrency)}`;
    const child = spawn(process.execPath, ['--test', concurrency, ...reporters, ...flags, ...files], {
      cwd: repositoryRoot,
      env: { NODE_COMPILE_CACHE: compiled, ...process.env, ...(suite.inMemory ? { TMPDIR: folder } : {}) },
      stdio: 'inherit',
    });
    // On SIGINT the runner stops its children and names the files that were running.
    const limit = setTimeout(() => {
      process.stderr.write(`test: stopped after ${String(suite.minutes)} minutes\n`);
      child.kill('SIGINT');
    }, suite.minutes * 60_000);
    process.on('SIGTERM', () => child.kill('SIGINT'));
    process.on('SIGINT', () => {
      // A terminal sends Ctrl-C to the runner too.
      if (!process.stdin.isTTY) child.kill('SIGINT');
    });
    const { promise, resolve, reject } = Promise.withResolvers<number>();
    child.on('error', reject);
    child.on('close', (code) => {
      resolve(code ?? 1);
    });
    const code = await promise;
    clearTimeout(limit);
    return { code, tally: readTally(counted) };
  } finally {
    rmSync(folder, { recursive: true, force: true, maxRetries: 3 });
  }
}

/** Undefined where the runner ended before its reporters did. */
function readTally(path: string): Tally | undefined {
  const text = readFileSync(path, 'utf8');
  return text === '' ? undefined : (JSON.parse(text) as Tally);
}

/** Why a run that node calls green is none. Says also what was skipped, which is no fault by itself. */
function verdictFaults(suite: Suite, tally: Tally | undefined, flags: readonly string[]): readonly string[] {
  const faults: string[] = [];
  if (tally === undefined) faults.push('the runner ended before it had counted its tests');
  else {
    for (const [reason, times] of Map.groupBy(tally.skipped, (text) => text || 'no reason given')) {
      process.stdout.write(`skipped ${String(times.length)}: ${reason}\n`);
    }
    // A name pattern that selects nothing in a file leaves it without a test; that is then wanted.
    if (flags.length === 0) faults.push(...tally.empty.map((file) => `${file} holds no test`));
    if (tally.ran === 0) faults.push('no test ran');
  }
  for (const { program, install, alsoIn } of suite.tools) {
    const isElsewhere = alsoIn !== undefined && globSync(`${alsoIn}/${program}`).length > 0;
    if (!isOnPath(program) && !isElsewhere)
      faults.push(`${program} is missing: this suite needs it (${install})`);
  }
  return faults;
}

process.exitCode = await main(process.argv.slice(2));
