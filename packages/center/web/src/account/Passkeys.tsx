import { startRegistration } from '@simplewebauthn/browser';
import { useId, useState, type FormEvent, type ReactNode } from 'react';
import type { AccountPage, BrowserOptions } from '../../../src/contract/account.ts';
import { account } from '../messages/account.ts';
import { Table } from '../ui/Table.tsx';
import { Time } from '../ui/Time.tsx';
import { Refusal, useChange } from './change.tsx';
import type { CreationOptions } from './InvitationPage.tsx';

const words = account.own.passkeys;

export function Passkeys({
  data: { passkeys, fresh },
  again,
}: {
  readonly data: AccountPage;
  readonly again: () => void;
}): ReactNode {
  const change = useChange();
  const remove = (id: string) => (): void =>
    change.run(async (post) => {
      await post('/do/account/passkeys/remove', { id });
      again();
    });
  return (
    <section>
      <h2>{words.title}</h2>
      <p>{passkeys.length === 0 ? words.none : words.lead}</p>
      {passkeys.length === 0 ? null : (
        <Table
          caption={words.caption}
          rows={passkeys}
          keyOf={({ id }) => id}
          columns={[
            { head: words.columns.label, cell: ({ label }) => label },
            { head: words.columns.synced, cell: ({ synced }) => (synced ? words.synced : words.bound) },
            { head: words.columns.created, cell: ({ created }) => <Time seconds={created} /> },
            {
              head: words.columns.used,
              cell: ({ used }) => (used === null ? words.never : <Time seconds={used} />),
            },
            {
              head: words.columns.action,
              cell: ({ id, label }) => (
                <button
                  type="button"
                  aria-label={words.remove(label)}
                  disabled={change.busy || !fresh}
                  onClick={remove(id)}
                >
                  {words.removeWord}
                </button>
              ),
            },
          ]}
        />
      )}
      {fresh ? <Add again={again} /> : <p>{words.stale}</p>}
      <Refusal change={change} />
    </section>
  );
}

function Add({ again }: { readonly again: () => void }): ReactNode {
  const [label, setLabel] = useState('');
  const change = useChange();
  const field = useId();
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    change.run(async (post) => {
      const { options } = await post<BrowserOptions>('/do/account/passkeys/options', {});
      const response = await startRegistration({ optionsJSON: options as unknown as CreationOptions });
      await post('/do/account/passkeys/add', { label, response });
      setLabel('');
      again();
    });
  };
  return (
    <form className="account-add" onSubmit={submit}>
      <label htmlFor={field}>{words.label}</label>
      <input
        id={field}
        value={label}
        maxLength={60}
        required
        autoComplete="off"
        onChange={(event) => setLabel(event.target.value)}
      />
      <button type="submit" disabled={change.busy}>
        {words.add}
      </button>
      <Refusal change={change} />
    </form>
  );
}
