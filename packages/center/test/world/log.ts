// The world's log: real, with real witnesses, over HTTP. What was appended is remembered in order, so that
// a test can say where things are without asking.

import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import {
  formatEnvelope,
  formatNote,
  formatVkey,
  fromUtf8,
  statementIdOf,
  toBase64,
  type Envelope,
  type LoggedStatement,
  type ProvenStatement,
} from '@vitrine/evidence';
import { listen, type Clock } from '@vitrine/host';
import { headRulesOf, initLog, logHandler, openLog, openLogWriter, type LogWriter } from '@vitrine/log';
import { initWitness, openWitness, witnessHandler } from '@vitrine/log/witness';
import { admissionFor, origin, type Admitted, type Parties } from './parties.ts';
import { openGate, type Ending, type Gate } from './gate.ts';

/** In the world's folder: by it a Center admits reviewers. */
export const reviewersName = 'reviewers.json';

export interface Logged {
  readonly index: number;
  readonly id: string;
}

export interface WorldLog {
  readonly writer: LogWriter;
  readonly url: string;
  /** Between the log and who reads it: takes it off the network, or makes it lie. */
  readonly gate: Gate;
  readonly witnessUrls: readonly string[];
  /** All that was appended, in order. */
  readonly statements: readonly LoggedStatement[];
  /** Resolves when a witnessed checkpoint covers all of them. */
  append(...envelopes: readonly Envelope[]): Promise<readonly Logged[]>;
  /** The newest checkpoint as text, and a statement with its path to it. */
  checkpoint(): Promise<string>;
  prove(index: number): Promise<ProvenStatement>;
}

export async function startLog(
  t: Ending,
  folder: string,
  { logSigner, witnesses, policy }: Parties,
  clock: Clock,
  admitted: readonly Admitted[],
): Promise<WorldLog> {
  const endpoints = await Promise.all(
    witnesses.map(async ({ operator, signer }) => {
      const dir = join(folder, `witness-${operator}`);
      mkdirSync(dir);
      await initWitness(dir, { vkeys: [formatVkey(signer.key)] });
      const witness = openWitness({
        dir,
        signers: [signer],
        logs: [{ origin, keys: [logSigner.key] }],
        rate: { perSecond: 1e6, burst: 1e6 },
        clock,
      });
      const server = await listen(witnessHandler(witness), { port: 0, graceMs: 100 });
      t.after(async () => {
        await server.close();
        witness.close();
      });
      return { operator, url: server.url, key: signer.key };
    }),
  );
  const dir = join(folder, 'log');
  mkdirSync(dir);
  await initLog(dir, { origin, vkeys: [formatVkey(logSigner.key)] });
  const writer = await openLogWriter({
    dir,
    signers: [logSigner],
    witnesses: endpoints,
    enough: (cosigners) => cosigners.length === 2,
    admission: admissionFor(policy, admitted),
    reviewers: join(folder, reviewersName),
    clock,
    intervalMs: 2,
    graceMs: 50,
    guardMs: 0,
  });
  const gate = openGate(logHandler(writer));
  const server = await listen(gate.handler, { port: 0, graceMs: 100 });
  t.after(async () => {
    await server.close();
    await writer.close();
  });
  await writer.publishNow();
  const reader = await openLog(dir, headRulesOf(policy));
  const statements: LoggedStatement[] = [];

  return {
    writer,
    url: server.url,
    gate,
    witnessUrls: endpoints.map(({ url }) => url),
    statements,
    async append(...envelopes) {
      const logged: Logged[] = [];
      for (const envelope of envelopes) {
        const { index } = await writer.append(formatEnvelope(envelope));
        if (index === statements.length) statements.push({ envelope, index });
        logged.push({ index, id: statementIdOf(envelope) });
      }
      await writer.wait(Math.max(...logged.map(({ index }) => index)));
      await reader.refresh();
      return logged;
    },
    async checkpoint() {
      const { note } = await reader.refresh();
      return fromUtf8(formatNote(note));
    },
    async prove(index) {
      const { envelope } = statements[index] ?? {};
      if (envelope === undefined) throw new Error(`nothing was appended as ${index}`);
      return { envelope, index, path: (await reader.inclusion(index)).map(toBase64) };
    },
  };
}
