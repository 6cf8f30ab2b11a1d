// D13 in this browser: the bytes and their path to the tree digest, computed here, and the page compared with
// the bytes. Tree and path are those of the address that the reader opened; no answer says what they are.

import { useState, type ReactNode } from 'react';
import { parseSourceProof, verifySourceProof } from '@vitrine/evidence';
import { source } from '../messages/source.ts';
import { Command } from '../ui/Copy.tsx';
import { Status } from '../ui/Status.tsx';
import { plainName, sourceAddress } from './paths.tsx';
import { compareShown, type Shown } from './shown.ts';

const text = source.check;
const most = 16_777_216;

type State =
  | { readonly at: 'idle' }
  | { readonly at: 'running' }
  | { readonly at: 'passed'; readonly lines: readonly string[] }
  | { readonly at: 'failed'; readonly why: string };
const idle: State = { at: 'idle' };

export function Check({
  tree,
  path,
  shown,
}: {
  readonly tree: string;
  readonly path: string;
  /** The very answer that the page is drawn from. */
  readonly shown: Shown;
}): ReactNode {
  const [{ of, result }, setState] = useState<{ readonly of: Shown; readonly result: State }>({
    of: shown,
    result: idle,
  });
  // Another window of lines, or another answer, has not been checked.
  const state = isSame(of, shown) ? result : idle;
  const run = async (): Promise<void> => {
    const settle = (next: State): void => setState({ of: shown, result: next });
    settle({ at: 'running' });
    try {
      settle({ at: 'passed', lines: await check(tree, path, shown) });
    } catch (error) {
      settle({ at: 'failed', why: error instanceof Error ? error.message : String(error) });
    }
  };
  return (
    <section className="check">
      <h2>{text.title}</h2>
      <p>{text.text}</p>
      {shown.size > most ? (
        <p>{text.large}</p>
      ) : (
        <p>
          <button type="button" onClick={() => void run()} disabled={state.at === 'running'}>
            {state.at === 'running' ? text.running : text.run}
          </button>
        </p>
      )}
      <div aria-live="polite">
        {state.at === 'passed' ? (
          <ul className="check-lines">
            {state.lines.map((line) => (
              <li key={line}>
                <Status mark="ok">{line}</Status>
              </li>
            ))}
          </ul>
        ) : state.at === 'failed' ? (
          <p>
            <Status mark="bad">{text.failed}</Status> {state.why}
          </p>
        ) : null}
      </div>
      <p>{text.offline}</p>
      <Command text={`vitrine verify-source FILE --proof PROOF --tree ${tree}`} />
    </section>
  );
}

/** An answer that came again and says the same is the same one; react-query keeps its equal parts. */
function isSame(one: Shown, other: Shown): boolean {
  return (['content', 'mode', 'sha256', 'size'] as const).every((name) => one[name] === other[name]);
}

async function check(tree: string, path: string, shown: Shown): Promise<readonly string[]> {
  const [bytes, written] = await Promise.all([
    download(sourceAddress(tree, 'raw', path)),
    download(sourceAddress(tree, 'proof.json', path)),
  ]);
  const proof = parseSourceProof(written);
  if (proof.file.path !== path) throw new Error(`the proof is about ${proof.file.path}`);
  verifySourceProof(bytes, proof, tree);
  const lines = compareShown(shown, bytes, proof.file);
  return [
    text.file(bytes.length, proof.file.sha256),
    text.tree(proof.index + 1, proof.files, tree),
    `${text.name}: ${plainName(path)}`,
    lines,
  ];
}

async function download(address: string): Promise<Uint8Array> {
  const response = await fetch(address);
  if (!response.ok) throw new Error(`the Center answered with ${response.status}`);
  return new Uint8Array(await response.arrayBuffer());
}
