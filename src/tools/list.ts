import { access } from './access/access.ts';
import { flows } from './automation/flows.ts';
import { operations } from './automation/operations.ts';
import { triggerFlow } from './automation/trigger-flow.ts';
import { comments } from './collaboration/comments.ts';
import { history } from './collaboration/history.ts';
import { versions } from './collaboration/versions.ts';
import { assets } from './content/assets.ts';
import { files } from './content/files.ts';
import { folders } from './content/folders.ts';
import { items } from './content/items.ts';
import type { Tool } from './define.ts';
import { dashboards } from './insights/dashboards.ts';
import { translations } from './insights/translations.ts';
import { collections } from './model/collections.ts';
import { fields } from './model/fields.ts';
import { relations } from './model/relations.ts';
import { schema } from './model/schema.ts';
import { systemPrompt } from './system/system-prompt.ts';

/** Every tool there is, in the order in which they are listed. */
export const tools: Tool[] = [
  systemPrompt,
  schema,
  items,
  files,
  folders,
  assets,
  collections,
  fields,
  relations,
  flows,
  operations,
  triggerFlow,
  comments,
  versions,
  access,
  dashboards,
  translations,
  history,
];
