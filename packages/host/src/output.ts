import { StringDecoder } from 'node:string_decoder';

/** The first `limit` bytes of a stream. */
export class Capture {
  readonly #chunks: Buffer[] = [];
  readonly #limit: number;
  #length = 0;
  truncated = false;

  constructor(limit: number) {
    this.#limit = limit;
  }

  add(chunk: Buffer): void {
    const room = this.#limit - this.#length;
    if (chunk.length > room) this.truncated = true;
    if (room <= 0) return;
    const kept = chunk.length > room ? chunk.subarray(0, room) : chunk;
    this.#chunks.push(kept);
    this.#length += kept.length;
  }

  bytes(): Uint8Array {
    return new Uint8Array(Buffer.concat(this.#chunks, this.#length));
  }

  /** Malformed UTF-8 becomes U+FFFD: this is output for people. */
  text(): string {
    const text = Buffer.concat(this.#chunks, this.#length).toString('utf8');
    return this.truncated ? `${text}\n[output cut at ${this.#limit} bytes]\n` : text;
  }
}

export interface LineSplitter {
  add(chunk: Buffer): void;
  end(): void;
}

const longestLine = 1 << 16;

/** Calls back with each line; a longer one is handed on in pieces, so that memory stays bounded. */
export function lineSplitter(onLine: (line: string) => void): LineSplitter {
  const decoder = new StringDecoder('utf8');
  let rest = '';
  const push = (text: string): void => {
    const lines = (rest + text).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) onLine(line.endsWith('\r') ? line.slice(0, -1) : line);
    while (rest.length > longestLine) {
      onLine(rest.slice(0, longestLine));
      rest = rest.slice(longestLine);
    }
  };
  return {
    add: (chunk) => push(decoder.write(chunk)),
    end() {
      push(decoder.end());
      if (rest !== '') onLine(rest);
      rest = '';
    },
  };
}
