import type { ReactNode } from 'react';
import type { TroubleView } from '../../../src/contract/residency.ts';
import { residency as words } from '../messages/residency.ts';
import { Status } from '../ui/Status.tsx';
import { Time } from '../ui/Time.tsx';

export function Trouble({
  trouble,
  children,
}: {
  readonly trouble: TroubleView | null;
  readonly children: string;
}): ReactNode {
  if (trouble === null) return null;
  const { code, message, since } = trouble;
  return (
    <p className="notice" role="alert">
      <Status mark="warn">{children}</Status> {message} (<code>{code}</code>, {words.since}{' '}
      <Time seconds={since} />)
    </p>
  );
}
