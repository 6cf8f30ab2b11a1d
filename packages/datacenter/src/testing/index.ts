export { postgresSkipReason, startPostgres, type TestPostgres } from './postgres.ts';
export {
  fileSeen,
  initTestCenter,
  makeTestWorld,
  testCenterOptions,
  TestEndpoint,
  type TestCenter,
  type TestWorld,
} from './world.ts';
