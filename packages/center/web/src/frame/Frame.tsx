// What stands around every page: navigation, the state of the log, who reads.

import { Link, Outlet, useLocation, useNavigate } from '@tanstack/react-router';
import { useEffect, useRef, type ReactNode } from 'react';
import type { Frame as FrameData } from '../../../src/contract/frame.ts';
import { common } from '../messages/common.ts';
import { twinOf, useAddress } from '../twin.ts';
import { useKeys } from '../ui/keys.tsx';
import { Time } from '../ui/Time.tsx';
import { ThemeChoice } from './ThemeChoice.tsx';

const pages = [
  ['/', common.nav.overview],
  ['/releases', common.nav.releases],
  ['/rebuilds', common.nav.rebuilds],
  ['/source', common.nav.source],
  ['/search', common.nav.search],
  ['/questions', common.nav.questions],
  ['/reviews', common.nav.reviews],
  ['/log', common.nav.log],
  ['/findings', common.nav.findings],
  ['/residency', common.nav.data],
  ['/access', common.nav.access],
] as const;

/** The other pages about data: they belong to the same place in the navigation. */
const besideResidency: readonly string[] = ['/consent', '/grants', '/my-data'];

export function useFrame(): FrameData | undefined {
  return useAddress<FrameData>('/frame.json').data;
}

export function Frame(): ReactNode {
  const frame = useFrame();
  const { pathname, searchStr } = useLocation();
  const navigate = useNavigate();
  const menu = useRef<HTMLDetailsElement>(null);
  const go = (to: string) => (): void => void navigate({ to });
  useKeys('everywhere', {
    '/': { label: common.keys.search, run: go('/search') },
    'g o': { label: common.keys.goOverview, run: go('/') },
    'g r': { label: common.keys.goReleases, run: go('/releases') },
    'g s': { label: common.keys.goSource, run: go('/source') },
    'g l': { label: common.keys.goLog, run: go('/log') },
  });
  useEffect(() => {
    if (menu.current !== null) menu.current.open = false;
  }, [pathname]);
  const links = pages.map(([to, label]) => (
    <li key={to}>
      <Link
        to={to}
        activeOptions={{ exact: to === '/' }}
        activeProps={{ 'aria-current': 'page' }}
        {...(to === '/residency' && besideResidency.includes(pathname) ? { 'aria-current': 'page' } : {})}
      >
        {label}
      </Link>
    </li>
  ));
  return (
    <div className="frame">
      <a className="skip" href="#page">
        {common.skip}
      </a>
      <header className="frame-header">
        <Link to="/" className="frame-name">
          {common.product}
        </Link>
        <nav className="frame-nav-wide" aria-label={common.navigation}>
          <ul>{links}</ul>
        </nav>
        <Who frame={frame} />
        <details className="frame-menu" ref={menu}>
          <summary>{common.menu}</summary>
          <nav aria-label={common.navigation}>
            <ul>{links}</ul>
          </nav>
        </details>
      </header>
      <LogTrouble frame={frame} />
      <main id="page" tabIndex={-1}>
        <Outlet />
      </main>
      <footer className="frame-footer">
        <p>{common.frame.trust}</p>
        <ul>
          <li>
            {frame === undefined ? null : (
              <>
                <code>{frame.log.origin}</code> {common.frame.size(frame.log.size)}
                {frame.log.witnessTime === null ? null : (
                  <>
                    , {common.frame.witnessed} <Time seconds={frame.log.witnessTime} />
                  </>
                )}
              </>
            )}
          </li>
          <li>
            <a href={twinOf(pathname, searchStr)}>{common.frame.json}</a>
          </li>
          <li>
            <a href="/feed.atom">{common.frame.feed}</a>
          </li>
          <li>
            <a href="/openapi.json">{common.frame.openapi}</a>
          </li>
          <li>
            <Link to="/help/keys">{common.nav.keys}</Link>
          </li>
          <li>
            <ThemeChoice />
          </li>
        </ul>
      </footer>
    </div>
  );
}

function Who({ frame }: { readonly frame: FrameData | undefined }): ReactNode {
  if (frame === undefined) return <span className="frame-who" />;
  const { account, name } = frame.reader;
  return (
    <span className="frame-who">
      {account === null ? (
        <Link to={'/sign-in'}>{common.nav.signIn}</Link>
      ) : (
        <Link to={'/account'}>{name ?? common.nav.account}</Link>
      )}
    </span>
  );
}

function LogTrouble({ frame }: { readonly frame: FrameData | undefined }): ReactNode {
  const trouble = frame?.log.trouble ?? null;
  if (trouble === null) return null;
  return (
    <div className={`frame-trouble frame-trouble-${trouble.kind}`} role="alert">
      <p>
        <strong>{common.frame[trouble.kind]}</strong> {trouble.message} (<code>{trouble.code}</code>,{' '}
        {common.frame.since} <Time seconds={trouble.since} />)
      </p>
    </div>
  );
}
