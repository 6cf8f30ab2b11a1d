// Which sandbox a build gets: VITRINE_SANDBOX=none | bubblewrap | auto. The choice is made once, by
// trying, and the reason for going without is told. A vendor builds what it has written itself and may
// fall back; a rebuilder runs what a stranger ordered, beside its own signing key, and may not.

import { quote } from '@vitrine/evidence';
import { fail } from '../codes.ts';
import { probeBubblewrap } from './bubblewrap.ts';
import { withFolders } from './folders.ts';
import { plainSandbox } from './plain.ts';
import type { Sandbox } from './sandbox.ts';

export interface SandboxChoice {
  readonly sandbox: Sandbox;
  /** Why the build is not isolated; undefined when it is. */
  readonly why: string | undefined;
}

/** `wanted` is the value of VITRINE_SANDBOX; unset and empty mean auto. */
export async function chooseSandbox(wanted: string | undefined): Promise<SandboxChoice> {
  switch (wanted) {
    case 'none':
      return { sandbox: plainSandbox, why: 'VITRINE_SANDBOX=none' };
    case 'bubblewrap':
    case 'auto':
    case '':
    case undefined: {
      const found = await withFolders(probeBubblewrap);
      if (!('why' in found)) return { sandbox: found, why: undefined };
      if (wanted === 'bubblewrap') throw fail('sandbox.unavailable', found.why);
      return { sandbox: plainSandbox, why: found.why };
    }
    default:
      throw fail('sandbox.choice', `VITRINE_SANDBOX is ${quote(wanted)}`);
  }
}

/** For building what others ordered: without a sandbox only where `none` is asked for by name. */
export function requireSandbox(wanted: string | undefined): Promise<SandboxChoice> {
  return chooseSandbox(wanted === undefined || wanted === '' || wanted === 'auto' ? 'bubblewrap' : wanted);
}
