import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useId, useState, type DragEvent, type ReactNode } from 'react';
import type { MyDataPage as Data } from '../../../src/contract/custody.ts';
import { browserMemory } from '../log/head-memory.ts';
import { mydata as words } from '../messages/mydata.ts';
import { DataNav } from '../residency/DataNav.tsx';
import { useTwin } from '../twin.ts';
import { Command } from '../ui/Copy.tsx';
import { Digest } from '../ui/Digest.tsx';
import { Page } from '../ui/Page.tsx';
import { Status } from '../ui/Status.tsx';
import { Time } from '../ui/Time.tsx';
import { fetchAgainst, type Against } from './against.ts';
import { judge, refusalOf, type Judged, type Refusal } from './judge.ts';
import { Result } from './Result.tsx';
import './mydata.css';

export function MyDataPage(): ReactNode {
  const twin = useTwin<Data>();
  return (
    <Page title={words.title} lead={words.lead} twin={twin}>
      {(data) => (
        <>
          <DataNav />
          <p>{words.warning}</p>
          <Command text={words.command} />
          <Checking data={data} />
          <h2>{words.make}</h2>
          <p>{words.makeText}</p>
          <Command text={words.makeCommand} />
        </>
      )}
    </Page>
  );
}

function Checking({ data }: { readonly data: Data }): ReactNode {
  const against = useQuery({
    // Once for each visit: what was found stays on the page while the log grows.
    queryKey: ['my-data against'],
    queryFn: () => fetchAgainst(data, browserMemory().pinned()),
    retry: false,
    staleTime: Infinity,
    gcTime: 0,
  });
  return (
    <>
      <h2>{words.against.title}</h2>
      {against.isError ? (
        <p className="notice notice-bad" role="alert">
          <Status mark="bad">{words.against.failed}</Status> {refusalOf(against.error).message} (
          <code>{refusalOf(against.error).code}</code>)
        </p>
      ) : against.data === undefined ? (
        <p role="status">{words.against.loading}</p>
      ) : (
        <>
          <AgainstFacts against={against.data} />
          <Chooser against={against.data} />
        </>
      )}
    </>
  );
}

function AgainstFacts({ against: { policy, sharing, heads } }: { readonly against: Against }): ReactNode {
  const text = words.against;
  return (
    <>
      <dl className="facts">
        <dt>{text.policy}</dt>
        <dd>
          <Digest value={policy.digest} whole /> <a href="/log/files/policy.json">{text.file}</a>
        </dd>
        <dt>{text.residency}</dt>
        <dd>
          <Link to="/residency">{text.versions(sharing.residencies.length)}</Link>, {text.witnessed}{' '}
          <Time seconds={sharing.time} />
        </dd>
        <dt>{text.heads}</dt>
        <dd>
          {text.headsWord(heads.length)}
          <ul className="residency-plain">
            {newestOf(heads).map(({ ledger, index }) => (
              <li key={ledger}>
                <Link to={`/log/entries/${index}`}>{text.newest(ledger, index)}</Link>
              </li>
            ))}
          </ul>
        </dd>
      </dl>
      <p className="muted">{text.pin}</p>
    </>
  );
}

/** Of each ledger: heads come oldest first. */
function newestOf(heads: Against['heads']): Against['heads'] {
  return [...new Map(heads.map((head) => [head.ledger, head])).values()];
}

interface Chosen {
  readonly name: string;
  readonly outcome:
    | { readonly state: 'running' }
    | { readonly state: 'held'; readonly judged: Judged }
    | { readonly state: 'refused'; readonly refusal: Refusal };
}

function Chooser({ against }: { readonly against: Against }): ReactNode {
  const [chosen, setChosen] = useState<Chosen>();
  const [over, setOver] = useState(false);
  const id = useId();
  const take = async (file: File | undefined): Promise<void> => {
    if (file === undefined) return;
    const { name } = file;
    setChosen({ name, outcome: { state: 'running' } });
    try {
      const judged = await judge(file, against, Math.floor(Date.now() / 1_000));
      setChosen({ name, outcome: { state: 'held', judged } });
    } catch (error) {
      setChosen({ name, outcome: { state: 'refused', refusal: refusalOf(error) } });
    }
  };
  const drop = (event: DragEvent): void => {
    event.preventDefault();
    setOver(false);
    void take(event.dataTransfer.files[0]);
  };
  return (
    <>
      <div
        className={`mydata-drop${over ? ' mydata-drop-over' : ''}`}
        onDragOver={(event) => {
          event.preventDefault();
          setOver(true);
        }}
        onDragLeave={() => setOver(false)}
        onDrop={drop}
      >
        <label htmlFor={id}>{words.choose}</label>
        <input
          id={id}
          type="file"
          accept="application/json,.json"
          onChange={(event) => {
            const [file] = event.target.files ?? [];
            void take(file);
            event.target.value = '';
          }}
        />
        <p>{words.drop}</p>
      </div>
      <div aria-live="polite" data-state={chosen?.outcome.state ?? 'none'} className="mydata-result">
        {chosen === undefined ? null : <Outcome chosen={chosen} />}
      </div>
    </>
  );
}

function Outcome({ chosen: { name, outcome } }: { readonly chosen: Chosen }): ReactNode {
  switch (outcome.state) {
    case 'running':
      return (
        <p role="status">
          {words.reading} {name}
        </p>
      );
    case 'refused':
      return (
        <section className="notice notice-bad">
          <h2>
            <Status mark="bad">{words.refused}</Status>
          </h2>
          <p>
            {name}: {outcome.refusal.message} (<code>{outcome.refusal.code}</code>)
          </p>
          <p>{words.refusedNext}</p>
        </section>
      );
    case 'held':
      return <Result name={name} judged={outcome.judged} />;
  }
}
