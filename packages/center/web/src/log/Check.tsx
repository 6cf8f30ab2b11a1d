// The check of one entry, each step as it runs.

import { useCallback, useEffect, useState, type ReactNode } from 'react';
import { log } from '../messages/log.ts';
import { Digest } from '../ui/Digest.tsx';
import { useKeys } from '../ui/keys.tsx';
import { Status, type Mark } from '../ui/Status.tsx';
import { Table, type Column } from '../ui/Table.tsx';
import { Time } from '../ui/Time.tsx';
import {
  checkEntry,
  stepNames,
  warningOf,
  warnings,
  type Found,
  type PathNode,
  type Shown,
  type Step,
  type WitnessLine,
} from './check.ts';
import { Download } from './Download.tsx';
import { readLogFile } from './fetch-file.ts';
import { browserMemory } from './head-memory.ts';

const words = log.check;
const memory = browserMemory();
const marks: Readonly<Record<Step['state'], Mark>> = {
  waiting: 'none',
  running: 'wait',
  held: 'ok',
  failed: 'bad',
};
const untouched: readonly Step[] = stepNames.map((name) => ({ name, state: 'waiting' }));

interface CheckProps {
  readonly index: number;
  /** The same object as long as the page shows the same. */
  readonly shown: Shown;
}

export function Check({ index, shown }: CheckProps): ReactNode {
  const [turn, setTurn] = useState(0);
  const again = useCallback(() => setTurn((n) => n + 1), []);
  useKeys('here', { v: { label: log.keys.again, run: again } });
  return <Run key={`${index} ${turn}`} index={index} shown={shown} again={again} />;
}

/** One run of the check; another one is another component, so that nothing of this one stays. */
function Run({ index, shown, again }: CheckProps & { readonly again: () => void }): ReactNode {
  const [steps, setSteps] = useState(untouched);
  useEffect(() => {
    let isOver = false;
    void checkEntry({
      index,
      shown,
      read: readLogFile,
      memory,
      now: () => Math.floor(Date.now() / 1_000),
      onSteps: (all) => {
        if (!isOver) setSteps(all);
      },
    });
    return () => {
      isOver = true;
    };
  }, [index, shown]);
  const failed = steps.find(({ state }) => state === 'failed');
  return (
    <section className="check" aria-labelledby="check-title">
      <div className="check-head">
        <h2 id="check-title">{words.title}</h2>
        <Outcome steps={steps} />
        <button type="button" onClick={again}>
          {words.again}
        </button>
      </div>
      <p className="lead">{words.lead}</p>
      <ForkAlarm step={failed} />
      <ol className="check-steps">
        {steps.map((step) => (
          <StepLine key={step.name} step={step} onPin={again} />
        ))}
      </ol>
    </section>
  );
}

function StepLine({ step, onPin }: { readonly step: Step; readonly onPin: () => void }): ReactNode {
  const warning = warningOf(step);
  return (
    <li className={`check-step check-step-${warning === undefined ? step.state : 'warned'}`}>
      <div className="check-step-head">
        <h3>{words.steps[step.name]}</h3>
        {warning === undefined ? (
          <Status mark={marks[step.state]}>{words.states[step.state]}</Status>
        ) : (
          <Status mark="warn">{words.warnings[warning][0]}</Status>
        )}
      </div>
      <StepDetail step={step} onPin={onPin} />
    </li>
  );
}

/** The worst of all steps. */
function Outcome({ steps }: { readonly steps: readonly Step[] }): ReactNode {
  const isBad = steps.some(({ state }) => state === 'failed');
  const isDone = steps.every(({ state }) => state === 'held');
  const found = steps.map(warningOf);
  const warning = isDone ? warnings.find((one) => found.includes(one)) : undefined;
  return (
    <div aria-live="polite">
      {isBad ? (
        <Status mark="bad">{words.failed}</Status>
      ) : warning !== undefined ? (
        <Status mark="warn">{words.warnings[warning][1]}</Status>
      ) : isDone ? (
        <Status mark="ok">{words.held}</Status>
      ) : (
        <Status mark="wait">{words.running}</Status>
      )}
    </div>
  );
}

function ForkAlarm({ step }: { readonly step: Step | undefined }): ReactNode {
  if (step?.state !== 'failed' || step.fork === undefined) return null;
  return (
    <div className="alarm" role="alert">
      <h3>{words.fork}</h3>
      <p>{words.forkText}</p>
      <p className="alarm-files">
        <Download bytes={step.fork.ours} name="seen-before.checkpoint" label={words.forkOurs} />
        <Download bytes={step.fork.theirs} name="shown-now.checkpoint" label={words.forkTheirs} />
      </p>
    </div>
  );
}

function StepDetail({ step, onPin }: { readonly step: Step; readonly onPin: () => void }): ReactNode {
  if (step.state === 'failed')
    return (
      <>
        <p>
          {step.message} (<code>{step.code}</code>)
        </p>
        {step.name === 'policy' && step.code === 'policy.pinned' ? (
          <>
            <p>{words.otherPinned}</p>
            <PinButton digest={undefined} label={words.unpin} onPin={onPin} />
          </>
        ) : null}
      </>
    );
  if (step.state !== 'held') return null;
  switch (step.name) {
    case 'policy':
      return <PolicyFound found={step.found} onPin={onPin} />;
    case 'checkpoint':
      return (
        <>
          <p>
            {words.checkpoint(step.found.size)} <Digest value={step.found.root} />
          </p>
          <p>
            {words.signedBy} <code>{step.found.keys.join(', ')}</code>
          </p>
        </>
      );
    case 'witnesses':
      return <WitnessesFound found={step.found} />;
    case 'entry':
      return (
        <p>
          {words.entry(step.found.bytes, step.found.file)} <Digest value={step.found.leaf} />
        </p>
      );
    case 'path':
      return <PathFound found={step.found} />;
    case 'signature':
      return <SignatureFound found={step.found} />;
    case 'history':
      return <HistoryFound found={step.found} />;
  }
}

function PolicyFound({
  found,
  onPin,
}: {
  readonly found: Found['policy'];
  readonly onPin: () => void;
}): ReactNode {
  return (
    <>
      <p>
        {words.policy(found.version, found.rootVersion)} <Digest value={found.digest} whole />
      </p>
      {found.pinned === 'this' ? (
        <p>
          {memory.keepsPin() ? (
            <Status mark="ok">{words.pinned}</Status>
          ) : (
            <Status mark="warn">{words.pinnedForNow}</Status>
          )}{' '}
          <PinButton digest={undefined} label={words.unpin} onPin={onPin} />
        </p>
      ) : (
        <>
          <p>{words.compare}</p>
          <p>
            <PinButton digest={found.digest} label={words.pin} onPin={onPin} />
          </p>
        </>
      )}
    </>
  );
}

function PinButton({
  digest,
  label,
  onPin,
}: {
  readonly digest: string | undefined;
  readonly label: string;
  readonly onPin: () => void;
}): ReactNode {
  return (
    <button
      type="button"
      onClick={() => {
        memory.pin(digest);
        onPin();
      }}
    >
      {label}
    </button>
  );
}

const witnessColumns: readonly Column<WitnessLine>[] = [
  { head: words.operator, cell: ({ operator }) => operator },
  { head: words.witness, cell: ({ name }) => <code>{name}</code> },
  {
    head: words.time,
    cell: ({ time }) =>
      time === undefined ? (
        <Status mark="none">{words.noCosignature}</Status>
      ) : (
        <>
          <Status mark="ok">{words.cosigned}</Status> <Time seconds={time} />
        </>
      ),
  },
];

function WitnessesFound({ found }: { readonly found: Found['witnesses'] }): ReactNode {
  return (
    <>
      <p>
        {words.quorum(found.cosigned, found.quorum)} {found.claim}.
      </p>
      {found.age > found.maxAge ? <p>{words.stale(found.age, found.maxAge)}</p> : null}
      <Table
        caption={words.witnessCaption}
        rows={found.lines}
        keyOf={({ name }) => name}
        columns={witnessColumns}
      />
    </>
  );
}

const pathColumns: readonly Column<PathNode & { readonly at: number }>[] = [
  { head: '#', cell: ({ at }) => at },
  {
    head: words.side,
    cell: ({ side, sibling }) => (
      <>
        {words[side]} <code title={sibling}>{sibling.slice(0, 16)}…</code>
      </>
    ),
  },
  { head: words.together, cell: ({ hash }) => <code title={hash}>{hash.slice(0, 16)}…</code> },
];

function PathFound({ found }: { readonly found: Found['path'] }): ReactNode {
  return (
    <>
      <p>
        {words.path(found.nodes.length)} <Digest value={found.root} />
      </p>
      {found.nodes.length === 0 ? null : (
        <details>
          <summary>{words.showPath}</summary>
          <Table
            caption={words.pathCaption}
            rows={found.nodes.map((node, at) => ({ ...node, at: at + 1 }))}
            keyOf={({ at }) => at}
            columns={pathColumns}
          />
        </details>
      )}
    </>
  );
}

function SignatureFound({
  found: { by, operator, role, keyid, objection },
}: {
  readonly found: Found['signature'];
}): ReactNode {
  return (
    <>
      <p>
        {by === undefined ? words.unsigned : null}
        {by === 'policy' || by === 'root' ? words.signature(operator ?? '', role ?? '') : null}
        {by === 'admission' ? words.admitted(operator ?? '') : null}
        {by === 'nobody' ? (
          <>
            {words.unknownKey} <Digest value={keyid ?? ''} />
          </>
        ) : null}
      </p>
      <p>
        {objection === undefined
          ? words.signatureCounts
          : `${words.signatureNot} ${log.objections[objection]}`}
      </p>
    </>
  );
}

function HistoryFound({ found }: { readonly found: Found['history'] }): ReactNode {
  const { how, before, kept } = found;
  const text = words.history[how];
  return (
    <>
      <p>
        {typeof text === 'string' ? text : text(before?.size ?? 0)}
        {before === undefined ? null : (
          <>
            {' '}
            {words.before} <Time seconds={before.seenAt} />.
          </>
        )}
        {how === 'first' && kept ? ` ${words.remembered}` : null}
      </p>
      {kept ? null : <p>{words.forgotten}</p>}
    </>
  );
}
