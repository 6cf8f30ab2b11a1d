// Who vouches for the log, how far each of them has come, and what they say beside it.

import { headKeysAt, parseSignedCheckpoint, quorumClaim, toHex, witnessOperatorsAt } from '@vitrine/evidence';
import type { CenterContext } from '../context.ts';
import type { ContradictionView, SupervisorView, WitnessesPage, WitnessView } from '../contract/log.ts';
import type { Contradiction } from '../follow/memory.ts';
import type { SupervisorReport } from '../follow/supervisors.ts';
import { viewLog } from './views.ts';

export function describeWitnesses(context: CenterContext): WitnessesPage {
  const { following, options } = context;
  const { policy } = options;
  const now = { origin: policy.document.log.origin, index: Number.MAX_SAFE_INTEGER };
  const operators = witnessOperatorsAt(policy, now).size;
  const { quorum, faulty } = policy.document.witnesses;
  return {
    log: viewLog(context),
    quorum,
    operators,
    claim: quorumClaim({ size: quorum, faulty }, operators),
    witnesses: viewWitnesses(context),
    supervisors: following.supervisors.reports().map(viewSupervisor),
    contradictions: following.log.contradictions().map(viewContradiction),
  };
}

function viewWitnesses({ following, options: { policy } }: CenterContext): readonly WitnessView[] {
  const now = { origin: policy.document.log.origin, index: Number.MAX_SAFE_INTEGER };
  const current = new Set(headKeysAt(policy, now).witnesses.map(({ vkey }) => vkey));
  return following.log.state().witnesses.map(({ operator, name, scheme, vkey, until, time, size }) => ({
    operator,
    organisation: policy.operators.get(operator)?.name ?? operator,
    name,
    scheme,
    vkey,
    current: current.has(vkey),
    until: until ?? null,
    time: time ?? null,
    size: size ?? null,
  }));
}

function viewSupervisor(report: SupervisorReport): SupervisorView {
  const { operator, url, reached, trouble, status, statements, unlogged, signed, signedCount } = report;
  return {
    operator,
    url,
    reached: reached ?? null,
    trouble: trouble ?? null,
    status:
      status === undefined
        ? null
        : {
            isolation: status.isolation,
            node: status.node,
            logSize: status.log.size,
            logTrouble: status.log.trouble,
            findings: status.findings,
            peers: status.peers,
          },
    statements,
    unlogged: unlogged.map(({ id, kind, seen }) => ({ id, kind, seen })),
    signed,
    signedCount,
  };
}

function viewContradiction({
  id,
  code,
  message,
  from,
  seenAt,
  ours,
  theirs,
}: Contradiction): ContradictionView {
  return { id, code, message, from, seenAt, ours: headOf(ours), theirs: headOf(theirs) };
}

function headOf(note: Uint8Array): ContradictionView['ours'] {
  const { size, root } = parseSignedCheckpoint(note).checkpoint;
  return { size, root: toHex(root) };
}
