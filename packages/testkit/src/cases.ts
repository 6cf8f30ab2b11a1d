import type { VerdictCase } from './cases/case.ts';
import { chainCases } from './cases/chain.ts';
import { headCases } from './cases/heads.ts';
import { publicationCases } from './cases/publication.ts';
import { trustCases } from './cases/trust.ts';
import { voteCases } from './cases/votes.ts';

/** Every case, with all of its files as bytes. Signatures by P-256 keys differ from run to run; verdicts do not. */
export async function verdictCases(): Promise<readonly VerdictCase[]> {
  const cases: VerdictCase[] = [];
  for (const draft of [...chainCases, ...voteCases, ...headCases, ...publicationCases, ...trustCases])
    cases.push(await draft());
  return cases;
}
