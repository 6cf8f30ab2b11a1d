// The command `vitrine-agent`, as a function: the product's own main gives it its build.

import { existsSync } from 'node:fs';
import { isVitrineError, type Exit } from '@vitrine/evidence';
import { readBounded, sha256, systemClock, verifySignatureHere, type Clock } from '@vitrine/host';
import { recover } from '../activation.ts';
import { enrol } from '../enrol.ts';
import type { Refusal } from '../memory.ts';
import { acceptPolicy } from '../policy.ts';
import { defaultLimits } from '../repository.ts';
import { rollback } from '../rollback.ts';
import { runFolder } from '../run/state.ts';
import { childRunner } from '../runner.ts';
import { runSession, secondsOf, type Agent, type Ran } from '../session.ts';
import { status } from '../status.ts';
import { update } from '../update.ts';
import { parseArguments, usage, type Asked } from './arguments.ts';
import { describeRefusal, describeStatus, describeUpdate, named } from './report.ts';
import { runAsked } from './run.ts';
import { selfTest, type Build } from './self-test.ts';
import { answerSharing } from './sharing.ts';
import { processTerminal, type Answer, type Surroundings } from './terminal.ts';

const documentLimit = 1 << 20;
const platform = { sha256, verifySignature: verifySignatureHere };

/** Answers the exit code. */
export async function agentCommand(
  args: readonly string[],
  build: Build,
  surroundings: Surroundings = {},
): Promise<number> {
  const json = args.includes('--json');
  const { clock = systemClock, terminal = processTerminal(json) } = surroundings;
  let indent = 2;
  const refuse = ({ refusal, exit }: Refused): Exit => {
    const { code, message, remedy, step } = refusal;
    if (json) terminal.print(JSON.stringify({ error: { code, message, remedy, step } }, null, indent));
    else terminal.warn(`vitrine-agent: ${describeRefusal(refusal).join('\n')}`);
    return exit;
  };
  try {
    const asked = parseArguments(args, build.file);
    const stop =
      surroundings.terminal === undefined ? ownSignals(asked.command === 'run') : surroundings.stop;
    if (asked.command === 'run') {
      indent = 0; // One line for each event.
      const agent = agentOf(asked.folder, clock, 0);
      return await runAsked(asked, agent, { ...surroundings, terminal, stop, file: build.file });
    }
    const { document, lines, exit = 0 } = await answer(asked, build, { clock, terminal });
    terminal.print(json ? JSON.stringify(document, null, 2) : lines.join('\n'));
    return exit;
  } catch (error) {
    if (error instanceof Refused) return refuse(error);
    if (!isVitrineError(error)) throw error;
    const { code, message, remedy, exit } = error;
    return refuse(new Refused({ at: 0, step: 'start', code, message, remedy }, exit));
  }
}

/** The command is a process of its own. `gently`: the first signal only asks it to stop. */
function ownSignals(gently: boolean): AbortSignal {
  const stop = new AbortController();
  // Children lead their own process groups and end when this process exits.
  for (const [signal, code] of [
    ['SIGINT', 130],
    ['SIGTERM', 143],
  ] as const)
    process.on(signal, () => {
      if (!gently || stop.signal.aborted) process.exit(code);
      stop.abort();
    });
  // A reader that goes away early (| head) must not change the exit code.
  process.stdout.on('error', () => {});
  return stop.signal;
}

class Refused extends Error {
  readonly refusal: Refusal;
  readonly exit: Exit;

  constructor(refusal: Refusal, exit: Exit) {
    super(refusal.message);
    this.refusal = refusal;
    this.exit = exit;
  }
}

function requireDone<T>(ran: Ran<T>): T {
  if ('done' in ran) return ran.done;
  throw new Refused(ran.refused, ran.exit);
}

async function answer(
  asked: Exclude<Asked, { command: 'run' }>,
  build: Build,
  { clock, terminal }: Required<Pick<Surroundings, 'clock' | 'terminal'>>,
): Promise<Answer> {
  const agentIn = (folder: string): Agent =>
    agentOf(folder, clock, existsSync(runFolder(folder)) ? besideRunMs : 0);
  switch (asked.command) {
    case 'help':
      return { document: { usage }, lines: [usage] };
    case 'version': {
      const { product, version } = build;
      return { document: { product, version }, lines: [`${product} ${version}`] };
    }
    case 'self-test': {
      const document = await selfTest(build, platform, asked.folder);
      // Always JSON: the agent that puts this one in place reads it.
      return { document, lines: [JSON.stringify(document)] };
    }
    case 'enrol':
      return enrolAsked(asked);
    case 'update': {
      const updated = requireDone(await update(agentIn(asked.folder), asked));
      return { document: updated, lines: describeUpdate(updated) };
    }
    case 'status': {
      const agent = agentIn(asked.folder);
      const found = await status(agent);
      const lines = describeStatus(found, build.version, secondsOf(agent.clock));
      return { document: { agent: { version: build.version }, ...found }, lines };
    }
    case 'rollback': {
      const { version, from } = requireDone(await rollback(agentIn(asked.folder), asked));
      return {
        document: { result: 'rolled-back', version, from },
        lines: [`went back to ${named(version)}`],
      };
    }
    case 'policy':
      return acceptAsked(asked, agentIn(asked.folder));
    case 'sharing':
      return answerSharing(asked.sharing, agentIn(asked.folder), terminal);
  }
}

async function enrolAsked(asked: Extract<Asked, { command: 'enrol' }>): Promise<Answer> {
  const { repositories, log, product, channel, platform: target, output, folder } = asked;
  const enrolment = { repositories, log, product, channel, platform: target, output };
  const { policy } = await enrol({ folder, platform }, enrolment, {
    root: await readBounded(asked.root, documentLimit),
    policy: await readBounded(asked.policy, documentLimit),
  });
  const { root, digest, document } = policy;
  return {
    document: {
      result: 'enrolled',
      folder,
      enrolment,
      root: { version: root.version, sha256: root.sha256 },
      policy: { version: document.version, digest },
    },
    lines: [
      `enrolled in ${folder}: ${product}, ${channel}, ${target}`,
      `root version ${root.version}, sha256 ${root.sha256}`,
      `policy version ${document.version}, digest ${digest}`,
      'Compare these two digests with what your supervisor publishes, then run "update".',
    ],
  };
}

async function acceptAsked(asked: Extract<Asked, { command: 'policy' }>, agent: Agent): Promise<Answer> {
  const { digest, file } = asked;
  const bytes = file === undefined ? undefined : await readBounded(file, documentLimit);
  const { document } = requireDone(
    await runSession(agent, async (session) => {
      await recover(session);
      return acceptPolicy(session, digest, bytes);
    }),
  );
  return {
    document: { result: 'in-force', policy: { version: document.version, digest } },
    lines: [`policy version ${document.version} is in force: ${digest}`],
  };
}

/** How long a command waits for a cycle of the agent that runs by itself beside it. */
const besideRunMs = 15_000;

function agentOf(folder: string, clock: Clock, patienceMs: number): Agent {
  return { folder, clock, platform, limits: defaultLimits, runner: childRunner(), patienceMs };
}
