import * as z from 'zod';

/** How two sources that both set a value are combined; the default is that the later source wins. */
export type Merge = 'deny-if-true' | 'deny-if-false' | 'union' | 'strictest';

/** What a leaf of the schema says about itself, beside its type. */
export type LeafMeta = {
  /** Environment variables that set it; the first one present is used. */
  env?: string[];
  /** The flag of the command line that sets it. */
  flag?: string;
  /** Never shown, logged or sent anywhere but where it belongs. */
  secret?: boolean;
  /** How sources combine. */
  merge?: Merge;
  description: string;
};

const leaf = <T extends z.ZodType>(type: T, meta: LeafMeta): T => type.meta(meta);

const names = z.array(z.string());

const model = z.strictObject({
  id: z.string().describe('The id that the endpoint knows the model by.'),
  name: z.string().optional().describe('The name people see.'),
  contextWindow: z.int().positive().default(128_000).describe('Tokens that fit into one request.'),
  maxOutput: z.int().positive().default(16_000).describe('Tokens of one answer.'),
  attachments: z.boolean().default(false).describe('Takes images and files.'),
  reasoning: z.boolean().default(false).describe('Thinks before it answers.'),
  providerOptions: z.record(z.string(), z.json()).optional().describe('Passed to the AI SDK as they are.'),
});

const compatible = z.strictObject({
  name: z
    .string()
    .regex(/^[a-z0-9-]+$/, 'use a-z, 0-9 and - only')
    .describe('The word before the slash in PROVIDER/MODEL.'),
  baseUrl: z.url().describe('For example http://localhost:11434/v1.'),
  apiKey: z.string().optional().meta({ secret: true, description: 'Not needed for most local servers.' }),
  headers: z
    .record(z.string(), z.string())
    .optional()
    .meta({ secret: true, description: 'Sent with every request.' }),
  models: z.array(model).default([]).describe('The models people may choose.'),
});

/** What happens to a change before it is made, from the least strict on. */
export const POLICIES = ['allow', 'confirm', 'block'] as const;

const policy = (standard: (typeof POLICIES)[number], env: string, description: string) =>
  leaf(z.enum(POLICIES).default(standard), { env: [env], merge: 'strictest', description });

/** A built-in provider: nothing is available until a model is chosen, as in Directus. */
const provider = (label: string, env: string[]) =>
  z
    .strictObject({
      apiKey: leaf(z.string().optional(), { env, secret: true, description: `Key for ${label}.` }),
      models: leaf(names.default([]), { description: `${label} models people may choose; none means none.` }),
    })
    .prefault({});

/**
 * Every setting there is. The file, the environment, the flags, `directus-assistant settings`, the JSON Schema
 * and the table in the README are all derived from this.
 */
export const settingsSchema = z.strictObject({
  $schema: z.string().optional().describe('Where editors find the JSON Schema of this file.'),
  directus: z
    .strictObject({
      url: leaf(z.url().optional(), {
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
  http: z
    .strictObject({
      host: leaf(z.string().default('127.0.0.1'), {
        env: ['HTTP_HOST'],
        flag: '--host',
        description: 'Address that `mcp --http` listens on; `0.0.0.0` is every one of this machine.',
      }),
      port: leaf(z.int().min(0).max(65_535).default(8056), {
        env: ['HTTP_PORT', 'PORT'],
        flag: '--port',
        description: 'Port that `mcp --http` listens on; 0 takes a free one.',
      }),
      publicUrl: leaf(z.url({ protocol: /^https?$/ }).optional(), {
        env: ['HTTP_PUBLIC_URL'],
        flag: '--public-url',
        description:
          'Address at which people reach it, for example https://mcp.example.com. Its host and origin are let in.',
      }),
      allowedHosts: leaf(names.default([]), {
        env: ['HTTP_ALLOWED_HOSTS'],
        description: 'Further host names by which it may be called, beside this machine and `publicUrl`.',
      }),
      allowedOrigins: leaf(names.default([]), {
        env: ['HTTP_ALLOWED_ORIGINS'],
        description:
          'Host names of web pages that may call it from a browser, beside this machine and `publicUrl`.',
      }),
      queryToken: leaf(z.boolean().default(false), {
        env: ['HTTP_QUERY_TOKEN'],
        merge: 'deny-if-false',
        description:
          'Take the token from the address as well (`?access_token=`), for clients that cannot send headers. Proxies may log it.',
      }),
      sharedKey: leaf(z.string().min(16).optional(), {
        env: ['HTTP_SHARED_KEY'],
        secret: true,
        description:
          'Who gives this in place of a Directus token acts as the user of `directus.token`. At least 16 characters.',
      }),
      ratePerMinute: leaf(z.int().min(1).default(1200), {
        env: ['HTTP_RATE_PER_MINUTE'],
        description: 'Requests that one token may make in a minute.',
      }),
      concurrency: leaf(z.int().min(1).default(32), {
        env: ['HTTP_CONCURRENCY'],
        description: 'Requests of one token that are worked on at once.',
      }),
      bodyBytes: leaf(z.int().min(1024).default(4_194_304), {
        env: ['HTTP_BODY_BYTES'],
        description: 'Size of the largest request, in bytes.',
      }),
      sessions: leaf(z.int().min(1).default(1000), {
        env: ['HTTP_SESSIONS'],
        description: 'Sessions of clients of the 2025 protocol that are kept awake at once.',
      }),
      metrics: leaf(z.boolean().default(true), {
        env: ['HTTP_METRICS'],
        description: 'Serve figures for Prometheus at /metrics.',
      }),
      peerUrl: leaf(z.url({ protocol: /^https?$/ }).optional(), {
        env: ['HTTP_PEER_URL'],
        description:
          'Address at which other instances reach this one, where they cannot tell: http://10.0.0.7:8056.',
      }),
    })
    .prefault({}),
  key: leaf(z.string().min(32).optional(), {
    env: ['DIRECTUS_ASSISTANT_KEY'],
    secret: true,
    description:
      'Secret that seals sessions, the same on all instances: 32 characters or more. One is made in your config folder where none is given.',
  }),
  ai: z
    .strictObject({
      enabled: leaf(z.boolean().default(true), {
        env: ['AI_ENABLED'],
        merge: 'deny-if-false',
        description: 'Off: there is no chat.',
      }),
      model: leaf(z.string().optional(), {
        env: ['DIRECTUS_ASSISTANT_MODEL'],
        flag: '--model',
        description: 'Model the chat starts with, as PROVIDER/ID.',
      }),
      systemPrompt: leaf(z.string().optional(), {
        description: 'System prompt of the chat; blank means the default.',
      }),
      openai: provider('OpenAI', ['OPENAI_API_KEY']),
      anthropic: provider('Anthropic', ['ANTHROPIC_API_KEY']),
      google: provider('Google', ['GOOGLE_GENERATIVE_AI_API_KEY', 'GEMINI_API_KEY']),
      compatible: leaf(z.array(compatible).default([]), {
        secret: true,
        description:
          'OpenAI-compatible providers: Ollama, LM Studio, vLLM, Azure, Mistral, OpenRouter and others.',
      }),
      approvals: leaf(z.record(z.string(), z.enum(['always', 'ask', 'disabled'])).default({}), {
        description: 'What the chat does before a tool or action (`items.update`): run it, ask, or never.',
      }),
      servers: leaf(z.string().optional(), {
        flag: '--mcp-config',
        description: 'An mcp.json whose servers the chat joins as well.',
      }),
    })
    .prefault({}),
});

export type Settings = z.output<typeof settingsSchema>;
export type CompatibleProvider = z.output<typeof compatible>;
