import assert from 'node:assert/strict';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import { run } from '@vitrine/host';
import { writeCommands } from './commands.ts';
import { generalise, matchLine, type Bindings } from './placeholders.ts';
import { temporaryDirectory } from './temporary.ts';
import { formatTranscript, parseTranscript, type Step } from './transcript.ts';

export interface TranscriptOptions {
  /**
   * What a name at the start of a command means: `{ vitrine: [process.execPath, main] }`. Besides these
   * there are cat, chmod, head, mkdir, replace and upper, and what /bin/sh does by itself; nothing of the machine.
   */
  readonly commands: Readonly<Record<string, readonly string[]>>;
  /** Added to PATH, HOME, LC_ALL, TZ and NO_COLOR, which are set. Nothing else is inherited. */
  readonly env?: Readonly<Record<string, string>> | undefined;
  readonly timeoutMs?: number | undefined;
}

/** Registers one test for each `*.txt` of a folder. */
export function runTranscripts(directory: string, options: TranscriptOptions): void {
  const names = readdirSync(directory)
    .filter((name) => name.endsWith('.txt'))
    .toSorted();
  if (names.length === 0) throw new Error(`no transcripts in ${directory}`);
  for (const name of names) {
    test(`transcript ${name.slice(0, -4)}`, async (t) => {
      await replay(join(directory, name), temporaryDirectory(t), options);
    });
  }
}

/** Runs one transcript in a folder, and compares it or, with UPDATE_TRANSCRIPTS=1, rewrites it. */
export async function replay(path: string, folder: string, options: TranscriptOptions): Promise<void> {
  const transcript = parseTranscript(readFileSync(path, 'utf8'));
  const work = join(folder, 'work');
  mkdirSync(work);
  for (const [name, content] of transcript.files) {
    mkdirSync(dirname(join(work, name)), { recursive: true });
    writeFileSync(join(work, name), content);
  }
  const env = {
    PATH: writeCommands(join(folder, 'bin'), options.commands),
    HOME: folder,
    LC_ALL: 'C.UTF-8',
    TZ: 'UTC',
    NO_COLOR: '1',
    ...options.env,
  };
  const bindings: Bindings = new Map();
  const steps: Step[] = [];
  for (const expected of transcript.steps) {
    const result = await run('/bin/sh', ['-c', expected.command], {
      cwd: work,
      env,
      timeoutMs: options.timeoutMs ?? 60_000,
      maxOutputBytes: 1 << 20,
    });
    steps.push({
      ...expected,
      stdout: settle(expected.stdout, linesOf(result.stdout, work), bindings),
      stderr: settle(expected.stderr, linesOf(result.stderr, work), bindings),
      exit: result.code ?? 128,
    });
  }
  const actual = formatTranscript({ ...transcript, steps });
  if (process.env['UPDATE_TRANSCRIPTS'] === '1') writeFileSync(path, actual);
  else assert.equal(actual, formatTranscript(transcript), `${path} (UPDATE_TRANSCRIPTS=1 rewrites it)`);
}

/** The expected line where it matches, so that only real differences show; else the actual one. */
function settle(
  expected: readonly string[],
  actual: readonly string[],
  bindings: Bindings,
): readonly string[] {
  return actual.map((line, i) => {
    const wanted = expected[i];
    return wanted !== undefined && matchLine(wanted, line, bindings) ? wanted : generalise(line);
  });
}

function linesOf(output: string, work: string): readonly string[] {
  const lines = output.replaceAll(work, '<dir>').split('\n');
  while (lines.at(-1) === '') lines.pop();
  return lines;
}
