export { openReviews, type ReviewArea } from './area.ts';
export { addQuestions } from './question-routes.ts';
export { addReviews } from './review-routes.ts';
export { reviewerOf } from './reviews.ts';
