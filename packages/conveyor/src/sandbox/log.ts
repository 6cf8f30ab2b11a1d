/** The lines of a build's two streams in the order they came, up to a number of bytes. */
export interface StepLog {
  add(line: string): void;
  text(): string;
  readonly truncated: boolean;
}

export function stepLog(maxBytes: number): StepLog {
  const lines: string[] = [];
  let bytes = 0;
  return {
    add(line) {
      bytes += Buffer.byteLength(line) + 1;
      if (bytes <= maxBytes) lines.push(`${line}\n`);
    },
    text: () => lines.join(''),
    get truncated() {
      return bytes > maxBytes;
    },
  };
}
