/** One measured number, with what was asked of it and what it stands beside. */
export type Figure = {
  what: string;
  value: number;
  unit: Unit;
  /** The most it may be. */
  atMost?: number;
  /** The least it may be. */
  atLeast?: number;
  /** The same thing done by another, in the same unit and the same run. */
  beside?: { who: string; value: number };
  /** The same thing done by all, for the table that shows them side by side. */
  compare?: Comparison;
  /** Numbers behind it, in the unit of their name: `minimum ms`, `p95 ms`, `CPU ms`. */
  detail?: Record<string, number>;
};

export type Unit = 'tokens' | 'ms' | 'MB' | 'times' | 'bytes' | 'per second';

/** A row of the table that shows the contestants side by side. */
export type Comparison = {
  what: string;
  unit: Unit;
  ours: number;
  /** Left out where the contestant has no such thing. */
  own?: number;
  rest?: number;
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
  /** A newsroom that nobody has touched, for this work alone. */
  untouched<T>(version: string, work: (instance: Instance) => Promise<T>): Promise<T>;
  /** The version the run is about. */
  version: string;
};

export type Measure = {
  /** What is named to run it alone. */
  name: string;
  about: string;
  run(bench: Bench): Promise<Figure[]>;
};
