// One change at a time: what was refused is said beside the button that asked.

import { WebAuthnError } from '@simplewebauthn/browser';
import { useState, type ReactNode } from 'react';
import { useFrame } from '../frame/Frame.tsx';
import { account } from '../messages/account.ts';
import { getJson, postJson, TwinError } from '../twin.ts';
import type { Frame } from '../../../src/contract/frame.ts';

export type Post = <T>(address: string, body: unknown) => Promise<T>;

export interface Change {
  readonly busy: boolean;
  readonly refusal: string | undefined;
  run(work: (post: Post) => Promise<void>): void;
}

export function useChange(): Change {
  const frame = useFrame();
  const [busy, setBusy] = useState(false);
  const [refusal, setRefusal] = useState<string>();
  const run = async (work: (post: Post) => Promise<void>): Promise<void> => {
    setBusy(true);
    setRefusal(undefined);
    try {
      const { csrf } = frame ?? (await getJson<Frame>('/frame.json'));
      await work((address, body) => postJson(address, body, csrf));
    } catch (error) {
      setRefusal(inWords(error));
    }
    setBusy(false);
  };
  return { busy, refusal, run: (work) => void run(work) };
}

function inWords(error: unknown): string {
  if (error instanceof TwinError) return account.refusals[error.refusal.code] ?? error.refusal.message;
  if (error instanceof WebAuthnError || error instanceof DOMException) return account.cancelled;
  return String(error);
}

export function Refusal({ change }: { readonly change: Change }): ReactNode {
  return (
    <p className="account-refusal" role="alert">
      {change.refusal}
    </p>
  );
}

/** As somebody else, or nobody: everything that was fetched before is another reader's. */
export function enterAt(address: string): void {
  window.location.assign(address);
}
