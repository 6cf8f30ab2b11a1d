// What the conveyor needs of the log, and no more.

import { isVitrineError, parseEnvelope, type Envelope } from '@vitrine/evidence';
import type { LogReader } from '@vitrine/log';

export interface LogEntry {
  readonly index: number;
  readonly envelope: Envelope;
}

export interface LogView {
  /**
   * Every entry from `index` to the newest checkpoint, in order, each proven to be in the log; the
   * iteration ends there. Called again later it sees what was added since. Entries that are not
   * envelopes are passed over.
   */
  entries(index: number): AsyncIterable<LogEntry>;
}

export interface Appender {
  /** Resolves once the log has made the entry durable; the same statement and key again give the first index (D9). */
  append(envelope: Envelope): Promise<{ readonly index: number }>;
}

/** A verifying reader as a view: its head moves forward at the start of every iteration. */
export function viewOf(reader: LogReader): LogView {
  return {
    async *entries(index) {
      const { size } = (await reader.refresh()).checkpoint;
      if (index >= size) return;
      for await (const one of reader.entries(index, size)) {
        const envelope = envelopeOf(one.entry);
        if (envelope !== undefined) yield { index: one.index, envelope };
      }
    },
  };
}

function envelopeOf(entry: Uint8Array): Envelope | undefined {
  try {
    return parseEnvelope(entry);
  } catch (error) {
    if (isVitrineError(error)) return undefined; // A raw log may hold anything.
    throw error;
  }
}
