import { useQueryClient } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import type { AccountPage as Data } from '../../../src/contract/account.ts';
import { account } from '../messages/account.ts';
import { useTwin } from '../twin.ts';
import { Page } from '../ui/Page.tsx';
import { Time } from '../ui/Time.tsx';
import { enterAt, Refusal, useChange } from './change.tsx';
import { Passkeys } from './Passkeys.tsx';
import { Reads } from './Reads.tsx';
import { Sessions } from './Sessions.tsx';
import './account.css';

const words = account.own;

export function AccountPage(): ReactNode {
  const twin = useTwin<Data>();
  const client = useQueryClient();
  const again = (): void => void client.invalidateQueries();
  return (
    <Page title={words.title} twin={twin}>
      {(data) => (
        <>
          <Facts data={data} />
          <Reads reads={data.reads} />
          <Passkeys data={data} again={again} />
          <Sessions sessions={data.sessions} again={again} />
        </>
      )}
    </Page>
  );
}

function Facts({ data: { account: own } }: { readonly data: Data }): ReactNode {
  const change = useChange();
  const leave = (): void =>
    change.run(async (post) => {
      await post('/do/account/sign-out', {});
      enterAt('/');
    });
  const { facts } = words;
  return (
    <section className="card">
      <dl className="facts">
        <dt>{facts.name}</dt>
        <dd>{own.name}</dd>
        <dt>{facts.groups}</dt>
        <dd>{own.groups.length === 0 ? facts.noGroups : own.groups.join(', ')}</dd>
        <dt>{facts.issuer}</dt>
        <dd>{own.issuer ?? facts.vendor}</dd>
        <dt>{facts.created}</dt>
        <dd>
          <Time seconds={own.created} exact />
        </dd>
        <dt>{facts.id}</dt>
        <dd>
          <code>{own.id}</code>
        </dd>
      </dl>
      <button type="button" disabled={change.busy} onClick={leave}>
        {words.signOut}
      </button>
      <Refusal change={change} />
    </section>
  );
}
