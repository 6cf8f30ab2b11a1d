import { browserSupportsWebAuthn, startRegistration } from '@simplewebauthn/browser';
import { Link, useParams } from '@tanstack/react-router';
import { useId, useState, type FormEvent, type ReactNode } from 'react';
import type { BrowserOptions, InvitationPage as Data } from '../../../src/contract/account.ts';
import { account } from '../messages/account.ts';
import { useTwin } from '../twin.ts';
import { Empty, Page } from '../ui/Page.tsx';
import { Time } from '../ui/Time.tsx';
import { enterAt, Refusal, useChange, type Post } from './change.tsx';
import './account.css';

const words = account.invitation;
export type CreationOptions = Parameters<typeof startRegistration>[0]['optionsJSON'];

async function accept(post: Post, token: string, label: string): Promise<void> {
  const { options } = await post<BrowserOptions>('/do/account/invitation/options', { token });
  const response = await startRegistration({ optionsJSON: options as unknown as CreationOptions });
  await post('/do/account/invitation/accept', { token, label, response });
  enterAt('/account');
}

export function InvitationPage(): ReactNode {
  const twin = useTwin<Data>();
  return (
    <Page title={words.title} twin={twin}>
      {({ state, invitation }) =>
        invitation === null || state !== 'open' ? (
          <Closed state={state === 'open' ? 'unknown' : state} />
        ) : (
          <Open {...invitation} />
        )
      }
    </Page>
  );
}

function Closed({ state }: { readonly state: keyof typeof words.states }): ReactNode {
  const [title, text] = words.states[state];
  return (
    <Empty title={title}>
      <p>{text}</p>
      <p>
        <Link to={'/sign-in'}>{account.signIn.title}</Link>
      </p>
    </Empty>
  );
}

function Open({ name, groups, expires }: NonNullable<Data['invitation']>): ReactNode {
  const { token = '' } = useParams({ strict: false }) as { readonly token?: string };
  const [label, setLabel] = useState<string>(words.suggested);
  const change = useChange();
  const field = useId();
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    change.run((post) => accept(post, token, label));
  };
  return (
    <>
      <p className="lead">{words.lead}</p>
      <form className="card account-door" onSubmit={submit}>
        <dl className="facts">
          <dt>{words.name}</dt>
          <dd>{name}</dd>
          <dt>{words.groups}</dt>
          <dd>{groups.length === 0 ? words.none : groups.join(', ')}</dd>
          <dt>{words.expires}</dt>
          <dd>
            <Time seconds={expires} exact />
          </dd>
        </dl>
        <label htmlFor={field}>{words.label}</label>
        <input
          id={field}
          value={label}
          maxLength={60}
          required
          autoComplete="off"
          onChange={(event) => setLabel(event.target.value)}
        />
        {browserSupportsWebAuthn() ? (
          <button type="submit" className="primary" disabled={change.busy}>
            {change.busy ? account.signIn.waiting : words.accept}
          </button>
        ) : (
          <p>{account.signIn.unsupported}</p>
        )}
        <Refusal change={change} />
      </form>
    </>
  );
}
