/** A part of the page that is saved as one. */
export type Section = { id: string; label: string; icon: string; paths: readonly string[] };

/** What settings are called, in the order of the page. */
const labels = {
  'ai.openai.apiKey': 'OpenAI key',
  'ai.openai.models': 'OpenAI models',
  'ai.anthropic.apiKey': 'Anthropic key',
  'ai.anthropic.models': 'Anthropic models',
  'ai.google.apiKey': 'Google key',
  'ai.google.models': 'Google models',
  'ai.compatible': 'OpenAI-compatible providers',
  'ai.enabled': 'Chat',
  'ai.model': 'Model to start with',
  'ai.systemPrompt': 'System prompt',
  'ai.maxSteps': 'Steps for one message',
  'ai.history': 'History',
  'ai.approvals': 'Approvals',
  'prompts.collection': 'Collection',
  'prompts.nameField': 'Field with the name',
  'prompts.descriptionField': 'Field with the description',
  'prompts.systemPromptField': 'Field with the system prompt',
  'prompts.messagesField': 'Field with the messages',
  mcpEnabled: 'MCP server',
  readOnly: 'Read-only',
  allowDeletes: 'Allow deletes',
  'tools.mode': 'Tool mode',
  'policy.write': 'Content',
  'policy.delete': 'Deletes',
  'policy.schema': 'Data model',
  'policy.automation': 'Automation',
  'policy.access': 'Access',
  'systemPrompt.enabled': 'Offer instructions',
  'systemPrompt.text': 'Instructions',
  systemCollections: 'System collections',
  'tools.exclude': 'Switches of tools',
  'tools.toolsets': 'Only these toolsets',
  'tools.include': 'Only these tools',
  'ai.budget.conversationTokens': 'Tokens of a conversation',
  'ai.budget.conversationCost': 'Dollars of a conversation',
  'ai.budget.dayTokens': 'Tokens of a day',
  'ai.budget.dayCost': 'Dollars of a day',
  'limits.rows': 'Rows of a list',
  'limits.replyTokens': 'Tokens of a reply',
  'limits.changeRows': 'Rows of a change',
  'limits.uploadBytes': 'Size of an upload, in bytes',
} as const;

export const labelOf = (path: string): string => (labels as Record<string, string>)[path] ?? path;

const paths = Object.keys(labels);
const among = (pattern: RegExp) => paths.filter((path) => pattern.test(path));

export const sections: readonly [Section, ...Section[]] = [
  {
    id: 'providers',
    label: 'Providers',
    icon: 'i-lucide-plug',
    paths: among(/^ai\.(openai|anthropic|google|compatible)/),
  },
  {
    id: 'chat',
    label: 'Chat',
    icon: 'i-lucide-message-square',
    paths: among(/^ai\.(enabled|model|systemPrompt|maxSteps|history|approvals)$/),
  },
  { id: 'prompts', label: 'Prompts', icon: 'i-lucide-text-quote', paths: among(/^prompts\./) },
  {
    id: 'mcp',
    label: 'MCP',
    icon: 'i-lucide-shield-check',
    paths: among(
      /^(mcpEnabled|readOnly|allowDeletes|tools\.mode|policy\..*|systemPrompt\..*|systemCollections)$/,
    ),
  },
  {
    id: 'tools',
    label: 'Tools',
    icon: 'i-lucide-wrench',
    paths: among(/^tools\.(exclude|toolsets|include)$/),
  },
  { id: 'budgets', label: 'Budgets', icon: 'i-lucide-coins', paths: among(/^ai\.budget\./) },
  { id: 'limits', label: 'Limits', icon: 'i-lucide-gauge', paths: among(/^limits\./) },
  { id: 'clients', label: 'Connect a client', icon: 'i-lucide-cable', paths: [] },
];
