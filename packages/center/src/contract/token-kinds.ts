/** Kinds of tokens by number: the pages draw `tok-NAME`. */
export const tokenKinds = [
  'plain',
  'comment',
  'constant',
  'function',
  'keyword',
  'link',
  'parameter',
  'punctuation',
  'string',
  'string-expression',
] as const;
