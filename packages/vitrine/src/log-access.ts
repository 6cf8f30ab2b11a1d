// A log as conveyor and rebuilder use it: read under a trust policy, appended to over HTTP.

import {
  equal,
  formatEnvelope,
  isVitrineError,
  loadPolicy,
  parseEnvelope,
  requireEnvelopeSignatures,
  type Envelope,
  type TrustPolicy,
} from '@vitrine/evidence';
import { sha256, verifySignature } from '@vitrine/host';
import { headRulesOf, openLog, type LogReader } from '@vitrine/log';
import { viewOf, type Appender as EnvelopeAppender, type LogView } from '@vitrine/conveyor';
import { httpAppender } from './append.ts';
import { fail } from './codes.ts';
import { readFile } from './files.ts';

export async function readPolicy(policy: string, root: string): Promise<TrustPolicy> {
  const [document, pinned] = await Promise.all([readFile(policy), readFile(root)]);
  return loadPolicy(document, pinned, verifySignature, sha256);
}

/** A reader that takes only checkpoints signed by the policy's log and cosigned by its quorum. */
export function openPolicyLog(location: string, policy: TrustPolicy): Promise<LogReader> {
  return openLog(location, headRulesOf(policy));
}

export async function logAccess(url: string, policy: TrustPolicy): Promise<LogView & EnvelopeAppender> {
  const reader = await openPolicyLog(url, policy);
  return { ...viewOf(reader), ...checkedAppender(httpAppender(url), reader, policy) };
}

/** The index that a log answers counts only when its verified tree holds the statement there. */
export function checkedAppender(
  appender: EnvelopeAppender,
  reader: Pick<LogReader, 'refresh' | 'entry'>,
  policy: TrustPolicy,
): EnvelopeAppender {
  return {
    async append(envelope) {
      const { index } = await appender.append(envelope);
      const { size } = (await reader.refresh()).checkpoint;
      if (index >= size)
        throw fail('log-client.refused', `the log answered entry ${index} and has published ${size}`);
      if (!(await holds(await reader.entry(index), envelope, policy)))
        throw fail('log-client.refused', `the log answered entry ${index}, which is another statement`);
      return { index };
    },
  };
}

/** The bytes, or the same statement with an earlier signature by the same key: that is one entry (D9). */
async function holds(entry: Uint8Array, envelope: Envelope, policy: TrustPolicy): Promise<boolean> {
  if (equal(entry, formatEnvelope(envelope))) return true;
  const keyid = envelope.signatures[0]?.keyid ?? '';
  try {
    const found = parseEnvelope(entry);
    if (found.payload !== envelope.payload || found.payloadType !== envelope.payloadType) return false;
    const spkiOf = (id: string): Uint8Array | undefined =>
      id === keyid ? policy.keys.get(keyid)?.spki : undefined;
    await requireEnvelopeSignatures(found, spkiOf, verifySignature, sha256);
    return true;
  } catch (error) {
    if (isVitrineError(error)) return false;
    throw error;
  }
}
