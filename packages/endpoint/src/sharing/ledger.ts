// The endpoint's own ledger on disk: one line for each entry, in canonical JSON, chained (docs/spec/own-ledger.md).
// It only grows. An entry is durable before what it is about is done: nothing was shared that does not stand here.

import { open, type FileHandle } from 'node:fs/promises';
import { dirname } from 'node:path';
import {
  canonicalJson,
  concat,
  formatTime,
  isVitrineError,
  parseCanonicalJson,
  type Json,
} from '@vitrine/evidence';
import { errnoOf, fileFault, sha256, syncDirectory } from '@vitrine/host';
import {
  entryHash,
  noEntry,
  ownEntrySchema,
  requireChain,
  type OwnBody,
  type OwnEntry,
} from '@vitrine/reports';
import { fail } from '../codes.ts';

/** Above the largest entry: a confirmation in base64 within its envelope. */
const lineLimit = 2 << 20;
const newline = 0x0a;

/** How far the ledger reached when the state was written last: what was cut off since is noticed. */
export interface LedgerReach {
  readonly entries: number;
  /** Hash of the last of them. */
  readonly head: string;
}

export class OwnLedgerFile {
  readonly #handle: FileHandle;
  readonly #path: string;
  /** Bytes of whole lines. Owned by `append`. */
  #size: number;
  #next: number;
  #head: string;

  private constructor(handle: FileHandle, path: string, size: number, last: OwnEntry | undefined) {
    this.#handle = handle;
    this.#path = path;
    this.#size = size;
    this.#next = last === undefined ? 0 : last.seq + 1;
    this.#head = last === undefined ? noEntry : entryHash(last, sha256);
  }

  /** For the holder of the lease. A line that a killed run left unfinished was never acknowledged and goes. */
  static async open(path: string, reach?: LedgerReach): Promise<OwnLedgerFile> {
    let handle: FileHandle | undefined;
    try {
      handle = await open(path, 'a+', 0o600);
      const { size, last } = await tailOf(handle, path);
      requireReach(path, reach, last === undefined ? 0 : last.seq + 1, last);
      if ((await handle.stat()).size > size) await handle.truncate(size);
      if (size === 0) {
        await handle.sync();
        await syncDirectory(dirname(path));
      }
      return new OwnLedgerFile(handle, path, size, last);
    } catch (error) {
      await handle?.close();
      throw fileFault('open', path, error);
    }
  }

  get reach(): LedgerReach {
    return { entries: this.#next, head: this.#head };
  }

  /** Type of the last entry, and the report that it is about: whether a run was killed right after it. */
  async last(): Promise<OwnEntry | undefined> {
    return (await tailOf(this.#handle, this.#path)).last;
  }

  /** When it resolves, all of them are durable; where it rejects, none is there after the next opening. */
  async append(now: number, ...bodies: readonly OwnBody[]): Promise<void> {
    if (bodies.length === 0) return;
    let next = this.#next;
    let head = this.#head;
    const lines: Uint8Array[] = [];
    for (const body of bodies) {
      const entry = ownEntrySchema.check({
        ...body,
        seq: next,
        previous: head,
        at: formatTime(now),
      } as unknown as Json);
      lines.push(canonicalJson(entry as unknown as Json), Uint8Array.of(newline));
      head = entryHash(entry, sha256);
      next++;
    }
    const bytes = concat(...lines);
    try {
      await this.#handle.appendFile(bytes);
      await this.#handle.sync();
    } catch (error) {
      // What is there of it must not stand between the last whole line and the next one.
      await this.#handle.truncate(this.#size).catch(() => {});
      throw fileFault('write', this.#path, error);
    }
    this.#size += bytes.length;
    this.#next = next;
    this.#head = head;
  }

  async close(): Promise<void> {
    await this.#handle.close();
  }
}

/** Whole lines and the last of them, read from the end. */
async function tailOf(
  handle: FileHandle,
  path: string,
): Promise<{ readonly size: number; readonly last: OwnEntry | undefined }> {
  const { size } = await handle.stat();
  for (let length = Math.min(size, 65_536); length > 0; length = Math.min(size, length * 4)) {
    const bytes = new Uint8Array(length);
    const { bytesRead } = await handle.read(bytes, 0, length, size - length);
    if (bytesRead < length) throw fail('endpoint.ledger', `couldn't read the end of ${path}`, { at: path });
    const end = bytes.lastIndexOf(newline);
    const start = end < 0 ? -1 : bytes.lastIndexOf(newline, end - 1);
    if (end >= 0 && (start >= 0 || length === size)) {
      const line = bytes.subarray(start + 1, end);
      return { size: size - length + end + 1, last: entryIn(line, path) };
    }
    if (length === size) break;
    if (length > 2 * lineLimit) throw fail('endpoint.ledger', `a line of ${path} is too long`, { at: path });
  }
  return { size: 0, last: undefined };
}

/** `last`: the entry at which the reach ends, if the ledger holds it. Nothing is written to one that is too short. */
function requireReach(
  path: string,
  reach: LedgerReach | undefined,
  entries: number,
  last: OwnEntry | undefined,
): void {
  if (reach === undefined || entries > reach.entries) return;
  const head = last === undefined ? noEntry : entryHash(last, sha256);
  if (entries === reach.entries && head === reach.head) return;
  throw fail(
    'endpoint.ledger',
    `couldn't use ${path}: it ends with entry ${entries - 1} and is not the one that had ${reach.entries}`,
    { at: path },
  );
}

/**
 * All entries, as a chain that was checked. What no newline ends is not an entry yet. `reach` of a state that was
 * read before: the ledger may have grown since.
 */
export async function readOwnLedger(path: string, reach?: LedgerReach): Promise<readonly OwnEntry[]> {
  const entries = await readEntries(path);
  if (reach !== undefined) {
    const within = entries.slice(0, reach.entries);
    requireReach(path, reach, within.length, within.at(-1));
  }
  return entries;
}

async function readEntries(path: string): Promise<readonly OwnEntry[]> {
  const entries: OwnEntry[] = [];
  let handle: FileHandle | undefined;
  try {
    handle = await open(path, 'r');
    let held = new Uint8Array(0);
    const chunk = new Uint8Array(1 << 20);
    for (;;) {
      const { bytesRead } = await handle.read(chunk);
      if (bytesRead === 0) break;
      const bytes = concat(held, chunk.subarray(0, bytesRead));
      let start = 0;
      for (let end = bytes.indexOf(newline); end >= 0; end = bytes.indexOf(newline, start)) {
        entries.push(entryIn(bytes.subarray(start, end), path));
        start = end + 1;
      }
      held = bytes.slice(start);
      if (held.length > lineLimit)
        throw fail('endpoint.ledger', `a line of ${path} is too long`, { at: path });
    }
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return [];
    throw fileFault('read', path, error);
  } finally {
    await handle?.close();
  }
  try {
    requireChain(entries, 0, sha256);
  } catch (cause) {
    if (!isVitrineError(cause)) throw cause;
    throw damaged(path, cause);
  }
  return entries;
}

function entryIn(line: Uint8Array, path: string): OwnEntry {
  try {
    return ownEntrySchema.check(parseCanonicalJson(line, { bytes: lineLimit, depth: 10 }));
  } catch (cause) {
    if (!isVitrineError(cause)) throw cause;
    throw damaged(path, cause);
  }
}

function damaged(path: string, cause: Error): Error {
  return fail('endpoint.ledger', `couldn't use ${path}: ${cause.message}`, { at: path, cause });
}
