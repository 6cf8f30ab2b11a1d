// What ceremonies have signed goes out as soon as the log can take it: by the next command that publishes.

import { join } from 'node:path';
import { isVitrineError, policyDigest } from '@vitrine/evidence';
import { publishTrust, type Publisher } from '@vitrine/conveyor';
import { removeDurable, sha256 } from '@vitrine/host';
import { readReady, readyFile } from '../ceremony/ready.ts';
import type { VendorFolder } from './folder.ts';
import { settleResidency } from '../residency/settle.ts';
import { configureLog } from './log-config.ts';
import { readDraft } from './trust.ts';

/** What is ready of both kinds. Residency first: it is judged by the root that stands. */
export async function settle(
  vendor: VendorFolder,
  publisher: Publisher,
  note: (text: string) => void,
): Promise<string | undefined> {
  const residency = await settleResidency(vendor, publisher).catch((error: unknown) => {
    // A policy that came too late stops no heartbeat; it stays where it is until another takes its place.
    if (!isVitrineError(error) || !error.code.startsWith('residency')) throw error;
    note(`residency: ${error.message} (${error.code})`);
    return undefined;
  });
  const trust = await settleTrust(vendor, publisher);
  const done = [residency, trust].filter((one) => one !== undefined);
  return done.length === 0 ? undefined : done.join(', ');
}

/**
 * Answers what was published, in words; undefined where nothing was ready. The publisher's policy is the
 * one before: open it anew afterwards.
 */
async function settleTrust(vendor: VendorFolder, publisher: Publisher): Promise<string | undefined> {
  const { root, rootStatement, policy, targets } = await readReady(vendor);
  if (root === undefined && policy === undefined && targets === undefined) return undefined;
  const done = await publishTrust(publisher, {
    root:
      root === undefined || rootStatement === undefined
        ? undefined
        : { file: root, statement: rootStatement },
    policy,
    targets,
  });
  if (policy !== undefined) await configureLog(vendor, done.policy);
  const draft = await readDraft(vendor);
  if (draft !== undefined && policyDigest(draft, sha256) === done.policy.digest)
    await removeDurable(join(vendor.drafts, 'policy.json'));
  for (const name of ['root', 'policy', 'targets', 'root-statement'] as const)
    await removeDurable(readyFile(vendor, name));
  return `root ${done.root.version}, policy ${done.policy.document.version}, publication ${done.publication.seq}`;
}
