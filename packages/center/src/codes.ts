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
  'center.sharing': {
    exit: 5,
    meaning: 'The repository no longer serves the sharing file, by which it is known where data is kept.',
    remedy: 'Ask the vendor; what stands here is the last version that was accepted.',
  },
  'center.datacenter': {
    exit: 3,
    meaning: 'A data center answered at its own address with what cannot be its own word.',
    remedy: 'Compare its intake address in the residency policy; if it is right, ask its operator.',
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
  'center.method': {
    exit: 2,
    meaning: 'An address was asked with a method that it does not take.',
    remedy: 'Pages are read with GET; changes are POST below /do/.',
  },
  'center.host': {
    exit: 2,
    meaning: 'A request was meant for another host.',
    remedy: 'Use the address of the Center; a proxy before it must pass the header Host on.',
  },
  'center.csrf': {
    exit: 4,
    meaning: 'A change did not come from a page of the Center.',
    remedy: 'Load the page again; a program sends Origin, JSON and the value of "csrf" in /frame.json.',
  },
  'center.body': {
    exit: 1,
    meaning: 'The body of a request is longer than the Center takes.',
    remedy: 'Send less at once.',
  },
  'center.busy': {
    exit: 1,
    meaning: 'Too many requests came from one address.',
    remedy: 'Wait for the time that the header Retry-After says.',
  },
  'center.timeout': {
    exit: 5,
    meaning: 'The Center did not get an answer ready in time.',
    remedy: 'Ask for less, or try again.',
  },
  'center.proxy': {
    exit: 2,
    meaning: 'A trusted proxy in center.toml is neither an address nor a network.',
    remedy: 'Write it as 10.0.0.7 or 10.0.0.0/24.',
  },
  'center.newer': {
    exit: 1,
    meaning: 'center.db was written by a newer version of the Center.',
    remedy: 'Install that version or a later one.',
  },
  'account.signed-out': {
    exit: 4,
    meaning: 'A page of an account was asked for by nobody who is signed in.',
    remedy: 'Sign in.',
  },
  'account.not-fresh': {
    exit: 4,
    meaning: 'Passkeys were to be changed long after signing in.',
    remedy: 'Sign out and in again, then change them within fifteen minutes.',
  },
  'account.passkey': {
    exit: 4,
    meaning: 'A passkey was not accepted: unknown, revoked, or its answer does not verify.',
    remedy: 'Try again, or ask the vendor for an invitation.',
  },
  'account.last-passkey': {
    exit: 2,
    meaning: 'The only passkey of an account was to be removed.',
    remedy: 'Add another one first.',
  },
  'account.invitation': {
    exit: 4,
    meaning: 'An invitation is used, revoked, expired, or was never made.',
    remedy: 'Ask whoever invited you for another.',
  },
  'account.ceremony': {
    exit: 4,
    meaning: 'The answer to a challenge came twice, too late, or from another browser.',
    remedy: 'Begin again.',
  },
  'account.unknown': {
    exit: 1,
    meaning: 'There is no such account, invitation, session, group or passkey.',
    remedy: 'See "vitrine center accounts".',
  },
  'account.issuer': {
    exit: 4,
    meaning: 'An account of an OpenID Connect issuer tried to sign in without it.',
    remedy: 'Sign in with the organisation.',
  },
  'account.groups': {
    exit: 2,
    meaning:
      "The groups of an account of an OpenID Connect issuer are the issuer's word, told at each sign-in.",
    remedy:
      'Take the reader out of the group at the issuer, or the group out of [oidc.groups] in center.toml; "vitrine center revoke DIR ACCOUNT" ends the account at once.',
  },
  'account.oidc': {
    exit: 4,
    meaning: 'The OpenID Connect issuer did not confirm who somebody is, or its answer does not verify.',
    remedy: 'Begin again; if it stays, compare issuer, client and keys with center.toml.',
  },
  'account.oidc-unreachable': {
    exit: 5,
    meaning: 'The OpenID Connect issuer cannot be reached.',
    remedy: 'Try again later, or sign in with a passkey.',
  },
  'access.table': {
    exit: 1,
    meaning: 'The access table is missing or not of its form; until it is mended, all source is closed.',
    remedy: 'Correct the line named; "vitrine center access check" says when it is right.',
  },
  'access.record-full': {
    exit: 1,
    meaning: 'A reader has read as many different files in one day as its record takes.',
    remedy: 'Go on tomorrow, or ask the vendor.',
  },
  'access.unrecorded': {
    exit: 4,
    meaning: 'Restricted source was about to be answered to somebody without an account.',
    remedy: 'Sign in; if this stands in the log of the Center, report it as a defect.',
  },
} as const;

export type CenterCode = keyof typeof centerErrors;

export const fail: Raise<CenterCode> = raiser(centerErrors);
