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
  'endpoint.host-rests': {
    exit: 5,
    meaning: 'A host failed or asked to wait, and the agent that runs by itself leaves it alone for now.',
    remedy: 'It is asked again by itself; to ask at once, run "update" or "send".',
  },
  'endpoint.gives-way': {
    exit: 5,
    meaning:
      'A consent is given or withdrawn meanwhile, which goes before all else that is done with what is shared.',
    remedy: 'Nothing is lost: run it again.',
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
  'endpoint.consent-yes': {
    exit: 2,
    meaning: 'A consent needs the yes of the owner, to the text that was shown.',
    remedy: 'Read the text, then run the command again with --yes.',
  },
  'endpoint.file-yes': {
    exit: 2,
    meaning: 'A document, an archive or a file of unknown kind needs a yes for this very file.',
    remedy:
      'Name the file itself, not its folder, and add --yes; no profile and no server can say it instead.',
  },
  'endpoint.no-consent': {
    exit: 1,
    meaning: 'No consent is in force, so nothing is shared.',
    remedy: 'Read what a profile shares with "consent show", then "consent give"; or leave it as it is.',
  },
  'endpoint.not-shared': {
    exit: 2,
    meaning: 'The profile that was consented to does not share this.',
    remedy: 'Choose a profile that does with "consent give", or leave it out; nothing was queued.',
  },
  'endpoint.unsigned': {
    exit: 5,
    meaning: 'The data center has not signed the consent yet.',
    remedy: 'Run "send" again later; nothing is shared before both sides have signed.',
  },
  'endpoint.unsent': {
    exit: 1,
    meaning: 'Too many decisions wait for a data center that was not reached.',
    remedy: 'Run "send" when the data center can be reached, then decide again.',
  },
  'endpoint.no-sharing': {
    exit: 5,
    meaning: 'The repository does not say where data is kept.',
    remedy: 'Try again later; what waits stays in the queue.',
  },
  'endpoint.no-center': {
    exit: 2,
    meaning: 'No residency policy lists this data center.',
    remedy: 'Compare the name with "vitrine residency show" or the pages of the Center.',
  },
  'endpoint.no-subject': {
    exit: 2,
    meaning: 'No data center is known to have anything of this endpoint.',
    remedy: 'After a recovery, name the data center with --center.',
  },
  'endpoint.recovery': {
    exit: 2,
    meaning: 'The recovery secret of this endpoint is missing, or there is another one already.',
    remedy: 'Bring it back from the printed code with "subject recovery", in an endpoint that has none.',
  },
  'endpoint.queue-full': {
    exit: 1,
    meaning: 'More waits to be sent than this endpoint keeps.',
    remedy: 'Run "send"; what was added before stays, and nothing more was.',
  },
  'endpoint.sample': {
    exit: 2,
    meaning: 'A file is no sample that can be sent: it is empty, too large or no regular file.',
    remedy: 'Send files of 1 byte to 64 MiB.',
  },
  'endpoint.sharing-state': {
    exit: 1,
    meaning: 'What the endpoint remembers of sharing is damaged.',
    remedy:
      'Nothing was reset, and nothing is shared. Keep the folder "sharing"; move it away to begin anew with the recovery code.',
  },
  'endpoint.ledger': {
    exit: 1,
    meaning: 'The own ledger of the endpoint is damaged: a line is altered, missing or too long.',
    remedy: 'Keep the folder "sharing"; promises and proofs before the damage can still be verified.',
  },
  'endpoint.no-entry': {
    exit: 2,
    meaning: 'The own ledger has no such entry.',
    remedy: 'Look for its number with "ledger list".',
  },
  'endpoint.answer': {
    exit: 5,
    meaning:
      'What answers at the address of a data center is none, or answers something else than was asked.',
    remedy: 'Try again from another network; nothing was lost. If it lasts, ask the vendor.',
  },
  'endpoint.center-busy': {
    exit: 5,
    meaning: 'A data center asks to wait.',
    remedy: 'Run the command again later; what waits stays in the queue.',
  },
  'endpoint.misdirected': {
    exit: 5,
    meaning: 'The data center that the residency policy names says that this is not for it.',
    remedy:
      'Try again later; if it lasts, report it to the vendor: policy and data center contradict each other.',
  },
  'endpoint.request-refused': {
    exit: 3,
    meaning: 'A data center refuses a request of its subject.',
    remedy: 'Correct the clock; if it lasts, show the own ledger to a supervisor.',
  },
  'endpoint.export-endless': {
    exit: 3,
    meaning:
      'A data center sends far more of a subject than was ever sent to it: it would fill memory and disk.',
    remedy: 'Nothing was written. Show the message to a supervisor; have the same exported elsewhere.',
  },
  'endpoint.export-folder': {
    exit: 2,
    meaning: 'The folder for an export is there already.',
    remedy: 'Name a folder that does not exist: an export is written whole.',
  },
} as const;

export type EndpointCode = keyof typeof endpointErrors;
export const fail: Raise<EndpointCode> = raiser(endpointErrors);
