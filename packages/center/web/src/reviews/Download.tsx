import type { ReactNode } from 'react';

/** Saves a text as a file, without asking the server. */
export function Download({
  name,
  type = 'text/plain;charset=utf-8',
  text,
  children,
}: {
  readonly name: string;
  readonly type?: string;
  readonly text: string;
  readonly children: ReactNode;
}): ReactNode {
  const save = (): void => {
    const address = URL.createObjectURL(new Blob([text], { type }));
    const link = document.createElement('a');
    link.href = address;
    link.download = name;
    link.click();
    setTimeout(() => URL.revokeObjectURL(address), 10_000);
  };
  return (
    <button type="button" onClick={save}>
      {children}
    </button>
  );
}
