import type * as z from 'zod';
import type { Reader } from '../directus/connection.ts';
import type { Rights } from '../directus/rights.ts';
import type { Schema } from '../directus/schema.ts';
import type { Effect } from '../guard/select.ts';
import type { Reply } from '../result/reply.ts';
import type { Settings } from '../settings/schema.ts';
import type { Plan } from './plan.ts';

export type Toolset = 'content' | 'model' | 'automation' | 'collaboration' | 'access' | 'insights' | 'system';

export type Action = {
  effect: Effect;
  /** What a model must know to use it, where the tool's own description and the arguments do not say it. */
  about?: string;
  /** The strict schema of this action's arguments, without `action` itself. */
  input: z.ZodObject;
  /** Whether a user with these rights could do it at all; where not, it is not offered. */
  needs: (rights: Rights) => boolean;
  /** Of use mostly to those who change what it reads: not offered alone, unless the settings name it. */
  beside?: true;
  /** It may change the data model, though its tool is for something else: such changes follow each other. */
  changesModel?: true;
};

/** What a tool works with; the same for every tool. */
export type Context = {
  /** Reads only. What changes something is returned as a plan, whose `apply` gets a Directus that can be written to. */
  directus: Reader;
  schema: Schema;
  settings: Settings;
  /** Fires when the caller cancels. */
  signal: AbortSignal;
  /** Reports that `done` of `total` steps are done, to clients that asked for it. */
  progress(done: number, total?: number, message?: string): void;
};

/** The action's name with its arguments, parsed by that action's schema. */
export type Call<Actions extends Record<string, Action>> = {
  [Name in keyof Actions & string]: { action: Name; input: z.output<Actions[Name]['input']> };
}[keyof Actions & string];

export type Tool = {
  name: string;
  toolset: Toolset;
  title: string;
  description: string;
  /** By name. A tool that does one thing has one action, named `''`, and takes no `action` argument. */
  actions: Record<string, Action>;
  /** Answers a read; for every other action returns what is to be changed, as a plan. Never changes anything itself. */
  run(context: Context, call: { action: string; input: never }): Promise<Reply | Plan>;
};

/** Describes a tool; the types of `run` follow from its actions. */
export function defineTool<Actions extends Record<string, Action>>(
  tool: Omit<Tool, 'actions' | 'run'> & {
    actions: Actions;
    run(context: Context, call: Call<Actions>): Promise<Reply | Plan>;
  },
): Tool {
  // `call` is built in one place (server/call.ts) from the action's own schema, which is what the types above say.
  return tool as unknown as Tool;
}

/** Common answers to `needs`. */
export const anyone = (): boolean => true;
export const admins = (rights: Rights): boolean => rights.admin;
