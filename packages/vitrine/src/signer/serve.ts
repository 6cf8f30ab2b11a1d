// The signer's side: a process that alone opens private key files. First it says which keys it holds;
// then it answers requests one after the other. What it is given are statements and metadata, that is
// digests: never sources, never artifacts.
//
//   hello     01 ‖ JSON [{publicKey, may}], or 00 ‖ JSON {code, message, …} where it could not start
//   request   keyid (32 bytes) ‖ message
//   answer    01 ‖ signature, or 00 ‖ JSON {code, message, …}
//
// The secret of a supervisor's halves is held here as well (D18). It signs nothing: for a question that holds
// request and grant, the answer is the share, sealed to whoever asked. The grant is proven from the public log
// under the policy that lies in its files then: who asks, the daemon too, is not believed, and neither is it told
// which policy that is. A key that was ended opens nothing from the moment at which its end was accepted.

import type { Writable } from 'node:stream';
import {
  canonicalJson,
  isVitrineError,
  toBase64,
  toHex,
  type Signer,
  type TrustPolicy,
} from '@vitrine/evidence';
import { readSecret, sha256, sha256Hex, systemClock, verifySignature } from '@vitrine/host';
import { trustIn, type TrustFiles } from '../accepted-trust.ts';
import { loadSigner } from '@vitrine/keys';
import { openingKey, parseShareAsk, releaseShare, type OpeningKey } from '@vitrine/reports';
import { fail } from '../codes.ts';
import { answerBytes, frameReader, requestBytes, writeFrame } from './frames.ts';
import { requireGranted, type Grant } from './grants.ts';

export interface KeyGrant {
  readonly file: string;
  readonly may: readonly Grant[];
}

export type HeldKey =
  | { readonly signer: Signer; readonly may: readonly Grant[] }
  | {
      readonly opening: OpeningKey;
      readonly policy: () => Promise<TrustPolicy>;
      readonly may: readonly ['halves'];
    };

export async function loadKeys(
  grants: readonly KeyGrant[],
  trust: TrustFiles | undefined,
): Promise<ReadonlyMap<string, HeldKey>> {
  const keys = new Map<string, HeldKey>();
  for (const { file, may } of grants) {
    const [keyid, held] = await loadKey(file, may, trust);
    // Twice would be two sets of grants for one key: the wider one would silently win.
    if (keys.has(keyid)) throw fail('signer.grant', `the key ${keyid} is given twice`);
    keys.set(keyid, held);
  }
  return keys;
}

async function loadKey(
  file: string,
  may: readonly Grant[],
  trust: TrustFiles | undefined,
): Promise<readonly [string, HeldKey]> {
  if (!may.includes('halves')) {
    const signer = await loadSigner(file);
    return [signer.keyid, { signer, may }];
  }
  if (trust === undefined)
    throw fail('signer.grant', 'halves are opened under a trust policy: give --policy and --root');
  const policy = onward(trust);
  await policy(); // What is not sound is said at the start.
  const opening = await openingKey(await readSecret(file, 32));
  return [sha256Hex(opening.publicKey), { opening, policy, may: ['halves'] }];
}

/**
 * The policy of the files, as they are whenever it is asked for; never one that is older than the last. What is not
 * sound opens nothing. This process writes nothing: over a restart the daemon's own record says what is older.
 */
function onward(files: TrustFiles): () => Promise<TrustPolicy> {
  const read = trustIn(files);
  let last: TrustPolicy | undefined;
  return async () => {
    const { policy } = await read();
    const isBack =
      last !== undefined &&
      (policy.document.version < last.document.version ||
        policy.root.version < last.root.version ||
        (policy.document.version === last.document.version && policy.digest !== last.digest));
    if (isBack)
      throw fail(
        'signer.older',
        `policy ${policy.document.version} under root ${policy.root.version}, after policy ${last?.document.version} under root ${last?.root.version}`,
      );
    last = policy;
    return policy;
  };
}

export interface Connection {
  readonly input: AsyncIterable<Uint8Array>;
  readonly output: Writable;
}

const good = Uint8Array.of(1);
const bad = Uint8Array.of(0);

/** Serves one client until it goes away. `onSigned` is told what was signed, and with which key. */
export async function serveSigner(
  keys: ReadonlyMap<string, HeldKey>,
  { input, output }: Connection,
  onSigned: (what: string, keyid: string) => void = () => {},
): Promise<void> {
  const hello = [...keys.values()].map((held) => ({
    publicKey: toBase64('signer' in held ? held.signer.publicKey : held.opening.publicKey),
    may: held.may,
  }));
  await writeFrame(output, good, canonicalJson(hello));
  const frames = frameReader(input);
  for (;;) {
    try {
      const frame = await frames.next(requestBytes);
      if (frame === undefined) return;
      const { signature, what, keyid } = await answer(keys, frame);
      onSigned(what, keyid);
      await writeFrame(output, good, signature);
    } catch (error) {
      if (!isVitrineError(error)) throw error;
      await writeFrame(output, bad, formatError(error));
      if (error.code === 'signer.frame') return; // Where the next frame begins is not known any more.
    }
  }
}

async function answer(
  keys: ReadonlyMap<string, HeldKey>,
  frame: Uint8Array,
): Promise<{ readonly signature: Uint8Array; readonly what: string; readonly keyid: string }> {
  if (frame.length < 32) throw fail('signer.frame', 'a request of less than 32 bytes');
  const keyid = toHex(frame.subarray(0, 32));
  const held = keys.get(keyid);
  if (held === undefined) throw fail('signer.refused', `this signer holds no key ${keyid}`);
  const message = frame.subarray(32);
  if (!('signer' in held)) {
    const ask = parseShareAsk(message);
    const policy = await held.policy();
    const holder = { opening: held.opening, policy, now: systemClock.now() / 1000 };
    const signature = await releaseShare(ask, holder, { sha256, verifySignature });
    return { signature, what: `a share of ${ask.key.slice(0, 16)}`, keyid };
  }
  const what = requireGranted(message, held.may);
  return { signature: await held.signer.sign(message), what, keyid };
}

/** Said instead of the keys, so that the client can tell its user why there is no signer. */
export async function refuseToStart(output: Writable, error: unknown): Promise<void> {
  if (!isVitrineError(error)) throw error;
  await writeFrame(output, bad, formatError(error));
}

function formatError(error: unknown): Uint8Array {
  if (!isVitrineError(error)) throw error;
  const { code, message, remedy, exit } = error;
  return canonicalJson({ code, message: message.slice(0, answerBytes / 8), remedy, exit });
}
