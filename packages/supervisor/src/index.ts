export { httpRepository, httpSubmit } from './addresses.ts';
export { supervisorErrors, type SupervisorCode } from './codes.ts';
export { approveRequest, denyRequest, grantsFolder, openRequests } from './desk/decide.ts';
export type { ReleaseShare } from './desk/desk.ts';
export type { DeskRequest, RequestState } from './desk/requests.ts';
export { findingCodes, type FindingCode } from './finding-codes.ts';
export { openFindings, openSealed, type RaisedFinding } from './findings.ts';
export { type Submit } from './outbox.ts';
export { type Peer } from './relay.ts';
export { resolve, type ResolutionRequest } from './resolve.ts';
export { type Host, type SupervisorStatus } from './status.ts';
export {
  openSupervisor,
  type Supervisor,
  type SupervisorOptions,
  type SupervisorSigners,
} from './supervisor.ts';
