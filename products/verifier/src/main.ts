#!/usr/bin/env node
// verifier.mjs: the offline verdict as one file for Node. Reads the files it is given, uses no network,
// writes nothing, and holds no key.

import { describeOutcome, exitOf, isVitrineError, verifyFiles, type VitrineError } from '@vitrine/evidence';
import { answerOf, readState } from './answer.ts';
import { parseConsistency } from './consistency.ts';
import { parseArguments, usage, type Asked } from './node/arguments.ts';
import { hashFile, readDocument, readIfPresent } from './node/files.ts';
import { nodePlatform } from './node/platform.ts';

async function main(args: readonly string[]): Promise<number> {
  const json = args.includes('--json');
  try {
    const asked = parseArguments(args, () => Math.floor(Date.now() / 1000));
    if (asked === 'help') {
      print(usage);
      return 0;
    }
    return await verifyAsked(asked, json);
  } catch (error) {
    if (!isVitrineError(error)) throw error;
    report(error, json);
    return error.exit;
  }
}

async function verifyAsked(asked: Asked, json: boolean): Promise<number> {
  const artifact = await hashFile(asked.file);
  const state = asked.state === undefined ? undefined : readState(await readDocument(asked.state));
  const outcome = await verifyFiles(
    {
      artifact,
      expected: asked.expected,
      evidence: await readIfPresent(asked.evidence),
      publication: asked.publication === undefined ? undefined : await readDocument(asked.publication),
      policy: await readDocument(asked.policy),
      root: await readDocument(asked.root),
      state,
      consistency: await Promise.all(
        asked.consistency.map(async (path) => parseConsistency(await readDocument(path))),
      ),
      demand: asked.demand,
      now: asked.now,
      offline: asked.offline,
    },
    nodePlatform,
  );
  if (json) print(JSON.stringify(answerOf(outcome, artifact), null, 2));
  else for (const line of describeOutcome(outcome)) print(line);
  return exitOf(outcome);
}

function report({ code, message, remedy }: VitrineError, json: boolean): void {
  if (json) print(JSON.stringify({ error: { code, message, remedy } }, null, 2));
  else process.stderr.write(`verifier: ${message} (${code}). ${remedy}\n`);
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}

// A reader that goes away early (| head) must not change the exit code.
process.stdout.on('error', () => {});
process.exitCode = await main(process.argv.slice(2));
