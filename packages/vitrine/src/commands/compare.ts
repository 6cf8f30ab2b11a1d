// vitrine compare: whether two files or folders are the same, by digest, and where they are not.

import type { Command } from 'commander';
import { comparePaths, describeComparison } from '@vitrine/conveyor';
import { command } from '../command.ts';

export function compareCommand(): Command {
  return command({
    usage: 'compare <a> <b>',
    summary: 'whether two files or folders are the same; where not, which file, member, section or line',
    example: 'vitrine compare ours/app.tar.gz theirs/app.tar.gz',
    run: async ({ args: [a = '', b = ''], terminal }) => {
      const comparison = await comparePaths(a, b);
      if (terminal.json) terminal.document(comparison);
      for (const line of describeComparison(comparison)) terminal.line(line);
      return comparison.equal ? 0 : 3;
    },
  });
}
