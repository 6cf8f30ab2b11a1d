import { raiser, type Raise } from '@vitrine/evidence';

/** What the Center answers when it does not answer with a page. */
export const centerErrors = {
  'center.not-found': {
    exit: 1,
    meaning: 'There is no such page, or it is not open to this reader.',
    remedy: 'Check the address; sign in if the page belongs to source that you may read.',
  },
  'center.request': {
    exit: 2,
    meaning: 'A request is not of the form that the address takes.',
    remedy: 'See /openapi.json for the parameters and bodies of each address.',
  },
  'center.supervisor': {
    exit: 3,
    meaning: 'A supervisor answered at its own address with what cannot be its own word.',
    remedy: 'Check its address in the configuration of the Center; if it is right, ask its operator.',
  },
  'center.repository': {
    exit: 5,
    meaning: 'The repository of the vendor gives no answer that can be passed on.',
    remedy: 'Try again later; if it lasts, fetch the file from another mirror of the repository.',
  },
  'center.internal': {
    exit: 1,
    meaning: 'The Center failed to answer.',
    remedy: 'Try again; the operator finds the cause under the request id in the log of the Center.',
  },
  'center.web': {
    exit: 1,
    meaning: 'The pages could not be built.',
    remedy: 'Run npm ci; the message of the bundler is above.',
  },
} as const;

export type CenterCode = keyof typeof centerErrors;

export const fail: Raise<CenterCode> = raiser(centerErrors);
