import { type Connection, connect } from '../../directus/connection.ts';
import { DirectusError, ToolError } from '../../directus/errors.ts';
import { path } from '../../directus/path.ts';
import { aiPrompts } from '../../sandbox/seed/prompts.ts';
import type { Settings } from '../../settings/schema.ts';
import { ProblemError } from '../../web/server/problem.ts';
import type { PromptsView } from '../../web/settings-api.ts';

type Field = { field: string; type: string };

/** The fields that settings name, and the types that hold what is read from them. */
const FIELDS = [
  { setting: 'prompts.nameField', types: ['string', 'text'] },
  { setting: 'prompts.descriptionField', types: ['string', 'text'] },
  { setting: 'prompts.systemPromptField', types: ['string', 'text'] },
  { setting: 'prompts.messagesField', types: ['json', 'text'] },
] as const;

/**
 * What there is of a prompts collection, with the rights of the token.
 * @throws ProblemError when Directus does not tell
 */
export async function promptsView(
  settings: Settings,
  token: string,
  collection: string,
): Promise<PromptsView> {
  return asking(settings, token, async (directus) => {
    const all = await directus.request<{ collection: string; schema: object | null }[]>(
      'GET',
      '/collections',
    );
    const collections = all
      .filter((one) => one.schema && !one.collection.startsWith('directus_'))
      .map((one) => one.collection)
      .sort();
    const exists = collections.includes(collection);
    const fields = exists ? await directus.request<Field[]>('GET', path`/fields/${collection}`) : [];
    return { collection, exists, fields: exists ? compared(settings, fields) : [], collections };
  });
}

function compared({ prompts }: Settings, fields: Field[]): PromptsView['fields'] {
  const named: Record<(typeof FIELDS)[number]['setting'], string> = {
    'prompts.nameField': prompts.nameField,
    'prompts.descriptionField': prompts.descriptionField,
    'prompts.systemPromptField': prompts.systemPromptField,
    'prompts.messagesField': prompts.messagesField,
  };
  return FIELDS.map(({ setting, types }) => {
    const field = named[setting];
    const type = fields.find((one) => one.field === field)?.type;
    if (type === undefined) return { setting, field, state: 'missing' };
    if (types.some((one) => one === type)) return { setting, field, state: 'fits' };
    const detail = `It is of the type ${type}, and ${types.join(' or ')} is needed.`;
    return { setting, field, state: 'misfits', detail };
  });
}

/**
 * Makes a prompts collection in the shape that Directus gives its own.
 * @throws ProblemError when there is one of that name, or Directus does not make it
 */
export async function createPrompts(settings: Settings, token: string, name: string): Promise<void> {
  const { exists } = await promptsView(settings, token, name);
  if (exists)
    throw new ProblemError('conflict', `There is a collection "${name}" already.`, 'prompts.collection');
  const wanted = ['id', 'name', 'description', 'system_prompt', 'messages'];
  const { icon, note, display_template } = aiPrompts.meta;
  await asking(settings, token, (directus) =>
    directus.request('POST', '/collections', {
      body: {
        collection: name,
        schema: {},
        meta: { icon, note, display_template },
        fields: aiPrompts.fields.filter(({ field }) => wanted.includes(field)),
      },
    }),
  );
}

async function asking<T>(
  { directus: { url } }: Settings,
  token: string,
  work: (directus: Connection) => Promise<T>,
): Promise<T> {
  const directus = connect({ url, token });
  try {
    return await work(directus);
  } catch (error) {
    if (error instanceof DirectusError || error instanceof ToolError)
      throw new ProblemError('failed', error.message, 'prompts.collection');
    throw error;
  } finally {
    directus.close();
  }
}
