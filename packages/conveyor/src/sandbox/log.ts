/** The lines of a build's two streams in the order they came, up to a number of bytes. */
export interface StepLog {
  add(line: string): void;
  text(): string;
}

/** `onFull` is told once, when there is more than fits. */
export function stepLog(maxBytes: number, onFull: () => void): StepLog {
  const lines: string[] = [];
  let bytes = 0;
  return {
    add(line) {
      if (bytes > maxBytes) return;
      bytes += Buffer.byteLength(line) + 1;
      if (bytes > maxBytes) onFull();
      else lines.push(`${line}\n`);
    },
    text: () => lines.join(''),
  };
}
