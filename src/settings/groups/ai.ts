import * as z from 'zod';
import { leaf, names } from './leaf.ts';

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

/** A built-in provider: nothing is available until a model is chosen, as in Directus. */
const provider = (label: string, env: string[]) =>
  z
    .strictObject({
      apiKey: leaf(z.string().optional(), { env, secret: true, description: `Key for ${label}.` }),
      models: leaf(names.default([]), { description: `${label} models people may choose; none means none.` }),
    })
    .prefault({});

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
    servers: leaf(z.string().optional(), {
      flag: '--mcp-config',
      description: 'An mcp.json whose servers the chat joins as well.',
    }),
  })
  .prefault({});

export type CompatibleProvider = z.output<typeof compatible>;
