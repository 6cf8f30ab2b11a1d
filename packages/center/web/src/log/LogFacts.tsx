import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import type { LogView } from '../../../src/contract/log.ts';
import { log as words } from '../messages/log.ts';
import { Digest } from '../ui/Digest.tsx';
import { Status } from '../ui/Status.tsx';
import { Time } from '../ui/Time.tsx';

/** The log as the Center verified it, and what is to be known of it. */
export function LogFacts({ log }: { readonly log: LogView }): ReactNode {
  const { facts } = words;
  return (
    <>
      {log.contradictions === 0 ? null : (
        <p className="notice notice-bad" role="alert">
          <Status mark="bad">{words.contradictions(log.contradictions)}</Status>{' '}
          <Link to="/log/witnesses">{words.toWitnesses}</Link>
        </p>
      )}
      {log.newer.map(({ kind, version, index }) => (
        <p key={index} className="notice">
          <Status mark="warn">{words.newer(kind, version)}</Status>{' '}
          <Link to={`/log/entries/${index}`}>{index}</Link>
        </p>
      ))}
      <dl className="log-facts">
        <div>
          <dt>{facts.origin}</dt>
          <dd>
            <code>{log.origin}</code>
          </dd>
        </div>
        <div>
          <dt>{facts.size}</dt>
          <dd>{log.size.toLocaleString('en')}</dd>
        </div>
        <div>
          <dt>{facts.witnessed}</dt>
          <dd>{log.witnessTime === null ? facts.never : <Time seconds={log.witnessTime} />}</dd>
        </div>
        <div>
          <dt>{facts.root}</dt>
          <dd>{log.root === null ? facts.nothing : <Digest value={log.root} />}</dd>
        </div>
        <div>
          <dt>{facts.policy}</dt>
          <dd>
            {facts.policyVersion(log.policy.version)} <Digest value={log.policy.digest} />
          </dd>
        </div>
      </dl>
    </>
  );
}
