// The command `vitrine-agent`, as a function: the product's own main gives it its build.

import { isVitrineError, type Exit } from '@vitrine/evidence';
import { readBounded, sha256, systemClock, verifySignatureHere } from '@vitrine/host';
import { recover } from '../activation.ts';
import { enrol } from '../enrol.ts';
import type { Refusal } from '../memory.ts';
import { acceptPolicy } from '../policy.ts';
import { defaultLimits } from '../repository.ts';
import { rollback } from '../rollback.ts';
import { childRunner } from '../runner.ts';
import { runSession, secondsOf, type Agent, type Ran } from '../session.ts';
import { status } from '../status.ts';
import { update } from '../update.ts';
import { parseArguments, usage, type Asked } from './arguments.ts';
import { describeRefusal, describeStatus, describeUpdate, named } from './report.ts';
import { selfTest, type Build } from './self-test.ts';

const documentLimit = 1 << 20;
const platform = { sha256, verifySignature: verifySignatureHere };

/** What a command answers: one document, and the lines that say the same. */
interface Answer {
  readonly document: object;
  readonly lines: readonly string[];
}

/** Answers the exit code. */
export async function agentCommand(args: readonly string[], build: Build): Promise<number> {
  // Children lead their own process groups and end when this process exits.
  process.on('SIGINT', () => process.exit(130));
  process.on('SIGTERM', () => process.exit(143));
  // A reader that goes away early (| head) must not change the exit code.
  process.stdout.on('error', () => {});
  const json = args.includes('--json');
  try {
    const asked = parseArguments(args, build.file);
    const { document, lines } = await answer(asked, build);
    print(json ? JSON.stringify(document, null, 2) : lines.join('\n'));
    return 0;
  } catch (error) {
    if (error instanceof Refused) return refuse(error.refusal, error.exit, json);
    if (!isVitrineError(error)) throw error;
    const { code, message, remedy, exit } = error;
    return refuse({ at: 0, step: 'start', code, message, remedy }, exit, json);
  }
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

function refuse(refusal: Refusal, exit: Exit, json: boolean): Exit {
  const { code, message, remedy, step } = refusal;
  if (json) print(JSON.stringify({ error: { code, message, remedy, step } }, null, 2));
  else process.stderr.write(`vitrine-agent: ${describeRefusal(refusal).join('\n')}\n`);
  return exit;
}

async function answer(asked: Asked, build: Build): Promise<Answer> {
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
      return acceptAsked(asked);
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

async function acceptAsked(asked: Extract<Asked, { command: 'policy' }>): Promise<Answer> {
  const { digest, file, folder } = asked;
  const bytes = file === undefined ? undefined : await readBounded(file, documentLimit);
  const { document } = requireDone(
    await runSession(agentIn(folder), async (session) => {
      await recover(session);
      return acceptPolicy(session, digest, bytes);
    }),
  );
  return {
    document: { result: 'in-force', policy: { version: document.version, digest } },
    lines: [`policy version ${document.version} is in force: ${digest}`],
  };
}

function agentIn(folder: string): Agent {
  return { folder, clock: systemClock, platform, limits: defaultLimits, runner: childRunner() };
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}
