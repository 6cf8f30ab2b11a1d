export { postgresSkipReason, startPostgres, type TestPostgres } from './postgres.ts';
