import * as z from 'zod';
import { namesNobody } from './address.ts';
import { ai } from './groups/ai.ts';
import { http } from './groups/http.ts';
import { leaf, names } from './groups/leaf.ts';
import { store } from './groups/store.ts';

/** What happens to a change before it is made, from the least strict on. */
export const POLICIES = ['allow', 'confirm', 'block'] as const;

const policy = (standard: (typeof POLICIES)[number], env: string, description: string) =>
  leaf(z.enum(POLICIES).default(standard), { env: [env], merge: 'strictest', description });

/**
 * Every setting there is. The file, the environment, the flags, `directus-assistant settings`, the JSON Schema
 * and the table in the README are all derived from this.
 */
export const settingsSchema = z.strictObject({
  $schema: z.string().optional().describe('Where editors find the JSON Schema of this file.'),
  directus: z
    .strictObject({
      url: leaf(z.url().refine(namesNobody, 'must not hold a user name or password').optional(), {
        env: ['DIRECTUS_URL'],
        flag: '--url',
        description: 'Address of Directus, for example https://cms.example.com.',
      }),
      token: leaf(z.string().optional(), {
        env: ['DIRECTUS_TOKEN'],
        secret: true,
        description: 'Static token of the Directus user the assistant acts as.',
      }),
      email: leaf(z.string().optional(), {
        env: ['DIRECTUS_USER_EMAIL'],
        description: 'Sign in with this account instead of a token.',
      }),
      password: leaf(z.string().optional(), {
        env: ['DIRECTUS_USER_PASSWORD'],
        secret: true,
        description: 'Password of that account.',
      }),
    })
    .prefault({}),
  mcpEnabled: leaf(z.boolean().default(true), {
    env: ['MCP_ENABLED'],
    merge: 'deny-if-false',
    description: 'Off: the MCP server offers no tools.',
  }),
  readOnly: leaf(z.boolean().default(false), {
    env: ['READ_ONLY'],
    flag: '--read-only',
    merge: 'deny-if-true',
    description: 'Only reading. Beats every other setting.',
  }),
  allowDeletes: leaf(z.boolean().default(false), {
    env: ['ALLOW_DELETES'],
    flag: '--allow-deletes',
    merge: 'deny-if-false',
    description: 'Lets the assistant delete, by whatever means.',
  }),
  policy: z
    .strictObject({
      write: policy('allow', 'POLICY_WRITE', 'Creating and changing items, files and comments.'),
      delete: policy('confirm', 'POLICY_DELETE', 'Deleting, by whatever means; only with `allowDeletes`.'),
      schema: policy(
        'allow',
        'POLICY_SCHEMA',
        'Adding to the data model; what could lose data is always confirmed.',
      ),
      automation: policy('confirm', 'POLICY_AUTOMATION', 'Changing and running flows.'),
      access: policy('confirm', 'POLICY_ACCESS', 'Changing users, roles, policies and permissions.'),
    })
    .prefault({}),
  tools: z
    .strictObject({
      mode: leaf(z.enum(['default', 'registry']).default('default'), {
        env: ['TOOL_MODE'],
        flag: '--tool-mode',
        description: '`default` lists every tool; `registry` lists three that find and run the others.',
      }),
      toolsets: leaf(names.optional(), {
        env: ['TOOLSETS'],
        flag: '--toolsets',
        description:
          'Only these toolsets: content, model, automation, collaboration, access, insights, system.',
      }),
      include: leaf(names.optional(), {
        env: ['TOOLS'],
        flag: '--tools',
        description: 'Only these tools or actions (`items`, `items.read`), beside those of `toolsets`.',
      }),
      exclude: leaf(names.default([]), {
        env: ['DISABLE_TOOLS'],
        flag: '--exclude',
        merge: 'union',
        description: 'Never these tools or actions (`flows`, `items.delete`).',
      }),
    })
    .prefault({}),
  systemCollections: leaf(names.default([]), {
    description:
      'Collections named directus_* that the tools for items, collections, fields and relations may change.',
  }),
  uploadRoots: leaf(names.default([]), {
    env: ['UPLOAD_ROOTS'],
    flag: '--upload-roots',
    description:
      'Folders of this machine from which `files` may upload by path; none means no paths at all. Files and folders whose name begins with a dot stay out of reach.',
  }),
  uploadHosts: leaf(names.default([]), {
    env: ['UPLOAD_HOSTS'],
    description:
      'Hosts that files may be fetched from although they are on a private network (`media.intranet`, `*.example.internal`).',
  }),
  limits: z
    .strictObject({
      rows: leaf(z.int().min(1).max(1000).default(25), {
        description: 'Rows a list returns when the call does not say.',
      }),
      replyTokens: leaf(z.int().min(500).max(100_000).default(8000), {
        description: 'Tokens a reply may cost; longer ones are cut, and say how to read on.',
      }),
      changeRows: leaf(z.int().min(1).max(10_000).default(10), {
        description: 'Rows one call may change without being confirmed.',
      }),
      uploadBytes: leaf(z.int().min(1).default(1_073_741_824), {
        description: 'Size of the largest file that may be uploaded, in bytes.',
      }),
    })
    .prefault({}),
  systemPrompt: z
    .strictObject({
      enabled: leaf(z.boolean().default(true), {
        env: ['MCP_SYSTEM_PROMPT_ENABLED'],
        description: 'Offer the `system-prompt` tool.',
      }),
      text: leaf(z.string().optional(), {
        env: ['MCP_SYSTEM_PROMPT'],
        description: 'Replaces the default system prompt.',
      }),
    })
    .prefault({}),
  prompts: z
    .strictObject({
      collection: leaf(z.string().optional(), {
        env: ['DIRECTUS_PROMPTS_COLLECTION'],
        description: 'Collection whose items are offered as prompts.',
      }),
      nameField: leaf(z.string().default('name'), {
        env: ['DIRECTUS_PROMPTS_NAME_FIELD'],
        description: 'Its field with the name.',
      }),
      descriptionField: leaf(z.string().default('description'), {
        env: ['DIRECTUS_PROMPTS_DESCRIPTION_FIELD'],
        description: 'Its field with the description.',
      }),
      systemPromptField: leaf(z.string().default('system_prompt'), {
        env: ['DIRECTUS_PROMPTS_SYSTEM_PROMPT_FIELD'],
        description: 'Its field with the system prompt.',
      }),
      messagesField: leaf(z.string().default('messages'), {
        env: ['DIRECTUS_PROMPTS_MESSAGES_FIELD'],
        description: 'Its field with the messages: a list of {role, text}.',
      }),
    })
    .prefault({}),
  http,
  key: leaf(z.string().min(32).optional(), {
    env: ['DIRECTUS_ASSISTANT_KEY'],
    secret: true,
    description:
      'Secret that seals sessions, and secrets in the settings file, the same on all instances: 32 characters or more. One is made in your config folder where none is given.',
  }),
  store,
  ai,
});

export type Settings = z.output<typeof settingsSchema>;
