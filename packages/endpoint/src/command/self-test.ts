// Whether this agent works on this machine: it parses, it hashes, its cryptography accepts a release that is
// good and refuses the same release with one byte changed, and what it seals opens. The last thing that an update
// asks of a new version.

import { readFile } from 'node:fs/promises';
import {
  equal,
  fromUtf8,
  isVitrineError,
  toBase64,
  utf8,
  verifyFiles,
  type Outcome,
  type Platform,
  type SealingKey,
} from '@vitrine/evidence';
import { exampleRelease } from '@vitrine/evidence/example';
import { fileFault, sha256, sha256Hex } from '@vitrine/host';
import { openingKey, openMessage, schemaDigest, sealMessage } from '@vitrine/reports';
import { fail } from '../codes.ts';
import { openFolder } from '../folder.ts';

export interface Build {
  readonly product: string;
  readonly version: string;
  /** The file that runs: the script, or the single executable. */
  readonly file: string;
}

export interface SelfTested {
  readonly product: string;
  readonly version: string;
  readonly sha256: string;
}

/** With a folder, its memory is read too: a version that cannot read what the one before wrote must not run. */
export async function selfTest(
  { product, version, file }: Build,
  platform: Platform,
  folder: string | undefined,
): Promise<SelfTested> {
  const { artifact, now, ...files } = exampleRelease();
  const judge = (bytes: Uint8Array, evidence: Uint8Array): Promise<Outcome> =>
    verifyFiles(
      { ...files, evidence, artifact: { sha256: sha256Hex(bytes), size: bytes.length }, now },
      platform,
    );
  const good = await judge(artifact, files.evidence);
  if (good.verdict !== 'accepted' || good.freshness !== 'fresh')
    throw fail('endpoint.self-test', `a good release is not accepted: ${String(good.code)}`);
  for (const [what, outcome] of [
    ['an altered artifact', await judge(altered(artifact), files.evidence)],
    ['an altered signature', await judge(artifact, alteredSignature(files.evidence))],
  ] as const) {
    if (outcome.verdict !== 'refused') throw fail('endpoint.self-test', `${what} is not refused`);
  }
  await requireSeals();
  if (folder !== undefined) await openFolder(folder).read();
  const own = await readFile(file).catch((error: unknown) => {
    throw fileFault('read', file, error);
  });
  return { product, version, sha256: sha256Hex(own) };
}

/** What is sealed here opens with its key, and not with one byte changed. */
async function requireSeals(): Promise<void> {
  const opening = await openingKey(new Uint8Array(32).fill(7));
  const key: SealingKey = {
    center: 'self-test',
    suite: 'x25519-sha256-aes256gcm',
    publicKey: toBase64(opening.publicKey),
    policy: 1,
    consent: schemaDigest(),
    notBefore: '2026-01-01T00:00:00Z',
    notAfter: '2026-01-08T00:00:00Z',
    graceUntil: '2026-01-15T00:00:00Z',
  };
  const body = utf8('a report');
  const message = await sealMessage({ type: 'report', body }, key, sha256);
  const opened = await openMessage(message, key, opening, sha256);
  if (!equal(opened.body, body)) throw fail('endpoint.self-test', 'a sealed message opens to something else');
  const wrong = message.with(message.length - 1, (message.at(-1) ?? 0) ^ 1);
  const refused = await openMessage(wrong, key, opening, sha256).then(
    () => false,
    (error: unknown) => isVitrineError(error, 'seal.open'),
  );
  if (!refused) throw fail('endpoint.self-test', 'an altered seal is not refused');
}

function altered(bytes: Uint8Array): Uint8Array {
  const other = bytes.slice();
  other[0] = (other[0] ?? 0) ^ 1;
  return other;
}

/** Changes the first signature of a statement, and nothing that parsing would notice. */
function alteredSignature(evidence: Uint8Array): Uint8Array {
  const text = fromUtf8(evidence);
  const at = text.indexOf('"sig":"') + '"sig":"'.length;
  return utf8(`${text.slice(0, at)}${text[at] === 'A' ? 'B' : 'A'}${text.slice(at + 1)}`);
}
