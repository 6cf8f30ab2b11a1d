// Every sentence of the pages about source.

const bytes = (size: number): string => {
  if (size < 1_024) return `${size} ${size === 1 ? 'byte' : 'bytes'}`;
  const units = ['kB', 'MB', 'GB'];
  let value = size / 1_024;
  let unit = 0;
  while (value >= 1_024 && unit < units.length - 1) {
    value /= 1_024;
    unit++;
  }
  return `${value.toFixed(value < 10 ? 1 : 0)} ${units[unit] ?? ''}`;
};

const count = (n: number, one: string, many: string): string =>
  `${n.toLocaleString('en')} ${n === 1 ? one : many}`;

export const source = {
  bytes: (size: number): string => bytes(size),
  files: (n: number): string => count(n, 'file', 'files'),
  lines: (n: number): string => count(n, 'line', 'lines'),
  versions: (versions: readonly string[]): string =>
    versions.length === 0 ? 'not ordered yet' : versions.join(', '),
  home: 'Source',
  root: 'all files',
  path: 'Path',
  showing: 'Path within the source',

  catalogue: {
    title: 'Source',
    lead: 'Every tree of source that the log names, byte for byte: what a release was built from is what you read here.',
    empty: 'No source is open to you',
    emptyText:
      'Nothing is open without an account, or the log names no source yet. Who may read what, and why, is on the page about access.',
    access: 'Who may read what',
    tier: {
      none: 'closed',
      overview: 'you see recipe, materials and numbers',
      critical: 'you read the parts that are open to you',
      everything: 'you read every file',
    },
    why: 'Why',
    caption: (product: string): string => `Source of ${product}, newest first`,
    version: 'Version',
    tree: 'Tree',
    size: 'Files',
    released: 'Released',
    entry: 'Log entry',
    compare: 'Compare',
    compareWith: (version: string): string => `with ${version}`,
    notReleased: 'not released',
  },

  tree: {
    title: (product: string, version: string): string => `Source of ${product} ${version}`,
    readable: (files: number, all: number): string =>
      files === all
        ? `You may read all ${count(all, 'file', 'files')}.`
        : `You may read ${files.toLocaleString('en')} of ${count(all, 'file', 'files')}.`,
    digest: 'Tree digest',
    commit: 'Git commit',
    commitNote: 'as the vendor says; the digest is what counts',
    entry: 'Named by log entry',
    releases: 'Released as',
    finder: 'Find a file',
    compare: 'Compare with the release before',
    files: 'Files',
    name: 'Name',
    size: 'Size',
    language: 'Language',
    inside: 'Files inside',
    up: 'Up one folder',
    kinds: { folder: 'folder', file: 'file', program: 'executable file', link: 'symbolic link' },
    nothing: 'No file of this tree is open to you',
    nothingText: 'Numbers, recipe and materials are. A reader with a wider tier sees the files.',
    languages: 'Languages',
    languagesNote: 'By bytes of the files that you may read; a language is told by the name of a file.',
    share: 'Share',
    order: (version: string, platform: string): string => `Ordered as ${version} for ${platform}`,
    orders: 'How it was built',
    noOrders: 'No build of this tree is ordered yet.',
    recipe: 'Recipe',
    recipeMissing: 'The store does not hold the recipe.',
    materials: 'Materials',
    materialsNote: (all: number, opaque: number): string =>
      `${count(all, 'material', 'materials')} besides the source; ${opaque === 0 ? 'none is opaque' : `${count(opaque, 'is opaque: a binary', 'are opaque: binaries')} that nobody here built from source`}.`,
    host: 'The C library and base tools of the building machine are opaque materials, too: this order does not declare them by digest.',
    materialsMissing: 'The manifest of the materials cannot be had now.',
    opaque: 'opaque',
    open: 'from source',
    material: 'Material',
    kind: 'Kind',
    sandbox: 'Sandbox',
    sandboxYes: 'demanded',
    sandboxNo: 'not demanded',
    clock: 'Clock',
    parameters: 'Parameters',
    built: 'Built',
    entryLink: (index: number): string => `entry ${index}`,
    trouble: 'The files cannot be shown',
    troubleText:
      'What the log says stands above. The vendor’s store of source does not give what the log names:',
  },

  finder: {
    title: 'Find a file',
    label: 'Part of a path',
    none: 'No file that you may read has that in its path.',
    more: (n: number): string => `${n.toLocaleString('en')} more: type on`,
    close: 'Close',
  },
  goTo: { title: 'Go to a line', label: 'Line, or first and last: 10-20', go: 'Go', close: 'Close' },

  file: {
    states: {
      empty: 'This file is empty.',
      link: 'A symbolic link. Its target, as it stands in the tree:',
      linkOutside: 'It leads nowhere that you may read.',
      linkTo: 'What it leads to',
      binary: 'This file is binary: it is not shown as text.',
      binaryKind: (kind: string): string => `By its first bytes: ${kind}.`,
      binaryHead: 'Its first bytes',
      large: (most: number): string =>
        `Files above ${bytes(most)} are not shown. Download it and read it with a program of your own.`,
    },
    executable: 'executable',
    symlink: 'symbolic link',
    lineEnds: { lf: 'LF', crlf: 'CRLF', mixed: 'mixed line ends', none: 'no line end' },
    noFinal: 'no line end at the end',
    plain: 'shown plain: too long to colour',
    window: (first: number, last: number, all: number): string =>
      `Lines ${first.toLocaleString('en')} to ${last.toLocaleString('en')} of ${all.toLocaleString('en')}`,
    earlier: 'Earlier lines',
    later: 'Later lines',
    cut: (size: number): string => `… cut: the line has ${bytes(size)}`,
    warnBidi: (n: number): string =>
      `${count(n, 'character that changes', 'characters that change')} the direction of text: this source can read otherwise than it runs. Each is drawn as a mark.`,
    warnInvisible: (n: number): string =>
      `${count(n, 'invisible character is', 'invisible characters are')} drawn as a mark.`,
    warnInvalid: (n: number): string =>
      `${count(n, 'byte is', 'bytes are')} not valid UTF-8, drawn as a mark.`,
    warnCut: (n: number, most: number): string =>
      `${count(n, 'line is', 'lines are')} cut after ${most.toLocaleString('en')} characters. Download the file to read all of it.`,
    warnControl: (n: number): string =>
      `${count(n, 'control character is', 'control characters are')} drawn as a mark.`,
    onLines: 'Lines',
    region: (path: string): string => `Source of ${path}`,
    line: (line: number): string => `Line ${line}`,
    blame: 'Blame',
    history: 'History',
    code: 'Code',
    compare: 'Compare with the release before',
    wrap: 'Wrap lines',
    raw: 'Download',
    proof: 'Proof',
    permalink: 'Copy permalink',
    copied: 'Permalink copied',
    notCopied: 'Could not copy; the address bar has it',
    goTo: 'Go to line',
    digest: 'SHA-256',
    views: 'Views of this file',
    ask: 'Ask about these lines',
    watermark: 'Drawn over the page for you; not part of the file.',
  },

  check: {
    title: 'Is this the file of the tree?',
    text: 'Your browser fetches the bytes and their path to the tree digest, computes both itself, and compares the bytes with what this page shows.',
    run: 'Check in this browser',
    running: 'Checking',
    file: (size: number, digest: string): string => `${bytes(size)} with the SHA-256 ${digest}`,
    tree: (at: number, all: number, tree: string): string => `file ${at} of ${all} leads to the tree ${tree}`,
    name: 'under the name that this page shows',
    lines: (first: number, last: number, all: number): string =>
      first === 1 && last === all
        ? 'these are the lines shown: all of them'
        : `these are the lines shown: ${first.toLocaleString('en')} to ${last.toLocaleString('en')} of ${all.toLocaleString('en')}`,
    notLines: 'what this page shows in place of lines is of these bytes',
    shown: {
      differs: (what: string): string => `The file has ${what} than this page shows.`,
      digest: 'another SHA-256',
      size: 'another size',
      mode: 'another mode',
      state: 'another kind of content',
      target: 'another target',
      head: 'other first bytes',
      kind: 'other first bytes',
      first: 'another first line here',
      count: 'another number of lines',
      window: 'other lines',
      line: (line: number): string => `something else on line ${line.toLocaleString('en')}`,
      ends: 'other line ends',
      cut: 'lines of another length',
      marks: 'other characters that could deceive',
    },
    offline: 'Or without us: download the file and its proof, and run',
    failed: 'The check failed',
    large: 'The file is too large to check in a page. Use the command.',
  },

  history: {
    releases: 'In the releases',
    releasesNote: 'Proven by the log: the digests of the file in each tree that it names.',
    change: {
      first: 'first there',
      changed: 'changed',
      mode: 'mode changed',
      same: 'unchanged',
      absent: 'not there',
      returned: 'there again',
    },
    moreReleases: 'There are older releases. Load the page again to have more of them looked at.',
    version: 'Version',
    what: 'File',
    compare: 'What changed',
    commits: 'In the vendor’s git',
    commitsNote:
      'From the vendor’s git, not proven by the log; proven is only a commit whose files give a tree digest that is logged.',
    none: 'This Center has no git repository for the product.',
    failed: 'Git gave no answer',
    more: (n: number): string => `The newest ${n} are shown.`,
    commit: 'Commit',
    subject: 'Says',
    author: 'By',
    when: 'When',
    isProven: 'Proven',
    proven: 'is a logged tree',
    unproven: 'not proven',
  },

  blame: {
    note: 'Who wrote which line is from the vendor’s git, not proven by the log.',
    same: 'The lines are the bytes of the logged tree; the commit holds the same.',
    older: (commit: string): string =>
      `The file as commit ${commit} had it: from the vendor’s git alone, no logged tree.`,
    none: 'There is no blame for this file.',
    before: 'Before this',
    beforeOf: (commit: string): string => `Blame before commit ${commit}`,
    back: 'Back to the release',
    commits: (n: number): string => count(n, 'commit wrote these lines', 'commits wrote these lines'),
  },

  compare: {
    title: 'Compare source',
    of: (from: string, to: string): string => `${from} → ${to}`,
    from: 'Older',
    to: 'Newer',
    swap: 'Swap',
    kinds: { added: 'added', removed: 'removed', changed: 'changed', mode: 'mode', moved: 'moved' },
    all: 'all',
    same: 'The two trees are the same',
    sameText: 'Of the files that you may read in both, none differs.',
    files: 'Changed files',
    filter: 'Show',
    find: 'Part of a path',
    name: 'File',
    what: 'Change',
    size: 'Size',
    movedFrom: 'from',
    modes: (from: string, to: string): string => `mode ${from} → ${to}`,
    unified: 'Unified',
    split: 'Side by side',
    layout: 'Layout',
    next: 'Next change',
    previous: 'Previous change',
    nextFile: 'Next file',
    previousFile: 'Previous file',
    place: (at: number, of: number): string => `File ${at} of ${of}`,
    lines: (added: number, removed: number): string =>
      `${count(added, 'line', 'lines')} added, ${removed.toLocaleString('en')} removed`,
    changedLines: (added: number, removed: number, coarse: boolean): string =>
      `${coarse ? 'at most ' : ''}${added} lines added, ${removed} removed`,
    total: (added: number, removed: number, uncounted: number): string =>
      `${added.toLocaleString('en')} lines added, ${removed.toLocaleString('en')} removed${uncounted === 0 ? '' : `; ${count(uncounted, 'file', 'files')} not counted`}`,
    gap: (n: number): string => `${count(n, 'line is', 'lines are')} the same`,
    more: (n: number): string => `Show ${n} more`,
    whole: 'Show all',
    region: (path: string): string => `What changed in ${path}`,
    states: {
      same: 'Its bytes are the same in both.',
      binary: 'At least one of the two is binary: the bytes differ.',
      large: (size: number, lines: number): string =>
        `Files above ${bytes(size)} or ${lines.toLocaleString('en')} lines are not compared here. Download both and compare them with a program of your own.`,
      links: 'A symbolic link. Its target before and after:',
      nothing: 'nothing',
      notLink: 'a file',
    },
    coarse:
      'The two differ too much for the shortest comparison in the time allowed: the middle is shown as replaced whole.',
    ends: {
      lost: 'The last line has lost its line end.',
      gained: 'The last line has got a line end.',
    },
    before: 'before',
    after: 'after',
    removedLine: 'removed',
    addedLine: 'added',
    back: 'All changed files',
    list: 'Changed files',
    first: 'Choose two trees',
    firstText: 'Compare begins on the page of a tree, or of the catalogue.',
  },
} as const;
