// A log in memory as its readers see one: checkpoint, tiles and bundles, at most 256 entries.

import { concat, leafHash, utf8 } from '@vitrine/evidence';
import { respond, type Handler } from '@vitrine/host';
import type { MemoryLog } from './memory-log.ts';

/** Serves the first `size` entries, as far as the checkpoint says; asks for it anew each time. */
export function memoryLogHandler(log: MemoryLog, checkpoint: () => Promise<string>): Handler {
  return async (request, response) => {
    const path = request.url ?? '';
    if (path.endsWith('/checkpoint')) return respond(response, 200, utf8(await checkpoint()));
    const [, level, width] = /\/tile\/(0|entries)\/000\.p\/([0-9]{1,3})$/.exec(path) ?? [];
    const entries = log.entries.slice(0, Number(width));
    if (level === undefined || entries.length < Number(width)) return false;
    const parts =
      level === '0'
        ? entries.map((entry) => leafHash(entry))
        : entries.map((entry) => concat(Uint8Array.of(entry.length >> 8, entry.length & 0xff), entry));
    respond(response, 200, concat(...parts));
  };
}
