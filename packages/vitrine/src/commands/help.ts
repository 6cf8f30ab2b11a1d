import { Command } from 'commander';
import { command } from '../command.ts';
import { exitCodes } from '../exit-codes.ts';
import { columns } from '../terminal.ts';
import { fail } from '../codes.ts';

export function helpCommand(program: Command): Command {
  return command({
    usage: 'help [topic...]',
    summary: 'explain a command, or "exit-codes"',
    run: async ({ args, terminal }) => {
      const [topic, ...below] = args;
      if (topic === 'exit-codes') {
        if (terminal.json)
          terminal.document(exitCodes.map(([code, name, meaning]) => ({ code, name, meaning })));
        for (const row of columns(exitCodes.map(([code, name, meaning]) => [String(code), name, meaning])))
          terminal.line(row);
        return 0;
      }
      if (topic === undefined) {
        terminal.line(program.helpInformation().trimEnd());
        return 0;
      }
      const { commands } = await import('../program.ts');
      const load = commands[topic];
      if (load === undefined) throw fail('cli.usage', `there is no command or topic "${topic}"`);
      const loaded = await load();
      loaded.parent = program;
      terminal.line(commandBelow(loaded, below).helpInformation().trimEnd());
      return 0;
    },
  });
}

function commandBelow(above: Command, [name, ...rest]: readonly string[]): Command {
  if (name === undefined) return above;
  const found = above.commands.find((one) => one.name() === name);
  if (found === undefined) throw fail('cli.usage', `"${above.name()}" has no command "${name}"`);
  return commandBelow(found, rest);
}
