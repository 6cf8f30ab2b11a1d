// vitrine residency: which data center keeps the data of which country, from draft to what customers read.

import type { Command } from 'commander';
import { countries, fields, isVitrineError, type ResidencyPolicy } from '@vitrine/evidence';
import { readWholeLog } from '@vitrine/conveyor';
import { sha256, systemClock } from '@vitrine/host';
import {
  buildResidency,
  centerOf,
  milestonesAt,
  residencyAt,
  type LoggedResidency,
  type Sharing,
} from '@vitrine/reports';
import { command, noun, option, required } from '../command.ts';
import { fail } from '../codes.ts';
import { acceptResidency } from '../residency/accept.ts';
import { disagreements, requireAgreement } from '../residency/agreement.ts';
import { importCenter, readCenters } from '../residency/centers.ts';
import { countsOf } from '../residency/counts.ts';
import {
  describeMilestones,
  describeMove,
  describePlan,
  describeResidency,
  planOf,
} from '../residency/describe.ts';
import { draftResidency, readResidencyDraft } from '../residency/draft.ts';
import { enterResidency } from '../residency/enter.ts';
import { publishedResidencies, writePlannedResidency } from '../residency/folder.ts';
import { readSource, type SourceOptions } from '../residency/source.ts';
import { styled, wrapped, type Terminal } from '../terminal.ts';
import { openVendor, type VendorFolder } from '../vendor/folder.ts';
import { withPublisher } from '../vendor/publisher.ts';
import { currentPolicy, currentRoot, readDraft } from '../vendor/trust.ts';

interface ShowOptions extends SourceOptions {
  readonly country?: string;
}

interface AcceptOptions {
  readonly from: string;
  readonly into: string;
}

async function importFile(folder: string, path: string, terminal: Terminal): Promise<number> {
  const { center, sha256: digest } = await importCenter(await openVendor(folder), path);
  if (terminal.json) terminal.document({ center, sha256: digest });
  for (const line of wrapped(`imported   ${center.id} (${center.name}), ${center.country}`))
    terminal.line(line);
  terminal.line(`sha256     ${digest}`);
  terminal.line(`next: vitrine policy draft ${folder}, so that the trust policy lists its identity key`);
  return 0;
}

interface Drafted {
  readonly before: ResidencyPolicy | undefined;
  readonly next: ResidencyPolicy;
}

async function draftNext(vendor: VendorFolder, path: string): Promise<Drafted> {
  const root = await currentRoot(vendor);
  const published = root === undefined ? [] : await publishedResidencies(vendor, root);
  const before = published.at(-1)?.policy;
  const draft = await readResidencyDraft(path);
  const next = draftResidency(draft, await readCenters(vendor), before, systemClock.now() / 1000);
  return { before, next };
}

async function plan(folder: string, path: string, terminal: Terminal): Promise<number> {
  const vendor = await openVendor(folder);
  const { before, next } = await draftNext(vendor, path);
  const known = before?.centers ?? [];
  const counts = await countsOf(known, (text) => terminal.note(text));
  const changes = before === undefined ? undefined : planOf(before, next, counts);
  const untrusted = await untrustedIn(vendor, next);
  if (terminal.json)
    terminal.document({ version: next.version, policy: next, changes: changes ?? null, untrusted });
  terminal.line(`version    ${next.version}, a plan; nothing is written`);
  for (const line of describeResidency(next)) terminal.line(line);
  terminal.line();
  if (changes === undefined) terminal.line('the first version: nothing moves');
  else for (const line of describePlan(changes)) terminal.line(line);
  if (untrusted.length === 0) return 0;
  terminal.line();
  for (const reason of untrusted) for (const line of wrapped(`not yet    ${reason}`)) terminal.line(line);
  terminal.line('nothing that is sealed to such a data center counts, and "apply" refuses it');
  terminal.line(`next: vitrine policy draft ${folder}`);
  return 0;
}

/** What the trust policy that would be signed with it lacks, in words. */
async function untrustedIn(vendor: VendorFolder, next: ResidencyPolicy): Promise<readonly string[]> {
  const trust = (await readDraft(vendor)) ?? (await currentPolicy(vendor))?.document;
  if (trust === undefined) return ['there is no trust policy that could list the data centers'];
  return disagreements(next, trust).map(({ reason }) => reason);
}

async function apply(folder: string, path: string, terminal: Terminal): Promise<number> {
  const vendor = await openVendor(folder);
  const { next } = await draftNext(vendor, path);
  const inForce = (await currentPolicy(vendor))?.document;
  const trust = (await readDraft(vendor)) ?? inForce;
  if (trust === undefined)
    throw fail('policy-draft.missing', `${folder} has no trust policy that could list the data centers`);
  requireAgreement(next, trust);
  const file = await writePlannedResidency(vendor, next);
  const { digest } = buildResidency(next, sha256);
  // What only the draft lists counts for nobody until that draft is signed, too.
  const missing = inForce === undefined ? next.centers.length : disagreements(next, inForce).length;
  const sign = missing === 0 ? 'residency' : 'policy residency';
  if (terminal.json) terminal.document({ file, version: next.version, digest, sign: sign.split(' ') });
  terminal.line(`draft      ${file}, version ${next.version}`);
  terminal.line(`digest     ${digest}`);
  if (missing > 0)
    terminal.line('trust      only the draft of the trust policy lists its data centers so far');
  terminal.line(`next: vitrine ceremony plan ${folder} ${sign}`);
  return 0;
}

async function enter(folder: string, terminal: Terminal): Promise<number> {
  const vendor = await openVendor(folder);
  const { entered, refused } = await withPublisher(
    vendor,
    undefined,
    () => undefined,
    async ({ publisher }) => enterResidency(vendor, publisher, await readWholeLog(publisher.log)),
  );
  if (terminal.json) terminal.document({ entered, refused });
  for (const one of entered) for (const line of wrapped(`entered    ${one}`)) terminal.line(line);
  for (const one of refused) for (const line of wrapped(`refused    ${one}`)) terminal.line(line);
  if (entered.length + refused.length === 0) terminal.line('the log holds all of it: nothing to enter');
  else terminal.line('next: "vitrine repository run" proves it in sharing.json with its next beat');
  return refused.length > 0 ? 3 : 0;
}

async function show(where: string, options: ShowOptions, terminal: Terminal): Promise<number> {
  const sharing = await readSource(where, options);
  const inForce = residencyAt(sharing.residencies, sharing.time);
  if (options.country !== undefined)
    return showCountry(inForce as LoggedResidency, options.country, terminal);
  const announced = sharing.residencies.filter(({ policy }) => policy.version > inForce.policy.version);
  if (terminal.json)
    terminal.document({
      time: sharing.time,
      size: sharing.size,
      inForce: { digest: inForce.digest, policy: inForce.policy },
      announced: announced.map(({ digest, index, policy }) => ({ digest, index, policy })),
      sealingKeys: sharing.sealingKeys,
    });
  terminal.line(`version    ${inForce.policy.version}, in force`);
  terminal.line(`digest     ${inForce.digest}`);
  for (const line of describeResidency(inForce.policy)) terminal.line(line);
  showKeys(sharing, terminal);
  announced.forEach(({ policy, digest, index }, i) => {
    const before = announced[i - 1] ?? inForce;
    terminal.line();
    terminal.line(`announced  version ${policy.version}, in force from ${policy.effective}, entry ${index}`);
    terminal.line(`digest     ${digest}`);
    const { moves, drained, loosened } = planOf(before.policy, policy, new Map());
    for (const move of moves) for (const line of describeMove(move)) terminal.line(`  ${line}`);
    for (const id of drained) terminal.line(`  ${id} serves no country any more`);
    for (const line of loosened) for (const part of wrapped(`  ${line}`)) terminal.line(part);
  });
  return 0;
}

function showKeys({ sealingKeys }: Sharing, terminal: Terminal): void {
  for (const { center, policy, publicKey, notBefore, notAfter } of sealingKeys)
    for (const line of wrapped(
      `sealing key of ${center} under version ${policy}: ${publicKey.slice(0, 12)}…, ${notBefore} to ${notAfter}`,
    ))
      terminal.line(line);
}

function showCountry(residency: LoggedResidency, country: string, terminal: Terminal): number {
  const center = centerOf(residency, country);
  if (terminal.json) terminal.document({ country, version: residency.policy.version, center });
  const { id, name, operator, intake } = center;
  for (const text of [
    `${country} belongs to ${id}: ${name}, ${center.country}, run by ${operator}`,
    `  reports go to ${intake.join(', then ')}`,
  ])
    for (const line of wrapped(text)) terminal.line(line);
  return 0;
}

async function milestones(where: string, options: SourceOptions, terminal: Terminal): Promise<number> {
  const sharing = await readSource(where, options);
  const { policy } = residencyAt(sharing.residencies, sharing.time);
  // An old file must not hide what has become overdue since (D7).
  const now = Math.max(sharing.time, systemClock.now() / 1000);
  const states = milestonesAt(policy, now, (id) => sharing.logged.has(id));
  const overdue = states.filter(({ state }) => state === 'overdue').length;
  if (terminal.json) terminal.document({ version: policy.version, milestones: states, overdue });
  for (const line of describeMilestones(states)) terminal.line(line);
  if (overdue > 0) terminal.line(styled('red', `${overdue} overdue`));
  return overdue > 0 ? 10 : 0;
}

async function accept(digest: string, { from, into }: AcceptOptions, terminal: Terminal): Promise<number> {
  requireDigest(digest);
  const { version, centers, ledgers, ended } = await acceptResidency(digest, from, into);
  if (terminal.json) terminal.document({ digest, version, centers, ledgers, ended });
  for (const text of [
    `accepted residency policy ${version} into ${into}: ${centers.join(', ')}`,
    ledgers.length === 0
      ? 'the witness follows their ledgers already'
      : `the witness follows ${ledgers.join(', ')} from now on`,
    ...ended.map((reason) => `warning: ${reason}: nothing that is sealed to it now counts`),
  ])
    for (const line of wrapped(text)) terminal.line(line);
  return 0;
}

function requireDigest(digest: string): void {
  try {
    fields.sha256Hex.check(digest);
  } catch (error) {
    if (!isVitrineError(error)) throw error;
    throw fail('cli.usage', 'the digest of a policy has 64 hex digits; "vitrine residency show" prints it');
  }
}

const pinned = (): ReturnType<typeof option>[] => [
  option('--policy <file>', 'the pinned trust policy; default: beside sharing.json'),
  option('--root <file>', 'the pinned root; default: beside sharing.json'),
];

export function residencyCommand(): Command {
  return noun('residency', 'where data lives: which data center keeps the data of which country', [
    command({
      usage: 'import <vendor> <file>',
      summary: "keep a data center's public.json; compare its sha256 with its operator",
      run: ({ args: [folder = '', path = ''], terminal }) => importFile(folder, path, terminal),
    }),
    command({
      usage: 'plan <vendor> <draft>',
      summary: 'what a draft would change: who moves, how many records and bytes, and what they notice',
      run: ({ args: [folder = '', path = ''], terminal }) => plan(folder, path, terminal),
    }),
    command({
      usage: 'apply <vendor> <draft>',
      summary: 'enumerate a draft into the next version, for the ceremony to sign',
      example: 'vitrine residency apply vendor residency.toml && vitrine ceremony plan vendor residency',
      run: ({ args: [folder = '', path = ''], terminal }) => apply(folder, path, terminal),
    }),
    command({
      usage: 'enter <vendor>',
      summary: 'enter what is served into a log that lacks it, after that log took the place of another',
      run: ({ args: [folder = ''], terminal }) => enter(folder, terminal),
    }),
    command<ShowOptions>({
      usage: 'show <where>',
      summary:
        'what is in force and announced; <where> is a vendor folder, a repository or what was accepted',
      options: [...pinned(), option('--country <code>', 'only where this country belongs')],
      run: ({ args: [where = ''], options, terminal }) => {
        const { country } = options;
        if (country !== undefined && !countries.includes(country))
          throw fail('cli.usage', `"${country.slice(0, 10)}" is no country code of ISO 3166-1, like CH`);
        return show(where, options, terminal);
      },
    }),
    command<SourceOptions>({
      usage: 'milestones <where>',
      summary: 'what was promised by when: done, due, overdue; ends with 10 where something is overdue',
      options: pinned(),
      run: ({ args: [where = ''], options, terminal }) => milestones(where, options, terminal),
    }),
    command<AcceptOptions>({
      usage: 'accept <digest>',
      summary:
        'a supervisor takes the policy with this digest: its witness follows the ledgers that it names',
      options: [
        required('--from <url or folder>', 'where sharing.json is served or lies'),
        required('--into <folder>', 'the folder of the supervisor, with its pinned root and policy'),
      ],
      run: ({ args: [digest = ''], options, terminal }) => accept(digest, options, terminal),
    }),
  ]);
}
