import * as z from 'zod';

/** How two sources that both set a value are combined; the default is that the later source wins. */
export type Merge = 'deny-if-true' | 'deny-if-false' | 'union' | 'strictest' | 'smallest';

/** What a leaf of the schema says about itself, beside its type. */
export type LeafMeta = {
  /** Environment variables that set it; the first one present is used. */
  env?: string[];
  /** The flag of the command line that sets it. */
  flag?: string;
  /** Never shown, logged or sent anywhere but where it belongs. */
  secret?: boolean;
  /** How sources combine. */
  merge?: Merge;
  description: string;
};

/** A setting, with what it says about itself. */
export const leaf = <T extends z.ZodType>(type: T, meta: LeafMeta): T => type.meta(meta);

export const names = z.array(z.string());
