// The five files of a verdict, from the repository (through the Center's own origin) or from the reader, each
// bounded and hashed in this browser. Where a file came from is shown with it: what came from us proves
// nothing about us.

import { recognise, toHex, type GivenFile } from '@vitrine/evidence';

export const slots = ['artifact', 'evidence', 'publication', 'policy', 'root'] as const;
export type Slot = (typeof slots)[number];

export interface Given {
  readonly name: string;
  readonly from: 'repository' | 'reader';
  readonly size: number;
  /** Hex, computed here. */
  readonly sha256: string;
  /** Of documents; an artifact is judged by its digest alone. */
  readonly bytes: Uint8Array;
}

export type Files = Readonly<Partial<Record<Slot, Given>>>;

/** Evidence, publication, policy and root are at most 1 MiB; their parsers refuse one byte more. */
const documentBytes = (1 << 20) + 1;
/** WebCrypto hashes only what lies in memory as a whole. */
const artifactBytes = 512 << 20;

export class Unreadable extends Error {}

async function given(name: string, from: Given['from'], bytes: Uint8Array<ArrayBuffer>): Promise<Given> {
  const digest = await crypto.subtle.digest('SHA-256', bytes);
  return { name, from, size: bytes.length, sha256: toHex(new Uint8Array(digest)), bytes };
}

export async function fetchGiven(
  slot: Slot,
  path: string,
  signal: AbortSignal,
  onProgress: (read: number) => void,
): Promise<Given> {
  const limit = slot === 'artifact' ? artifactBytes : documentBytes;
  let response: Response;
  try {
    response = await fetch(`/repository/${path}`, { signal });
  } catch (cause) {
    if (signal.aborted) throw cause;
    throw new Unreadable('the Center could not be reached', { cause });
  }
  if (response.status === 404) throw new Unreadable('the repository does not serve it');
  if (!response.ok) throw new Unreadable(`the Center answered ${response.status}`);
  return given(
    path.slice(path.lastIndexOf('/') + 1),
    'repository',
    await readAll(response, limit, onProgress),
  );
}

async function readAll(
  response: Response,
  limit: number,
  onProgress: (read: number) => void,
): Promise<Uint8Array<ArrayBuffer>> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  const reader = response.body?.getReader();
  for (;;) {
    const part = await reader?.read().catch((cause: unknown) => {
      throw new Unreadable('the answer was cut short', { cause });
    });
    if (part === undefined || part.done) break;
    length += part.value.length;
    if (length > limit) {
      void reader?.cancel();
      throw new Unreadable(`it is longer than ${limit} bytes`);
    }
    chunks.push(part.value);
    onProgress(length);
  }
  const bytes = new Uint8Array(length);
  let offset = 0;
  for (const chunk of chunks) {
    bytes.set(chunk, offset);
    offset += chunk.length;
  }
  return bytes;
}

/** Sorted by what is in them; which is which is a guess that decides only where a file goes. */
export async function readDropped(files: readonly File[]): Promise<Files> {
  const found: Partial<Record<Slot, Given>> = {};
  for (const file of files) {
    if (file.size > artifactBytes) throw new Unreadable(`${file.name} is longer than ${artifactBytes} bytes`);
    const bytes = new Uint8Array(
      await file.arrayBuffer().catch((cause: unknown) => {
        throw new Unreadable(`${file.name} cannot be read`, { cause });
      }),
    );
    const kind: GivenFile = bytes.length >= documentBytes ? 'artifact' : recognise(bytes);
    const slot = slots.find((one) => one === kind);
    if (slot === undefined)
      throw new Unreadable(`${file.name} is a ${kind} file, which this page does not take`);
    if (found[slot] !== undefined)
      throw new Unreadable(`${file.name} and ${found[slot].name} both look like the ${slot}`);
    found[slot] = await given(file.name, 'reader', bytes);
  }
  return found;
}
