// Why a command failed, in a code of its own where its log says so. The log is the build's own word: it can
// make a failure easier to understand, never anything else out of it.

import { quote, type Isolation, type VitrineError } from '@vitrine/evidence';
import { fail, type ConveyorCode } from './codes.ts';
import type { StepResult } from './sandbox/sandbox.ts';

interface Sign {
  readonly code: ConveyorCode;
  readonly says: RegExp;
  /** Only where a sandbox makes it so. */
  readonly isolated: boolean;
}

const signs: readonly Sign[] = [
  { code: 'build.disk-limit', says: /EFBIG|File size limit exceeded|File too large/i, isolated: false },
  { code: 'build.read-only', says: /EROFS|Read-only file system/i, isolated: true },
  {
    code: 'build.network',
    says: /ENETUNREACH|EAI_AGAIN|Network is unreachable|Temporary failure in name resolution|Could not resolve host/i,
    isolated: true,
  },
];

export function commandFailure(
  { code, signal, log }: Pick<StepResult, 'code' | 'signal' | 'log'>,
  isolation: Isolation,
): VitrineError {
  const ended = `the command ended with ${code ?? signal ?? 'nothing'}`;
  const lines = log.trimEnd().split('\n');
  for (const sign of signs) {
    const line = lines.findLast((one) => sign.says.test(one));
    if (line !== undefined && (isolation !== 'none' || !sign.isolated))
      return fail(sign.code, `${ended}: ${quote(line, 200)}`);
  }
  const last = lines.at(-1) ?? '';
  return fail('build.command', `${ended}${last === '' ? '' : `: ${quote(last, 200)}`}`);
}
