// How every command is built: commander for the words, one place for output, errors and exit codes.

import { Command, CommanderError, Option } from 'commander';
import { fail } from './codes.ts';
import { openTerminal, reportError, type Terminal } from './terminal.ts';

/** Answers the exit code (CLI: "help exit-codes"). */
export type Handler<Options> = (context: {
  readonly args: readonly string[];
  readonly options: Options;
  readonly terminal: Terminal;
}) => Promise<number>;

export interface CommandPlan<Options> {
  /** With its arguments, for example `verify <file>`. */
  readonly usage: string;
  readonly summary: string;
  readonly options?: readonly Option[];
  /** Shown under --help. */
  readonly example?: string;
  readonly run: Handler<Options>;
}

export function option(flags: string, description: string): Option {
  return new Option(flags, description);
}

export function required(flags: string, description: string): Option {
  return new Option(flags, description).makeOptionMandatory();
}

/** A whole number within bounds, or a usage error. */
export function whole(
  flags: string,
  description: string,
  least = 0,
  most: number = Number.MAX_SAFE_INTEGER,
): Option {
  return new Option(flags, description).argParser((text) => {
    const value = Number(text);
    if (!/^[0-9]{1,16}$/.test(text) || value < least || value > most) {
      throw fail('cli.usage', `${flags.split(' ')[0]} takes a whole number from ${least} to ${most}`);
    }
    return value;
  });
}

export function many(flags: string, description: string): Option {
  return new Option(flags, description).argParser((text, all: string[] | undefined) => [
    ...(all ?? []),
    text,
  ]);
}

export function command<Options extends object>(plan: CommandPlan<Options>): Command {
  const made = new Command();
  const [name = '', ...parameters] = plan.usage.split(' ');
  made.name(name).description(plan.summary);
  for (const parameter of parameters) made.argument(parameter);
  for (const one of plan.options ?? []) made.addOption(one);
  made.option('--json', 'one JSON document on stdout').option('--quiet', 'no progress on stderr');
  if (plan.example !== undefined) made.addHelpText('after', `\nExample:\n  ${plan.example}`);
  made.action(async () => {
    const options = made.opts<Options & { json?: boolean; quiet?: boolean }>();
    const terminal = openTerminal(options);
    try {
      process.exitCode = await plan.run({ args: made.args, options, terminal });
    } catch (error) {
      process.exitCode = reportError(error, terminal.json);
    }
  });
  return made;
}

export function noun(name: string, summary: string, verbs: readonly Command[]): Command {
  const made = new Command(name).description(summary).helpCommand(false);
  for (const verb of verbs) made.addCommand(verb);
  return made;
}

/** Parses and runs; usage errors end with 2, help and version with 0. */
export async function runProgram(program: Command, argv: readonly string[]): Promise<void> {
  const quiet = (one: Command): void => {
    one.exitOverride();
    one.configureOutput({ writeErr: () => undefined });
    one.commands.forEach(quiet);
  };
  quiet(program);
  try {
    await program.parseAsync(argv, { from: 'user' });
  } catch (error) {
    if (!(error instanceof CommanderError)) {
      process.exitCode = reportError(error, argv.includes('--json'));
      return;
    }
    if (error.exitCode === 0) return;
    if (error.code === 'commander.help') {
      // A noun without its verb: the help says which there are.
      process.stderr.write(nounOf(program, argv).helpInformation());
      process.exitCode = 2;
      return;
    }
    const message = error.message.replace(/^error: /, '').replaceAll('\n', ' ');
    process.exitCode = reportError(fail('cli.usage', message), argv.includes('--json'));
  }
}

/** The innermost noun that the words name. */
function nounOf(program: Command, words: readonly string[]): Command {
  let named = program;
  for (const word of words) {
    const next = named.commands.find((one) => one.name() === word);
    if (next === undefined) return named;
    named = next;
  }
  return named;
}
