// The ceremonies of a vendor: drafts/ceremony-N/ with the plan and the signature files that came back,
// and drafts/transcript.jsonl with what happened.

import { readdir } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { errnoOf, fileFault } from '@vitrine/host';
import { fail } from '../codes.ts';
import { readFile } from '../files.ts';
import type { VendorFolder } from '../vendor/folder.ts';
import { parsePlan, planDigest, type Plan } from './plan.ts';

export interface PlanFile {
  readonly path: string;
  readonly bytes: Uint8Array;
  readonly plan: Plan;
  readonly digest: string;
}

const mostBytes = 4 << 20;

export function transcriptOf({ drafts }: VendorFolder): string {
  return join(drafts, 'transcript.jsonl');
}

export function planPath({ drafts }: VendorFolder, ceremony: number): string {
  return join(drafts, `ceremony-${ceremony}`, 'plan.json');
}

export async function readPlan(path: string): Promise<PlanFile> {
  const bytes = await readFile(path, mostBytes);
  return { path, bytes, plan: parsePlan(bytes), digest: planDigest(bytes) };
}

/** The number of the last ceremony; 0 before the first. */
export async function lastCeremony({ drafts }: VendorFolder): Promise<number> {
  const numbers = (await namesIn(drafts)).map((name) =>
    Number(/^ceremony-([1-9][0-9]{0,8})$/.exec(name)?.[1] ?? 0),
  );
  return Math.max(0, ...numbers);
}

export async function lastPlan(vendor: VendorFolder): Promise<PlanFile> {
  const last = await lastCeremony(vendor);
  if (last === 0)
    throw fail('ceremony.none', `${vendor.folder} has no ceremony: run "vitrine ceremony plan" first`);
  return readPlan(planPath(vendor, last));
}

/** Beside the plan, named so that the files of several holders can lie in one folder. */
export function signaturePath(plan: string, keyid: string): string {
  return join(dirname(plan), `${basename(plan, '.json')}.${keyid.slice(0, 16)}.sig.json`);
}

export async function readSignatures(
  folder: string,
): Promise<readonly { readonly name: string; readonly bytes: Uint8Array }[]> {
  const names = (await namesIn(folder)).filter((name) => name.endsWith('.sig.json') && !name.startsWith('.'));
  return Promise.all(
    names.sort().map(async (name) => ({ name, bytes: await readFile(join(folder, name), 65_536) })),
  );
}

async function namesIn(folder: string): Promise<readonly string[]> {
  try {
    return await readdir(folder);
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return [];
    throw fileFault('look into', folder, error);
  }
}
