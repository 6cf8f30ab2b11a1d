// One page: its heading, and what stands there while there is nothing to show yet, or never.

import type { UseQueryResult } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { common } from '../messages/common.ts';
import { TwinError } from '../twin.ts';

export function Page<T>({
  title,
  lead,
  twin,
  children,
}: {
  readonly title: string;
  readonly lead?: ReactNode;
  readonly twin: UseQueryResult<T>;
  readonly children: (data: T) => ReactNode;
}): ReactNode {
  return (
    <>
      <title>{`${title} · ${common.product}`}</title>
      <h1>{title}</h1>
      {lead === undefined ? null : <p className="lead">{lead}</p>}
      {twin.data === undefined ? <Waiting twin={twin} /> : children(twin.data)}
    </>
  );
}

function Waiting({ twin }: { readonly twin: UseQueryResult }): ReactNode {
  if (!twin.isError) {
    return (
      <p className="state-loading" role="status">
        <span className="bar" aria-hidden="true" />
        {common.states.loading}
      </p>
    );
  }
  return <Refused error={twin.error} again={() => void twin.refetch()} />;
}

export function Refused({
  error,
  again,
}: {
  readonly error: unknown;
  readonly again?: () => void;
}): ReactNode {
  const refusal =
    error instanceof TwinError ? error.refusal : { status: 0, code: 'offline', message: String(error) };
  const [title, text] =
    refusal.status === 0
      ? [common.states.offlineTitle, common.states.offline]
      : refusal.status === 404
        ? [common.states.missingTitle, common.states.missing]
        : [common.states.errorTitle, refusal.message];
  return (
    <section className="state" role="alert">
      <h2>{title}</h2>
      <p>{text}</p>
      <p>
        <code>{refusal.code}</code>
      </p>
      <p>
        {again === undefined ? null : (
          <button type="button" onClick={again}>
            {common.states.again}
          </button>
        )}{' '}
        {[401, 403, 404].includes(refusal.status) ? (
          <Link to={'/sign-in'}>{common.states.signIn}</Link>
        ) : null}
      </p>
    </section>
  );
}

/** Nothing here yet, and why that is no fault. */
export function Empty({
  title,
  children,
}: {
  readonly title: string;
  readonly children?: ReactNode;
}): ReactNode {
  return (
    <section className="state state-empty">
      <h2>{title}</h2>
      {children}
    </section>
  );
}
