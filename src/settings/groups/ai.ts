import * as z from 'zod';
import { namesNobody, withScheme } from '../address.ts';
import { leaf } from './leaf.ts';

/** The providers that need no address. */
export const BUILT_IN = ['openai', 'anthropic', 'google'] as const;

/** What a model costs, in US dollars per million tokens. */
const price = z.strictObject({
  input: z.number().nonnegative().describe('Dollars per million tokens of input.'),
  output: z.number().nonnegative().describe('Dollars per million tokens of output, reasoning included.'),
  cachedInput: z.number().nonnegative().optional().describe('Of input read from a cache; default `input`.'),
  cacheWrite: z.number().nonnegative().optional().describe('Of input written to a cache; default `input`.'),
});

const modelFields = {
  id: z.string().min(1).describe('The id that the endpoint knows the model by.'),
  name: z.string().optional().describe('The name people see.'),
  contextWindow: z.int().positive().optional().describe('Tokens that fit into one request; default 128000.'),
  maxOutput: z.int().positive().optional().describe('Tokens of one answer; default 16000.'),
  attachments: z.boolean().optional().describe('Takes images and files; default no.'),
  reasoning: z.boolean().optional().describe('Thinks before it answers; default no.'),
  providerOptions: z.record(z.string(), z.json()).optional().describe('Passed to the AI SDK as they are.'),
  price: price.optional().describe('What it costs, for sums and budgets.'),
};

/** A model of a built-in provider: what is left out, the catalogue knows. */
const model = z.strictObject(modelFields);

const compatibleModel = z.strictObject({
  ...modelFields,
  parallelCalls: z
    .boolean()
    .optional()
    .describe('Sent as `parallel_tool_calls`; left out, nothing is sent. Off where calls come mangled.'),
  reasoningTags: z
    .array(z.string().regex(/^[A-Za-z][\w-]*$/, 'name the tag without brackets'))
    .optional()
    .describe('Tags between which it thinks in its answer; default think, thinking and thought.'),
  startsWithReasoning: z
    .boolean()
    .optional()
    .describe('It thinks from the first word on and only closes the tag.'),
});

const models = <T extends z.ZodType>(of: T) => z.array(z.union([z.string().min(1), of]));

/** One OpenAI-compatible provider. */
export const compatible = z.strictObject({
  name: z
    .string()
    .regex(/^[a-z0-9-]+$/, 'use a-z, 0-9 and - only')
    .refine((name) => !BUILT_IN.some((one) => one === name), 'a built-in provider has that name')
    .describe('The word before the slash in PROVIDER/MODEL.'),
  baseUrl: z
    .string()
    .transform(withScheme)
    .pipe(z.url({ protocol: /^https?$/, error: 'is no address like http://localhost:11434/v1' }))
    .refine(namesNobody, 'must not hold a user name or password; send them in `headers`')
    .describe('For example http://localhost:11434/v1.'),
  apiKey: z.string().optional().meta({ secret: true, description: 'Not needed for most local servers.' }),
  headers: z
    .record(z.string(), z.string())
    .optional()
    .meta({ secret: true, description: 'Sent with every request.' }),
  models: models(compatibleModel).default([]).describe('The models people may choose: ids, or objects.'),
});

/** A built-in provider: nothing is available until a model is chosen, as in Directus. */
const provider = (label: string, env: string[]) =>
  z
    .strictObject({
      apiKey: leaf(z.string().optional(), { env, secret: true, description: `Key for ${label}.` }),
      models: leaf(models(model).default([]), {
        description: `${label} models people may choose, as ids or objects; none means none.`,
      }),
    })
    .prefault({});

const budget = (description: string) =>
  leaf(z.number().positive().optional(), { merge: 'smallest', description });

/** What people with one role may do; what is left out, `*` says. */
const roleLimit = z.strictObject({
  enabled: z.boolean().optional().describe('May use the assistant; default yes.'),
  models: z
    .array(z.string().regex(/^[^/\s]+\/\S+$/, 'name it as PROVIDER/ID'))
    .optional()
    .describe('Only these models, as PROVIDER/ID; default all that are allowed.'),
  dayTokens: z.number().positive().optional().describe('Tokens one user may use in a day.'),
  dayCost: z.number().positive().optional().describe('Dollars one user may cost in a day.'),
});

/** What concerns the chat and its models. */
export const ai = z
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
    maxSteps: leaf(z.int().min(1).max(1000).default(100), {
      description: 'Model calls for one message before the chat stops and offers to go on.',
    }),
    history: leaf(z.boolean().default(true), {
      merge: 'deny-if-false',
      description: 'Keep conversations on this machine, to be read and taken up again.',
    }),
    budget: z
      .strictObject({
        conversationTokens: budget(
          'Tokens one conversation may use; a request that would pass it is not made.',
        ),
        conversationCost: budget('Dollars one conversation may cost, where models have a price.'),
        dayTokens: budget('Tokens all conversations of one day may use.'),
        dayCost: budget('Dollars all conversations of one day may cost, where models have a price.'),
      })
      .prefault({}),
    roles: leaf(z.record(z.string().min(1), roleLimit).default({}), {
      description:
        'What users may do in the browser, by id or name of their Directus role: `enabled`, `models`, `dayTokens` and `dayCost` of one user. `*` says what an entry leaves out, and counts for roles without one.',
    }),
    servers: leaf(z.string().optional(), {
      flag: '--mcp-config',
      description: 'An mcp.json whose servers the chat joins as well.',
    }),
  })
  .prefault({});

export type Price = z.output<typeof price>;
export type RoleLimit = z.output<typeof roleLimit>;
export type BuiltInModel = z.output<typeof model>;
export type CompatibleModel = z.output<typeof compatibleModel>;
export type CompatibleProvider = z.output<typeof compatible>;
