// Commands of the tour, run as whoever they belong to would run them.

import { fail } from '../codes.ts';
import { vitrine } from './processes.ts';

export type Say = (args: readonly string[]) => Promise<string>;

/** Runs `vitrine …` and answers its document; a command of the tour itself must not fail. */
export function commander(home: string): Say {
  return async (args) => {
    const { code, stdout, stderr } = await vitrine([...args, '--json'], home);
    if (code === 0) return stdout;
    throw fail(
      'tour.step',
      `"vitrine ${args.slice(0, 2).join(' ')}" ended with ${String(code)}: ${stderr}${stdout}`,
    );
  };
}

/** `{ channel: 'stable' }` as a command line has it. */
export function flags(options: Readonly<Record<string, string>>): readonly string[] {
  return Object.entries(options).flatMap(([name, value]) => [`--${name}`, value]);
}
