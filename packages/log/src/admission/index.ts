export { admit, type Admitted } from './admit.ts';
export {
  admissionSchema,
  makeAdmissionList,
  parseAdmissionList,
  type AdmissionDocument,
  type AdmissionList,
  type AdmittedKey,
  type AdmittedSigner,
} from './list.ts';
