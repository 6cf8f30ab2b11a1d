// What a reader's browser fetches to check receipts by itself. Which receipts, this Center never learns.

import { parseVkey } from '@vitrine/evidence';
import { sha256 } from '@vitrine/host';
import type { CenterContext } from '../context.ts';
import type { MyDataPage } from '../contract/custody.ts';
import { allCenters, identitiesOf, versionsOf } from './versions.ts';

/** Of each ledger: the same for everyone, so that asking for them tells nothing. */
const headsShown = 200;

export function describeMyData(context: CenterContext): MyDataPage {
  const versions = versionsOf(context);
  const heads = allCenters(versions).flatMap(({ id, ledger: vkey }) => {
    const ledger = parseVkey(vkey, sha256).name;
    return context.custody
      .heads(identitiesOf(versions, id), ledger)
      .slice(-headsShown)
      .map(({ index, size, root }) => ({ ledger, index, size, root }));
  });
  const files = {
    sharing: '/repository/sharing.json',
    policy: '/log/files/policy.json',
    root: '/log/files/root.json',
  };
  return { files, heads };
}
