/** Fills in the fields of an OpenAI-compatible provider; every one of them can be changed afterwards. */
export type Preset = {
  /** The name of the provider in the settings, and of the preset itself. */
  name: string;
  label: string;
  /** With `RESOURCE` in it where everybody has an address of their own. */
  baseUrl: string;
  /** A server on this machine, found by its usual port. */
  local?: true;
  /** Where keys are made; without it no key is needed. */
  keyUrl?: string;
  /** What people stumble over, and what to do about it. */
  hint?: string;
};

export const presets: readonly Preset[] = [
  {
    name: 'ollama',
    label: 'Ollama',
    baseUrl: 'http://localhost:11434/v1',
    local: true,
    hint: 'Ollama cuts off what does not fit its context without a word, by default at 4,096 tokens on most machines. Start it with OLLAMA_CONTEXT_LENGTH=32768, or put `PARAMETER num_ctx 32768` into a Modelfile, and give the model the same contextWindow in the settings.',
  },
  {
    name: 'lm-studio',
    label: 'LM Studio',
    baseUrl: 'http://localhost:1234/v1',
    local: true,
    hint: 'Start the server in the Developer tab, and load the model with a context length of 16,000 or more.',
  },
  {
    name: 'vllm',
    label: 'vLLM',
    baseUrl: 'http://localhost:8000/v1',
    local: true,
    hint: 'Tools work only when it is started with --enable-auto-tool-choice and the --tool-call-parser of the model.',
  },
  {
    name: 'llama-cpp',
    label: 'llama.cpp',
    baseUrl: 'http://localhost:8080/v1',
    local: true,
    hint: 'Start llama-server with --jinja, without which it takes no tools, and with --ctx-size 16384 or more.',
  },
  {
    name: 'azure',
    label: 'Azure OpenAI',
    baseUrl: 'https://RESOURCE.openai.azure.com/openai/v1',
    keyUrl: 'https://portal.azure.com',
    hint: 'Model ids are the names of your deployments. Addresses of the older kind work too, as they are pasted: https://RESOURCE.openai.azure.com/openai/deployments/NAME?api-version=2024-10-21.',
  },
  {
    name: 'mistral',
    label: 'Mistral',
    baseUrl: 'https://api.mistral.ai/v1',
    keyUrl: 'https://console.mistral.ai/api-keys',
  },
  {
    name: 'deepseek',
    label: 'DeepSeek',
    baseUrl: 'https://api.deepseek.com/v1',
    keyUrl: 'https://platform.deepseek.com/api_keys',
  },
  {
    name: 'openrouter',
    label: 'OpenRouter',
    baseUrl: 'https://openrouter.ai/api/v1',
    keyUrl: 'https://openrouter.ai/settings/keys',
    hint: 'Not every model there takes tools: `providers test` shows which do.',
  },
  {
    name: 'groq',
    label: 'Groq',
    baseUrl: 'https://api.groq.com/openai/v1',
    keyUrl: 'https://console.groq.com/keys',
  },
];

/** The preset of that name. */
export const presetOf = (name: string): Preset | undefined => presets.find((preset) => preset.name === name);
