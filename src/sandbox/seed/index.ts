import type { Rest } from '../rest.ts';
import { roles } from './access.ts';
import { collections } from './collections.ts';
import { articles } from './content/articles.ts';
import { readerComments } from './content/comments.ts';
import { fileId, folders, library } from './content/library.ts';
import { authors } from './content/people.ts';
import { categories, languages, siteSettings, tags } from './content/sections.ts';
import { editorNoteFlow } from './flow.ts';
import { prompts } from './prompts.ts';
import { relations } from './relations.ts';
import { uploadLibrary } from './upload.ts';

const published = articles.filter(({ status }) => status === 'published').map(({ id }) => id);

/** Everything the newsroom is made of, as data: the same in every sandbox. */
export const newsroom = {
  collections,
  relations,
  folders,
  library,
  categories,
  tags,
  languages,
  authors,
  articles,
  comments: readerComments(published),
  siteSettings,
  prompts,
  editorNoteFlow,
  roles,
};

type Report = (fraction: number, text: string) => void;

/** Makes the newsroom in an empty Directus, through its own REST API. */
export async function fillNewsroom(rest: Rest, report: Report): Promise<void> {
  report(0, 'Creating collections');
  await rest.send('POST', '/collections', collections);
  for (const relation of relations) await rest.send('POST', '/relations', relation);
  report(0.35, 'Uploading files');
  await uploadLibrary(rest);
  report(0.6, 'Writing content');
  await writeContent(rest);
  report(0.9, 'Creating users');
  await createRoles(rest);
  await createFlow(rest);
  await rest.send('PATCH', '/settings', await settings(rest));
}

async function writeContent(rest: Rest): Promise<void> {
  const items = (collection: string, rows: object) => rest.send('POST', `/items/${collection}`, rows);
  await items('languages', languages);
  await items('categories', categories);
  await items('tags', tags);
  await items(
    'authors',
    authors.map((author) => ({ ...author, portrait: fileId(author.portrait) })),
  );
  await items('articles', articles);
  await items('reader_comments', newsroom.comments);
  await items('ai_prompts', prompts);
  await rest.send('PATCH', '/items/site_settings', { ...siteSettings, logo: fileId(siteSettings.logo) });
}

async function createRoles(rest: Rest): Promise<void> {
  for (const { role, policy, permissions, user } of roles) {
    const policyId = idOf(await rest.send('POST', '/policies', { ...policy, permissions }));
    const roleId = idOf(await rest.send('POST', '/roles', role));
    await rest.send('POST', '/access', { role: roleId, policy: policyId });
    await rest.send('POST', '/users', { ...user, role: roleId, status: 'active' });
  }
}

/** Operations name the next one by its id, so the last comes first. */
async function createFlow(rest: Rest): Promise<void> {
  const flow = idOf(await rest.send('POST', '/flows', editorNoteFlow.flow));
  let next: string | null = null;
  for (const operation of editorNoteFlow.operations.toReversed()) {
    next = idOf(await rest.send('POST', '/operations', { ...operation, flow, resolve: next }));
  }
  await rest.send('PATCH', `/flows/${flow}`, { operation: next });
}

/** The project's settings, as far as this version of Directus has them. */
async function settings(rest: Rest): Promise<Record<string, unknown>> {
  const wanted: Record<string, unknown> = {
    project_descriptor: 'Newsroom',
    project_color: '#6644FF',
    project_owner: 'admin@example.com',
    mcp_enabled: true,
    mcp_allow_deletes: true,
    mcp_prompts_collection: 'ai_prompts',
  };
  const present = (await rest.send('GET', '/settings')) as Record<string, unknown>;
  return Object.fromEntries(Object.entries(wanted).filter(([name]) => name in present));
}

function idOf(row: unknown): string {
  if (row && typeof row === 'object' && 'id' in row && typeof row.id === 'string') return row.id;
  throw new TypeError('Directus returned a row without an id.');
}
