// What is asked of sharing, before anything is read.

import { quote } from '@vitrine/evidence';
import { profileNames, type ProfileName } from '@vitrine/reports';
import { fail } from '../codes.ts';
import type { ReportAsked } from '../sharing/report.ts';
import type { Arrival } from '../sharing/walk.ts';

export const sharingUsage = `sharing; nothing leaves this machine without your consent, and no server can ask
for it:
  consent show [PROFILE --country CC]
                   what is shared now, or everything that a profile shares and
                   where it would be kept
  consent give PROFILE --country CC [--also CC ...] [--yes]
                   share it: none, look-ups, reports or samples. --also:
                   countries to which it may move
  consent withdraw share nothing from now on
  report PATH ...  put facts about files at and below PATH into the queue
    --sample       the files themselves, too; documents, archives and unknown
                   kinds only with --yes, and only for a PATH that is the very
                   file
    --arrived WAY  web, mail, removable, network or local
    --no-names     without names and folders of files
    --again        also what was reported before
    --observations FILE
                   observations from a JSON file instead of paths
  send [--wait]    send what waits, fetch what was promised; --wait: until all
                   of it is proven
  ledger list      everything that was ever shared, and what became of it
  ledger show ENTRY
                   one entry by its number, or a report by its id
  ledger verify    check all promises and proofs again
  ledger export FILE [--from NUMBER]
                   a file that others can check
  subject export --into DIR
                   all that the data centers have of you, readable without them
  subject erase --yes
  subject restrict, subject unrestrict
                   [--center ID] [--generation NUMBER] for one data center and
                   subject
    --request FILE erase, restrict, unrestrict: write the sealed request instead
                   of sending it, for an operator who is reached by another way
  subject answer FILE
                   take what the operator gave back
  subject recovery [--from FILE]
                   bring back what only the printed recovery code knows; "-"
                   reads it from standard input`;

export type SharingOption =
  | 'country'
  | 'also'
  | 'yes'
  | 'sample'
  | 'arrived'
  | 'no-names'
  | 'again'
  | 'observations'
  | 'wait'
  | 'from'
  | 'into'
  | 'center'
  | 'generation'
  | 'request';

interface Selected {
  readonly center: string | undefined;
  readonly generation: number | undefined;
}

/** Where the sealed request goes, instead of to the data center. */
interface ByFile {
  readonly request: string | undefined;
}

export type SharingAsked =
  | {
      readonly command: 'consent';
      readonly verb: 'show';
      readonly of: { readonly profile: ProfileName; readonly country: string } | undefined;
    }
  | {
      readonly command: 'consent';
      readonly verb: 'give';
      readonly profile: ProfileName;
      readonly country: string;
      readonly also: readonly string[];
      readonly yes: boolean;
    }
  | { readonly command: 'consent'; readonly verb: 'withdraw' }
  | ({ readonly command: 'report' } & ReportAsked)
  | { readonly command: 'report'; readonly observations: string }
  | { readonly command: 'send'; readonly wait: boolean }
  | { readonly command: 'ledger'; readonly verb: 'list' | 'verify' }
  | { readonly command: 'ledger'; readonly verb: 'show'; readonly entry: string }
  | { readonly command: 'ledger'; readonly verb: 'export'; readonly file: string; readonly from: number }
  | ({ readonly command: 'subject'; readonly verb: 'export'; readonly into: string } & Selected)
  | ({ readonly command: 'subject'; readonly verb: 'erase'; readonly yes: boolean } & ByFile & Selected)
  | ({ readonly command: 'subject'; readonly verb: 'restrict' | 'unrestrict' } & ByFile & Selected)
  | { readonly command: 'subject'; readonly verb: 'answer'; readonly file: string }
  | { readonly command: 'subject'; readonly verb: 'recovery'; readonly from: string | undefined };

/** By command and verb; a command without verbs has the empty one. */
const sharingOptions: Readonly<Record<string, Readonly<Record<string, readonly SharingOption[]>>>> = {
  consent: { show: ['country'], give: ['country', 'also', 'yes'], withdraw: [] },
  report: { '': ['sample', 'yes', 'arrived', 'no-names', 'again', 'observations'] },
  send: { '': ['wait'] },
  ledger: { list: [], show: [], verify: [], export: ['from'] },
  subject: {
    export: ['into', 'center', 'generation'],
    erase: ['yes', 'request', 'center', 'generation'],
    restrict: ['request', 'center', 'generation'],
    unrestrict: ['request', 'center', 'generation'],
    answer: [],
    recovery: ['from'],
  },
};

export function isSharingCommand(command: string): boolean {
  return Object.hasOwn(sharingOptions, command);
}

/** The verb, and the options that it has. */
export function verbOf(
  command: string,
  [word]: readonly string[],
): { readonly verb: string; readonly options: readonly SharingOption[] } {
  const verbs = sharingOptions[command] ?? {};
  const verb = '' in verbs ? '' : (word ?? '');
  const options = Object.hasOwn(verbs, verb) ? verbs[verb] : undefined;
  if (options === undefined)
    throw fail('endpoint.usage', `write "${command}" with one of: ${Object.keys(verbs).join(', ')}`);
  return { verb, options };
}

type Values = Readonly<Partial<Record<string, string | boolean | readonly string[]>>>;

export function sharingAsked(command: string, words: readonly string[], values: Values): SharingAsked {
  const { verb } = verbOf(command, words);
  const rest = verb === '' ? words : words.slice(1);
  const text = (name: SharingOption): string | undefined => {
    const value = values[name];
    return typeof value === 'string' ? value : undefined;
  };
  const flag = (name: SharingOption): boolean => values[name] === true;
  const required = (name: SharingOption): string => text(name) ?? missing(`--${name}`);
  const number = (name: SharingOption): number | undefined => {
    const value = text(name);
    if (value === undefined) return undefined;
    if (!/^(?:0|[1-9][0-9]{0,14})$/.test(value))
      throw fail('endpoint.usage', `--${name}: ${quote(value)} is no number`);
    return Number(value);
  };
  const most = (count: number): void => {
    if (rest.length > count) throw fail('endpoint.usage', `what is ${quote(rest[count] ?? '')}?`);
  };
  const selected = (): Selected => {
    const generation = number('generation');
    if (generation !== undefined && (generation < 1 || generation > 65_535))
      throw fail('endpoint.usage', '--generation: subjects are counted from 1 to 65535');
    return { center: text('center'), generation };
  };
  switch (`${command} ${verb}`) {
    case 'consent show': {
      most(1);
      const of = rest[0] === undefined ? undefined : profileNamed(rest[0]);
      return {
        command: 'consent',
        verb: 'show',
        of: of === undefined ? undefined : { profile: of, country: required('country') },
      };
    }
    case 'consent give': {
      most(1);
      const also = values['also'];
      return {
        command: 'consent',
        verb: 'give',
        profile: profileNamed(rest[0] ?? missing('PROFILE')),
        country: required('country'),
        also: Array.isArray(also) ? also : [],
        yes: flag('yes'),
      };
    }
    case 'consent withdraw':
      most(0);
      return { command: 'consent', verb: 'withdraw' };
    case 'report ': {
      const observations = text('observations');
      if (observations !== undefined) {
        most(0);
        const idle = sharingOptions['report']?.['']?.find(
          (name) => name !== 'observations' && values[name] !== undefined,
        );
        if (idle !== undefined) throw fail('endpoint.usage', `--${idle} says nothing about --observations`);
        return { command: 'report', observations };
      }
      if (rest.length === 0) missing('PATH');
      return {
        command: 'report',
        paths: rest,
        samples: flag('sample'),
        yes: flag('yes'),
        arrived: arrivalNamed(text('arrived')),
        names: !flag('no-names'),
        again: flag('again'),
      };
    }
    case 'send ':
      most(0);
      return { command: 'send', wait: flag('wait') };
    case 'ledger list':
    case 'ledger verify':
      most(0);
      return { command: 'ledger', verb: verb === 'list' ? 'list' : 'verify' };
    case 'ledger show':
      most(1);
      return { command: 'ledger', verb: 'show', entry: rest[0] ?? missing('ENTRY') };
    case 'ledger export':
      most(1);
      return {
        command: 'ledger',
        verb: 'export',
        file: rest[0] ?? missing('FILE'),
        from: number('from') ?? 0,
      };
    case 'subject export':
      most(0);
      return { command: 'subject', verb: 'export', into: required('into'), ...selected() };
    case 'subject erase':
      most(0);
      return { command: 'subject', verb: 'erase', yes: flag('yes'), request: text('request'), ...selected() };
    case 'subject restrict':
    case 'subject unrestrict':
      most(0);
      return {
        command: 'subject',
        verb: verb === 'restrict' ? 'restrict' : 'unrestrict',
        request: text('request'),
        ...selected(),
      };
    case 'subject answer':
      most(1);
      return { command: 'subject', verb: 'answer', file: rest[0] ?? missing('FILE') };
    default:
      most(0);
      return { command: 'subject', verb: 'recovery', from: text('from') };
  }
}

function missing(what: string): never {
  throw fail('endpoint.usage', `${what} is missing`);
}

function profileNamed(name: string): ProfileName {
  const profile = profileNames.find((one) => one === name);
  if (profile === undefined)
    throw fail('endpoint.usage', `${quote(name)} is none of the profiles ${profileNames.join(', ')}`);
  return profile;
}

const arrivals: readonly Arrival[] = ['web', 'mail', 'removable', 'network', 'local', 'unknown'];

function arrivalNamed(name: string | undefined): Arrival {
  if (name === undefined) return 'unknown';
  const arrival = arrivals.find((one) => one === name);
  if (arrival === undefined)
    throw fail('endpoint.usage', `--arrived: ${quote(name)} is none of ${arrivals.join(', ')}`);
  return arrival;
}
