// What must hold after an update was cut short, wherever that was.

import assert from 'node:assert/strict';
import { readdir, readFile, readlink } from 'node:fs/promises';
import { join } from 'node:path';
import { status, update, type Agent } from '@vitrine/endpoint';
import { sha256Hex } from '@vitrine/host';
import { done } from './helpers.ts';

/** The versions that may be in place: what ran before, and what is offered. */
export async function requireSound(agent: Agent, versions: readonly [string, string]): Promise<void> {
  const { folder } = agent;
  const before = await status(agent);
  const lead = /^versions\/([0-9a-f]{64})$/.exec(await readlink(join(folder, 'current')))?.[1];
  assert.ok(lead !== undefined && versions.includes(lead), `current leads to ${String(lead)}`);
  assert.equal(sha256Hex(await readFile(join(folder, 'current', 'agent.mjs'))), lead);
  assert.ok(before.running?.intact, 'what the memory says runs is there');

  assert.equal(done(await update(agent)).version.sha256, versions[1]);
  const after = await status(agent);
  assert.equal(after.unfinished, undefined);
  assert.equal(after.refusal, undefined);
  assert.ok(after.running?.intact === true && after.running.inPlace && after.running.standing === 'good');
  assert.ok((after.log.size ?? 0) >= (before.log.size ?? 0), 'the log did not become shorter');
  assert.ok((after.published?.seq ?? 0) >= (before.published?.seq ?? 0));
  const left = (await readdir(folder, { recursive: true })).filter((name) => name.endsWith('.tmp'));
  assert.deepEqual(left, []);
}
