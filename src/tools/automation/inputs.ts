import { ToolError } from '../../directus/errors.ts';
import { isObject } from '../../directus/objects.ts';
import type { Field } from '../../directus/types.ts';
import { checkValue } from '../../guard/values.ts';
import { didYouMean } from '../../settings/suggest.ts';

/** What a manual flow asks for before it runs. */
type Input = Pick<Field, 'field' | 'type' | 'meta'>;

/** The inputs in a flow's options; what is malformed there Studio shows as nothing. */
export function inputsOf(options: Record<string, unknown> | null): Input[] {
  const fields = Array.isArray(options?.fields) ? options.fields : [];
  return fields.filter(isObject).flatMap(({ field, type, meta }): Input[] => {
    if (typeof field !== 'string') return [];
    return [{ field, type: typeof type === 'string' ? type : 'unknown', meta: isObject(meta) ? meta : null }];
  });
}

/** Refuses data that is not what the flow asks for, as Directus has it now. */
export function checkInputs(inputs: Input[], data: Record<string, unknown>, what: string): void {
  const names = inputs.map(({ field }) => field);
  const stray = Object.keys(data).find((name) => !names.includes(name));
  if (stray !== undefined) {
    throw new ToolError(
      'INVALID_PAYLOAD',
      `${what} has no input ${JSON.stringify(stray.slice(0, 60))}.${didYouMean(stray, names)} It was not run.`,
      names.length > 0 ? 'See its inputs.' : 'It takes no data.',
      names.length > 0 ? { inputs: inputs.map(described) } : undefined,
    );
  }
  const isGiven = ({ field }: Input) => !['', null, undefined].includes(data[field] as string);
  const missing = inputs.filter((input) => input.meta?.required === true && !isGiven(input));
  if (missing.length > 0) {
    throw new ToolError(
      'INVALID_PAYLOAD',
      `${what} needs data.${missing.map(({ field }) => field).join(', data.')}. It was not run.`,
      'Ask the person for what is not known.',
      { inputs: inputs.map(described) },
    );
  }
  for (const input of inputs)
    checkValue({ ...input, collection: '', schema: null }, data[input.field], `data.${input.field}`);
}

function described({ field, type, meta }: Input): Record<string, unknown> {
  const choices = Array.isArray(meta?.options?.choices) ? meta.options.choices : [];
  const values = choices.map((choice) => (isObject(choice) ? choice.value : choice));
  return {
    name: field,
    type,
    ...(meta?.required ? { required: true } : {}),
    ...(values.length > 0 ? { choices: values.slice(0, 20) } : {}),
  };
}
