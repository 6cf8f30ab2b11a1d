// vitrine center: the Transparency Center, and who comes in. Commands load what they need: a Center that
// runs needs much more than an invitation.

import { join } from 'node:path';
import type { Command } from 'commander';
import type { Account, Invitation, InvitationState, Management } from '@vitrine/center/manage';
import { fields, isVitrineError } from '@vitrine/evidence';
import { command, many, noun, option, required, whole } from '../command.ts';
import { centerConfig, readCenterFolder } from '../center-folder.ts';
import { fail } from '../codes.ts';
import { splitAddress } from '../config.ts';
import { stopRequested } from '../signals.ts';
import { columns, reportError, type Terminal } from '../terminal.ts';
import { readToml } from '../toml.ts';
import { centerAccessCommand } from './center-access.ts';

async function run(folder: string, listen: string | undefined, terminal: Terminal): Promise<number> {
  const { buildWeb, openCenter, serveCenter } = await import('@vitrine/center');
  const read = await readCenterFolder(folder);
  const center = await openCenter({ ...read.options, web: await buildWeb() });
  const { host, port } = splitAddress(listen ?? read.listen);
  const served = await serveCenter(center, host, port).catch(async (error: unknown) => {
    await center.close();
    throw error;
  });
  const ready = `center serves at ${read.options.origin}`;
  if (terminal.json) terminal.document({ ready });
  terminal.line(ready);
  const failure = await Promise.race([stopRequested(), center.stopped]);
  // What is being answered is finished first; then the databases are closed.
  await served.close();
  await center.close();
  return failure === undefined ? 0 : reportError(failure, terminal.json);
}

/** The folder's center.toml is read first: a folder that is none gets no database. */
async function manage<T>(folder: string, use: (management: Management, origin: string) => T): Promise<T> {
  const { origin } = await readToml(join(folder, 'center.toml'), centerConfig);
  const { openManagement } = await import('@vitrine/center/manage');
  const management = openManagement(folder);
  try {
    return use(management, origin);
  } finally {
    management.close();
  }
}

interface InviteOptions {
  readonly name: string;
  readonly group?: readonly string[];
  readonly days: number;
}

async function invite(
  folder: string,
  { name, group = [], days }: InviteOptions,
  terminal: Terminal,
): Promise<number> {
  requireWord('--name', () => fields.organisation.check(name));
  for (const one of group) requireWord('--group', () => fields.name.check(one));
  return manage(folder, ({ invitations }, origin) => {
    const { id, secret } = invitations.make(name, group, days);
    const link = `${origin}/invitation/${secret}`;
    if (terminal.json) terminal.document({ id, link, days });
    terminal.line(link);
    terminal.note(`good once, for ${days} days; whoever has it becomes "${name}"; to take it back:`);
    terminal.note(`  vitrine center revoke ${folder} ${id}`);
    return 0;
  });
}

function requireWord(flag: string, check: () => unknown): void {
  try {
    check();
  } catch (cause) {
    if (!isVitrineError(cause)) throw cause;
    throw fail('cli.usage', `${flag}: ${cause.message.replace(/^the document: /, '')}`);
  }
}

async function revoke(
  folder: string,
  id: string,
  { group }: { readonly group?: string },
  terminal: Terminal,
): Promise<number> {
  return manage(folder, ({ people, invitations }) => {
    // An invitation that was accepted has the name of its account.
    const account = people.get(id);
    if (group !== undefined) people.leaveGroup(id, group);
    else if (account !== undefined) people.revoke(id);
    else invitations.revoke(id);
    const what = account === undefined ? 'invitation' : 'account';
    const said = group === undefined ? `revoked the ${what} ${id}` : `${id} is no longer in ${group}`;
    if (terminal.json) terminal.document({ id, what, ...(group === undefined ? {} : { group }) });
    terminal.line(`${said}; it counts from the next request on`);
    return 0;
  });
}

async function index(
  folder: string,
  { rebuild = false }: { readonly rebuild?: boolean },
  terminal: Terminal,
): Promise<number> {
  const { indexCenter } = await import('@vitrine/center');
  const { options } = await readCenterFolder(folder);
  let said = 0;
  const state = await indexCenter(options, {
    rebuild,
    report: (line) => terminal.note(line),
    onProgress: ({ percent }) => {
      // A line for each tenth: an index of a large repository takes minutes.
      if (Math.floor(percent / 10) > Math.floor(said / 10)) terminal.note(`indexed ${Math.floor(percent)} %`);
      said = Math.max(said, percent);
    },
  });
  if (terminal.json) terminal.document(state);
  terminal.line(`indexed ${state.trees.whole} of ${state.trees.known} trees`);
  if (state.trouble !== null) terminal.line(`trouble  ${state.trouble}`);
  return state.trouble === null ? 0 : 6;
}

const day = (milliseconds: number): string => new Date(milliseconds).toISOString().slice(0, 10);

function accountRow({ id, name, groups, issuer, created, revoked }: Account): readonly string[] {
  const state = revoked === undefined ? `since ${day(created)}` : `revoked ${day(revoked)}`;
  return [id, state, groups.join(',') || '-', issuer === undefined ? name : `${name} (${issuer})`];
}

function invitationRow({ id, name, groups, expires }: Invitation, state: InvitationState): readonly string[] {
  return [id, state === 'open' ? `open until ${day(expires)}` : state, groups.join(',') || '-', name];
}

async function accounts(folder: string, terminal: Terminal): Promise<number> {
  return manage(folder, ({ people, invitations }) => {
    const all = people.all();
    const invited = invitations
      .all()
      .filter(({ used }) => used === undefined)
      .map((one) => ({ ...one, state: invitations.state(one) }));
    if (terminal.json) terminal.document({ accounts: all, invitations: invited });
    for (const row of columns(all.map(accountRow))) terminal.line(row);
    if (invited.length > 0) terminal.line('invitations:');
    for (const row of columns(invited.map((one) => invitationRow(one, one.state)))) terminal.line(row);
    return 0;
  });
}

async function backUp(folder: string, to: string, terminal: Terminal): Promise<number> {
  await readToml(join(folder, 'center.toml'), centerConfig);
  const { backUpCenter } = await import('@vitrine/center/manage');
  await backUpCenter(folder, to);
  if (terminal.json) terminal.document({ file: to });
  terminal.line(
    `wrote ${to}: accounts, passkeys, invitations and records of reads; keep it as safe as the Center`,
  );
  terminal.note('to restore: stop the Center, put it in place of center.db (and remove center.db-wal, -shm)');
  return 0;
}

export const centerCommand = (): Command =>
  noun('center', 'the Transparency Center: a portal where stakeholders see, read and verify', [
    command<{ listen?: string }>({
      usage: 'run <folder>',
      summary: 'serve the Center until it is stopped',
      options: [option('--listen <address>', 'instead of the address in center.toml')],
      example: 'vitrine center run center',
      run: ({ args: [folder = ''], options, terminal }) => run(folder, options.listen, terminal),
    }),
    command<InviteOptions>({
      usage: 'invite <folder>',
      summary: 'print a link that makes one account, once',
      options: [
        required('--name <name>', 'how the reader is called in the Center'),
        many('--group <name>', 'a group of the access table; may be given again'),
        whole('--days <number>', 'for how long the link is good', 1, 365).default(7),
      ],
      example: 'vitrine center invite center --name "A Ministry" --group reviewers --days 7',
      run: ({ args: [folder = ''], options, terminal }) => invite(folder, options, terminal),
    }),
    command<{ group?: string }>({
      usage: 'revoke <folder> <id>',
      summary: 'end an account or an invitation, for ever; with --group only its part in a group',
      options: [option('--group <name>', 'the account stays and leaves this group')],
      run: ({ args: [folder = '', id = ''], options, terminal }) => revoke(folder, id, options, terminal),
    }),
    command({
      usage: 'accounts <folder>',
      summary: 'list accounts and invitations, with what is revoked',
      run: ({ args: [folder = ''], terminal }) => accounts(folder, terminal),
    }),
    centerAccessCommand(),
    command<{ rebuild?: boolean }>({
      usage: 'index <folder>',
      summary: 'index the source of every release for search; a Center that runs does it by itself',
      options: [option('--rebuild', 'begin anew; stop the Center first')],
      run: ({ args: [folder = ''], options, terminal }) => index(folder, options, terminal),
    }),
    command<{ to: string }>({
      usage: 'backup <folder>',
      summary: 'write what cannot be made again, consistent, also while the Center runs',
      options: [required('--to <file>', 'replaced when the backup is whole')],
      example: 'vitrine center backup center --to /srv/backup/center.db',
      run: ({ args: [folder = ''], options, terminal }) => backUp(folder, options.to, terminal),
    }),
  ]);
