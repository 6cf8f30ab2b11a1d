// The admission list of a log from its trust policy: every identity of the policy is on it (D8).

import { kinds, type TrustPolicy } from '@vitrine/evidence';
import { makeAdmissionList, type AdmissionList } from '@vitrine/log/admission';

/** Each key for the frozen kinds that its role signs; root keys for what root signs. */
export function admissionOf(origin: string, policy: TrustPolicy): AdmissionList {
  const kindsOf = (role: string): readonly string[] =>
    kinds.filter((kind) => kind.role === role && kind.status === 'frozen').map(({ kind }) => kind);
  const statementKeys = [...policy.keys.values()].map(({ spki, operator, role }) => ({
    publicKey: spki,
    operator,
    kinds: kindsOf(role),
  }));
  const rootKeys = policy.root.keys.map(({ spki, operator }) => ({
    publicKey: spki,
    operator,
    kinds: kindsOf('root'),
  }));
  return makeAdmissionList(
    origin,
    [...statementKeys, ...rootKeys].filter((one) => one.kinds.length > 0),
  );
}
