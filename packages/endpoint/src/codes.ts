import { raiser, type Raise } from '@vitrine/evidence';

/** What the agent itself refuses; what it says about evidence, metadata and the log are their own codes. */
export const endpointErrors = {
  'endpoint.usage': {
    exit: 2,
    meaning: 'The command line is not understood.',
    remedy: 'Run the agent with --help.',
  },
  'endpoint.confirm': {
    exit: 2,
    meaning: 'A step that changes what runs needs --yes.',
    remedy: 'Read what would happen, then run the command again with --yes.',
  },
  'endpoint.enrolled': {
    exit: 1,
    meaning: 'The folder already belongs to an endpoint.',
    remedy: 'Use the endpoint that is there, or choose another folder; an enrolment is never overwritten.',
  },
  'endpoint.not-enrolled': {
    exit: 1,
    meaning: 'The folder holds no state of an endpoint.',
    remedy: 'Check --folder; a new endpoint begins with "vitrine-agent enrol".',
  },
  'endpoint.state': {
    exit: 1,
    meaning: 'The remembered state of the endpoint, or a file that it names, is damaged.',
    remedy:
      'Nothing was reset. Copy state.previous.json over state.json and run "update"; if that is refused too, enrol again in a new folder.',
  },
  'endpoint.root-unproven': {
    exit: 5,
    meaning: 'There is a newer root, and no proof that it is in the log.',
    remedy: 'Try again later; if it lasts, ask a supervisor whether the log holds this root.',
  },
  'endpoint.policy-unproven': {
    exit: 5,
    meaning: 'There is a newer trust policy, and no proof that it is in the log.',
    remedy: 'Try again later; if it lasts, ask a supervisor whether the log holds this policy.',
  },
  'endpoint.policy-digest': {
    exit: 3,
    meaning: 'No policy with this digest is at hand.',
    remedy: 'Compare the digest with what your supervisor published; name the file with --policy.',
  },
  'endpoint.policy-version': {
    exit: 3,
    meaning: 'A trust policy is not newer than the one in force.',
    remedy: 'Obtain the current policy; a repeated refusal means that someone replays an old one.',
  },
  'endpoint.no-target': {
    exit: 5,
    meaning: 'The repository lists nothing for this product, channel and platform.',
    remedy: 'Check the enrolment with "status"; a line that was just opened appears with its first release.',
  },
  'endpoint.target': {
    exit: 3,
    meaning: 'The metadata and the logged release say different things about one artifact.',
    remedy: 'Do not install; report it to a supervisor.',
  },
  'endpoint.artifact': {
    exit: 3,
    meaning: 'The downloaded bytes are not the artifact that was signed and logged.',
    remedy: 'Fetch it again from another network or mirror; if it lasts, tell the vendor.',
  },
  'endpoint.length': {
    exit: 3,
    meaning: 'A server sends more or fewer bytes than the artifact has.',
    remedy: 'Use another mirror or network; nothing of it was kept.',
  },
  'endpoint.slow': {
    exit: 5,
    meaning: 'A download is slower than it may be; what came is kept and continued.',
    remedy: 'Run the update again, or use another mirror.',
  },
  'endpoint.runner': {
    exit: 1,
    meaning: 'This agent cannot start a file of this kind.',
    remedy:
      'Use the agent as a script with Node for platform "any", or enrol for the platform of this machine.',
  },
  'endpoint.load-test': {
    exit: 1,
    meaning: 'The new version did not pass its own test in a child process; it was not put in place.',
    remedy: 'The version that ran before still runs. Tell the vendor what "status" says.',
  },
  'endpoint.health': {
    exit: 1,
    meaning: 'The new version did not start where it was put; the endpoint went back.',
    remedy: 'Tell the vendor what "status" says; "update --again" tries the same version once more.',
  },
  'endpoint.set-aside': {
    exit: 1,
    meaning: 'The offered version failed here before, or was rolled back by hand.',
    remedy: 'Wait for the next release, or install it all the same with "update --again".',
  },
  'endpoint.nothing-good': {
    exit: 3,
    meaning: 'The running version is withdrawn and there is no good one to go back to.',
    remedy: 'Stop the product on this machine until the vendor releases a replacement.',
  },
  'endpoint.no-version': {
    exit: 1,
    meaning: 'There is no earlier good version to go back to.',
    remedy: 'Wait for the next release; "status" lists what is there.',
  },
  'endpoint.self-test': {
    exit: 1,
    meaning: 'The agent does not work on this machine.',
    remedy: 'Do not put this version in place; tell the vendor what it says.',
  },
} as const;

export type EndpointCode = keyof typeof endpointErrors;
export const fail: Raise<EndpointCode> = raiser(endpointErrors);
