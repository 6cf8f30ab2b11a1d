// Keys of logs and witnesses: a private key together with the name it signs under (C2SP signed-note).
// The name is public; it stands in `KEYFILE.name` beside the key, or is given by the caller.

import {
  concat,
  equal,
  formatVkey,
  fromBase64,
  fromHex,
  fromUtf8,
  isKeyName,
  isVitrineError,
  noteSigner,
  parseSpki,
  quote,
  utf8,
  type NoteType,
  type Signer,
} from '@vitrine/evidence';
import { readBounded, sha256, writeDurable } from '@vitrine/host';
import { fail } from './codes.ts';
import { loadSigner } from './file.ts';
import { signerFromSeed } from './seed.ts';

export interface NoteKey {
  readonly name: string;
  readonly signer: Signer;
}

/** The public text `name+hex8+base64(type ‖ key)` of a signer under this name. */
export function noteVkey(name: string, signer: Signer, type: NoteType): string {
  return formatVkey(noteSigner(requireName(name), type, signer).key);
}

/** Writes the name beside the key file; the same name again is fine, another is refused. */
export async function nameKey(path: string, name: string): Promise<void> {
  const present = await readName(path);
  if (present === requireName(name)) return;
  if (present !== undefined) throw twoNames(path, present, name);
  await writeDurable(`${path}.name`, utf8(`${name}\n`), { overwrite: false });
}

/** Key and name. The argument and the name beside the key must not contradict each other. */
export async function loadNoteKey(path: string, name?: string): Promise<NoteKey> {
  const signer = await loadSigner(path);
  const present = await readName(path);
  if (name !== undefined && present !== undefined && name !== present) throw twoNames(path, present, name);
  const chosen = name ?? present;
  if (chosen === undefined) {
    throw fail('key.name', `couldn't tell the name of ${quote(path, 400)}: none given and no ".name" file`, {
      at: path,
    });
  }
  return { name: requireName(chosen), signer };
}

async function readName(path: string): Promise<string | undefined> {
  try {
    return requireName(fromUtf8(await readBounded(`${path}.name`, 256)).replace(/\n$/, ''));
  } catch (error) {
    if (isVitrineError(error, 'file.missing')) return undefined;
    throw error;
  }
}

function requireName(name: string): string {
  if (!isKeyName(name)) throw fail('key.name', `not a key name: ${quote(name)}`);
  return name;
}

function twoNames(path: string, present: string, wanted: string): Error {
  return fail(
    'key.name',
    `couldn't name ${quote(path, 400)} ${quote(wanted)}: its name is ${quote(present)}`,
    { at: path },
  );
}

/**
 * The private key text of Go's sumdb/note, `PRIVATE+KEY+name+hex8+base64(01 ‖ seed)`: the form in
 * which the keys of published test logs come. Messages hold no part of it.
 */
export function importGoKey(text: string): NoteKey {
  // Base64 may hold a plus: only the first four separate.
  const match = /^PRIVATE\+KEY\+([^+]{1,255})\+([0-9a-f]{8})\+([A-Za-z0-9+/=]{1,64})\n?$/.exec(text);
  const [, name = '', id = '', material = ''] = match ?? [];
  if (match === null || !isKeyName(name))
    throw fail('key.malformed', 'not a private key of the form PRIVATE+KEY+name+id+key');
  const bytes = decodeBase64(material);
  if (bytes === undefined) throw fail('key.malformed', `the key of ${quote(name)} is not canonical base64`);
  if (bytes.length !== 33 || bytes[0] !== 0x01)
    throw fail('key.type', `the key of ${quote(name)} is not an Ed25519 log key`);
  const signer = signerFromSeed(bytes.subarray(1), 'ed25519');
  const { raw } = parseSpki(signer.publicKey);
  const expected = sha256(concat(utf8(name), Uint8Array.of(0x0a, 0x01), raw)).subarray(0, 4);
  if (!equal(fromHex(id), expected))
    throw fail('key.malformed', `the key ID of ${quote(name)} does not belong to its key`);
  return { name, signer };
}

/** Without the decoder's message, which quotes what it refuses. */
function decodeBase64(text: string): Uint8Array | undefined {
  try {
    return fromBase64(text);
  } catch {
    return undefined;
  }
}
