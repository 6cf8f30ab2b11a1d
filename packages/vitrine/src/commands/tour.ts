import { resolve } from 'node:path';
import type { Command } from 'commander';
import { command, option } from '../command.ts';
import { stopRequested } from '../signals.ts';
import { chapters, runTour, type Chapter } from '../tour/tour.ts';

interface Options {
  readonly chapter?: Chapter;
  readonly data?: string;
  readonly exit?: boolean;
}

export function tourCommand(): Command {
  return command<Options>({
    usage: 'tour',
    summary: 'the whole system on loopback, on this repository',
    options: [
      option('--chapter <name>', 'end after this chapter').choices(chapters),
      option('--data <folder>', 'keep everything it writes there'),
      option('--exit', 'end instead of serving until Ctrl-C'),
    ],
    example: 'npm start -- --exit --json',
    run: async ({ options, terminal }) => {
      const chosen =
        options.chapter === undefined ? chapters : chapters.slice(0, chapters.indexOf(options.chapter) + 1);
      const passed = await runTour(terminal, {
        data: options.data === undefined ? undefined : resolve(options.data),
        chapters: chosen,
        stay: async () => {
          if (options.exit === true) return;
          terminal.line('\nserving until Ctrl-C');
          await stopRequested();
        },
      });
      return passed ? 0 : 1;
    },
  });
}
