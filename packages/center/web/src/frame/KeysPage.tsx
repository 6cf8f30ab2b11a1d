import type { ReactNode } from 'react';
import { common } from '../messages/common.ts';
import { KeyList } from '../ui/keys.tsx';

export function KeysPage(): ReactNode {
  return (
    <>
      <title>{common.keys.title}</title>
      <h1>{common.keys.title}</h1>
      <p>{common.keys.page}</p>
      <KeyList />
    </>
  );
}
