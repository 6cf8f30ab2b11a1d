// Verdicts in the tour are those of a process: `vitrine verify`, or the verifier that was just built.

import { parseJson, schema, utf8, type Json } from '@vitrine/evidence';
import { run, type RunResult } from '@vitrine/host';
import { fail } from '../codes.ts';
import { vitrine } from './processes.ts';
import type { Judged } from './stage.ts';

export interface Files {
  readonly artifact: string;
  readonly evidence: string;
  readonly publication?: string;
  readonly policy: string;
  readonly root: string;
  readonly state?: string;
  readonly log?: string;
  /** What is expected: the verdict must be about this product. */
  readonly product?: string;
}

const verdictDocument = schema.object(
  {
    verdict: schema.oneOf('accepted', 'refused', 'undecided'),
    freshness: schema.oneOf('fresh', 'stale', 'unknown'),
    checks: schema.list(
      schema.object(
        {
          name: schema.text(/^[a-z]+$/, 32, 'a check'),
          outcome: schema.text(/^[a-z]+$/, 16, 'an outcome'),
          detail: schema.text(/^/, 4096, 'a line'),
        },
        {},
        { open: true },
      ),
      { most: 64 },
    ),
  },
  { code: schema.text(/^[a-z.0-9-]+$/, 64, 'a code') },
  { open: true },
);

function argumentsOf({ artifact, ...options }: Files): string[] {
  return [artifact, ...Object.entries(options).flatMap(([name, value]) => [`--${name}`, value]), '--json'];
}

export async function judge(files: Files, home: string): Promise<Judged & { readonly checks: number }> {
  return read(await vitrine(['verify', ...argumentsOf(files)], home));
}

/** The built verifier judges with nothing but Node. */
export async function judgeWith(
  verifier: string,
  files: Files,
  home: string,
): Promise<Judged & { readonly checks: number }> {
  return read(
    await run(process.execPath, [verifier, ...argumentsOf(files)], {
      env: { HOME: home },
      cwd: home,
      timeoutMs: 60_000,
      maxOutputBytes: 1 << 20,
    }),
  );
}

function read({ code, stdout, stderr }: RunResult): Judged & { readonly checks: number } {
  const document: Json = parseJson(utf8(stdout));
  if (typeof document === 'object' && document !== null && 'error' in document) {
    throw fail('tour.step', `verify ended with ${String(code)}: ${stderr}`);
  }
  const { verdict, freshness, checks, code: refusal } = verdictDocument.check(document);
  const last = checks.at(-1);
  return {
    exit: code ?? -1,
    code: refusal ?? verdict,
    detail:
      refusal === undefined
        ? `${verdict}, ${freshness}, ${checks.length} checks`
        : `${last?.name ?? ''}: ${last?.detail ?? ''}`,
    checks: checks.length,
  };
}

export function requireAccepted(judged: Judged, who: string): void {
  if (judged.exit !== 0) throw fail('tour.step', `${who} did not accept: ${judged.code}, ${judged.detail}`);
}
