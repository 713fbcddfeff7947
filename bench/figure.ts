/** One measured number, with what was asked of it and what it stands beside. */
export type Figure = {
  what: string;
  value: number;
  unit: 'tokens' | 'ms' | 'MB' | 'times';
  /** The most it may be. */
  atMost?: number;
  /** The least it may be. */
  atLeast?: number;
  /** The same thing done by another, in the same unit and the same run. */
  beside?: { who: string; value: number };
  /** Numbers behind it, in the unit of their name: `minimum ms`, `p95 ms`, `CPU ms`. */
  detail?: Record<string, number>;
};

/** What a measure needs to know; the instances start when first asked for. */
export type Bench = {
  /** The built program. */
  bin: string;
  /** Rounds of timed calls. */
  rounds: number;
  /** Timed starts of the server. */
  spawns: number;
  instances: Instances;
  /** Tells the person who waits what is going on. */
  say(line: string): void;
};

export type Instance = {
  name: string;
  version: string;
  url: string;
  token: string;
  editorToken: string;
  /** The process id of Directus. */
  pid: number;
};

export type Instances = {
  /** The sandbox's newsroom. */
  newsroom(): Promise<Instance>;
  /** The newsroom with 300 more collections; undefined where this version of Directus has no room for them. */
  wide(): Promise<Instance | undefined>;
};

export type Measure = {
  /** What is named to run it alone. */
  name: string;
  about: string;
  run(bench: Bench): Promise<Figure[]>;
};
