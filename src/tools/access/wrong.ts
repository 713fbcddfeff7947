import { ToolError } from '../../directus/errors.ts';

/** An error about a part of the data of a change that was not made. */
export function wrong(field: string, what: string, next?: string): ToolError {
  return new ToolError('INVALID_PAYLOAD', `data.${field} ${what}. Nothing was changed.`, next);
}
