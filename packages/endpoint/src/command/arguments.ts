// The command line of the agent: what is asked, before anything is read. No library (few dependencies).

import { existsSync } from 'node:fs';
import { basename, dirname, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { quote } from '@vitrine/evidence';
import { fail } from '../codes.ts';
import { intervals } from '../run/run.ts';
import {
  isSharingCommand,
  sharingAsked,
  sharingUsage,
  verbOf,
  type SharingAsked,
} from './sharing-arguments.ts';

export const usage: string = `usage: vitrine-agent COMMAND [--folder DIR] [--json]

Keeps one product of one vendor up to date, and believes nothing that it cannot
check: every version was published for everyone, stands in a public log that
witnesses cosigned, and was rebuilt by independent third parties to the same
bytes.

  enrol            begin: --repository URL [--mirror URL ...] --log URL
                   --product NAME --channel NAME --platform NAME
                   [--output PATH] --root FILE --policy FILE
  update           look for a new version, judge it, install it
    --check        everything up to the verdict, installs nothing
    --again        also what failed here before or was rolled back by hand
  run              do by itself what "update" and "send" do, until it is stopped
    --every TIME   between cycles: 1m to 24h, by default 1h; each by chance up
                   to a fifth sooner or later
    --once         one cycle, now
  status           what runs, since when, and why the last run was refused
  rollback --yes   back to the last good version
  policy accept DIGEST [--policy FILE]
                   put a trust policy in force by hand: the pending one, or
                   the one in FILE
  self-test        whether the agent works on this machine
  version, help

${sharingUsage}

  --folder DIR     the folder of the endpoint; by default the one that this
                   agent was installed in
  --json           one JSON document instead of lines

exit codes: 0 done; 1 failed; 2 wrong usage; 3 refused, the evidence is bad, or
a finding; 5 cannot tell: unreachable, absent or stale; 6 "run --once" did one
half, and cannot tell for the other; 130 interrupted`;

const text = { type: 'string' } as const;
const flag = { type: 'boolean' } as const;
const options = {
  repository: text,
  mirror: { type: 'string', multiple: true },
  log: text,
  product: text,
  channel: text,
  platform: text,
  output: text,
  root: text,
  policy: text,
  check: flag,
  again: flag,
  every: text,
  once: flag,
  yes: flag,
  country: text,
  also: { type: 'string', multiple: true },
  sample: flag,
  arrived: text,
  'no-names': flag,
  observations: text,
  wait: flag,
  from: text,
  into: text,
  center: text,
  generation: text,
  request: text,
  folder: text,
  json: flag,
  help: flag,
} as const;
type Option = keyof typeof options;

const common: readonly Option[] = ['folder', 'json', 'help'];
const line: readonly Option[] = ['log', 'product', 'channel', 'platform', 'output'];
const allowed: Readonly<Record<string, readonly Option[]>> = {
  enrol: ['repository', 'mirror', ...line, 'root', 'policy', ...common],
  update: ['check', 'again', ...common],
  run: ['every', 'once', ...common],
  status: common,
  rollback: ['yes', ...common],
  policy: ['policy', ...common],
  'self-test': common,
  version: ['json', 'help'],
  help: ['json', 'help'],
};

export type Asked = { readonly json: boolean } & (
  | { readonly command: 'help' | 'version' }
  | {
      readonly command: 'enrol';
      readonly folder: string;
      readonly repositories: readonly string[];
      readonly log: string;
      readonly product: string;
      readonly channel: string;
      readonly platform: string;
      readonly output: string;
      readonly root: string;
      readonly policy: string;
    }
  | {
      readonly command: 'update';
      readonly folder: string;
      readonly check: boolean;
      readonly again: boolean;
    }
  | {
      readonly command: 'run';
      readonly folder: string;
      /** Seconds; undefined: once. */
      readonly every: number | undefined;
    }
  | { readonly command: 'status'; readonly folder: string }
  | { readonly command: 'rollback'; readonly folder: string; readonly yes: boolean }
  | {
      readonly command: 'policy';
      readonly folder: string;
      readonly digest: string;
      readonly file: string | undefined;
    }
  | { readonly command: 'self-test'; readonly folder: string | undefined }
  | { readonly command: 'sharing'; readonly folder: string; readonly sharing: SharingAsked }
);

/** `file`: the program that runs, from which the default folder follows. */
export function parseArguments(args: readonly string[], file: string): Asked {
  const { values, positionals } = read(args);
  const [command = 'help', ...rest] = positionals;
  const json = values.json === true;
  const isSharing = isSharingCommand(command);
  const known = isSharing
    ? [
        ...(values.help === true ? (Object.keys(options) as Option[]) : verbOf(command, rest).options),
        ...common,
      ]
    : Object.hasOwn(allowed, command)
      ? allowed[command]
      : undefined;
  if (known === undefined) throw fail('endpoint.usage', `there is no command ${quote(command)}`);
  for (const name of Object.keys(values) as Option[]) {
    if (!known.includes(name)) throw fail('endpoint.usage', `"${command}" has no option --${name}`);
  }
  if (values.help === true) return { command: 'help', json };
  const words = command === 'policy' ? 2 : 0;
  if (!isSharing && rest.length > words) throw fail('endpoint.usage', `what is ${quote(rest[words] ?? '')}?`);

  const folder = (): string => {
    const found = values.folder ?? ownFolder(file);
    if (found === undefined) throw fail('endpoint.usage', '--folder DIR is missing');
    return resolve(found);
  };
  const required = (
    name: 'repository' | 'log' | 'product' | 'channel' | 'platform' | 'root' | 'policy',
  ): string => {
    const value = values[name];
    if (value === undefined || value === '') throw fail('endpoint.usage', `--${name} is missing`);
    return value;
  };
  if (isSharing)
    return { command: 'sharing', json, folder: folder(), sharing: sharingAsked(command, rest, values) };
  switch (command) {
    case 'enrol': {
      const [product, platform] = [required('product'), required('platform')];
      return {
        command,
        json,
        folder: folder(),
        repositories: [required('repository'), ...(values.mirror ?? [])],
        log: required('log'),
        product,
        channel: required('channel'),
        platform,
        // A script runs on any platform; an executable is made for one.
        output: values.output ?? (platform === 'any' ? `${product}.mjs` : product),
        root: required('root'),
        policy: required('policy'),
      };
    }
    case 'update': {
      const { check = false, again = false } = values;
      return { command, json, folder: folder(), check, again };
    }
    case 'run':
      return { command, json, folder: folder(), every: everyAsked(values) };
    case 'status':
      return { command, json, folder: folder() };
    case 'rollback':
      return { command, json, folder: folder(), yes: values.yes === true };
    case 'policy': {
      const [verb, digest = ''] = rest;
      if (verb !== 'accept') throw fail('endpoint.usage', 'write "policy accept DIGEST"');
      if (!/^[0-9a-f]{64}$/.test(digest))
        throw fail('endpoint.usage', `${quote(digest)} is not the digest of a policy: 64 hex digits`);
      return { command, json, folder: folder(), digest, file: values.policy };
    }
    case 'self-test':
      return { command, json, folder: values.folder };
    case 'version':
      return { command, json };
    default:
      return { command: 'help', json };
  }
}

function everyAsked({
  every,
  once = false,
}: {
  readonly every?: string;
  readonly once?: boolean;
}): number | undefined {
  if (once && every !== undefined) throw fail('endpoint.usage', '--every says nothing about --once');
  if (once) return undefined;
  if (every === undefined) return intervals.usual;
  const [, count = '', unit = ''] = /^([1-9][0-9]{0,4})([smh])$/.exec(every) ?? [];
  const seconds = Number(count) * ({ s: 1, m: 60, h: 3_600 }[unit] ?? 0);
  if (seconds < intervals.least || seconds > intervals.most)
    throw fail('endpoint.usage', `--every: ${quote(every)} is no time from 1m to 24h`);
  return seconds;
}

function read(args: readonly string[]) {
  try {
    const parsed = parseArgs({ args: [...args], options, allowPositionals: true, tokens: true });
    const once = new Set<string>();
    for (const token of parsed.tokens) {
      if (token.kind !== 'option' || token.name === 'mirror' || token.name === 'also') continue;
      if (once.has(token.name)) throw fail('endpoint.usage', `--${token.name} stands twice`);
      once.add(token.name);
    }
    return parsed;
  } catch (cause) {
    if (!(cause instanceof TypeError)) throw cause;
    // The first sentence says what is wrong; the rest explains how to quote.
    const [said = ''] = cause.message.split(/\.\s/, 1);
    throw fail(
      'endpoint.usage',
      said.replace(/^./, (letter) => letter.toLowerCase()),
      { cause },
    );
  }
}

/** FOLDER of FOLDER/versions/<sha256>/…, where an endpoint's state lies. */
function ownFolder(file: string): string | undefined {
  for (let at = dirname(file); at !== dirname(at); at = dirname(at)) {
    if (basename(dirname(at)) !== 'versions' || !/^[0-9a-f]{64}$/.test(basename(at))) continue;
    const folder = dirname(dirname(at));
    return existsSync(resolve(folder, 'state.json')) ? folder : undefined;
  }
  return undefined;
}
