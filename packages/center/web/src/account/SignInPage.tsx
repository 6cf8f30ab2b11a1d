import { browserSupportsWebAuthn, startAuthentication } from '@simplewebauthn/browser';
import { Link, useSearch } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import type { BrowserOptions, Location, SignInPage as Data } from '../../../src/contract/account.ts';
import { account } from '../messages/account.ts';
import { useTwin } from '../twin.ts';
import { Page } from '../ui/Page.tsx';
import { enterAt, Refusal, useChange, type Post } from './change.tsx';
import './account.css';

const words = account.signIn;
type RequestOptions = Parameters<typeof startAuthentication>[0]['optionsJSON'];

async function signIn(post: Post): Promise<void> {
  const { options } = await post<BrowserOptions>('/do/account/sign-in/options', {});
  const response = await startAuthentication({ optionsJSON: options as unknown as RequestOptions });
  await post('/do/account/sign-in', { response });
  enterAt('/account');
}

async function leaveForIssuer(post: Post): Promise<void> {
  enterAt((await post<Location>('/do/account/oidc', {})).location);
}

export function SignInPage(): ReactNode {
  const twin = useTwin<Data>();
  const change = useChange();
  return (
    <Page title={words.title} lead={words.lead} twin={twin}>
      {({ signedIn, oidc }) =>
        signedIn ? (
          <p>
            {words.already} <Link to={'/account'}>{words.toAccount}</Link>
          </p>
        ) : (
          <section className="card account-door">
            <Failed />
            {browserSupportsWebAuthn() ? (
              <button
                type="button"
                className="primary"
                disabled={change.busy}
                onClick={() => change.run(signIn)}
              >
                {change.busy ? words.waiting : words.passkey}
              </button>
            ) : (
              <p>{words.unsupported}</p>
            )}
            {oidc === null ? null : (
              <button type="button" disabled={change.busy} onClick={() => change.run(leaveForIssuer)}>
                {words.oidc(oidc)}
              </button>
            )}
            <Refusal change={change} />
            <p className="account-note">{words.invited}</p>
          </section>
        )
      }
    </Page>
  );
}

/** What the server says after it sent the browser back here. */
function Failed(): ReactNode {
  const { failed } = useSearch({ strict: false }) as { readonly failed?: unknown };
  if (typeof failed !== 'string') return null;
  return (
    <div role="alert">
      <h2 className="account-failed">{words.failed}</h2>
      <p>{account.refusals[failed] ?? account.refusals['account.oidc']}</p>
    </div>
  );
}
