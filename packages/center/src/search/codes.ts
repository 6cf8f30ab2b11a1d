import { raiser, type Raise } from '@vitrine/evidence';

/** What search and symbols refuse. */
export const centerSearchErrors = {
  'search.query': {
    exit: 2,
    meaning: 'A search query is not of the form that the query language has.',
    remedy: 'See the help beside the query box; put words that are meant as they are in quotation marks.',
  },
  'search.regex': {
    exit: 2,
    meaning: 'A regular expression is not one that the search takes.',
    remedy:
      'Leave out look-around, back references and line breaks, and keep to 256 characters; a line is matched at a time.',
  },
  'search.timeout': {
    exit: 1,
    meaning: 'A search was stopped because it took too long.',
    remedy:
      'Add words that must occur, narrow it with file: or repo:, or write the regular expression without nested repetition.',
  },
  'search.busy': {
    exit: 5,
    meaning: 'More searches are waiting than the Center takes.',
    remedy: 'Try again in a moment.',
  },
  'search.index': {
    exit: 1,
    meaning: 'The search index cannot be used.',
    remedy: 'Run "vitrine center index DIR --rebuild": the index is made again from the source store.',
  },
} as const;

export type SearchCode = keyof typeof centerSearchErrors;

export const fail: Raise<SearchCode> = raiser(centerSearchErrors);

export function isSearchCode(code: string | undefined): code is SearchCode {
  return code !== undefined && Object.hasOwn(centerSearchErrors, code);
}
