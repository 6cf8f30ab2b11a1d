// vitrine release: what is built becomes what endpoints install, is taken back, is listed.

import { join } from 'node:path';
import type { Command } from 'commander';
import { fields, isVitrineError, parseJson, schema } from '@vitrine/evidence';
import {
  abandon,
  abandonPublication,
  defaultWait,
  publish,
  readLedger,
  releaseFacts,
  republish,
  withdraw,
  type ReleaseFacts,
  type UnfinishedPublication,
  type WithdrawalRequest,
} from '@vitrine/conveyor';
import { openRepository } from '@vitrine/tuf/repository';
import { command, noun, option, whole } from '../command.ts';
import { fail } from '../codes.ts';
import { readIfPresent } from '../files.ts';
import { openPolicyLog } from '../log-access.ts';
import { columns, type Terminal } from '../terminal.ts';
import { openVendor, type VendorFolder } from '../vendor/folder.ts';
import { requirePolicy, withPublisher, type OnStep, type OpenVendorPublisher } from '../vendor/publisher.ts';
import { settle } from '../vendor/settle.ts';

interface SignerOption {
  readonly signer?: string;
}

interface PublishOptions extends SignerOption {
  readonly channel?: string;
  readonly platform?: string;
  readonly sequence?: number;
  readonly wait?: number;
  readonly patience?: number;
}

interface WithdrawOptions extends SignerOption {
  readonly channel?: string;
  readonly reason?: WithdrawalRequest['reason'];
  readonly replacement?: string;
}

interface ChannelOption {
  readonly channel?: string;
}

const signerOption = (): ReturnType<typeof option> =>
  option('--signer <socket>', 'a running signer that holds the keys, instead of their files');

function steps(terminal: Terminal): OnStep {
  return (step, detail) => terminal.note(`${step}: ${detail}`);
}

/** What a ceremony has left goes out first; then the policy may be another one. */
async function withSettled<T>(
  vendor: VendorFolder,
  { signer }: SignerOption,
  terminal: Terminal,
  use: (open: OpenVendorPublisher) => Promise<T>,
): Promise<T> {
  const settled = await withPublisher(vendor, signer, steps(terminal), async (open) => {
    const done = await settle(vendor, open.publisher, (text) => terminal.note(text));
    if (done !== undefined) {
      terminal.note(`published what the ceremonies signed: ${done}`);
      return { again: true } as const;
    }
    return { again: false, value: await use(open) } as const;
  });
  return settled.again ? withPublisher(vendor, signer, steps(terminal), use) : settled.value;
}

/** The one that is named, or the last one that was built into this folder. */
async function orderOf({ drafts }: VendorFolder, named: string | undefined): Promise<string> {
  if (named !== undefined) return word(fields.statementId, named, 'an order');
  const built = await readIfPresent(join(drafts, 'built.json'));
  if (built === undefined)
    throw fail('cli.usage', 'name an order: "vitrine build SOURCE --vendor FOLDER" has built none here yet');
  return schema.object({ order: fields.statementId }).check(parseJson(built)).order;
}

function word(form: schema.Schema<string>, text: string, what: string): string {
  try {
    return form.check(text);
  } catch (error) {
    if (!isVitrineError(error)) throw error;
    throw fail('cli.usage', `not ${what}: "${text.slice(0, 80)}"`);
  }
}

/** The channel of the product where vendor.toml lists one only. */
function channelOf({ config }: VendorFolder, product: string | undefined, given: string | undefined): string {
  if (given !== undefined) return word(fields.name, given, 'a channel');
  const channels = new Set(
    (config.products ?? [])
      .filter(({ name }) => product === undefined || name === product)
      .map(({ channel }) => channel),
  );
  const [channel] = channels;
  if (channel === undefined || channels.size > 1)
    throw fail('cli.usage', `give --channel: vendor.toml lists ${channels.size === 0 ? 'none' : 'several'}`);
  return channel;
}

async function runPublish(
  folder: string,
  named: string | undefined,
  options: PublishOptions,
  terminal: Terminal,
): Promise<number> {
  const vendor = await openVendor(folder);
  const order = await orderOf(vendor, named);
  const done = await withSettled(vendor, options, terminal, ({ publisher }) =>
    publish(
      publisher,
      {
        order,
        channel: channelOf(vendor, undefined, options.channel),
        platform: options.platform,
        sequence: options.sequence,
      },
      {
        ...defaultWait,
        ...(options.wait === undefined ? {} : { timeoutMs: options.wait * 1000 }),
        ...(options.patience === undefined ? {} : { patienceMs: options.patience * 1000 }),
      },
    ),
  );
  const { product, channel, sequence, platform, version, artifacts, publication } = done;
  if (terminal.json) terminal.document(done);
  terminal.line(`published  ${product} ${version}, ${channel}, sequence ${sequence}, for ${platform}`);
  for (const { path, sha256 } of artifacts) terminal.line(`artifact   ${sha256}  ${path}`);
  terminal.line(
    `announced  publication ${publication.seq}, entry ${publication.index}, ${publication.issuedAt}`,
  );
  terminal.line(`snapshot   ${publication.snapshot.sha256}`);
  terminal.line(`page       ${vendor.config.repository.url}/release/${product}/${channel}/${sequence}.html`);
  return 0;
}

async function runWithdraw(
  folder: string,
  [product, sequence]: readonly [string, string],
  options: WithdrawOptions,
  terminal: Terminal,
): Promise<number> {
  const vendor = await openVendor(folder);
  const request: WithdrawalRequest = {
    product: word(fields.name, product, 'a product'),
    channel: channelOf(vendor, product, options.channel),
    sequence: sequenceOf(sequence),
    reason: options.reason ?? 'defect',
    ...(options.replacement === undefined
      ? {}
      : { replacement: word(fields.sha256Hex, options.replacement, 'the sha256 of an artifact') }),
  };
  const done = await withSettled(vendor, options, terminal, ({ publisher }) => withdraw(publisher, request));
  if (terminal.json) terminal.document(done);
  for (const artifact of done.artifacts) terminal.line(`withdrawn  ${artifact}`);
  terminal.line(`announced  publication ${done.publication.seq}, entry ${done.publication.index}`);
  return 0;
}

async function runResolve(
  folder: string,
  order: string,
  options: SignerOption,
  terminal: Terminal,
): Promise<number> {
  const vendor = await openVendor(folder);
  const id = word(fields.statementId, order, 'an order');
  const announced = await withSettled(vendor, options, terminal, ({ publisher }) => republish(publisher, id));
  const held = announced.active.some(({ about }) => about === id);
  if (terminal.json) terminal.document({ order: id, held, publication: announced });
  terminal.line(
    `announced  publication ${announced.seq}: the order is ${held ? 'still on hold' : 'not on hold any more'}`,
  );
  return 0;
}

async function runAbandon(folder: string, terminal: Terminal): Promise<number> {
  const vendor = await openVendor(folder);
  const intent = await abandon(vendor);
  const { product, sequence, version, asked, signedBy = [] } = intent ?? {};
  if (intent !== undefined) terminal.line(`dropped ${product} ${sequence}`);
  if (asked === true)
    terminal.line(
      `${signedBy.length > 0 ? `${signedBy.join(' and ')} had signed it` : 'supervisors were shown it and may have signed it'}: ` +
        `the next release takes the version after ${version}`,
    );
  const publication = await dropPublication(vendor);
  if (publication !== undefined) terminal.line(sentenceOf(publication));
  if (intent === undefined && publication === undefined) terminal.line('nothing is under way');
  if (terminal.json)
    terminal.document({
      abandoned: intent === undefined ? null : { product, sequence, version, asked, signedBy },
      publication: publication ?? null,
    });
  return 0;
}

/** The log is needed only where there is one: a release can be dropped while it is down. */
async function dropPublication(vendor: VendorFolder): Promise<UnfinishedPublication | undefined> {
  if ((await readIfPresent(join(vendor.drafts, 'publication.json'))) === undefined) return undefined;
  const policy = await requirePolicy(vendor);
  const log = await openPolicyLog(vendor.config.log.url, policy);
  return abandonPublication({ drafts: vendor.drafts, folder: vendor.public, policy, log });
}

function sentenceOf({ seq, state }: UnfinishedPublication): string {
  switch (state) {
    case 'dropped':
      return `dropped publication ${seq}: its key has ended, and the log does not hold it`;
    case 'logged':
      return `kept publication ${seq}: it is in the log; whatever is published next finishes it`;
    case 'open':
      return `kept publication ${seq}: its key is in force; whatever is published next carries it out first`;
  }
}

function sequenceOf(text: string): number {
  if (!/^[1-9][0-9]{0,14}$/.test(text)) throw fail('cli.usage', `not a sequence: "${text.slice(0, 40)}"`);
  return Number(text);
}

async function factsIn(vendor: VendorFolder): Promise<readonly ReleaseFacts[]> {
  const policy = await requirePolicy(vendor);
  const log = await openPolicyLog(vendor.config.log.url, policy);
  return releaseFacts(await readLedger(log), policy, openRepository(vendor.public));
}

function summaryOf(facts: ReleaseFacts): object {
  const { product, channel, sequence, platforms, version, state, artifacts, order } = facts;
  return {
    product,
    channel,
    sequence,
    platforms,
    version,
    state,
    order: order?.id,
    artifacts: artifacts.map(({ sha256, index, predicate }) => ({
      path: predicate.output,
      sha256,
      entry: index,
    })),
  };
}

function detailsOf(facts: ReleaseFacts): object {
  const { source, provenance, rebuilds, resolutions, withdrawals, published } = facts;
  return {
    ...summaryOf(facts),
    entries: {
      source: source?.index,
      order: facts.order?.index,
      provenance: provenance?.index,
      publication: published?.index,
    },
    rebuilds: rebuilds.map(({ operator, index, predicate }) => ({
      operator,
      entry: index,
      result: predicate.result,
    })),
    resolutions: resolutions.map(({ operator, index, predicate }) => ({
      operator,
      entry: index,
      outcome: predicate.outcome,
    })),
    withdrawals: withdrawals.map(({ index, predicate }) => ({ entry: index, reason: predicate.reason })),
  };
}

function show(facts: ReleaseFacts, terminal: Terminal): void {
  const { product, channel, sequence, platforms, version, state } = facts;
  terminal.line(
    `release     ${product} ${version}, ${channel}, sequence ${sequence}, for ${platforms.join(' ')}: ${state}`,
  );
  for (const { sha256, index, predicate } of facts.artifacts)
    terminal.line(`artifact    ${sha256}  ${predicate.output}, entry ${index}`);
  const entries: readonly (readonly [
    string,
    { readonly index: number; readonly operator: string } | undefined,
  ])[] = [
    ['source', facts.source],
    ['order', facts.order],
    ['provenance', facts.provenance],
    ['published', facts.published],
  ];
  for (const [name, entry] of entries) {
    const id = name === 'order' && entry !== undefined ? `${facts.order?.id}, ` : '';
    const said = entry === undefined ? 'not yet' : `${id}entry ${entry.index}, ${entry.operator}`;
    terminal.line(`${name.padEnd(11)} ${said}`);
  }
  for (const { operator, index, predicate } of facts.rebuilds)
    terminal.line(`rebuild     entry ${index}, ${operator}: ${predicate.result}, ${predicate.finishedOn}`);
  for (const { operator, index, predicate } of facts.resolutions)
    terminal.line(`resolution  entry ${index}, ${operator}: ${predicate.outcome}`);
  for (const { index, predicate } of facts.withdrawals)
    terminal.line(`withdrawal  entry ${index}: ${predicate.reason}, ${predicate.issuedAt}`);
}

export function releaseCommand(): Command {
  const channel = (): ReturnType<typeof option> =>
    option('--channel <name>', 'where vendor.toml lists several for the product');
  return noun('release', 'publish what was built, take it back, list it', [
    command<PublishOptions>({
      usage: 'publish <vendor> [order]',
      summary: 'publish what an order gave (default: the last build); run again, it continues',
      options: [
        channel(),
        option('--platform <name>', 'what it runs on; default: what it was built for'),
        whole('--sequence <n>', 'default: the next one', 1),
        whole('--wait <seconds>', 'for enough supervisors to sign (default 600)', 0, 86_400),
        whole('--patience <seconds>', 'for the others, once enough have signed (default 30)', 0, 86_400),
        signerOption(),
      ],
      run: ({ args: [folder = '', order], options, terminal }) =>
        runPublish(folder, order, options, terminal),
    }),
    command<WithdrawOptions>({
      usage: 'withdraw <vendor> <product> <sequence>',
      summary: 'take a release back: endpoints refuse it from the next publication on',
      options: [
        channel(),
        option('--reason <why>', 'why it is taken back')
          .choices(['defect', 'security', 'legal', 'mistake'])
          .default('defect'),
        option('--replacement <sha256>', 'a good artifact, released under a higher sequence'),
        signerOption(),
      ],
      run: ({ args: [folder = '', product = '', sequence = ''], options, terminal }) =>
        runWithdraw(folder, [product, sequence], options, terminal),
    }),
    command<SignerOption>({
      usage: 'resolve <vendor> <order>',
      summary: "publish again after a supervisor's resolution of a hold",
      options: [signerOption()],
      run: ({ args: [folder = '', order = ''], options, terminal }) =>
        runResolve(folder, order, options, terminal),
    }),
    command({
      usage: 'abandon <vendor>',
      summary: 'drop a release or publication that is under way and cannot be finished',
      run: ({ args: [folder = ''], terminal }) => runAbandon(folder, terminal),
    }),
    command<ChannelOption>({
      usage: 'list <vendor>',
      summary: 'all releases of the log, with their state',
      run: async ({ args: [folder = ''], terminal }) => {
        const facts = await factsIn(await openVendor(folder));
        if (terminal.json) terminal.document(facts.map(summaryOf));
        const rows = facts.map((one) => [
          one.product,
          one.channel,
          String(one.sequence),
          one.version,
          one.platforms.join(' '),
          one.state,
        ]);
        for (const row of columns([
          ['product', 'channel', 'sequence', 'version', 'platform', 'state'],
          ...rows,
        ]))
          terminal.line(row);
        return 0;
      },
    }),
    command<ChannelOption>({
      usage: 'show <vendor> <product> <sequence>',
      summary: 'one release: who said what about it, and in which entry of the log',
      options: [channel()],
      run: async ({ args: [folder = '', product = '', text = ''], options, terminal }) => {
        const vendor = await openVendor(folder);
        const wanted = channelOf(vendor, product, options.channel);
        const sequence = sequenceOf(text);
        const found = (await factsIn(vendor)).filter(
          (one) => one.product === product && one.channel === wanted && one.sequence === sequence,
        );
        if (found.length === 0)
          throw fail('cli.release', `the log holds no release ${sequence} of ${product} ${wanted}`);
        if (terminal.json) terminal.document(found.map(detailsOf));
        for (const one of found) show(one, terminal);
        return 0;
      },
    }),
  ]);
}
