interface Release {
  readonly product: string;
  readonly channel: string;
  readonly sequence: number;
  readonly version: string;
}

export const verify = {
  start: 'Verify in this browser',
  again: 'Verify again',
  stop: 'Stop',
  working: 'Verifying',
  files: 'Files',
  checks: 'Checks',
  columns: { file: 'file', from: 'from', size: 'size', digest: 'SHA-256, computed here' },
  slots: {
    artifact: 'artifact',
    evidence: 'evidence',
    publication: 'publication',
    policy: 'policy',
    root: 'root',
  },
  from: {
    repository: 'repository',
    reader: 'you',
    waiting: 'not read yet',
    failed: 'not read',
    fetching: 'reading',
  },
  drop: 'Drop your own copies here, or choose them: any of artifact, evidence, publication, policy and root. They stay in this page. What you do not give is fetched.',
  choose: 'Choose files',
  forget: 'Use the repository’s again',
  took: (names: string): string => `Took ${names}.`,
  whichArtifact: 'Which artifact',
  asked: 'expected',
  found: 'found',
  code: 'code',
  remedy: 'what to do',
  says: 'What this says',
  limits: 'What it does not say',
  clock: 'Judged by the clock of this browser:',
  incomplete: 'There is no verdict: a file is missing that none can do without.',
  pinned:
    'Policy and root came from us. Compare their digests with a copy that you got elsewhere, or give your own: then the verdict rests on what you trust, not on this page.',
  pinThis: 'The policy is the one that you pinned in this browser.',
  pinOther:
    'The policy is not the one that you pinned in this browser: whatever this verdict says, it is by somebody else’s rules. Find out what changed before you trust it.',
  own: 'Policy and root are your own.',
  release: ({ product, channel, sequence, version }: Release): string =>
    `${product} ${version}, release ${sequence} of ${channel}`,
  otherRelease: 'refused: the files are of another release than this page',
  otherReleaseText: (found: string, asked: string): string =>
    `They are about ${found}. This page is about ${asked}.`,
  otherFile: 'refused: this is another file than this page names',
  otherFileText: (found: string, named: readonly string[]): string =>
    `It has the SHA-256 ${found}. This page names ${named.join(', ')}.`,
  otherLimits:
    'Every check held: the files are sound. They say nothing about what this page is about, and a Center that is honest does not serve the one for the other.',
  outcomes: { accepted: 'accepted', refused: 'refused', undecided: 'undecided' },
} as const;
