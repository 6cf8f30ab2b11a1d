// The sentences of releases. What each part of the chain shows, and what it does not, is said in the words of
// docs/design/protocol.md, "What may be claimed".

import type { ReleasePage, ReleaseState } from '../../../src/contract/releases.ts';
import type { Mark } from '../ui/Status.tsx';

export const stateMarks: Readonly<Record<ReleaseState, Mark>> = {
  announced: 'wait',
  published: 'ok',
  superseded: 'none',
  held: 'bad',
  withdrawn: 'bad',
};

export const count = (n: number, one: string, more = `${one}s`): string =>
  `${n.toLocaleString('en')} ${n === 1 ? one : more}`;

const bytesOf = (n: number): string => {
  const units = ['bytes', 'KiB', 'MiB', 'GiB'];
  let value = n;
  let unit = 0;
  while (value >= 1_024 && unit < 3) {
    value /= 1_024;
    unit++;
  }
  return `${unit === 0 ? value.toLocaleString('en') : value.toFixed(1)} ${units[unit] ?? ''}`;
};

export interface Claim {
  readonly shows: string;
  readonly limit: string;
}

export type Part =
  | 'source'
  | 'order'
  | 'build'
  | 'log'
  | 'witnesses'
  | 'rebuilds'
  | 'reviews'
  | 'publication'
  | 'withdrawal';

export const releases = {
  title: 'Releases',
  lead: (size: number): string => `All releases in this log up to size ${size.toLocaleString('en')}.`,
  channelTitle: (product: string, channel: string): string => `${product}, channel ${channel}`,
  none: 'The log holds no release yet',
  noneText: 'A release appears here with its first entry in the log.',
  timeline:
    'Releases by product and channel; a release stands at its first publication, or where it was first seen',
  all: 'All releases',
  columns: {
    release: 'release',
    channel: 'channel',
    sequence: 'sequence',
    platforms: 'platform',
    state: 'state',
    rebuilt: 'rebuilt by',
    published: 'first published',
    entry: 'entry',
    artifact: 'artifact',
  },
  unpublished: 'not yet',
  states: {
    announced: 'not published yet',
    published: 'published',
    superseded: 'superseded',
    held: 'on hold',
    withdrawn: 'withdrawn',
  },
  ofAsked: (agreeing: number, threshold: number): string => `${agreeing} of ${threshold}`,
  bytes: (n: number): string => bytesOf(n),

  page: {
    title: (product: string, version: string): string => `${product} ${version}`,
    head: (channel: string, sequence: number, vendor: string): string =>
      `Channel ${channel}, sequence ${sequence}, by ${vendor}.`,
    intro:
      'How this release came about, who says what about it, and what that does not show. Every statement is an entry of one public log.',
    verdict: {
      announced: 'It stands in the log and in no publication yet: no endpoint can fetch it with proofs.',
      published: 'Published, and nothing in force speaks against it.',
      superseded: 'Published, and superseded by a later release. Nothing in force speaks against it.',
      held: 'On hold: a rebuilder got other bytes. Do not install it until a supervisor has answered.',
      withdrawn: 'Withdrawn by the vendor. Do not install it; endpoints refuse it.',
    },
    instead: 'Released instead:',
    sequence: (n: number): string => `sequence ${n}`,
    previous: 'Previous release',
    next: 'Next release',
    compare: 'Read its source',
    print: 'Print',
    chain: 'The chain from source to withdrawal',
    shows: 'What this shows',
    limit: 'What it does not show',
    entry: (index: number): string => `entry ${index.toLocaleString('en')}`,
    by: 'by',
    seen: 'seen',
    notLogged: 'not in the log',
    unknown: 'not known',
    troubleTitle: 'The repository could not be read',
    trouble:
      'What the log says stands below as it is. Sizes, materials and what is on offer may be missing until the repository answers.',
  },
  parts: {
    source: 'Source',
    order: 'Order',
    build: 'Build',
    log: 'Log',
    witnesses: 'Witnesses',
    rebuilds: 'Rebuilders',
    reviews: 'Reviews',
    publication: 'Publication',
    withdrawal: 'Withdrawal',
  },
  facts: {
    tree: 'tree digest',
    commit: 'git commit (informative)',
    files: 'files',
    order: 'order',
    recipe: 'recipe',
    environment: 'environment',
    sandboxed: 'in a sandbox only',
    unsandboxed: 'a sandbox is not demanded',
    opaqueRoot: 'root file system of the building machine: its C library and base tools are opaque materials',
    parameters: 'parameters',
    noParameters: 'none',
    clock: 'clock of the build',
    materials: 'materials',
    materialsUnknown: 'the repository does not serve the manifest that the order names',
    materialsCount: (all: number, opaque: number): string =>
      `${count(all, 'package')}, ${opaque} of them opaque`,
    opaque: 'Opaque materials: binaries that nobody here built from source',
    material: 'material',
    size: 'size',
    outputs: 'outputs manifest',
    builder: 'builder',
    isolation: 'isolation',
    finished: 'finished',
    took: 'took',
    seconds: (n: number): string => count(n, 'second'),
    log: 'log',
    root: 'root of the newest checkpoint',
    covers: (index: number, size: number): string =>
      `entry ${index.toLocaleString('en')} of ${size.toLocaleString('en')}`,
    witnessTime: 'time that the witnesses attest',
    cosigned: 'cosigned',
    notSeen: 'no cosignature seen',
    quorum: 'quorum',
    quorumOf: (n: number): string => `${count(n, 'operator')} must cosign`,
    threshold: 'threshold of the policy',
    thresholdOf: (n: number, blind: boolean): string =>
      `${count(n, 'operator')}${blind ? ', blind: logged before the vendor’s own result' : ''}`,
    statedIn: 'stated in',
    announced: 'announced',
    number: (seq: number): string => `publication ${seq}`,
    asOf: 'speaks of',
    asOfText: (size: number): string => `all releases in this log up to size ${size.toLocaleString('en')}`,
    latest: 'newest publication',
    snapshot: 'snapshot',
    offered: 'on offer now',
    offeredYes: 'the repository lists exactly this file',
    offeredNo: 'the repository lists another file, or none, in its place',
    offeredSome: 'some of its files, not all',
    reason: 'reason',
    replacement: 'replacement',
    held: 'on hold because of',
    none: 'none in force',
    findings: 'findings',
    severity: 'severity',
    sealedBy: (holder: string): string => `sealed, held by ${holder}`,
    commitment: 'commitment',
  },
  claims: {
    source: {
      shows: 'Built from the audited source with these opaque materials.',
      limit: 'Whether the source is good is for those to say who read it.',
    },
    order: {
      shows: 'Builder and rebuilders start from this one order: source, recipe, materials, clock and limits.',
      limit:
        'The C library and base tools of the building machine are opaque materials where the order says “host”.',
    },
    build: {
      shows: 'The builder says which order gave these bytes.',
      limit: 'That is its word alone; the rebuilders check it.',
    },
    log: {
      shows: 'Your bytes are in the public log.',
      limit: 'Whether the same bytes behave differently by machine only source review answers.',
    },
    rebuilds: {
      shows: 'Independent operators built the order again and logged what they got.',
      limit: 'Rebuilders sharing our code share its bugs.',
    },
    reviews: {
      shows: 'That a reviewer has spoken about exactly this tree of source, and when.',
      limit:
        'What a review says is sealed until it is opened; that it exists says nothing about what it found.',
    },
    withdrawal: {
      shows: 'Endpoints refuse what the publication in force lists, and monitors compute that list again.',
      limit: 'An endpoint that has no newer publication than maxAge allows does not know yet.',
    },
  },
  witnessClaim: (claim: string): Claim => ({
    shows: `The log shows everybody the same: ${claim}.`,
    limit: 'A log proves what was shown, not that no hidden channel exists.',
  }),
  publicationClaim: ({ maxAge, secondsFromBuild }: ReleasePage['publication']): Claim => ({
    shows: `${
      secondsFromBuild === null
        ? ''
        : `Published with proofs in ${secondsFromBuild.toLocaleString('en')} seconds; an endpoint sees it at its next poll. `
    }No client-specific message can change what runs or what is collected; anyone can be shown an older state for at most maxAge, here ${maxAge.toLocaleString('en')} seconds.`,
    limit: 'Ordering needs no clock; freshness without one is unknown, and we say so.',
  }),
  nodes: {
    files: (n: number): string => count(n, 'file'),
    notStated: 'not stated',
    notLogged: 'not logged',
    outputs: (n: number): string => count(n, 'output'),
    entries: (n: number): string => count(n, 'entry', 'entries'),
    cosign: (n: number): string => `${n} must cosign`,
    agree: (n: number, of: number): string => `${n} of ${of} agree`,
    differs: 'one differs',
    noReview: 'none logged',
    reviews: (n: number): string => `${n} logged`,
    number: (seq: number): string => `number ${seq}`,
    notAnnounced: 'not announced',
    withdrawn: 'withdrawn',
    held: 'on hold',
    notWithdrawn: 'none',
  },
  ruler: {
    title: 'Where its statements stand in the log',
    caption:
      'Every statement about this release in the order of the log. What a rebuilder logged left of the build was logged before anybody could see the vendor’s result: blind.',
    blindZone: 'blind',
    differs: 'differs',
    entry: 'entry',
    kind: 'statement',
    operator: 'by',
    blind: 'blind',
    yes: 'yes',
    no: '',
    seen: 'seen here',
  },
  kinds: {
    source: 'source',
    order: 'order',
    provenance: 'build',
    rebuild: 'rebuild',
    release: 'release',
    review: 'review',
    finding: 'finding',
    resolution: 'resolution',
    publication: 'publication',
    withdrawal: 'withdrawal',
  },
  check: {
    title: 'Check it yourself',
    lead: 'A page from us checks us: use this file or the command line instead.',
    here: 'In this browser',
    hereText:
      'Fetches the five files, or takes your own copies, and judges them in this page. No answer is sent anywhere. The code that judges came from us.',
    file: 'The one-file verifier',
    fileText:
      'One HTML page or one Node program that judges offline. It is itself a release of this log, rebuilt by others. Get it once, keep it, compare its digest.',
    fileNone:
      'This log has no published release of a verifier. Build it from the source, or use the command line.',
    fileRelease: 'Its own release',
    command: 'The command line',
    commandText:
      'First the files, then the verdict: one line for each check, exit code 0 only when accepted.',
    fetchTitle: 'Fetch',
    verifyTitle: 'Judge',
    artifact: 'Artifact',
    rebuild: 'Rebuild it yourself',
    rebuildText:
      'With the key of a rebuilder or reviewer that the policy lists: source is given to holders of such a key, and what you get is logged under it.',
    downloads: 'Files',
    download: 'Download',
    what: 'file',
    digest: 'SHA-256',
    files: {
      evidence: 'every claim about it, with proofs',
      publication: 'what is in force, and how fresh',
      policy: 'who is trusted for what',
      root: 'who signed that: pin it once, from more than one place',
    },
  },
  rebuildsLink: 'Every word about its rebuilds',
} as const;
