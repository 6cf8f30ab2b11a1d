export { centerReviewErrors } from './codes.ts';
export { openReviews, vendorGroup, type OpenReviews } from './area.ts';
export { addQuestions } from './question-routes.ts';
export { addReviews } from './review-routes.ts';
