// A version in a child process: it must start, within bounds, and say which bytes it is. What it says is
// judged; what it does is not contained, because from the swap on it would run uncontained all the same.

import { isSea } from 'node:sea';
import { extname } from 'node:path';
import { isVitrineError, parseJson, schema, type VitrineError } from '@vitrine/evidence';
import { run, type RunResult } from '@vitrine/host';
import { fail } from './codes.ts';

export interface Runner {
  /** Throws what is wrong; `folder`: the new version also reads this endpoint's memory. */
  selfTest(file: string, expected: Expected, folder?: string): Promise<void>;
}

export interface Expected {
  readonly product: string;
  readonly version: string;
  readonly sha256: string;
}

export interface RunnerLimits {
  readonly timeoutMs: number;
  /** Of the JavaScript heap, where the version runs on Node. */
  readonly heapMegabytes: number;
}

export const defaultRunnerLimits: RunnerLimits = { timeoutMs: 30_000, heapMegabytes: 256 };

const answerSchema = schema.object({
  product: schema.text(/^[!-~]{1,64}$/, 64, 'a product'),
  version: schema.text(/^[!-~]{1,64}$/, 64, 'a version'),
  sha256: schema.text(/^[0-9a-f]{64}$/, 64, 'a digest'),
});

/** The contract of every product that this agent updates: `self-test [--folder DIR]` (docs/endpoint.md). */
export function childRunner(limits: RunnerLimits = defaultRunnerLimits): Runner {
  return {
    async selfTest(file, expected, folder) {
      const code = folder === undefined ? 'endpoint.load-test' : 'endpoint.health';
      const refuse = (what: string, cause?: unknown): VitrineError =>
        fail(code, `version ${expected.version} ${what}`, { at: file, cause });
      const { command, args } = commandOf(file);
      const asked = ['self-test', ...(folder === undefined ? [] : ['--folder', folder])];
      let result: RunResult;
      try {
        result = await run(command, [...args, ...asked], {
          env: environment(limits),
          timeoutMs: limits.timeoutMs,
          maxOutputBytes: 16_384,
        });
      } catch (error) {
        if (!isVitrineError(error)) throw error;
        throw refuse(`did not end well: ${error.message}`, error);
      }
      if (result.code !== 0) throw refuse(`ended with ${ending(result)}`);
      const said = answerOf(result, (error) => refuse('gave no answer that can be read', error));
      for (const name of ['product', 'version', 'sha256'] as const) {
        if (said[name] !== expected[name])
          throw refuse(`says that its ${name} is ${said[name]}; expected ${expected[name]}`);
      }
    },
  };
}

function answerOf({ stdoutBytes }: RunResult, refuse: (error: unknown) => VitrineError): Expected {
  try {
    return answerSchema.check(parseJson(trimEnd(stdoutBytes), { bytes: 4_096, depth: 4 }));
  } catch (error) {
    if (isVitrineError(error)) throw refuse(error);
    throw error;
  }
}

function trimEnd(bytes: Uint8Array): Uint8Array {
  return bytes.at(-1) === 0x0a ? bytes.subarray(0, -1) : bytes;
}

/** The last lines of what it said; hostile text is escaped where it is printed. */
function ending({ code, signal, stderr }: RunResult): string {
  const last = stderr.trim().split('\n').slice(-3).join(' / ').slice(0, 400);
  return `${signal ?? `exit code ${String(code)}`}${last === '' ? '' : `: ${last}`}`;
}

function commandOf(file: string): { readonly command: string; readonly args: readonly string[] } {
  if (!['.mjs', '.js', '.cjs'].includes(extname(file))) return { command: file, args: [] };
  if (isSea())
    throw fail('endpoint.runner', 'a single executable has no Node to start a script with', { at: file });
  return { command: process.execPath, args: [file] };
}

function environment({ heapMegabytes }: RunnerLimits): Readonly<Record<string, string>> {
  const { SystemRoot } = process.env;
  return {
    NODE_OPTIONS: `--max-old-space-size=${heapMegabytes}`,
    NODE_NO_WARNINGS: '1',
    ...(SystemRoot === undefined ? {} : { SystemRoot }),
  };
}
