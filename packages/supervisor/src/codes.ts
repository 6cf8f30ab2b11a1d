import { raiser, type Raise } from '@vitrine/evidence';

/** What the supervisor refuses: first to co-sign, in the order of its checks, then at its desk, then to its own operator. */
export const supervisorErrors = {
  'cosign.busy': {
    exit: 5,
    meaning: 'Too many roles were sent to be co-signed at once.',
    remedy: 'Wait a few seconds and send the role again.',
  },
  'cosign.role': {
    exit: 3,
    meaning: 'A role is not delegated to the vendor and this supervisor by the top-level targets.',
    remedy: 'Send a delegated role under its name; publish the top-level targets that delegate it first.',
  },
  'cosign.signature': {
    exit: 3,
    meaning: "A role does not carry the vendor's valid signature.",
    remedy: 'Sign the role with a vendor key of its delegation.',
  },
  'cosign.version': {
    exit: 3,
    meaning: 'A version of a role is not the next one, or other bytes were signed under it before.',
    remedy: 'Publish the bytes that were signed; other bytes need the version after them.',
  },
  'cosign.expires': {
    exit: 3,
    meaning: 'A role has expired or would last longer than is co-signed.',
    remedy: 'Sign the role again with an expiry within a year.',
  },
  'cosign.delegates': {
    exit: 3,
    meaning: 'A delegated role delegates further.',
    remedy: 'Delegate from the top-level targets, which root signs.',
  },
  'cosign.limit': {
    exit: 3,
    meaning: 'A role has more targets, or a target more bytes, than are co-signed.',
    remedy: 'Withdraw what is no longer served.',
  },
  'cosign.path': {
    exit: 3,
    meaning: 'A target lies outside the paths of its role.',
    remedy: 'Name targets PRODUCT/CHANNEL/PLATFORM/OUTPUT as the delegation allows.',
  },
  'cosign.target': {
    exit: 3,
    meaning: 'A target is described in another way than releases are.',
    remedy: 'Give custom.vitrine with sequence and version and nothing else.',
  },
  'cosign.sequence': {
    exit: 3,
    meaning: 'A path would get other bytes without a higher sequence, or an older release.',
    remedy: 'Release what shall be at the path again, under a higher sequence.',
  },
  'cosign.pending': {
    exit: 5,
    meaning: 'Something that a target needs is not there yet: a rebuild, a statement or a stored blob.',
    remedy: 'Send the same bytes again later; the message names what is outstanding.',
  },
  'cosign.release': {
    exit: 3,
    meaning: 'The log holds releases of a target, but none for this product, channel, platform and sequence.',
    remedy: 'Log the release statement of exactly this target, or send it to the role it was released for.',
  },
  'cosign.unbuilt': {
    exit: 3,
    meaning: 'The supervisor could not build the order of a target.',
    remedy: 'Ask the supervisor for the reason it kept; order the build again.',
  },
  'cosign.differs': {
    exit: 3,
    meaning: 'The supervisor built other bytes from the order of a target.',
    remedy: 'Find the cause with the supervisor; nothing of this order is co-signed before.',
  },
  'cosign.output': {
    exit: 3,
    meaning: 'A target is not among the outputs that the supervisor built from its order.',
    remedy: 'Release an output of the order, under its own name and with its own digest and length.',
  },
  'cosign.held': {
    exit: 3,
    meaning: 'A hold is in force on the order of a target.',
    remedy: 'Wait for the resolution of a supervisor, or publish the role without the target.',
  },
  'cosign.withdrawn': {
    exit: 3,
    meaning: 'A target was withdrawn.',
    remedy: 'Publish the role without it.',
  },
  'blob.limit': {
    exit: 3,
    meaning: 'The outputs that a provenance names are larger than its order allows, or than is stored.',
    remedy: 'Treat the provenance as wrong; ask its builder.',
  },
  'publication.missing': {
    exit: 5,
    meaning: 'The repository does not serve a file that a publication in the log announces.',
    remedy: 'Ask the vendor; after ten minutes this is a finding.',
  },
  'publication.digest': {
    exit: 5,
    meaning: 'The repository serves another file than a publication in the log announces.',
    remedy: 'Ask the vendor; after ten minutes this is a finding.',
  },
  'delegation.targets': {
    exit: 3,
    meaning: 'The top-level targets that the repository serves are not signed as root demands.',
    remedy: 'Do not co-sign for this repository; ask the holders of root.',
  },
  'delegation.missing': {
    exit: 5,
    meaning: 'The repository serves no top-level targets yet.',
    remedy: 'Wait until the vendor has published metadata/1.targets.json.',
  },
  'supervisor.key': {
    exit: 4,
    meaning: 'The trust policy does not list a key of the supervisor for its role and operator.',
    remedy: 'Give the vendor public.json for its next policy, and use that policy.',
  },
  'supervisor.older': {
    exit: 4,
    meaning: 'Policy or root in the folder of the supervisor are older than those that it judged by before.',
    remedy:
      'Accept the newest with "vitrine policy accept"; an older policy still lists keys that were ended since.',
  },
  'supervisor.retired': {
    exit: 5,
    meaning: 'Another trust policy was accepted while this was being judged.',
    remedy: 'Nothing to do: it is judged again by that policy.',
  },
  'supervisor.unlogged': {
    exit: 5,
    meaning: 'The log does not show a statement yet.',
    remedy: 'Nothing to do: the statement is kept, and sent again until the log holds it.',
  },
  'supervisor.refused': {
    exit: 1,
    meaning: 'The log does not take a statement of the supervisor.',
    remedy: 'Read the reason; the statement is sent again, and after ten minutes this is a finding.',
  },
  'supervisor.resolution': {
    exit: 2,
    meaning: 'There is no difference of a rebuild at the entry that a resolution would answer.',
    remedy: 'Name the index of the entry that says "differs"; "vitrine supervisor status" lists them.',
  },
  'supervisor.finding': {
    exit: 2,
    meaning: 'There is no finding of this name here, or what it committed to is not the file beside it.',
    remedy: 'List the findings with "vitrine supervisor finding FOLDER".',
  },
  'desk.away': {
    exit: 5,
    meaning: 'This supervisor holds no halves, so nobody can be given access here.',
    remedy: 'Ask another supervisor; its operator runs the daemon with keys/halves.secret.',
  },
  'desk.busy': {
    exit: 5,
    meaning: 'Too many requests for access were sent, or wait for a decision.',
    remedy: 'Wait until the supervisor has decided on those before.',
  },
  'desk.share': {
    exit: 3,
    meaning: 'A key that is asked for has no share of this supervisor.',
    remedy: 'Ask the supervisors that were listed when the records came.',
  },
  'desk.ledger': {
    exit: 3,
    meaning: 'A request names another custody ledger than the residency policy has for its data center.',
    remedy: 'Ask for records of your own ledger, or have the supervisor accept the newest residency policy.',
  },
  'desk.closed': {
    exit: 1,
    meaning: 'This supervisor has accepted no residency policy, so its desk does not know who may ask.',
    remedy:
      'The operator of the supervisor accepts it with "vitrine residency accept DIGEST --from … --into FOLDER"; then ask again.',
  },
  'desk.requester': {
    exit: 3,
    meaning: 'The key that signed a request for access does not count any more.',
    remedy: 'Ask again with the identity key that trust policy and residency policy list now.',
  },
  'desk.residency': {
    exit: 1,
    meaning: 'The residency policy in the folder of the supervisor is not one that its root signed.',
    remedy: 'Accept it again with "vitrine residency accept".',
  },
  'desk.request': {
    exit: 2,
    meaning: 'There is no request for access of this name here.',
    remedy: 'List them with "vitrine supervisor requests FOLDER".',
  },
  'desk.decided': {
    exit: 1,
    meaning: 'A request for access was decided before, or has ended.',
    remedy: 'See "vitrine supervisor requests FOLDER"; a grant is ended with "deny".',
  },
  'desk.behind': {
    exit: 5,
    meaning: 'A ledger of a data center does not show what was logged of it yet.',
    remedy: 'Nothing to do: after ten minutes this is a finding.',
  },
  'supervisor.peer': {
    exit: 3,
    meaning: 'Another supervisor serves a statement that is not its own.',
    remedy: 'Ask its operator; the statement is not relayed.',
  },
} as const;

export type SupervisorCode = keyof typeof supervisorErrors;
export const fail: Raise<SupervisorCode> = raiser(supervisorErrors);
