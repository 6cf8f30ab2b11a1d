import { raiser, type Raise } from '@vitrine/evidence';

export const vitrineErrors = {
  'cli.usage': {
    exit: 2,
    meaning: 'The command line is not understood.',
    remedy: 'Run the command with --help.',
  },
  'cli.config': {
    exit: 2,
    meaning: 'A configuration file is malformed or has an unknown key.',
    remedy: 'Correct the line named; "vitrine help" lists the keys of each file.',
  },
  'cli.vkey': {
    exit: 2,
    meaning: 'A verifier key on the command line is malformed.',
    remedy: 'Copy it whole, in quotes: name+id+key.',
  },
  'cli.refused': {
    exit: 3,
    meaning: 'What was checked was refused.',
    remedy: 'Read the failing check above.',
  },
  'cli.interrupted': { exit: 1, meaning: 'The command was interrupted.', remedy: 'Run it again.' },
  'cli.release': {
    exit: 1,
    meaning: 'There is no such release.',
    remedy: 'See "vitrine release list".',
  },
  'init.not-empty': {
    exit: 1,
    meaning: 'A folder that init would make is not empty.',
    remedy: 'Choose another folder; nothing that holds keys is ever overwritten.',
  },
  'operator.file': {
    exit: 3,
    meaning: "A file is not an operator's public half.",
    remedy: 'Ask the operator for its public.json again; docs/spec/operator-file.md describes it.',
  },
  'operator.key': {
    exit: 3,
    meaning: "An operator's public file lists a key twice, or one that does not belong there.",
    remedy: 'Ask the operator for its public.json again; each key has one purpose.',
  },
  'operator.part': {
    exit: 3,
    meaning: 'An operator has keys or services that its part in the trust policy may not have.',
    remedy:
      'Ask the operator for its public.json again; a vendor is no witness, and only a vendor runs the log.',
  },
  'datacenter.file': {
    exit: 3,
    meaning: "A file is not a data center's public half.",
    remedy: 'Ask its operator for public.json again; docs/spec/datacenter-file.md describes it.',
  },
  'datacenter.trust': {
    exit: 1,
    meaning: 'The folder of a data center has no root and no trust policy that its operator accepted.',
    remedy: 'Run "vitrine policy accept DIGEST --from URL --into FOLDER/trust".',
  },
  'datacenter.unlisted': {
    exit: 3,
    meaning: 'The accepted trust policy does not list the identity key of a data center under its operator.',
    remedy: 'Have the vendor import its public.json into the next policy, and accept that policy.',
  },
  'datacenter.keys': {
    exit: 3,
    meaning: 'A key file of a data center is not the key that its public half or a statement names.',
    remedy: 'Put the key file of this folder back; never copy one from another data center.',
  },
  'datacenter.residency': {
    exit: 5,
    meaning: 'A data center knows no residency policy, so it cannot say what belongs to it.',
    remedy: 'Check that the repository serves sharing.json; "vitrine datacenter status" says what is wrong.',
  },
  'datacenter.listing': {
    exit: 3,
    meaning: 'The residency policy lists other keys for a data center than it has.',
    remedy: 'Compare public.json with the vendor, who must list its keys in the next version.',
  },
  'datacenter.clock': {
    exit: 1,
    meaning:
      'The clock is more than a week ahead of the last time that witnesses attested, so nothing expires.',
    remedy: 'Set the clock, or bring the repository back, whose sharing.json says the time.',
  },
  'datacenter.act': {
    exit: 3,
    meaning: 'A sealed request asks for something else than the operator was about to do.',
    remedy: 'Run the command that the request asks for; nothing was done.',
  },
  'datacenter.store': {
    exit: 1,
    meaning: 'A backup was to be restored where a store is.',
    remedy: 'Move the store away, if it is really lost; a backup never replaces one.',
  },
  'residency-draft.missing': {
    exit: 1,
    meaning: "A vendor's folder has no draft of a residency policy that could be signed.",
    remedy: 'Run "vitrine residency apply" with a draft.',
  },
  'residency-draft.center': {
    exit: 1,
    meaning: 'A draft names a data center whose public file was not imported.',
    remedy: 'Run "vitrine residency import" with its public.json, or correct the name.',
  },
  'residency-draft.country': {
    exit: 1,
    meaning: 'A draft gives one country to two data centers, or names one that does not exist.',
    remedy: 'Name the country at one center alone, by its two capital letters.',
  },
  'residency-draft.region': {
    exit: 1,
    meaning: 'A draft names a region that is not one of M49.',
    remedy: 'Use a name of the list, or name the countries.',
  },
  'residency-draft.late': {
    exit: 1,
    meaning:
      'A signed residency policy cannot be published any more: its notice is over, or its number taken.',
    remedy: 'Run "vitrine residency apply" again with a later date, and hold the ceremony again.',
  },
  'residency-draft.trust': {
    exit: 1,
    meaning: 'The trust policy does not list a data center of the residency policy, or says otherwise.',
    remedy: 'Run "vitrine policy draft" after the import, and let the same ceremony sign it.',
  },
  'residency.source': {
    exit: 5,
    meaning: 'A residency policy cannot be read where it was looked for.',
    remedy: "Give the vendor's folder, or the address of a repository with --policy and --root.",
  },
  'residency.digest': {
    exit: 3,
    meaning: 'The residency policy that is served is not the one that was named.',
    remedy: 'Compare the digest with the vendor again, and accept nothing else.',
  },
  'residency.trust': {
    exit: 3,
    meaning:
      "A supervisor's trust policy does not list a data center of the residency policy, or says otherwise.",
    remedy:
      'Accept the trust policy that lists it, and then the residency policy; if there is none, ask the vendor.',
  },
  'residency.ledger': {
    exit: 3,
    meaning: 'A ledger of a data center has another key than the one under which the witness knows it.',
    remedy: 'Accept nothing; a ledger keeps its key for ever. Ask the data center.',
  },
  'policy-draft.missing': {
    exit: 1,
    meaning: "A vendor's folder has no policy and no draft of one.",
    remedy: 'Run "vitrine policy draft" on it.',
  },
  'policy-draft.end': {
    exit: 2,
    meaning: 'A key that a next policy should end is not listed, has ended, or is not named clearly.',
    remedy: 'Name more of the key; "vitrine policy show" lists them.',
  },
  'policy-draft.operators': {
    exit: 1,
    meaning: 'Too few operators hold root keys for a root that is balanced.',
    remedy: 'Import the public.json of at least two operators with a root key: supervisors or trustees.',
  },
  'policy-draft.digest': {
    exit: 3,
    meaning: 'A policy is not the one that was named by its digest.',
    remedy: 'Do not accept it; compare the digest with its signers again.',
  },
  'ceremony.plan': {
    exit: 3,
    meaning: 'A plan contradicts itself: what it shows is not what would be signed.',
    remedy: 'Sign nothing; get the plan from the vendor again and compare its sha256.',
  },
  'ceremony.digest': {
    exit: 3,
    meaning: 'A plan, or what was signed of it, is not the one that was named by its sha256.',
    remedy: 'Sign nothing; ask the vendor which plan is meant.',
  },
  'ceremony.holder': {
    exit: 4,
    meaning: 'A plan does not ask this key to sign.',
    remedy: 'Give the root key that you told the vendor in your public.json.',
  },
  'ceremony.threshold': {
    exit: 5,
    meaning: 'A ceremony has too few signatures to be finished.',
    remedy: 'Put the missing signature files beside the plan; "vitrine ceremony verify" counts them.',
  },
  'ceremony.overlap': {
    exit: 3,
    meaning: 'The root in force and the next one share too few keys that have signed the policy.',
    remedy: 'Let more of the remaining holders sign, or replace fewer root keys in one ceremony.',
  },
  'ceremony.root': {
    exit: 1,
    meaning: 'A ceremony needs a root and there is none yet.',
    remedy: 'Run "vitrine ceremony plan VENDOR root policy".',
  },
  'ceremony.policy': {
    exit: 1,
    meaning: 'The targets cannot be planned before the policy that they name is signed.',
    remedy: 'Finish the ceremony of the policy, then plan the targets.',
  },
  'ceremony.cosigners': {
    exit: 1,
    meaning: 'A product asks for more supervisors than have a key to co-sign with.',
    remedy: 'Import the public.json of more supervisors, or lower the threshold in vendor.toml.',
  },
  'ceremony.none': {
    exit: 1,
    meaning: "A vendor's folder has no ceremony.",
    remedy: 'Run "vitrine ceremony plan" on it.',
  },
  'ceremony.statement-key': {
    exit: 4,
    meaning: 'A new root needs an entry in the log by a key of the root in force, and none was given.',
    remedy: 'Run "vitrine ceremony finish VENDOR --key ROOT.key" with a root key at hand.',
  },
  'ceremony.transcript': {
    exit: 3,
    meaning: 'A transcript was changed: a line does not continue the one before.',
    remedy: 'Compare it with the head that those who were there wrote down.',
  },
  'tour.step': {
    exit: 1,
    meaning: 'A step of the tour did not end as it should.',
    remedy: 'Read the step named; run with --data DIR to keep what it wrote and look at the logs there.',
  },
  'store.layout': {
    exit: 2,
    meaning: 'A folder does not hold the stores of a conveyor or a rebuilder.',
    remedy: 'Name the folder that holds source and blob (or blobs), as "vitrine build --data" makes it.',
  },
  'store.incomplete': {
    exit: 5,
    meaning: 'The log names listings or manifests that the stores do not hold, so what they list is unknown.',
    remedy: 'Fetch them again; only where the stores never held them, as with a rebuilder, give --partial.',
  },
  'signer.grant': {
    exit: 2,
    meaning: 'A signer was started with a key for nothing, for something unknown, or for two worlds at once.',
    remedy: 'Give each key as ROLE=FILE; TUF keys sign nothing else.',
  },
  'signer.role': {
    exit: 2,
    meaning: 'The signer holds no key, or more than one, for what is to be signed.',
    remedy: 'Start the signer with exactly one key for this role.',
  },
  'signer.refused': {
    exit: 4,
    meaning: 'A signer was asked to sign something that its key is not there for.',
    remedy: 'If this was not a mistake in the configuration, treat the machine that asked as compromised.',
  },
  'signer.frame': {
    exit: 1,
    meaning: 'A message to or from a signer is malformed, cut, or longer than is accepted.',
    remedy: 'Check that the address is that of a signer of this version.',
  },
  'signer.runtime': {
    exit: 1,
    meaning: 'A signer would be started by a Node that does not keep it from the network.',
    remedy: 'Start through "npm run" or "npx vitrine"; both use the pinned Node.',
  },
  'signer.gone': {
    exit: 1,
    meaning: 'The signer ended, or was silent for too long, before it had signed.',
    remedy: 'Start it again and run the command again; nothing was signed by halves.',
  },
  'signer.older': {
    exit: 4,
    meaning: 'The policy or root by which a signer proves grants is older than the one it used before.',
    remedy: 'Accept the newest with "vitrine policy accept"; an older one still lists what was ended since.',
  },
  'grant.waiting': {
    exit: 5,
    meaning: 'No grant of this request stands in the public log yet.',
    remedy: 'Wait for the supervisor, or ask another one: "vitrine access ask". Nothing was read.',
  },
  'grant.denied': {
    exit: 4,
    meaning: 'A supervisor denied a request for access.',
    remedy: 'Read its reason with "vitrine access list"; nothing was read.',
  },
  'grant.revoked': {
    exit: 4,
    meaning: 'A grant was revoked, by the supervisor or here.',
    remedy: 'Ask again with a reason that still holds; nothing was read.',
  },
  'grant.unproven': {
    exit: 3,
    meaning: 'What a supervisor calls a grant is not the one that the log holds for this request.',
    remedy: 'Keep what it answered and ask its operator; nothing was read.',
  },
  'grant.away': {
    exit: 5,
    meaning: 'A supervisor that was asked for access does not answer.',
    remedy: 'Try again later, or ask another one: "vitrine access ask".',
  },
  'grant.request': {
    exit: 2,
    meaning: 'There is no request for access of this name at the data center, or it cannot be made.',
    remedy: 'List them with "vitrine access list FOLDER".',
  },
  'socket.path': {
    exit: 2,
    meaning: 'The path of a Unix socket is longer than an operating system takes.',
    remedy: 'Use a folder with a shorter path.',
  },
  'control.not-running': {
    exit: 1,
    meaning: 'Nothing answers at the control socket of a folder.',
    remedy: 'Start its daemon, as the user who owns the folder.',
  },
  'control.verb': {
    exit: 2,
    meaning: 'A daemon was asked for something that it does not do, or in another form.',
    remedy: 'Use the command line of the version that the daemon runs.',
  },
  'control.failed': {
    exit: 1,
    meaning: 'A daemon failed at what it was asked for in a way that it did not foresee.',
    remedy: 'Look at what the daemon printed.',
  },
  'review.differs': {
    exit: 3,
    meaning: 'A Center asks for a signature over another text or tree than the one that was given.',
    remedy: 'Load the page of the review again, compare what it shows, and save its text anew.',
  },
  'review.refused-by': {
    exit: 4,
    meaning: 'A Center did not take a signed review.',
    remedy:
      'Read the reason; the address of a task is good for an hour, and the page of the review makes a new one.',
  },
  'log-client.refused': {
    exit: 1,
    meaning: 'The log did not take a statement, or did not publish it in time.',
    remedy:
      'Read the reason; look at the log and its witnesses, then run the command again: nothing is logged twice.',
  },
} as const;

export type VitrineCode = keyof typeof vitrineErrors;
export const fail: Raise<VitrineCode> = raiser(vitrineErrors);
