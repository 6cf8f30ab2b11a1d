// Every sentence of the pages for search and symbols.

const count = (n: number, one: string, many: string): string =>
  `${n.toLocaleString('en')} ${n === 1 ? one : many}`;

const helpRows: readonly (readonly [form: string, meaning: string])[] = [
  ['open socket', 'that hold both words'],
  ['open or socket', 'that hold at least one of them'],
  ['open -socket', 'that hold the first word and not the second'],
  ['(open or close) socket', 'as in arithmetic: what stands in parentheses belongs together'],
  ['"static int"', 'that hold exactly this text'],
  ['/read_\\w+\\(/', 'with a line that matches the regular expression; re:read_\\w+ is the same'],
  ['file:src/*.c', 'whose path matches; without * and ? it is any part of the path; /…/ works too'],
  ['sym:parse', 'that define a symbol with this in its name'],
  ['lang:typescript', 'of one language'],
  ['repo:agent@stable/3', 'of one product, one of its channels, one of its releases'],
  ['case:yes', 'with capitals as written; without it they count only if you write one'],
];

export const search = {
  title: 'Search',
  lead: 'Every release at once: the same file is shown once, with the releases that hold it. Only what you may read is searched.',
  label: 'Search in the source',
  placeholder: 'word, "exact text", /expression/, file: sym: lang: repo:',
  submit: 'Search',
  suggestions: 'Suggestions',
  suggestionKinds: {
    word: 'word of the query language',
    product: 'product',
    language: 'language',
    file: 'file',
    symbol: 'symbol',
  },
  help: {
    title: 'How to write a query',
    caption: 'What a query can hold',
    form: 'You write',
    meaning: 'It finds files',
    rows: helpRows as typeof helpRows,
  },
  index: {
    growing: (percent: number): string =>
      `The index is being built: ${percent.toLocaleString('en')} % of the released source is searched so far, so files may be missing here.`,
    symbols: (percent: number): string =>
      `Symbols are still being read: ${percent.toLocaleString('en')} % so far. sym: and the symbol pages are not complete.`,
    trouble: (what: string): string => `Not everything can be searched: ${what}.`,
  },
  found: (files: number, more: boolean): string =>
    more ? `More than ${count(files, 'file', 'files')}` : count(files, 'file', 'files'),
  moreHint: 'Counting ended there, and so do the numbers at the side. Add a word to see fewer.',
  searching: 'Searching',
  slow: 'This takes longer than usual. The search is stopped by itself if it does not end.',
  empty: {
    title: 'Nothing found',
    text: 'No file that you may read matches. What is closed to you is not searched.',
    caseHint: 'Capitals count because you wrote one: case:no ignores them.',
  },
  start: {
    title: 'What are you looking for?',
    text: 'A function, an error message, a name of a file. Start with a word.',
  },
  faults: {
    query: 'The query could not be read',
    timeout: 'The search took too long and was stopped',
    timeoutText:
      'Others are not held up by it. Add a word that must occur, narrow it with file: or repo:, or write the expression without a repetition inside a repetition.',
    busy: 'Many are searching at this moment',
    busyText: 'Your search was not started. Try it again in a second.',
    again: 'Try again',
  },
  facets: {
    title: 'Narrow',
    product: 'Product',
    language: 'Language',
    folder: 'Folder',
    root: '(top folder)',
    take: (value: string, files: number): string => `${value}, ${count(files, 'file', 'files')}`,
  },
  results: 'Results',
  matches: (lines: number): string =>
    lines >= 1_000 ? 'more than 1,000 lines' : count(lines, 'line', 'lines'),
  moreLines: (lines: number): string =>
    `${count(lines, 'more line matches', 'more lines match')} in this file`,
  nameOnly: 'found by its name',
  inReleases: 'In',
  moreReleases: (n: number): string => count(n, 'more release', 'more releases'),
  unreleased: 'not released',
  alsoAt: 'The same bytes also at',
  line: (n: number): string => `Line ${n.toLocaleString('en')}`,
  pages: {
    label: 'Pages of results',
    previous: 'Previous',
    next: 'Next',
    at: (page: number, pages: number): string => `Page ${page} of ${pages}`,
  },
  keys: {
    focus: 'Go to the search box',
    next: 'Next line that matches; Enter opens it',
    previous: 'Line before it',
  },
} as const;

export const symbols = {
  title: (name: string): string => `Symbol ${name}`,
  lead: 'Found by the grammar of each language, not by a guess. Two symbols of one name are not told apart.',
  label: 'Name of a symbol',
  submit: 'Look up',
  definitions: 'Defined',
  references: 'Used',
  noDefinitions:
    'No definition that you may read. It may be from outside of this source, or of a language without a grammar here.',
  noReferences:
    'No use of it that you may read. C, C++, Go, Java, JavaScript, Python, Rust and TypeScript are looked at.',
  more: 'There are more; only the nearest are listed.',
  everywhere: 'In all releases',
  searchText: 'Search for it as text',
  outline: 'Symbols of this file',
  states: {
    done: '',
    partly: 'Some symbols may be missing:',
    failed: 'The symbols could not be read:',
    waiting: 'The symbols of this file are not read yet.',
    none: 'No grammar for this language is here, so it has no list of symbols.',
  },
  noSymbols: 'Nothing is defined here.',
} as const;
