// Three ways to check a release without believing the page, from the least to the most of one's own.

import { Link } from '@tanstack/react-router';
import { useState, type ReactNode } from 'react';
import type { ReleasePage } from '../../../src/contract/releases.ts';
import { releases } from '../messages/releases.ts';
import { Command } from '../ui/Copy.tsx';
import { Digest } from '../ui/Digest.tsx';
import { Table } from '../ui/Table.tsx';
import { VerifyHere } from './VerifyHere.tsx';

const words = releases.check;

export function CheckYourself({ page }: { readonly page: ReleasePage }): ReactNode {
  return (
    <section id="check" className="check" aria-labelledby="check-title">
      <h2 id="check-title">{words.title}</h2>
      <p className="check-lead">
        <strong>{words.lead}</strong>
      </p>
      <div className="check-ways">
        <section className="card check-here" aria-labelledby="here-title">
          <h3 id="here-title">{words.here}</h3>
          <p>{words.hereText}</p>
          {/* An answer that came again with other files or another version is another page to be judged for. */}
          <VerifyHere
            key={[page.version, ...page.artifacts.map(({ sha256 }) => sha256)].join(' ')}
            page={page}
          />
        </section>
        <div className="check-others">
          <section className="card" aria-labelledby="file-title">
            <h3 id="file-title">{words.file}</h3>
            <OneFile verifier={page.check.verifier} />
          </section>
          <section className="card" aria-labelledby="command-title">
            <h3 id="command-title">{words.command}</h3>
            <CommandLine page={page} />
          </section>
        </div>
      </div>
      <Downloads page={page} />
    </section>
  );
}

function OneFile({ verifier }: { readonly verifier: ReleasePage['check']['verifier'] }): ReactNode {
  if (verifier === null || (verifier.page === null && verifier.program === null))
    return <p>{words.fileNone}</p>;
  return (
    <>
      <p>{words.fileText}</p>
      <ul className="plain">
        {[verifier.page, verifier.program].map((one) =>
          one === null ? null : (
            <li key={one.sha256}>
              <a className="button" href={`/repository/${one.path}`} download={one.output}>
                {one.output} {verifier.version}
              </a>{' '}
              <Digest value={one.sha256} />
            </li>
          ),
        )}
      </ul>
      <p>
        <Link to={`/releases/verifier/${verifier.channel}/${verifier.sequence}`}>{words.fileRelease}</Link>
      </p>
    </>
  );
}

function CommandLine({ page }: { readonly page: ReleasePage }): ReactNode {
  const [at, setAt] = useState(0);
  const artifact = page.artifacts[at];
  if (artifact === undefined) return null;
  return (
    <>
      <p>{words.commandText}</p>
      {page.artifacts.length > 1 ? (
        <p>
          <label>
            {words.artifact}{' '}
            <select value={at} onChange={(event) => setAt(Number(event.target.value))}>
              {page.artifacts.map(({ output, sha256 }, i) => (
                <option key={sha256} value={i}>
                  {output}
                </option>
              ))}
            </select>
          </label>
        </p>
      ) : null}
      <h4>{words.fetchTitle}</h4>
      <Command text={artifact.fetch} />
      <h4>{words.verifyTitle}</h4>
      <Command text={artifact.verify} />
      {page.check.rebuild === null ? null : (
        <details>
          <summary>{words.rebuild}</summary>
          <p>{words.rebuildText}</p>
          <Command text={page.check.rebuild} />
        </details>
      )}
    </>
  );
}

interface Row {
  readonly name: string;
  readonly path: string;
  readonly what: string;
  readonly sha256: string | null;
}

function Downloads({ page }: { readonly page: ReleasePage }): ReactNode {
  const rows: readonly Row[] = [
    ...page.artifacts.flatMap(({ output, path, sha256, size, platform }): readonly Row[] => [
      { name: output, path, what: size === null ? platform : `${platform}, ${releases.bytes(size)}`, sha256 },
      {
        name: `evidence of ${output}`,
        path: `evidence/${sha256}.json`,
        what: words.files.evidence,
        sha256: null,
      },
    ]),
    ...(page.check.publication === null
      ? []
      : [
          {
            name: 'publication.json',
            path: page.check.publication,
            what: words.files.publication,
            sha256: null,
          },
        ]),
    { name: 'policy.json', path: 'policy.json', what: words.files.policy, sha256: null },
    { name: 'root.json', path: 'root.json', what: words.files.root, sha256: null },
  ];
  return (
    <Table
      caption={words.downloads}
      rows={rows}
      keyOf={({ name, path }) => `${name} ${path}`}
      columns={[
        {
          head: words.what,
          cell: ({ name, path }) => (
            <a
              href={`/repository/${path}`}
              download={name.startsWith('evidence of') ? 'evidence.json' : name}
            >
              {name}
            </a>
          ),
        },
        { head: words.about, cell: ({ what }) => what },
        { head: words.digest, cell: ({ sha256 }) => (sha256 === null ? '' : <Digest value={sha256} />) },
      ]}
    />
  );
}
