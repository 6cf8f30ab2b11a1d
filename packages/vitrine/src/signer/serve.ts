// The signer's side: a process that alone opens private key files. First it says which keys it holds;
// then it answers requests one after the other. What it is given are statements and metadata, that is
// digests: never sources, never artifacts.
//
//   hello     01 ‖ JSON [{publicKey, may}], or 00 ‖ JSON {code, message, …} where it could not start
//   request   keyid (32 bytes) ‖ message
//   answer    01 ‖ signature, or 00 ‖ JSON {code, message, …}

import type { Writable } from 'node:stream';
import { canonicalJson, isVitrineError, toBase64, toHex, type Signer } from '@vitrine/evidence';
import { loadSigner } from '@vitrine/keys';
import { fail } from '../codes.ts';
import { answerBytes, frameReader, requestBytes, writeFrame } from './frames.ts';
import { requireGranted, type Grant } from './grants.ts';

export interface KeyGrant {
  readonly file: string;
  readonly may: readonly Grant[];
}

export interface HeldKey {
  readonly signer: Signer;
  readonly may: readonly Grant[];
}

export async function loadKeys(grants: readonly KeyGrant[]): Promise<ReadonlyMap<string, HeldKey>> {
  const keys = new Map<string, HeldKey>();
  for (const { file, may } of grants) {
    const signer = await loadSigner(file);
    // Twice would be two sets of grants for one key: the wider one would silently win.
    if (keys.has(signer.keyid)) throw fail('signer.grant', `the key ${signer.keyid} is given twice`);
    keys.set(signer.keyid, { signer, may });
  }
  return keys;
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
  const hello = [...keys.values()].map(({ signer, may }) => ({ publicKey: toBase64(signer.publicKey), may }));
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
