// A Center on a world, asked without a network: one browser is a jar of cookies.

import { mkdirSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fakeClock, type FakeClock } from '@vitrine/host';
import { temporaryDirectory } from '@vitrine/testkit';
import { openAccounts, type Accounts } from '../src/accounts/accounts.ts';
import { openCenter, type Center } from '../src/center.ts';
import { openCenterDatabase } from '../src/database.ts';
import type { CenterSettings } from '../src/settings.ts';
import { makeAuthenticator, type Authenticator } from './authenticator.ts';
import type { CenterWorld } from './world.ts';
import type { Ending } from './world/gate.ts';

export const portalOrigin = 'http://localhost:7440';

export interface PortalOptions {
  /** The text of access.toml; default: everything closed. */
  readonly table?: string;
  readonly origin?: string;
  readonly settings?: CenterSettings;
}

export interface Portal {
  readonly center: Center;
  readonly folder: string;
  readonly clock: FakeClock;
  /** A second opening of center.db, as commands beside the Center have it. */
  readonly accounts: Accounts;
  readonly reported: readonly string[];
  browser(): TestBrowser;
  replaceTable(text: string): void;
  /** A browser whose reader has accepted an invitation to these groups. */
  reader(...groups: readonly string[]): Promise<SignedIn>;
}

export interface SignedIn {
  readonly browser: TestBrowser;
  readonly account: string;
  readonly authenticator: Authenticator;
}

export class TestBrowser {
  readonly cookies: Map<string, string> = new Map();
  readonly #center: Center;
  readonly origin: string;

  constructor(center: Center, origin: string) {
    this.#center = center;
    this.origin = origin;
  }

  /** Without a header of the caller's, as a person's browser asks for a page of the Center. */
  async get(path: string, headers: Readonly<Record<string, string>> = {}): Promise<Response> {
    return this.#ask(path, { headers: { accept: 'application/json', ...headers } });
  }

  async json<T = Record<string, unknown>>(path: string): Promise<T> {
    return (await (await this.get(path)).json()) as T;
  }

  async csrf(): Promise<string> {
    return (await this.json<{ readonly csrf: string }>('/frame.json')).csrf;
  }

  /** As our own pages do it. */
  async post(path: string, body: unknown, headers: Readonly<Record<string, string>> = {}): Promise<Response> {
    return this.#ask(path, {
      method: 'POST',
      headers: {
        origin: this.origin,
        'content-type': 'application/json',
        'sec-fetch-site': 'same-origin',
        'x-vitrine-csrf': await this.csrf(),
        ...headers,
      },
      body: JSON.stringify(body),
    });
  }

  async done(path: string, body: unknown): Promise<Record<string, unknown>> {
    const response = await this.post(path, body);
    const value = (await response.json()) as Record<string, unknown>;
    if (!response.ok) throw new Error(`${path}: ${response.status} ${JSON.stringify(value)}`);
    return value;
  }

  async challenge(path: string, body: unknown = {}): Promise<string> {
    const { options } = (await this.done(path, body)) as { readonly options: { readonly challenge: string } };
    return options.challenge;
  }

  async #ask(
    path: string,
    init: RequestInit & { readonly headers: Readonly<Record<string, string>> },
  ): Promise<Response> {
    const cookie = [...this.cookies].map(([name, value]) => `${name}=${value}`).join('; ');
    const headers = {
      host: new URL(this.origin).host,
      ...(cookie === '' ? {} : { cookie }),
      ...init.headers,
    };
    const response = await this.#center.app.request(`${this.origin}${path}`, { ...init, headers });
    for (const line of response.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
      if (/max-age=0(?:;|$)/i.test(line)) this.cookies.delete(name);
      else this.cookies.set(name, value);
    }
    return response;
  }
}

export async function openPortal(
  t: Ending,
  world: Pick<
    CenterWorld,
    | 'policy'
    | 'policyBytes'
    | 'root'
    | 'log'
    | 'repository'
    | 'supervisors'
    | 'sourceFolder'
    | 'gitFolder'
    | 'clock'
  >,
  {
    table = 'table = 1\nproducts = []\ngrants = []\n',
    origin = portalOrigin,
    settings = {},
  }: PortalOptions = {},
): Promise<Portal> {
  // Its own clock: a world is shared by the tests of a file.
  const clock = fakeClock(world.clock.now());
  const folder = temporaryDirectory(t);
  const web = pagesIn(temporaryDirectory(t));
  const path = join(folder, 'access.toml');
  writeFileSync(path, table);
  const reported: string[] = [];
  const center = await openCenter({
    folder,
    origin,
    root: world.root,
    policyFile: world.policyBytes,
    policy: world.policy,
    log: world.log.url,
    repository: world.repository.url,
    supervisors: world.supervisors.map(({ operator, url }) => ({ operator, url })),
    sourceStore: world.sourceFolder,
    git: { sample: world.gitFolder },
    web,
    clock,
    settings,
    report: (line) => reported.push(line),
  });
  t.after(() => center.close());
  const database = openCenterDatabase(folder);
  t.after(() => database.close());
  const accounts = openAccounts(database, clock, {
    origin: new URL(origin),
    name: 'Test',
    sessions: { idleMs: 7_200_000, mostMs: 43_200_000 },
  });
  const browser = (): TestBrowser => new TestBrowser(center, origin);
  return {
    center,
    folder,
    clock,
    accounts,
    reported,
    browser,
    replaceTable(text) {
      writeFileSync(`${path}.new`, text);
      renameSync(`${path}.new`, path);
    },
    async reader(...groups) {
      const { secret, id } = accounts.invitations.make('A Reader', groups, 7);
      const [one, authenticator] = [browser(), makeAuthenticator(origin)];
      const challenge = await one.challenge('/do/account/invitation/options', { token: secret });
      const response = authenticator.register(challenge);
      await one.done('/do/account/invitation/accept', { token: secret, label: 'Key', response });
      return { browser: one, account: id, authenticator };
    },
  };
}

/** In place of the built pages: what is tested here is what the server answers. */
function pagesIn(folder: string): string {
  mkdirSync(join(folder, 'assets'));
  writeFileSync(
    join(folder, 'index.html'),
    '<!doctype html><link rel="stylesheet" href="/assets/index-1.css"><div id="root"></div>',
  );
  writeFileSync(join(folder, 'assets', 'index-1.css'), 'body { color: black }\n');
  return folder;
}
