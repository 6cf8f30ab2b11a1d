// The endpoint of the tour: the agent that was built, run as whoever owns the machine would run it.

import { join } from 'node:path';
import { parseJson, schema, utf8, type Json } from '@vitrine/evidence';
import { run } from '@vitrine/host';
import { fail } from '../codes.ts';
import { channel, type Cast } from './cast.ts';
import { flags } from './say.ts';
import { environment } from './processes.ts';
import type { Judged } from './stage.ts';

/** What the endpoints of the tour install: the agent as one file. */
const agentOutput = 'agent.mjs';

export interface Where {
  readonly repository: string;
  readonly log: string;
  readonly platform: string;
}

const refused = schema.object({
  error: schema.object(
    {
      code: schema.text(/^[a-z.0-9-]+$/, 64, 'a code'),
      message: schema.text(/^/, 8192, 'a message'),
      step: schema.text(/^/, 64, 'a step'),
    },
    {},
    { open: true },
  ),
});

/** `agent`: the file that runs; its own main at first, afterwards what it installed. */
export class Endpoint {
  readonly folder: string;
  readonly #agent: string;
  readonly #home: string;

  constructor(agent: string, folder: string, home: string) {
    this.#agent = agent;
    this.folder = folder;
    this.#home = home;
  }

  /** Another agent on the same folder: the installed one takes over. */
  with(agent: string): Endpoint {
    return new Endpoint(agent, this.folder, this.#home);
  }

  async enrol(
    { policyFile, rootFile }: Pick<Cast, 'policyFile' | 'rootFile'>,
    { repository, log, platform }: Where,
  ): Promise<Judged> {
    const what = { product: 'agent', channel, platform, output: agentOutput };
    return this.ask(['enrol', ...flags({ repository, log, ...what, root: rootFile, policy: policyFile })]);
  }

  /** Exit, code and one line of what the agent answered; `done` where it did what it was asked. */
  async ask(args: readonly string[]): Promise<Judged & { readonly document: Json }> {
    const { code, stdout, stderr } = await run(
      process.execPath,
      [this.#agent, ...args, '--folder', this.folder, '--json'],
      {
        env: environment(this.#home),
        cwd: this.#home,
        timeoutMs: 120_000,
        maxOutputBytes: 1 << 20,
      },
    );
    if (stdout === '') throw fail('tour.step', `the agent ended with ${String(code)}: ${stderr}`);
    const document = parseJson(utf8(stdout));
    if (code === 0) return { exit: 0, code: 'done', detail: '', document };
    const { error } = refused.check(document);
    return { exit: code ?? -1, code: error.code, detail: `${error.step}: ${error.message}`, document };
  }

  /** Throws unless it was done. */
  async must(args: readonly string[]): Promise<Json> {
    const { exit, code, detail, document } = await this.ask(args);
    if (exit !== 0) throw fail('tour.step', `the agent refused ${args[0] ?? ''}: ${code}, ${detail}`);
    return document;
  }

  /** The program that it keeps in place. */
  installed(): string {
    return join(this.folder, 'current', agentOutput);
  }
}
