// What a reader's browser fetches to check receipts by itself. Which receipts, this Center never learns.

import { fromBase64, keyidOf, parseVkey } from '@vitrine/evidence';
import { sha256 } from '@vitrine/host';
import type { CenterContext } from '../context.ts';
import type { MyDataPage } from '../contract/custody.ts';
import type { CustodyLog } from './logged.ts';
import { allCenters, versionsOf } from './versions.ts';

/** Of each ledger: the same for everyone, so that asking for them tells nothing. */
const headsShown = 200;

export function describeMyData(context: CenterContext, custody: CustodyLog): MyDataPage {
  const heads = allCenters(versionsOf(context)).flatMap(({ identity, ledger: vkey }) => {
    const ledger = parseVkey(vkey, sha256).name;
    return custody
      .heads(keyidOf(fromBase64(identity), sha256), ledger)
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
