// vitrine center access: the table is checked before it counts, shown in words, and its digest logged.

import { join } from 'node:path';
import type { Command } from 'commander';
import { parseAccessTable, tableBytes, tableInWords, type AccessTable } from '@vitrine/center/manage';
import {
  accessTable,
  expectKind,
  formatTime,
  isVitrineError,
  keyAt,
  parseEnvelope,
  requireEnvelopeSignatures,
  signStatement,
  statementOf,
  subjectOf,
  type TrustPolicy,
} from '@vitrine/evidence';
import { sha256, sha256Hex, verifySignature } from '@vitrine/host';
import type { LogReader } from '@vitrine/log';
import { readCenterPolicy } from '../center-folder.ts';
import { command, noun, option } from '../command.ts';
import { readFile } from '../files.ts';
import { logAccess, openPolicyLog } from '../log-access.ts';
import { withSigners } from '../signer/start.ts';
import type { Terminal } from '../terminal.ts';

interface TableFile {
  readonly bytes: Uint8Array;
  readonly sha256: string;
  readonly table: AccessTable;
}

async function readTable(path: string): Promise<TableFile> {
  // One more than is taken, so that it is the parser that says what is wrong.
  const bytes = await readFile(path, tableBytes + 1);
  return { bytes, sha256: sha256Hex(bytes), table: parseAccessTable(bytes, path) };
}

interface LoggedVersion {
  readonly index: number;
  readonly sha256: string;
}

/** The latest in the log whose key counts at its place (D10): looked for from the end. */
async function lastLogged(log: LogReader, policy: TrustPolicy): Promise<LoggedVersion | undefined> {
  const step = 256;
  for (let end = log.head().checkpoint.size; end > 0;) {
    const start = Math.max(0, Math.ceil(end / step) * step - step);
    let found: LoggedVersion | undefined;
    for await (const { index, entry } of log.entries(start, end))
      found = (await versionIn(entry, index, policy)) ?? found;
    if (found !== undefined) return found;
    end = start;
  }
  return undefined;
}

async function versionIn(
  entry: Uint8Array,
  index: number,
  policy: TrustPolicy,
): Promise<LoggedVersion | undefined> {
  try {
    const envelope = parseEnvelope(entry);
    const statement = statementOf(envelope);
    if (statement.predicateType !== accessTable.predicateType) return undefined;
    const { origin } = policy.document.log;
    const keyid = envelope.signatures[0]?.keyid ?? '';
    const key = keyAt(policy, keyid, accessTable.role, { origin, index });
    if (key === undefined) return undefined;
    const spkiOf = (id: string): Uint8Array | undefined => (id === keyid ? key.spki : undefined);
    await requireEnvelopeSignatures(envelope, spkiOf, verifySignature, sha256);
    const digest = subjectOf(expectKind(statement, accessTable), 'table');
    return digest === undefined ? undefined : { index, sha256: digest };
  } catch (error) {
    // A log may hold entries of later versions; they are no table of this one.
    if (isVitrineError(error)) return undefined;
    throw error;
  }
}

async function check(path: string, terminal: Terminal): Promise<number> {
  const { sha256: digest, bytes, table } = await readTable(path);
  const { products = [], grants = [] } = table;
  if (terminal.json)
    terminal.document({
      sha256: digest,
      size: bytes.length,
      products: products.length,
      grants: grants.length,
    });
  terminal.line(`${path} is an access table: ${products.length} products, ${grants.length} grants`);
  terminal.line(`sha256 ${digest}`);
  return 0;
}

async function show(folder: string, terminal: Terminal): Promise<number> {
  const { config, policy } = await readCenterPolicy(folder);
  const { sha256: digest, table } = await readTable(join(folder, 'access.toml'));
  const logged = await lastLogged(await openPolicyLog(config.vendor.log, policy), policy);
  const same = logged?.sha256 === digest;
  if (terminal.json) terminal.document({ sha256: digest, table, logged: logged ?? null, same });
  for (const line of tableInWords(table)) terminal.line(line);
  terminal.line();
  terminal.line(`in force     ${digest}`);
  terminal.line(`last logged  ${logged === undefined ? 'never' : `${logged.sha256}, entry ${logged.index}`}`);
  if (!same)
    terminal.line('The table in force is NOT the one last logged: run "vitrine center access publish".');
  return same ? 0 : 3;
}

interface PublishOptions {
  readonly vendor?: string;
  readonly signer?: string;
}

async function publish(
  folder: string,
  { vendor, signer }: PublishOptions,
  terminal: Terminal,
): Promise<number> {
  const { config, policy } = await readCenterPolicy(folder);
  const { bytes, sha256: digest } = await readTable(join(folder, 'access.toml'));
  const before = await lastLogged(await openPolicyLog(config.vendor.log, policy), policy);
  const say = (index: number, words: string): number => {
    if (terminal.json) terminal.document({ sha256: digest, index });
    terminal.line(`${words} ${digest}, entry ${index}`);
    return 0;
  };
  if (before?.sha256 === digest) return say(before.index, 'already logged');
  const key = {
    may: ['publisher'] as const,
    option: '--vendor',
    file: vendor === undefined ? undefined : join(vendor, 'keys', 'publisher.key'),
  };
  return withSigners([key], signer, async (signers) => {
    const envelope = await signStatement(
      accessTable,
      [{ name: 'table', digest: { sha256: digest } }],
      { size: bytes.length, issuedAt: formatTime(Date.now() / 1_000) },
      signers.for('publisher'),
    );
    const log = await logAccess(config.vendor.log, policy);
    const { index } = await log.append(envelope);
    return say(index, 'logged');
  });
}

export function centerAccessCommand(): Command {
  return noun('access', 'who may read which source', [
    command({
      usage: 'check <file>',
      summary: 'look at an access table before it counts',
      example: 'vitrine center access check center/access.toml.new',
      run: ({ args: [file = ''], terminal }) => check(file, terminal),
    }),
    command({
      usage: 'show <folder>',
      summary: 'the table in force, in words, and whether it is the one last logged (else exit code 3)',
      run: ({ args: [folder = ''], terminal }) => show(folder, terminal),
    }),
    command<PublishOptions>({
      usage: 'publish <folder>',
      summary: "log the digest of the table in force, signed by the vendor's publisher",
      options: [
        option('--vendor <folder>', "the vendor's folder, whose publisher key signs"),
        option('--signer <socket>', 'a running signer that holds the key, instead of its file'),
      ],
      example: 'vitrine center access publish center --vendor vendor',
      run: ({ args: [folder = ''], options, terminal }) => publish(folder, options, terminal),
    }),
  ]);
}
