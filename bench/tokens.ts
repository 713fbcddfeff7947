import { countTokens } from 'gpt-tokenizer/encoding/o200k_base';
import type { Definition } from './rpc.ts';

/** Tokens (o200k) of the definitions as a host hands them to a model: name, description and input schema. */
export const definitionTokens = (list: Definition[]): number =>
  list.reduce(
    (sum, { name, description, inputSchema }) =>
      sum + countTokens(JSON.stringify({ name, description, inputSchema })),
    0,
  );
