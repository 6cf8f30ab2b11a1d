import type { ReactNode } from 'react';

/** Saves bytes that this page holds, without asking the server for them. */
export function Download({
  bytes,
  name,
  label,
}: {
  readonly bytes: Uint8Array;
  readonly name: string;
  readonly label: string;
}): ReactNode {
  const save = (): void => {
    const address = URL.createObjectURL(new Blob([new Uint8Array(bytes)]));
    const link = document.createElement('a');
    link.href = address;
    link.download = name;
    link.click();
    URL.revokeObjectURL(address);
  };
  return (
    <button type="button" onClick={save}>
      {label}
    </button>
  );
}
