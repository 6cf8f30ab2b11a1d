// The agent as the conveyor builds it, and as an endpoint starts it.

import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { repositoryRoot, temporaryDirectory, type Ending } from '@vitrine/testkit';

export interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface Surroundings {
  readonly cwd?: string;
  readonly env?: NodeJS.ProcessEnv;
  readonly uid?: number;
}

export async function runProgram(
  command: string,
  args: readonly string[],
  surroundings: Surroundings = {},
): Promise<Ended> {
  const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe'], ...surroundings });
  const [stdout, stderr, code] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    new Promise<number | null>((settle, reject) => {
      child.on('error', reject);
      child.on('close', settle);
    }),
  ]);
  return { code, stdout, stderr };
}

export interface Built {
  readonly script: string;
  readonly executable: string;
}

/** Builds both outputs from this tree into a folder of their own. */
export async function buildAgent(t: Ending): Promise<Built> {
  const out = temporaryDirectory(t);
  await build(join(repositoryRoot, 'products/agent/build.mjs'), out);
  return { script: join(out, 'agent.mjs'), executable: join(out, 'agent') };
}

export async function build(script: string, out: string, surroundings: Surroundings = {}): Promise<void> {
  const env = { ...(surroundings.env ?? process.env), OUT: out };
  const { code, stderr } = await runProgram(process.execPath, [script], { ...surroundings, env });
  if (code !== 0) throw new Error(`the build ended with ${String(code)}: ${stderr}`);
}
