// Sign-in by OpenID Connect: authorization code with PKCE, state and nonce, against one issuer that the
// configuration names. All addresses come from the configuration and from the issuer's own metadata.

import type { Configuration, IDToken, UserInfoResponse } from 'openid-client';
import { isVitrineError } from '@vitrine/evidence';
import { fail } from '../codes.ts';

export interface OidcOptions {
  /** Shown on the sign-in page: the organisation whose accounts these are. */
  readonly name: string;
  readonly issuer: string;
  readonly clientId: string;
  /** Absent for a public client, which PKCE protects alone. */
  readonly clientSecret?: string | undefined;
  readonly scopes: readonly string[];
  /** The claim with the reader's groups at the issuer: a list of texts, or one. */
  readonly groupsClaim: string;
  /** Theirs to ours. What is not listed is no group here. */
  readonly groups: Readonly<Record<string, string>>;
}

export interface OidcIdentity {
  readonly issuer: string;
  readonly subject: string;
  readonly name: string;
  readonly groups: readonly string[];
}

/** What waits for the answer: kept with the browser's flow. */
export interface OidcState {
  readonly verifier: string;
  readonly state: string;
  readonly nonce: string;
}

export interface Oidc {
  readonly name: string;
  begin(): Promise<{ readonly location: string; readonly state: OidcState }>;
  /** `query`: of the address that the issuer sent the browser to. Throws `account.oidc`. */
  finish(query: string, state: OidcState): Promise<OidcIdentity>;
}

export const callbackPath = '/sign-in/callback';

/** Loaded when somebody signs in with it. */
const library = (): Promise<typeof import('openid-client')> => import('openid-client');

export function openOidc(options: OidcOptions, origin: URL): Oidc {
  const redirect = new URL(callbackPath, origin).href;
  let known: Promise<Configuration> | undefined;
  const configuration = (): Promise<Configuration> => {
    known ??= discover(options).catch((error: unknown) => {
      known = undefined;
      throw error;
    });
    return known;
  };
  return {
    name: options.name,
    async begin() {
      const [client, config] = [await library(), await configuration()];
      const verifier = client.randomPKCECodeVerifier();
      const state = { verifier, state: client.randomState(), nonce: client.randomNonce() };
      const location = client.buildAuthorizationUrl(config, {
        redirect_uri: redirect,
        scope: ['openid', ...options.scopes].join(' '),
        code_challenge: await client.calculatePKCECodeChallenge(verifier),
        code_challenge_method: 'S256',
        state: state.state,
        nonce: state.nonce,
      });
      return { location: location.href, state };
    },
    async finish(query, { verifier, state, nonce }) {
      const [client, config] = [await library(), await configuration()];
      try {
        const tokens = await client.authorizationCodeGrant(config, new URL(`${redirect}${query}`), {
          pkceCodeVerifier: verifier,
          expectedState: state,
          expectedNonce: nonce,
          idTokenExpected: true,
        });
        const claims = tokens.claims();
        if (claims === undefined || claims.iss !== options.issuer)
          throw fail('account.oidc', 'the issuer is not the one that the configuration names');
        const missing = !Object.hasOwn(claims, options.groupsClaim);
        const more =
          missing && config.serverMetadata().userinfo_endpoint !== undefined
            ? await client.fetchUserInfo(config, tokens.access_token, claims.sub)
            : undefined;
        return identityOf(options, claims, more);
      } catch (cause) {
        if (isVitrineError(cause)) throw cause;
        throw fail('account.oidc', `${options.name} did not confirm who you are`, { cause });
      }
    },
  };
}

async function discover({ name, issuer, clientId, clientSecret }: OidcOptions): Promise<Configuration> {
  const client = await library();
  const server = new URL(issuer);
  const loopback = ['localhost', '127.0.0.1', '[::1]'].includes(server.hostname);
  try {
    return await client.discovery(
      server,
      clientId,
      undefined,
      clientSecret === undefined ? client.None() : client.ClientSecretBasic(clientSecret),
      // In the clear only to this machine: a test, or a provider beside us.
      { timeout: 10, execute: server.protocol === 'http:' && loopback ? [client.allowInsecureRequests] : [] },
    );
  } catch (cause) {
    throw fail('account.oidc-unreachable', `${name} cannot be reached, so nobody can sign in with it now`, {
      cause,
    });
  }
}

function identityOf(
  { groupsClaim, groups }: OidcOptions,
  claims: IDToken,
  more: UserInfoResponse | undefined,
): OidcIdentity {
  const claim = (name: string): unknown => (Object.hasOwn(claims, name) ? claims[name] : more?.[name]);
  const theirs = [claim(groupsClaim)].flat().filter((one) => typeof one === 'string');
  const shown = [claim('name'), claim('preferred_username')].find((one) => typeof one === 'string');
  return {
    issuer: claims.iss,
    subject: claims.sub,
    name: shownName(shown ?? ''),
    groups: theirs.flatMap((one) => (Object.hasOwn(groups, one) ? [groups[one] as string] : [])),
  };
}

function shownName(text: string): string {
  const clean = text
    .replaceAll(/[\p{Cc}\p{Cf}\p{Co}\p{Cn}]/gu, '')
    .trim()
    .slice(0, 100);
  return clean === '' ? 'Reader' : clean;
}
