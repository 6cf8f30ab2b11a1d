// The command tree. Only the named command's module is loaded; without a name, all of them.

import { Command } from 'commander';

type Load = () => Promise<Command>;

export const commands: Readonly<Record<string, Load>> = {
  tour: async () => (await import('./commands/tour.ts')).tourCommand(),
  build: async () => (await import('./commands/build.ts')).buildCommand(),
  probe: async () => (await import('./commands/probe.ts')).probeCommand(),
  rebuild: async () => (await import('./commands/rebuild.ts')).rebuildCommand(),
  verify: async () => (await import('./commands/verify.ts')).verifyCommand(),
  log: async () => (await import('./commands/log.ts')).logCommand(),
  witness: async () => (await import('./commands/witness.ts')).witnessCommand(),
  keys: async () => (await import('./commands/keys.ts')).keysCommand(),
  doctor: async () => (await import('./commands/doctor.ts')).doctorCommand(),
  completion: async () => (await import('./commands/completion.ts')).completionCommand(),
};

export async function makeProgram(argv: readonly string[]): Promise<Command> {
  const program = new Command('vitrine')
    .description('Prove, rather than promise, how security software is built, delivered and fed with data.')
    .version('0.1.0', '--version')
    .helpCommand(false)
    .configureHelp({ sortSubcommands: false, showGlobalOptions: false });
  const named = commands[argv[0] ?? ''];
  for (const load of named === undefined ? Object.values(commands) : [named])
    program.addCommand(await load());
  if (named === undefined) program.addCommand((await import('./commands/help.ts')).helpCommand(program));
  return program;
}
