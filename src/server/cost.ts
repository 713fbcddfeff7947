import type { Tool as WireTool } from '@modelcontextprotocol/server';
import { countTokens } from 'gpt-tokenizer/encoding/o200k_base';
import { availableActions, select } from '../guard/select.ts';
import type { Settings } from '../settings/schema.ts';
import { tools } from '../tools/list.ts';
import { registryTools } from './registry.ts';
import { toWire } from './wire.ts';

/** Tokens (o200k) that a definition costs in every conversation: its name, description and input schema. */
export function definitionTokens({ name, description, inputSchema }: WireTool): number {
  return countTokens(JSON.stringify({ name, description, inputSchema }));
}

/** Tokens of all definitions that these settings list, for a user who may do everything. */
export function listTokens(settings: Settings): number {
  const selection = select(settings, [], undefined);
  const list =
    settings.tools.mode === 'registry'
      ? registryTools(selection)
      : tools.flatMap((tool) => {
          const actions = availableActions(selection, tool);
          return actions.length > 0 ? [toWire(tool, actions)] : [];
        });
  return list.reduce((sum, tool) => sum + definitionTokens(tool), 0);
}

/** Tokens of one tool with these actions; 0 with none. */
export function toolTokens(name: string, actions: string[]): number {
  const tool = tools.find((one) => one.name === name);
  return tool && actions.length > 0 ? definitionTokens(toWire(tool, actions)) : 0;
}
