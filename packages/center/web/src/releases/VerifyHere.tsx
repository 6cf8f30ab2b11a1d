// "Verify in this browser": files, then one line for each check, then what the verdict says and does not say.

import { useEffect, useId, useRef, useState, type DragEvent, type ReactNode } from 'react';
import type { Artifact, ReleasePage } from '../../../src/contract/releases.ts';
import { releases } from '../messages/releases.ts';
import { verify as words } from '../messages/verify.ts';
import { Digest } from '../ui/Digest.tsx';
import { Sign, Status, type Mark } from '../ui/Status.tsx';
import { useKeys } from '../ui/keys.tsx';
import { Time } from '../ui/Time.tsx';
import type { Files, Given, Slot } from './given.ts';
import type { Judged, Line } from './judge.ts';

type Reading = Readonly<Partial<Record<Slot, number | string>>>;

const slotNames: readonly Slot[] = ['artifact', 'evidence', 'publication', 'policy', 'root'];

export function VerifyHere({ page }: { readonly page: ReleasePage }): ReactNode {
  const [digest, setDigest] = useState('');
  const chosen = page.artifacts.find(({ sha256 }) => sha256 === digest) ?? smallest(page.artifacts);
  const [own, setOwn] = useState<Files>({});
  const [files, setFiles] = useState<Files>({});
  /** By file: bytes read so far, or why it could not be read. */
  const [reading, setReading] = useState<Reading>({});
  const [judged, setJudged] = useState<Judged>();
  const [note, setNote] = useState('');
  const [busy, setBusy] = useState(false);
  const running = useRef<AbortController>(undefined);
  const result = useRef<HTMLDivElement>(null);
  useEffect(() => () => running.current?.abort(), []);

  const run = async (given: Files, artifact: Artifact): Promise<void> => {
    running.current?.abort();
    const mine = new AbortController();
    running.current = mine;
    setBusy(true);
    setJudged(undefined);
    setNote('');
    setFiles(given);
    setReading({});
    try {
      // Loaded when it is first needed: whoever only reads the page does not pay for it.
      const [{ fetchGiven, Unreadable }, { judge }] = await Promise.all([
        import('./given.ts'),
        import('./judge.ts'),
      ]);
      const all: Partial<Record<Slot, Given>> = { ...given };
      for (const slot of slotNames) {
        const path = pathOf(slot, page, artifact);
        if (all[slot] !== undefined || path === undefined) continue;
        try {
          all[slot] = await fetchGiven(slot, path, mine.signal, (read) => {
            if (!mine.signal.aborted) setReading((before) => ({ ...before, [slot]: read }));
          });
        } catch (error) {
          if (!(error instanceof Unreadable)) throw error;
          setReading((before) => ({ ...before, [slot]: error.message }));
        }
        if (mine.signal.aborted) return;
        setFiles({ ...all });
      }
      const { product, channel, sequence, version } = page;
      const expected = { product, channel, sequence, version, named: namedFor(all.artifact, page, artifact) };
      const outcome = await judge(all, expected, Math.floor(Date.now() / 1_000));
      if (mine.signal.aborted) return;
      setJudged(outcome);
      if (outcome === undefined) setNote(words.incomplete);
      else requestAnimationFrame(() => result.current?.focus());
    } catch (error) {
      if (mine.signal.aborted) return;
      setNote(error instanceof Error ? error.message : String(error));
    } finally {
      if (running.current === mine) setBusy(false);
    }
  };

  /** Nothing stands of files that are no longer the ones to be judged. */
  const clear = (): void => {
    running.current?.abort();
    setBusy(false);
    setJudged(undefined);
    setNote('');
    setFiles({});
    setReading({});
  };

  useKeys('here', {
    v: {
      label: words.start,
      run: () => {
        if (!busy) void run(own, chosen);
      },
    },
  });

  const take = async (dropped: readonly File[]): Promise<void> => {
    if (dropped.length === 0) return;
    const { readDropped, Unreadable } = await import('./given.ts');
    try {
      const next = { ...own, ...(await readDropped(dropped)) };
      setOwn(next);
      await run(next, chosen);
    } catch (error) {
      if (!(error instanceof Unreadable)) throw error;
      setNote(error.message);
    }
  };

  return (
    <div className="verify" data-verdict={judged?.verdict ?? 'none'}>
      <div className="verify-actions">
        {page.artifacts.length > 1 ? (
          <label>
            {words.whichArtifact}{' '}
            <select
              value={chosen.sha256}
              onChange={(event) => {
                clear();
                setDigest(event.target.value);
              }}
            >
              {page.artifacts.map(({ output, sha256, size }) => (
                <option key={sha256} value={sha256}>
                  {output}
                  {size === null ? '' : `, ${releases.bytes(size)}`}
                </option>
              ))}
            </select>
          </label>
        ) : null}
        <button type="button" className="primary" disabled={busy} onClick={() => void run(own, chosen)}>
          {busy ? words.working : judged === undefined ? words.start : words.again}
        </button>
        {busy ? (
          <button
            type="button"
            onClick={() => {
              running.current?.abort();
              setBusy(false);
            }}
          >
            {words.stop}
          </button>
        ) : null}
        {Object.keys(own).length === 0 ? null : (
          <button
            type="button"
            onClick={() => {
              clear();
              setOwn({});
            }}
          >
            {words.forget}
          </button>
        )}
      </div>
      <DropZone onFiles={(dropped) => void take(dropped)} />
      <p role="status" className="verify-note">
        {note}
      </p>
      {busy || Object.keys(files).length > 0 ? <FileTable files={files} reading={reading} /> : null}
      <div ref={result} tabIndex={-1} className="verify-result" aria-live="polite">
        {judged === undefined ? null : <Verdict judged={judged} files={files} />}
      </div>
    </div>
  );
}

function smallest(artifacts: ReleasePage['artifacts']): Artifact {
  const [first] = artifacts.toSorted((a, b) => (a.size ?? Infinity) - (b.size ?? Infinity));
  if (first === undefined) throw new Error('a release without an artifact');
  return first;
}

/** The repository has to serve the file that was chosen; a reader may bring any file that the page names. */
function namedFor(
  given: Given | undefined,
  { artifacts }: ReleasePage,
  { sha256 }: Artifact,
): readonly string[] {
  return given?.from === 'reader' ? artifacts.map((one) => one.sha256) : [sha256];
}

function pathOf(slot: Slot, page: ReleasePage, artifact: Artifact): string | undefined {
  switch (slot) {
    case 'artifact':
      return artifact.path;
    case 'evidence':
      return `evidence/${artifact.sha256}.json`;
    case 'publication':
      return page.check.publication ?? undefined;
    case 'policy':
    case 'root':
      return `${slot}.json`;
  }
}

function DropZone({ onFiles }: { readonly onFiles: (files: readonly File[]) => void }): ReactNode {
  const [over, setOver] = useState(false);
  const id = useId();
  const drop = (event: DragEvent): void => {
    event.preventDefault();
    setOver(false);
    onFiles([...event.dataTransfer.files]);
  };
  return (
    <div
      className={`verify-drop${over ? ' verify-drop-over' : ''}`}
      onDragOver={(event) => {
        event.preventDefault();
        setOver(true);
      }}
      onDragLeave={() => setOver(false)}
      onDrop={drop}
    >
      <label htmlFor={id}>{words.drop}</label>
      <input
        id={id}
        type="file"
        multiple
        onChange={(event) => {
          const files = [...(event.target.files ?? [])];
          event.target.value = '';
          onFiles(files);
        }}
      />
    </div>
  );
}

function FileTable({ files, reading }: { readonly files: Files; readonly reading: Reading }): ReactNode {
  return (
    <div className="table" role="region" aria-label={words.files} tabIndex={0}>
      <table className="verify-files">
        <caption>{words.files}</caption>
        <thead>
          <tr>
            <th scope="col">{words.columns.file}</th>
            <th scope="col">{words.columns.from}</th>
            <th scope="col" className="number">
              {words.columns.size}
            </th>
            <th scope="col">{words.columns.digest}</th>
          </tr>
        </thead>
        <tbody>
          {slotNames.map((slot) => {
            const file = files[slot];
            const state = reading[slot];
            return (
              <tr key={slot}>
                <th scope="row">{words.slots[slot]}</th>
                <td>
                  {file !== undefined ? (
                    <>
                      {words.from[file.from]}
                      {file.from === 'reader' ? (
                        <>
                          : <bdi>{file.name}</bdi>
                        </>
                      ) : null}
                    </>
                  ) : typeof state === 'string' ? (
                    <Status mark="warn">{`${words.from.failed}: ${state}`}</Status>
                  ) : state === undefined ? (
                    words.from.waiting
                  ) : (
                    words.from.fetching
                  )}
                </td>
                <td className="number">
                  {file === undefined
                    ? typeof state === 'number'
                      ? releases.bytes(state)
                      : ''
                    : releases.bytes(file.size)}
                </td>
                <td>{file === undefined ? '' : <Digest value={file.sha256} />}</td>
              </tr>
            );
          })}
        </tbody>
      </table>
    </div>
  );
}

const looks: Readonly<Record<Judged['verdict'], Mark>> = {
  accepted: 'ok',
  refused: 'bad',
  undecided: 'warn',
};
const lineMarks: Readonly<Record<Line['outcome'], Mark>> = {
  passed: 'ok',
  refused: 'bad',
  unknown: 'warn',
  skipped: 'none',
};

function Verdict({ judged, files }: { readonly judged: Judged; readonly files: Files }): ReactNode {
  const { verdict, report, lines, now, freshness, pin } = judged;
  const isOther = pin === 'other';
  const isStale = verdict === 'accepted' && freshness === 'stale';
  const mark: Mark = isOther ? 'bad' : isStale ? 'warn' : looks[verdict];
  const isOwn = files.policy?.from === 'reader' && files.root?.from === 'reader';
  const source = isOther ? words.pinOther : pin === 'this' ? words.pinThis : isOwn ? words.own : words.pinned;
  return (
    <>
      <div className={`verify-banner verify-banner-${mark}`}>
        <Sign mark={mark} />
        <div>
          <p className="verify-headline">{report.headline}</p>
          <p>
            {words.clock} <Time seconds={now} exact />. {source}
          </p>
        </div>
      </div>
      <h4>{words.checks}</h4>
      <ol className="verify-checks">
        {lines.map((line) => (
          <li key={line.name} className={`verify-${line.outcome}`} data-outcome={line.outcome}>
            <Status mark={lineMarks[line.outcome]}>{line.word}</Status>
            <div>
              <strong>{line.name}</strong>
              <dl>
                <dt>{words.asked}</dt>
                <dd>{line.asked}</dd>
                <dt>{words.found}</dt>
                <dd>{line.found}</dd>
                {line.code === undefined ? null : (
                  <>
                    <dt>{words.code}</dt>
                    <dd>
                      <code>{line.code}</code>
                    </dd>
                  </>
                )}
                {line.remedy === undefined ? null : (
                  <>
                    <dt>{words.remedy}</dt>
                    <dd>{line.remedy}</dd>
                  </>
                )}
              </dl>
            </div>
          </li>
        ))}
      </ol>
      <Sentences title={words.says} sentences={report.claims} />
      <Sentences title={words.limits} sentences={report.limits} />
    </>
  );
}

function Sentences({
  title,
  sentences,
}: {
  readonly title: string;
  readonly sentences: readonly string[];
}): ReactNode {
  if (sentences.length === 0) return null;
  return (
    <>
      <h4>{title}</h4>
      <ul>
        {sentences.map((sentence) => (
          <li key={sentence}>{sentence}</li>
        ))}
      </ul>
    </>
  );
}
