import { raiser, type Raise } from '@vitrine/evidence';

/** What the conveyor refuses, in the order of its steps: recipe, source, materials, sandbox, build, rebuild. */
export const conveyorErrors = {
  'recipe.size': {
    exit: 2,
    meaning: 'A recipe is larger than is accepted.',
    remedy: 'Move data out of the recipe; it holds at most 64 KiB.',
  },
  'recipe.syntax': {
    exit: 2,
    meaning: 'A recipe is not TOML.',
    remedy: 'Correct the line that is named; docs/spec/conveyor-toml.md shows a whole recipe.',
  },
  'recipe.field': {
    exit: 2,
    meaning: 'A recipe has an unknown, missing or malformed key.',
    remedy: 'Compare the key that is named with docs/spec/conveyor-toml.md.',
  },
  'recipe.parameter': {
    exit: 2,
    meaning: 'A build parameter would replace a variable that the conveyor itself sets.',
    remedy: 'Choose another name for the parameter.',
  },
  'recipe.toolchain': {
    exit: 2,
    meaning: 'A recipe names an npm workspace without the toolchain to install it, or the reverse.',
    remedy: 'Give [npm], [toolchain.node] and [toolchain.npm] together, or only [toolchain.node], or none.',
  },
  'recipe.missing': {
    exit: 2,
    meaning: 'The source at this commit does not hold the recipe.',
    remedy: 'Commit the recipe, or name its path from the root of the repository.',
  },
  'recipe.version': {
    exit: 2,
    meaning: 'The version of the product is neither in the recipe nor in a package.json beside it.',
    remedy: 'Add version to [product], or give the package.json a version.',
  },
  'recipe.digest': {
    exit: 3,
    meaning: 'The recipe in the source is not the one that was ordered.',
    remedy: 'Treat the order as wrong; ask who signed it.',
  },
  'git.missing': {
    exit: 1,
    meaning: 'git is not installed or not on the PATH.',
    remedy: 'Install git 2.30 or later.',
  },
  'git.not-repository': {
    exit: 2,
    meaning: 'A folder is not inside a git repository.',
    remedy: 'Name the folder of a git clone; an archive without .git has no commits.',
  },
  'git.ownership': {
    exit: 1,
    meaning: 'git refuses a repository that belongs to another user.',
    remedy: 'Run as its owner, or allow it with "git config --global --add safe.directory FOLDER".',
  },
  'git.revision': {
    exit: 2,
    meaning: 'This repository does not have the commit that was asked for.',
    remedy: 'Name HEAD, a branch, a tag or a commit; in a shallow clone, fetch the commit first.',
  },
  'git.failed': {
    exit: 1,
    meaning: 'git failed or answered in a form that it should not.',
    remedy: 'Run "git fsck" in the repository and look at what git says.',
  },
  'git.object': {
    exit: 1,
    meaning: 'The repository lacks an object of the commit, or it is of the wrong type.',
    remedy: 'Run "git fsck"; in a partial clone, fetch the missing objects first.',
  },
  'source.empty': {
    exit: 2,
    meaning: 'The tree of a commit holds no file.',
    remedy: 'Name a commit with files in it.',
  },
  'source.dirty': {
    exit: 2,
    meaning: 'The checkout holds changes that are not committed, and the commit was not named.',
    remedy: 'Commit the changes; or name the revision, and that commit is built, whatever lies around it.',
  },
  'source.elsewhere': {
    exit: 2,
    meaning: 'A folder lies inside a git repository whose commit holds nothing of it.',
    remedy: 'Name a clone. An unpacked archive has no history; the repository around it is another one.',
  },
  'source.lfs': {
    exit: 2,
    meaning: 'A file is a Git LFS pointer: its real content is not in the repository.',
    remedy: 'Commit the file itself; what is audited must be in the tree.',
  },
  'source.submodule': {
    exit: 2,
    meaning:
      'A submodule cannot be expanded: it is not checked out, lacks its commit, or is nested too deeply.',
    remedy: 'Run "git submodule update --init --recursive" and try again.',
  },
  'source.case-collision': {
    exit: 2,
    meaning: 'Two paths of the tree are one on a file system that ignores case.',
    remedy: 'Rename one of the two.',
  },
  'source.symlink': {
    exit: 3,
    meaning: 'A symbolic link of the tree does not stay inside it.',
    remedy: 'Replace the link; one that is absolute, or climbs after a folder, is never unpacked.',
  },
  'source.size': {
    exit: 2,
    meaning: 'The source has more files or bytes than are accepted.',
    remedy: 'Keep large data out of the source; make it a material.',
  },
  'source.digest': {
    exit: 3,
    meaning: 'A source tree does not have the digest that was signed.',
    remedy: 'Fetch the source again; it is damaged or not what was signed.',
  },
  'tree.unpack': {
    exit: 3,
    meaning: 'A source tree cannot be unpacked here: a file of it is not what the listing says.',
    remedy: 'Fetch the source again; it is damaged or not what was signed.',
  },
  'source-request.absent': {
    exit: 4,
    meaning: 'A request for source carries no signature.',
    remedy: 'Sign it with a key that the trust policy lists (docs/spec/source-request.md).',
  },
  'source-request.malformed': {
    exit: 4,
    meaning: 'The Authorization of a request for source is not of the form that is asked for.',
    remedy: 'Send keyid, time and signature as docs/spec/source-request.md says.',
  },
  'source-request.host': {
    exit: 4,
    meaning: 'A request for source was sent to a host name that this server does not have.',
    remedy: 'Ask under the address that the vendor names; the signature binds it.',
  },
  'source-request.time': {
    exit: 4,
    meaning: 'A request for source was signed more than five minutes ago, or ahead.',
    remedy: 'Set the clock of the machine that signs.',
  },
  'source-request.key': {
    exit: 4,
    meaning: 'A request for source is signed by a key that the trust policy does not list, or has ended.',
    remedy: 'Use the key that the current policy lists; source is given to holders of its keys.',
  },
  'source-request.signature': {
    exit: 4,
    meaning: 'The signature of a request for source does not verify for this method, host and path.',
    remedy: 'Sign what is sent; a proxy on the way may change neither host nor path.',
  },
  'source-request.refused': {
    exit: 4,
    meaning: 'A server does not give source to whoever asks.',
    remedy: "Read the server's reason; sign with a key of the trust policy, and check the clock.",
  },
  'lockfile.syntax': {
    exit: 2,
    meaning:
      'package-lock.json is missing, too large, not of version 3, or hidden by an npm-shrinkwrap.json.',
    remedy:
      'Remove npm-shrinkwrap.json; write the lockfile with npm 9 or later: "npm install --package-lock-only".',
  },
  'lockfile.entry': {
    exit: 2,
    meaning: 'An entry of package-lock.json is malformed.',
    remedy: 'Write the lockfile again with npm; do not edit it by hand.',
  },
  'lockfile.integrity': {
    exit: 2,
    meaning: 'A locked package has no sha512 integrity.',
    remedy:
      'Remove the entry and run "npm install --package-lock-only"; packages without sha512 cannot be materials.',
  },
  'lockfile.resolved': {
    exit: 2,
    meaning: 'A locked package comes from somewhere else than a registry, the tree or an archive.',
    remedy: 'Publish it to a registry or make it a workspace; git and file dependencies cannot be materials.',
  },
  'lockfile.incomplete': {
    exit: 2,
    meaning: 'package-lock.json lacks a workspace or a package that another one needs.',
    remedy: 'Run "npm install --package-lock-only" and commit the lockfile.',
  },
  'lockfile.platform': {
    exit: 2,
    meaning: 'A required package does not support the platform of the build.',
    remedy: 'Build on a platform that it supports, or make the dependency optional.',
  },
  'platform.unknown': {
    exit: 2,
    meaning: 'No toolchain is known for this platform.',
    remedy: 'Build on linux-x64, linux-arm64 or darwin-arm64.',
  },
  'material.unavailable': {
    exit: 5,
    meaning: 'npm could not fetch a package.',
    remedy: 'Check the network and the registry of your npm ("npm ping"), then run the command again.',
  },
  'material.integrity': {
    exit: 3,
    meaning: 'A package does not have the integrity that the lockfile or the manifest gives.',
    remedy: 'Do not use it: the registry, the path to it or the lockfile was altered.',
  },
  'material.mismatch': {
    exit: 3,
    meaning: 'The materials are not exactly those that the lockfile and the recipe ask for.',
    remedy: 'Treat the order as wrong; ask who signed it.',
  },
  'tarball.entry': {
    exit: 3,
    meaning: 'A package archive holds a link, a device, a path outside itself, or a file twice.',
    remedy: 'Do not use the package; registries do not serve such archives.',
  },
  'tarball.damaged': {
    exit: 3,
    meaning: 'A package archive is damaged or unpacks to more than is accepted.',
    remedy: 'Do not use the package.',
  },
  'sandbox.choice': {
    exit: 2,
    meaning: 'VITRINE_SANDBOX is not one of none, bubblewrap and auto.',
    remedy: 'Set it to one of the three, or unset it.',
  },
  'sandbox.unavailable': {
    exit: 1,
    meaning: 'bubblewrap is needed and does not work here; a rebuild always needs it.',
    remedy:
      'Install bubblewrap and allow user namespaces; VITRINE_SANDBOX=none builds without, as you, and says so.',
  },
  'sandbox.failed': {
    exit: 1,
    meaning: 'The sandbox broke down while or before the build ran in it.',
    remedy: 'Look at the message of bubblewrap; try "bwrap --ro-bind / / --unshare-all true".',
  },
  'sandbox.disk-full': {
    exit: 1,
    meaning: 'The file system on which builds run has almost no room left; the build was killed.',
    remedy: 'Free some space there, or set TMPDIR to a folder on a larger file system, and build again.',
  },
  'sandbox.variation': {
    exit: 1,
    meaning: 'This machine, or a build without a sandbox, cannot vary what was to be varied.',
    remedy: 'Leave the variation that is named out, or provide what is said to be missing.',
  },
  'sandbox.required': {
    exit: 1,
    meaning: 'The recipe demands a sandbox and there is none here.',
    remedy: 'Build on a machine with a working bubblewrap.',
  },
  'build.platform': {
    exit: 1,
    meaning: 'The order is for another platform than this machine.',
    remedy: 'Build it on a machine of the platform that is named.',
  },
  'build.install': {
    exit: 1,
    meaning: 'The locked packages could not be installed from the materials.',
    remedy: "Look at npm's message; the lockfile and the package.json files of the source must agree.",
  },
  'build.command': {
    exit: 1,
    meaning: 'The command of the recipe failed.',
    remedy: 'Look at the log of the build.',
  },
  'build.blind': {
    exit: 1,
    meaning: 'The policy counts only rebuilds that precede the provenance, and too few were logged in time.',
    remedy: 'See that the rebuilders run and can fetch source and materials, then build again.',
  },
  'build.time-limit': {
    exit: 1,
    meaning: 'The build ran longer than the order allows and was killed.',
    remedy: 'Make the build faster or raise limits.seconds in the recipe.',
  },
  'build.log-limit': {
    exit: 1,
    meaning: 'The build printed more than the order allows and was killed.',
    remedy: 'Make the build quieter or raise limits.log-bytes in the recipe.',
  },
  'build.memory-limit': {
    exit: 1,
    meaning: 'The processes of the build held more memory than the order allows and were killed.',
    remedy: 'Make the build smaller, or raise limits.memory-bytes in the recipe.',
  },
  'build.process-limit': {
    exit: 1,
    meaning: 'The build had more processes and threads at one time than the order allows and was killed.',
    remedy: 'Let fewer run side by side, or raise limits.processes in the recipe.',
  },
  'build.file-limit': {
    exit: 1,
    meaning: 'The build wrote more files, folders and links than the order allows.',
    remedy: 'Write fewer, or raise limits.files in the recipe.',
  },
  'build.disk-limit': {
    exit: 1,
    meaning: 'The build wrote more bytes than the order allows, in all or into one file.',
    remedy: 'Write less, or raise limits.disk-bytes in the recipe.',
  },
  'build.network': {
    exit: 1,
    meaning: 'The command failed, and its log says that it wanted a network: a build has none.',
    remedy: 'Make what it fetches a locked npm package or a file of the source.',
  },
  'build.read-only': {
    exit: 1,
    meaning: 'The command failed, and its log says that it wrote where a build may only read.',
    remedy: 'Let it write to the tree, $OUT, $HOME or $TMPDIR.',
  },
  'build.inputs-altered': {
    exit: 1,
    meaning: 'A build without a sandbox wrote to its materials or its tools.',
    remedy: 'Let the command write to the tree, $OUT, $HOME or $TMPDIR; in bubblewrap it could not have.',
  },
  'build.left-running': {
    exit: 1,
    meaning: 'The command ended well and left processes running; they were killed.',
    remedy: 'Let the command wait for, or end, everything it starts.',
  },
  'output.missing': {
    exit: 1,
    meaning: 'The build did not write an output that the recipe lists.',
    remedy: 'Let the command write it below $OUT, or correct the list of outputs.',
  },
  'output.unlisted': {
    exit: 1,
    meaning: 'The build wrote a file below $OUT that the recipe does not list.',
    remedy: 'List it in build.outputs, or write it elsewhere.',
  },
  'output.empty': {
    exit: 1,
    meaning: 'An output has no bytes: most often the build broke off while it wrote.',
    remedy: 'Let the command fail when it cannot write; leave files that are meant to be empty out.',
  },
  'output.name': {
    exit: 1,
    meaning: 'The build wrote a name below $OUT that no recipe can list.',
    remedy: 'Use letters, digits, space and . _ @ + ~ - in names of outputs.',
  },
  'output.case-collision': {
    exit: 1,
    meaning: 'The build wrote a name below $OUT that differs from a listed output only in case.',
    remedy: 'Write one of the two; on some file systems they are one file.',
  },
  'output.link': {
    exit: 1,
    meaning: 'An output, or a folder on the way to it, is a symbolic link.',
    remedy: 'Let the build copy what the link points at.',
  },
  'output.device': {
    exit: 1,
    meaning: 'An output is a device, a named pipe or a socket.',
    remedy: 'Let the build write a plain file.',
  },
  'output.irregular': {
    exit: 1,
    meaning:
      'An output is not a plain file of its own: a folder, unreadable, or a second name of another file.',
    remedy: 'Let the build copy the bytes into a file of its own below $OUT.',
  },
  'output.size-limit': {
    exit: 1,
    meaning: 'The outputs are larger than the order allows.',
    remedy: 'Write less, or raise limits.output-bytes in the recipe.',
  },
  'compare.kind': {
    exit: 2,
    meaning: 'What is to be compared is, or holds, something else than files, folders and links.',
    remedy: 'Name two files or two folders of plain files.',
  },
  'compare.empty': {
    exit: 5,
    meaning: 'A folder that is to be compared holds no file; nothing is equal to nothing.',
    remedy: 'Check the path, and that what was to be compared was built at all.',
  },
  'compare.size': {
    exit: 2,
    meaning: 'A folder that is to be compared has more files or levels than are accepted.',
    remedy: 'Compare its parts one by one.',
  },
  'evidence.release': {
    exit: 5,
    meaning: 'The log holds no release of an artifact.',
    remedy: 'Check the artifact; wait until its release is in the log.',
  },
  'order.missing': {
    exit: 5,
    meaning: 'The log does not hold the statement that was asked for.',
    remedy: 'Check the identifier; wait until the log has published the entry.',
  },
  'order.mismatch': {
    exit: 3,
    meaning: 'An order and what it names contradict each other.',
    remedy: 'Treat the order as wrong; ask who signed it.',
  },
  'order.signer': {
    exit: 4,
    meaning:
      'A statement is not signed by a key that the trust policy lists for its role at that place in the log.',
    remedy:
      'Check that the trust policy is the current one; if it is, nobody was entitled to this statement.',
  },
  'release.unfinished': {
    exit: 1,
    meaning: 'Another release is under way and was not finished.',
    remedy:
      'Publish the order that is named once more: it continues. "vitrine release abandon" drops it, if it cannot be finished.',
  },
  'release.path': {
    exit: 2,
    meaning: 'An output has a name that cannot be the path of a target.',
    remedy: 'Name outputs in lower case, with digits, dots, dashes and underscores.',
  },
  'release.platform': {
    exit: 2,
    meaning: 'A release would be for another platform than its order was built for.',
    remedy: 'Leave --platform out, or say "any" for what runs on every platform.',
  },
  'release.sequence': {
    exit: 2,
    meaning: 'A sequence was already used for something else, or would go back.',
    remedy: 'Leave --sequence out to take the next one.',
  },
  'release.role': {
    exit: 1,
    meaning: 'The top-level targets do not delegate to a product and channel.',
    remedy: 'Add the product to vendor.toml and hold a ceremony: "vitrine ceremony plan VENDOR targets".',
  },
  'release.targets': {
    exit: 1,
    meaning: 'The repository has no top-level targets.',
    remedy: 'Hold the ceremony first: "vitrine ceremony plan VENDOR targets".',
  },
  'release.evidence': {
    exit: 3,
    meaning: 'The evidence about an output would be refused by every endpoint.',
    remedy:
      'Read the failing check; a difference between rebuilds is resolved by a supervisor, never by the vendor.',
  },
  'release.trust': {
    exit: 1,
    meaning: 'Root, policy and top-level targets that would be published do not fit together.',
    remedy: 'Plan what is missing in a further ceremony: new targets after a new policy or root.',
  },
  'release.cosignature': {
    exit: 3,
    meaning: 'A supervisor answered with something that is no signature of the role by its key.',
    remedy: 'Ask the supervisor; its public.json may be out of date here.',
  },
  'release.pending': {
    exit: 5,
    meaning: 'Too few supervisors have signed yet: some are still at work or not reachable.',
    remedy: 'Run the command again; it continues where it was.',
  },
  'release.refused': {
    exit: 3,
    meaning: 'Supervisors refuse to sign the release.',
    remedy:
      'Read their reasons; a release that differs from its rebuilds is held until that is resolved. "vitrine release abandon" drops a release that stays open.',
  },
  'release.missing': {
    exit: 1,
    meaning: 'The log holds no such release.',
    remedy: 'See "vitrine release list".',
  },
  'release.replacement': {
    exit: 2,
    meaning: 'The replacement of a withdrawn release is not released under a higher sequence.',
    remedy: 'Publish the replacement first, then withdraw.',
  },
  'release.unresolved': {
    exit: 5,
    meaning: 'No supervisor has resolved a hold yet.',
    remedy: 'Ask the supervisor whose rebuild differs; only its statement ends the hold.',
  },
} as const;

export type ConveyorCode = keyof typeof conveyorErrors;
export const fail: Raise<ConveyorCode> = raiser(conveyorErrors);
