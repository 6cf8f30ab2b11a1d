// vitrine policy: draft the next trust policy, check it rule by rule, show it, accept one by hand.

import { join } from 'node:path';
import { stat } from 'node:fs/promises';
import type { Command } from 'commander';
import {
  examinePolicy,
  fields,
  isVitrineError,
  loadPolicy,
  parseJson,
  policyDigest,
  trustPolicy,
  type Root,
  type RuleFinding,
  type TrustPolicyDocument,
} from '@vitrine/evidence';
import { fetchBytes, sha256, systemClock, verifySignature, writeDurable } from '@vitrine/host';
import { loadSigner } from '@vitrine/keys';
import { command, many, noun, option, required, whole } from '../command.ts';
import { fail } from '../codes.ts';
import { readFile } from '../files.ts';
import { openPolicyLog, readPolicy } from '../log-access.ts';
import { readCenters } from '../residency/centers.ts';
import { claimOf, describePolicy } from '../policy/describe.ts';
import { draftPolicy, type Change } from '../policy/draft.ts';
import { styled, type Terminal } from '../terminal.ts';
import { openVendor, type VendorFolder } from '../vendor/folder.ts';
import { importOperator, readOperators, readOwn } from '../vendor/operators.ts';
import { draftNextRoot, rootOfDraft } from '../vendor/root.ts';
import { currentPolicy, currentRoot, readDraft, writeDraft } from '../vendor/trust.ts';

interface DraftOptions {
  readonly import?: readonly string[];
  readonly end?: readonly string[];
  readonly at?: number;
}

interface ReadOptions {
  readonly root?: string;
}

interface AcceptOptions {
  readonly from: string;
  readonly into: string;
}

async function draft(folder: string, options: DraftOptions, terminal: Terminal): Promise<number> {
  const vendor = await openVendor(folder);
  for (const path of options.import ?? []) {
    const { operator, sha256: digest } = await importOperator(vendor, path);
    terminal.line(`imported   ${operator.operator.id}, public.json ${digest}`);
  }
  const change = await changeOf(vendor, options);
  const document = draftPolicy(await partsOf(vendor), change);
  const file = await writeDraft(vendor, document);
  const digest = policyDigest(document, sha256);
  if (terminal.json) terminal.document({ file, version: document.version, digest });
  terminal.line(`draft      ${file}, version ${document.version}`);
  terminal.line(`digest     ${digest}`);
  terminal.line(`next: vitrine policy check ${folder}, then vitrine ceremony plan ${folder} …`);
  return 0;
}

async function partsOf(vendor: VendorFolder): Promise<Parameters<typeof draftPolicy>[0]> {
  return {
    config: vendor.config,
    vendor: await readOwn(vendor),
    others: await readOperators(vendor),
    centers: await readCenters(vendor),
  };
}

/** A next version says from where on it differs: by default, from what the log holds now. */
async function changeOf(vendor: VendorFolder, { end = [], at }: DraftOptions): Promise<Change | undefined> {
  const policy = await currentPolicy(vendor);
  if (policy === undefined) {
    if (end.length > 0 || at !== undefined)
      throw fail('cli.usage', 'a first policy lists its keys from entry 0: no --end and no --at');
    return undefined;
  }
  const size = async (): Promise<number> =>
    (await openPolicyLog(vendor.config.log.url, policy)).head().checkpoint.size;
  return { current: policy.document, end, at: at ?? (await size()) };
}

interface Read {
  readonly document: TrustPolicyDocument;
  readonly root: Root | undefined;
  readonly what: string;
}

/** A vendor's folder (its draft, or else what it published), a signed policy with its root, or a draft file. */
async function read(path: string, { root }: ReadOptions): Promise<Read> {
  if (await isFolder(path)) return readFolder(path);
  if (root !== undefined) {
    const policy = await readPolicy(path, root);
    return {
      document: policy.document,
      root: policy.root,
      what: `${path}, signed by root ${policy.root.version}`,
    };
  }
  const document = trustPolicy.schema.check(parseJson(await readFile(path)));
  return { document, root: undefined, what: `${path}, a draft` };
}

async function readFolder(path: string): Promise<Read> {
  const vendor = await openVendor(path);
  const document = await readDraft(vendor);
  if (document === undefined) {
    const policy = await currentPolicy(vendor);
    if (policy === undefined)
      throw fail('policy-draft.missing', `${path} has neither a policy nor a draft of one`, { at: path });
    return { document: policy.document, root: policy.root, what: 'in force' };
  }
  const root = (await currentRoot(vendor)) ?? (await plannedRoot(vendor));
  return { document, root, what: 'draft' };
}

async function plannedRoot(vendor: VendorFolder): Promise<Root> {
  const [snapshot, timestamp] = await Promise.all([
    loadSigner(vendor.keyFile('snapshot')),
    loadSigner(vendor.keyFile('timestamp')),
  ]);
  const parts = {
    ...(await partsOf(vendor)),
    snapshot: snapshot.publicKey,
    timestamp: timestamp.publicKey,
  };
  return rootOfDraft(draftNextRoot(parts, 1, systemClock.now() / 1000));
}

async function isFolder(path: string): Promise<boolean> {
  try {
    return (await stat(path)).isDirectory();
  } catch {
    return false; // Reading it as a file says what is wrong.
  }
}

function reportRules({ document }: Read, findings: readonly RuleFinding[], terminal: Terminal): number {
  const passed = findings.every(({ refusal }) => refusal === undefined);
  const claim = claimOf(document);
  if (terminal.json) {
    terminal.document({
      version: document.version,
      digest: policyDigest(document, sha256),
      ok: passed,
      claim,
      rules: findings.map(({ rule, refusal }) => ({
        rule,
        ok: refusal === undefined,
        ...(refusal === undefined ? {} : { code: refusal.code, detail: refusal.message }),
      })),
    });
  }
  for (const { rule, refusal } of findings) {
    terminal.line(`${refusal === undefined ? styled('green', 'ok  ') : styled('red', 'FAIL')}  ${rule}`);
    if (refusal !== undefined) terminal.line(`      ${refusal.message} (${refusal.code})`);
  }
  terminal.line(`      ${claim}`);
  return passed ? 0 : 3;
}

async function accept(digest: string, { from, into }: AcceptOptions, terminal: Terminal): Promise<number> {
  requireDigest(digest);
  const get = /^https?:\/\//.test(from)
    ? async (name: string): Promise<Uint8Array> => {
        const { bytes } = await fetchBytes(`${from.replace(/\/$/, '')}/${name}`, {
          maxBytes: 1 << 20,
          timeoutMs: 30_000,
        });
        return bytes;
      }
    : (name: string): Promise<Uint8Array> => readFile(join(from, name));
  const [document, root] = await Promise.all([get('policy.json'), get('root.json')]);
  const policy = await loadPolicy(document, root, verifySignature, sha256);
  if (policy.digest !== digest)
    throw fail('policy-draft.digest', `${from} has the policy ${policy.digest}, not the one that you named`);
  // Root first: a policy without the root that signed it would be refused, an older policy is not.
  await writeDurable(join(into, 'root.json'), root);
  await writeDurable(join(into, 'policy.json'), document);
  if (terminal.json)
    terminal.document({ digest, version: policy.document.version, root: policy.root.version });
  terminal.line(`accepted policy ${policy.document.version} under root ${policy.root.version} into ${into}`);
  return 0;
}

function requireDigest(digest: string): void {
  try {
    fields.sha256Hex.check(digest);
  } catch (error) {
    if (!isVitrineError(error)) throw error;
    throw fail('cli.usage', 'the digest of a policy has 64 hex digits; "vitrine policy show" prints it');
  }
}

const rootOption = (): ReturnType<typeof option> =>
  option('--root <file>', 'the pinned root, for a signed policy');

export function policyCommand(): Command {
  return noun('policy', 'the trust policy: who is believed, and how many of them', [
    command<DraftOptions>({
      usage: 'draft <vendor>',
      summary: 'draft the first or the next version from vendor.toml and the public files of the others',
      options: [
        many('--import <file>', "another operator's public.json; compare its sha256 with the operator"),
        many('--end <key>', 'a key that ends: the beginning of its keyid or verifier key'),
        whole('--at <index>', 'where new keys begin and ended ones end; default: the size of the log'),
      ],
      run: ({ args: [folder = ''], options, terminal }) => draft(folder, options, terminal),
    }),
    command<ReadOptions>({
      usage: 'check <policy>',
      summary: 'each rule by itself; <policy> is a vendor folder, a draft, or a signed policy with --root',
      options: [rootOption()],
      run: async ({ args: [path = ''], options, terminal }) => {
        const found = await read(path, options);
        if (found.root === undefined)
          throw fail(
            'cli.usage',
            'a policy is judged together with its root: give --root, or the vendor folder',
          );
        return reportRules(found, examinePolicy(found.document, found.root, sha256), terminal);
      },
    }),
    command<ReadOptions>({
      usage: 'show <policy>',
      summary: 'what a policy says, and its digest',
      options: [rootOption()],
      run: async ({ args: [path = ''], options, terminal }) => {
        const { document, what } = await read(path, options);
        const digest = policyDigest(document, sha256);
        if (terminal.json) terminal.document({ digest, policy: document });
        terminal.line(`policy     ${what}`);
        terminal.line(`digest     ${digest}`);
        for (const line of describePolicy(document)) terminal.line(line);
        return 0;
      },
    }),
    command<AcceptOptions>({
      usage: 'accept <digest>',
      summary: 'pin root and policy by hand: only if the policy has the digest that you compared',
      options: [
        required('--from <url or folder>', 'where root.json and policy.json are served or lie'),
        required('--into <folder>', 'where they are pinned, for example the folder of a supervisor'),
      ],
      run: ({ args: [digest = ''], options, terminal }) => accept(digest, options, terminal),
    }),
  ]);
}
