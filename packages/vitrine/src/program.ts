// The command tree. Only the named command's module is loaded; without a name, all of them.

import { Command } from 'commander';

type Load = () => Promise<Command>;

export const commands: Readonly<Record<string, Load>> = {
  tour: async () => (await import('./commands/tour.ts')).tourCommand(),
  init: async () => (await import('./commands/init.ts')).initCommand(),
  build: async () => (await import('./commands/build.ts')).buildCommand(),
  probe: async () => (await import('./commands/probe.ts')).probeCommand(),
  rebuild: async () => (await import('./commands/rebuild.ts')).rebuildCommand(),
  compare: async () => (await import('./commands/compare.ts')).compareCommand(),
  verify: async () => (await import('./commands/verify.ts')).verifyCommand(),
  'verify-source': async () => (await import('./commands/verify-source.ts')).verifySourceCommand(),
  log: async () => (await import('./commands/log.ts')).logCommand(),
  witness: async () => (await import('./commands/witness.ts')).witnessCommand(),
  release: async () => (await import('./commands/release.ts')).releaseCommand(),
  repository: async () => (await import('./commands/repository.ts')).repositoryCommand(),
  policy: async () => (await import('./commands/policy.ts')).policyCommand(),
  residency: async () => (await import('./commands/residency.ts')).residencyCommand(),
  ceremony: async () => (await import('./commands/ceremony.ts')).ceremonyCommand(),
  supervisor: async () => (await import('./commands/supervisor.ts')).supervisorCommand(),
  access: async () => (await import('./commands/access.ts')).accessCommand(),
  center: async () => (await import('./commands/center.ts')).centerCommand(),
  datacenter: async () => (await import('./commands/datacenter.ts')).datacenterCommand(),
  subject: async () => (await import('./commands/subject.ts')).subjectCommand(),
  review: async () => (await import('./commands/review.ts')).reviewCommand(),
  keys: async () => (await import('./commands/keys.ts')).keysCommand(),
  store: async () => (await import('./commands/store.ts')).storeCommand(),
  signer: async () => (await import('./commands/signer.ts')).signerCommand(),
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
