export { addSearch } from './routes.ts';
export { openSearch, type Search } from './service.ts';
