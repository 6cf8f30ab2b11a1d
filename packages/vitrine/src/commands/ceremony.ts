// vitrine ceremony: several operators sign root, policy and top-level targets, each on its own machine.

import { dirname } from 'node:path';
import type { Command } from 'commander';
import { formatTime, isVitrineError } from '@vitrine/evidence';
import { makeDurableDirectory, systemClock, writeDurable } from '@vitrine/host';
import { loadSigner } from '@vitrine/keys';
import { describeDocument } from '../ceremony/describe.ts';
import { draftDocuments } from '../ceremony/draft.ts';
import { finishCeremony } from '../ceremony/finish.ts';
import {
  lastCeremony,
  lastPlan,
  planPath,
  readPlan,
  readSignatures,
  signaturePath,
  transcriptOf,
  type PlanFile,
} from '../ceremony/folder.ts';
import { documentNames, formatPlan, type DocumentName } from '../ceremony/plan.ts';
import { signPlan } from '../ceremony/signature.ts';
import { balanceOf, describeQuorum, tally, type Tally } from '../ceremony/tally.ts';
import { appendTranscript, readTranscript } from '../ceremony/transcript.ts';
import { command, many, noun, option } from '../command.ts';
import { fail } from '../codes.ts';
import { styled, type Terminal } from '../terminal.ts';
import { openVendor, type VendorFolder } from '../vendor/folder.ts';
import { withPublisher } from '../vendor/publisher.ts';
import { settle } from '../vendor/settle.ts';

interface SignOptions {
  readonly key: readonly string[];
  readonly digest?: string;
  readonly yes?: boolean;
}

interface VerifyOptions {
  readonly transcript?: string;
}

interface FinishOptions {
  readonly key?: string;
}

function wordsOf(words: readonly string[]): readonly DocumentName[] {
  const unknown = words.find((word) => !documentNames.some((name) => name === word));
  if (unknown !== undefined || words.length === 0)
    throw fail(
      'cli.usage',
      `plan takes root, policy, targets and residency, one or several, not "${unknown ?? ''}"`,
    );
  return documentNames.filter((name) => words.includes(name));
}

async function plan(vendor: VendorFolder, names: readonly DocumentName[]): Promise<PlanFile> {
  const now = systemClock.now() / 1000;
  const ceremony = (await lastCeremony(vendor)) + 1;
  const documents = await draftDocuments(vendor, names, now);
  const createdAt = formatTime(now);
  const bytes = formatPlan({ ceremony, vendor: vendor.config.operator, createdAt, documents });
  const path = planPath(vendor, ceremony);
  await makeDurableDirectory(dirname(path));
  await writeDurable(path, bytes);
  const file = await readPlan(path);
  await appendTranscript(transcriptOf(vendor), {
    at: createdAt,
    ceremony,
    event: 'planned',
    plan: file.digest,
    documents: documents.map(({ name, version, sha256 }) => ({ name, version, sha256, signers: [] })),
  });
  return file;
}

function showPlan({ path, plan: { documents }, digest }: PlanFile, terminal: Terminal): void {
  terminal.line(`plan       ${path}`);
  terminal.line(`sha256     ${digest}`);
  for (const document of documents) {
    terminal.line();
    for (const line of describeDocument(document)) terminal.line(line);
    terminal.line(`  bytes to sign: sha256 ${document.sha256}`);
  }
}

function planDocumentOf({ path, plan: { ceremony, documents }, digest }: PlanFile): object {
  return {
    plan: path,
    sha256: digest,
    ceremony,
    documents: documents.map(({ name, version, sha256, quorums }) => ({ name, version, sha256, quorums })),
  };
}

async function sign(path: string, options: SignOptions, terminal: Terminal): Promise<number> {
  const file = await readPlan(path);
  showPlan(file, terminal);
  terminal.line();
  if (options.digest !== undefined && options.digest !== file.digest)
    throw fail('ceremony.digest', `the plan has the sha256 ${file.digest}, not the one that you named`);
  if (options.digest === undefined && options.yes !== true)
    throw fail(
      'cli.usage',
      'nothing signed: give --digest with the sha256 that the vendor told you, or --yes',
    );
  const written: string[] = [];
  for (const key of options.key) {
    const signer = await loadSigner(key);
    const target = signaturePath(path, signer.keyid);
    await writeDurable(target, await signPlan(file.plan, file.bytes, signer));
    written.push(target);
    terminal.line(`signed     ${target}`);
  }
  if (terminal.json) terminal.document({ plan: file.digest, signatures: written });
  return 0;
}

function showTally({ documents, rejected }: Tally, vendor: string, terminal: Terminal): void {
  for (const { document, quorums } of documents) {
    for (const one of quorums) {
      const mark = one.reached ? styled('green', 'ok   ') : styled('yellow', 'open ');
      terminal.line(
        `${mark} ${document.name} ${document.version}, root ${one.quorum.root}: ${describeQuorum(one)}`,
      );
      terminal.line(`      ${balanceOf(one.quorum, vendor)}`);
      if (!one.reached)
        for (const { operator, keyid } of one.missing)
          terminal.line(`      not yet: ${operator} ${keyid.slice(0, 16)}`);
    }
  }
  for (const { file, reason } of rejected) terminal.line(`${styled('red', 'REFUSED')} ${file}: ${reason}`);
}

function tallyDocumentOf({ documents, rejected, reached }: Tally): object {
  return {
    reached,
    documents: documents.map(({ document: { name, version }, quorums }) => ({
      name,
      version,
      quorums: quorums.map(({ quorum: { root, threshold }, signed, reached: isReached }) => ({
        root,
        threshold,
        reached: isReached,
        signed: signed.map(({ holder: { keyid, operator } }) => ({ keyid, operator })),
      })),
    })),
    rejected,
  };
}

async function verify(path: string, { transcript }: VerifyOptions, terminal: Terminal): Promise<number> {
  const file = await readPlan(path);
  const found = await tally(file.plan, file.digest, await readSignatures(dirname(path)));
  const lines = transcript === undefined ? undefined : await readTranscript(transcript);
  if (terminal.json)
    terminal.document({
      ...tallyDocumentOf(found),
      ...(lines === undefined ? {} : { transcript: { lines: lines.lines.length, head: lines.head } }),
    });
  showTally(found, file.plan.vendor, terminal);
  if (lines !== undefined)
    terminal.line(`transcript of ${lines.lines.length} lines holds together; its head is ${lines.head}`);
  if (found.rejected.length > 0) return 3;
  return found.reached ? 0 : 5;
}

async function finish(folder: string, { key }: FinishOptions, terminal: Terminal): Promise<number> {
  const vendor = await openVendor(folder);
  const file = await lastPlan(vendor);
  const found = await tally(file.plan, file.digest, await readSignatures(dirname(file.path)));
  showTally(found, file.plan.vendor, terminal);
  const hasRoot = file.plan.documents.some(({ name }) => name === 'root');
  const signer = hasRoot ? await loadSigner(key ?? vendor.keyFile('root-1')) : undefined;
  const finished = await finishCeremony(vendor, file, found, signer, systemClock.now() / 1000);
  const published = await publishIfPossible(vendor, terminal);
  if (terminal.json) terminal.document({ ...finished, published: published !== undefined });
  for (const { name, version, sha256 } of finished.documents)
    terminal.line(`finished   ${name} ${version}, file sha256 ${sha256}`);
  terminal.line(`transcript ${finished.transcript}`);
  if (published !== undefined) terminal.line(`published  ${published}`);
  return 0;
}

/** A log that does not run, or targets that are still to be signed, are no failure of the ceremony. */
async function publishIfPossible(vendor: VendorFolder, terminal: Terminal): Promise<string | undefined> {
  try {
    return await withPublisher(
      vendor,
      undefined,
      (step, detail) => terminal.note(`${step}: ${detail}`),
      ({ publisher }) => settle(vendor, publisher, (text) => terminal.note(text)),
    );
  } catch (error) {
    if (!isVitrineError(error)) throw error;
    terminal.note(`not published yet: ${error.message} (${error.code})`);
    terminal.note(
      error.code === 'release.trust'
        ? `next: vitrine ceremony plan ${vendor.folder} targets; once they are signed, all of it is published`
        : '"vitrine repository run" and "vitrine release publish" will do it',
    );
    return undefined;
  }
}

export function ceremonyCommand(): Command {
  return noun('ceremony', 'sign root, policies and top-level targets by several operators', [
    command({
      usage: 'plan <vendor> <what...>',
      summary: 'one file with the exact bytes to sign: root, policy, targets, residency, or several',
      example: 'vitrine ceremony plan vendor root policy',
      run: async ({ args: [folder = '', ...words], terminal }) => {
        const names = wordsOf(words);
        const file = await plan(await openVendor(folder), names);
        if (terminal.json) terminal.document(planDocumentOf(file));
        showPlan(file, terminal);
        terminal.line();
        const again = names.includes('residency')
          ? []
          : file.plan.documents.filter(({ name }) => name === 'residency');
        for (const { version } of again)
          terminal.line(
            `the new root has too few of the keys that signed residency ${version}: sign it again`,
          );
        terminal.line(`next: each holder runs vitrine ceremony sign ${file.path} --key THEIR-ROOT.key`);
        return 0;
      },
    }),
    command<SignOptions>({
      usage: 'sign <plan>',
      summary: 'show what a plan says and sign it with your root key',
      options: [
        many('--key <file>', 'your root key; several times for several keys').makeOptionMandatory(),
        option('--digest <sha256>', 'sign only the plan with this digest, as the vendor told you'),
        option('--yes', 'sign what is shown'),
      ],
      run: ({ args: [path = ''], options, terminal }) => sign(path, options, terminal),
    }),
    command<VerifyOptions>({
      usage: 'verify <plan>',
      summary: 'who has signed: the signature files beside a plan, counted by key and operator',
      options: [option('--transcript <file>', 'also check that the transcript holds together')],
      run: ({ args: [path = ''], options, terminal }) => verify(path, options, terminal),
    }),
    command<FinishOptions>({
      usage: 'finish <vendor>',
      summary: 'assemble what the last plan has enough signatures for; refuses below a threshold',
      options: [
        option('--key <file>', 'a root key, for the entry about a new root; default: keys/root-1.key'),
      ],
      run: ({ args: [folder = ''], options, terminal }) => finish(folder, options, terminal),
    }),
  ]);
}
