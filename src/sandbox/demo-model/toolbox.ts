import { type Step, Tell } from './plan.ts';
import { isRow } from './reply.ts';
import type { OfferedTool } from './wire.ts';

export type Toolbox = {
  /** Turns a step into a call of what was offered. Tells the person when nothing offered can do it. */
  wire(step: Step): { name: string; input: Record<string, unknown> };
  /** Turns a call of an offered tool back into a step, whatever way it was made. */
  unwire(call: { name: string; input: Record<string, unknown> }): Step;
};

/**
 * Finds Directus's tools among those offered: by name, also behind a server's prefix (`directus_items`), or, in
 * registry mode, behind the one tool that runs the others.
 */
export function openToolbox(offered: OfferedTool[]): Toolbox {
  const find = (name: string) =>
    offered.find((tool) => tool.name === name) ??
    offered.find((tool) => tool.name.endsWith(`_${name}`) || tool.name.endsWith(`-${name}`));
  const execute = find('execute');

  return {
    wire({ tool, input }) {
      const direct = find(tool);
      if (direct) {
        if (!allows(direct, input.action)) throw new Tell(missing(`${tool} ${input.action}`));
        return { name: direct.name, input };
      }
      if (execute) return { name: execute.name, input: { name: tool, input } };
      throw new Tell(missing(tool));
    },
    unwire({ name, input }) {
      if (execute && name === execute.name && typeof input.name === 'string') {
        return { tool: input.name, input: isRow(input.input) ? input.input : {} };
      }
      return { tool: name.replace(/^.*[_]/, ''), input };
    },
  };
}

/** A tool offers an action unless its schema lists the actions and this one is not among them. */
function allows(tool: OfferedTool, action: unknown): boolean {
  const properties = tool.parameters?.properties;
  const schema = isRow(properties) ? properties.action : undefined;
  if (action === undefined || !isRow(schema)) return true;
  if ('const' in schema) return schema.const === action;
  return !Array.isArray(schema.enum) || schema.enum.includes(action);
}

function missing(what: string): string {
  return (
    `I was not offered \`${what}\` here: it is turned off, or the token has no right to it. ` +
    '`directus-assistant tools` shows which tools and actions are on, and why others are not.'
  );
}
