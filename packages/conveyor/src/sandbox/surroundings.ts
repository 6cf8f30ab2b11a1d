// What a build can notice beside its order. Everybody gives every build the same surroundings; a probe,
// or a rebuilder that says so, gives others on purpose (variation.ts).

/** In the order in which a probe tries them. */
export const variations = [
  'directory',
  'home',
  'user',
  'host-name',
  'locale',
  'time-zone',
  'umask',
  'processors',
  'environment',
  'file-order',
] as const;
export type Variation = (typeof variations)[number];

export interface Surroundings {
  /** Tree, materials, tools, outputs and temporary files lie below this folder; `''` is the root. */
  readonly place: string;
  /** The name of the home folder. */
  readonly home: string;
  readonly user: { readonly name: string; readonly uid: number; readonly gid: number };
  readonly hostName: string;
  /** Octal, as sh takes it. */
  readonly umask: string;
  readonly timeZone: string;
  readonly locale: Readonly<Record<string, string>>;
  /** More variables. They give way to the parameters of the order and to the fixed frame. */
  readonly noise: Readonly<Record<string, string>>;
  /** The only processor that the build may use; absent: all of this process. */
  readonly processor?: number;
  /** The folder of this machine that holds the folders of the build; absent: a fresh one with a name of its own. */
  readonly root?: string;
  /** In which order the tree is unpacked, and on which file system if not that of temporary files. */
  readonly unpacking: { readonly reversed: boolean; readonly folder?: string };
}

export const asOrdered: Surroundings = {
  place: '',
  home: 'home',
  user: { name: 'build', uid: 1000, gid: 1000 },
  hostName: 'localhost',
  umask: '0022',
  timeZone: 'UTC',
  locale: { LC_ALL: 'C.UTF-8' },
  noise: {},
  unpacking: { reversed: false },
};
