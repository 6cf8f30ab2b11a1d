export { admit, type Admitted } from './admit.ts';
export {
  admissionLimits,
  admissionSchema,
  formatReviewers,
  makeAdmissionList,
  parseAdmissionList,
  parseReviewers,
  withReviewers,
  type AdmissionDocument,
  type AdmissionList,
  type AdmittedKey,
  type AdmittedReviewer,
  type AdmittedSigner,
} from './list.ts';
