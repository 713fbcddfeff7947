import * as z from 'zod';
import { type Leaf, leaves } from '../../src/settings/leaves.ts';

/** What a form has to know of a setting. */
export type Field = {
  /** Where it stands in the settings: `tools.mode`. */
  name: string;
  /** The variable that sets it. */
  variable: string;
  kind: 'string' | 'number' | 'boolean' | 'list';
  description: string;
  secret: boolean;
  choices: string[];
  /** As text, as the variable would hold it. */
  standard?: string;
};

const typeSchema = z.looseObject({
  type: z.enum(['string', 'integer', 'boolean', 'array']),
  enum: z.array(z.string()).default([]),
  default: z.union([z.string(), z.number(), z.boolean(), z.array(z.string())]).optional(),
});
const KINDS = { string: 'string', integer: 'number', boolean: 'boolean', array: 'list' } as const;

/** The settings that one person's own server takes from variables: without the chat's and the served server's. */
export function localFields(): Field[] {
  const elsewhere = new Set(['ai', 'http', 'key', 'store']);
  return leaves.filter(({ path, meta }) => meta.env && !elsewhere.has(path[0] ?? '')).map(fieldOf);
}

function fieldOf({ path, type, meta }: Leaf): Field {
  const told = typeSchema.parse(z.toJSONSchema(type, { io: 'input' }));
  const standard = told.default === undefined ? '' : String(told.default);
  return {
    name: path.join('.'),
    variable: meta.env?.[0] ?? '',
    kind: KINDS[told.type],
    description: meta.description,
    secret: meta.secret ?? false,
    choices: told.enum,
    ...(standard !== '' && { standard }),
  };
}
