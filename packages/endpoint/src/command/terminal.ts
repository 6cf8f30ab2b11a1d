// What a command talks to: standard output and error, and a person where there is one.

import { createInterface } from 'node:readline/promises';
import { text } from 'node:stream/consumers';
import type { Clock } from '@vitrine/host';
import type { RunOptions } from '../run/run.ts';

/** What a command answers: one document, the lines that say the same, and how it ends. */
export interface Answer {
  readonly document: object;
  readonly lines: readonly string[];
  readonly exit?: number;
}

export interface Terminal {
  /** What must be seen before anything is answered. */
  show(text: string): void;
  print(line: string): void;
  warn(line: string): void;
  /** Where a person sits at it. */
  readonly ask?: ((question: string, giveUp: AbortSignal) => Promise<string>) | undefined;
  /** All of standard input. */
  input(): Promise<string>;
}

export interface Surroundings {
  readonly clock?: Clock;
  readonly terminal?: Terminal;
  /** Ends `run`; a process of its own ends it by signals. */
  readonly stop?: AbortSignal | undefined;
  /** What `run` sleeps by, and the chance in its times, from 0 to 1. */
  readonly sleep?: RunOptions['sleep'];
  readonly random?: RunOptions['random'];
}

export function processTerminal(json: boolean): Terminal {
  const print = (line: string): void => {
    process.stdout.write(`${line}\n`);
  };
  const isPerson = !json && process.stdin.isTTY && process.stdout.isTTY;
  return {
    // With --json the text is a member of the document.
    show: json ? () => {} : (shown) => void process.stdout.write(`${shown}\n`),
    print,
    warn: (line) => void process.stderr.write(`${line}\n`),
    ask: isPerson ? askHere : undefined,
    input: () => text(process.stdin),
  };
}

async function askHere(question: string, giveUp: AbortSignal): Promise<string> {
  const lines = createInterface({ input: process.stdin, output: process.stdout });
  try {
    return await lines.question(question, { signal: giveUp });
  } finally {
    lines.close();
  }
}
