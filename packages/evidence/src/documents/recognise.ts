// Which file is which, by what is in it. A guess only decides where a file goes: what it is worth, the
// verdict says.

import { isVitrineError } from '../errors.ts';
import { parseJson, type Json, type JsonObject } from '../json.ts';

/** The files that a question to the verdict is made of. */
export type GivenFile = 'artifact' | 'evidence' | 'policy' | 'root' | 'publication' | 'state' | 'consistency';

const markers: readonly (readonly [GivenFile, string])[] = [
  ['evidence', 'urn:vitrine:evidence:v1'],
  ['publication', 'urn:vitrine:publication:v1'],
  ['state', 'urn:vitrine:state:v1'],
];

/** `bytes`: the whole of a small file. What looks like nothing else is the artifact. */
export function recognise(bytes: Uint8Array): GivenFile {
  const text = new TextDecoder().decode(bytes);
  if (/^old [0-9]+\n/.test(text)) return 'consistency';
  if (!/^\s*\{/.test(text)) return 'artifact';
  return byMembers(bytes) ?? byMarker(text) ?? 'artifact';
}

function byMembers(bytes: Uint8Array): GivenFile | undefined {
  const value = readObject(bytes);
  if (value === undefined) return undefined;
  const format = markers.find(([, marker]) => value['format'] === marker);
  if (format !== undefined) return format[0];
  if (isObject(value['signed']) && value['signed']['_type'] === 'root') return 'root';
  if (typeof value['payload'] === 'string' && Array.isArray(value['signatures'])) return 'policy';
  return undefined;
}

/** A damaged file still goes where it was meant to, so that the verdict can refuse it by name. */
function byMarker(text: string): GivenFile | undefined {
  const format = markers.find(([, marker]) => text.includes(`"${marker}"`));
  if (format !== undefined) return format[0];
  if (/"_type"\s*:\s*"root"/.test(text)) return 'root';
  return /"payloadType"\s*:/.test(text) ? 'policy' : undefined;
}

function readObject(bytes: Uint8Array): JsonObject | undefined {
  try {
    const value = parseJson(bytes);
    return isObject(value) ? value : undefined;
  } catch (error) {
    if (isVitrineError(error)) return undefined;
    throw error;
  }
}

function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
