import type { Failure } from './failure.ts';

/** What went wrong, for those who can do something about it. */
export type ProblemKind =
  /** The key is wrong or may not do this. */
  | 'auth'
  /** The account is used up. */
  | 'quota'
  | 'rate-limit'
  /** The request is longer than the model's or the server's context: a shorter one may work. */
  | 'context-overflow'
  /** The model cannot call tools at this endpoint. */
  | 'no-tools'
  /** The endpoint refused a call that its own model had written. */
  | 'call-refused'
  | 'not-found'
  | 'unreachable'
  /** The trouble is at the endpoint, and may pass. */
  | 'server'
  /** The answer ended early. */
  | 'cut'
  /** Nothing came for too long. */
  | 'stalled'
  /** The answer held nothing. */
  | 'empty'
  | 'content-filter'
  | 'other';

export type Judgement = {
  kind: ProblemKind;
  /** What to do, one sentence or none. */
  advice: string;
  /** The same request may work later. */
  retryable: boolean;
};

/** Context overflow in the words of Ollama, LM Studio, llama.cpp, vLLM, OpenAI, Anthropic, Google and Mistral. */
const overflow =
  /context[_ ](length|size|window)|maximum context|n_keep|n_ctx|keep the first \d+ tokens|(prompt|input|request) (is )?too (long|large)|too many (input )?tokens|input token count|reduce the length|exceeds? the (model's )?max(imum)? (input|number of)/i;
const noTools =
  /does not support (tools|tool use|function)|support tool use|tools? (use|calling )?(is|are) not supported/i;
const thinking = /reasoning_content/;

/** Judges a failure by what was said, then by its status. */
export function judge(failure: Failure, provider: string): Judgement {
  const { how, status, text } = failure;
  const no = (kind: ProblemKind, advice = '') => ({ kind, advice, retryable: false });
  const yes = (kind: ProblemKind, advice = '') => ({ kind, advice, retryable: true });
  if (how === 'unreachable') return yes('unreachable', 'Check that it runs and the base URL is right.');
  if (how === 'cut' || how === 'stalled' || how === 'empty') return yes(how);
  if (how === 'unreadable' || how === 'garbled') return yes('other');
  if (/tool_use_failed/.test(text))
    return yes('call-refused', 'Try again, say it in other words, or choose another model.');
  if (noTools.test(text))
    return no('no-tools', 'Choose a model that can call tools, or another provider for this one.');
  if (status !== 429 && (status === 413 || overflow.test(text))) return no('context-overflow', enlarge(text));
  if (thinking.test(text))
    return no('other', 'Start a new conversation, or turn the thinking off in providerOptions of the model.');
  return byStatus(status, text, provider);
}

function byStatus(status: number | undefined, text: string, provider: string): Judgement {
  const advice = adviceFor(status, provider);
  if (status === undefined) return { kind: 'other', advice, retryable: true };
  if (status === 402 || /insufficient_quota/.test(text))
    return { kind: 'quota', advice: `Check the plan and the billing of ${provider}.`, retryable: false };
  if (status === 401 || status === 403) return { kind: 'auth', advice, retryable: false };
  if (status === 404) return { kind: 'not-found', advice, retryable: false };
  if (status === 429) return { kind: 'rate-limit', advice, retryable: true };
  if (status >= 500 || status === 408 || status === 409) return { kind: 'server', advice, retryable: true };
  return { kind: 'other', advice, retryable: false };
}

/** What to do about a status. */
export function adviceFor(status: number | undefined, provider: string): string {
  if (status === 401 || status === 403) return `Check the API key of ${provider}.`;
  if (status === 404) return 'Check the base URL (most end in /v1) and the model id.';
  if (status === 429) return 'It is a limit of the account or the server: wait a little, then try again.';
  if (status !== undefined && status >= 500) return 'The trouble is at its end: try again later.';
  return '';
}

/** How many tokens the server has room for, where it says so. */
function enlarge(text: string): string {
  const size = [
    /"n_ctx":\s*(\d+)/,
    /context (?:length|size|window)(?: of only| of| is)? \(?(\d{3,})/i,
    /maximum context length is (\d+)/i,
    /> (\d+) maximum/,
  ]
    .map((pattern) => pattern.exec(text)?.[1])
    .find((found) => found !== undefined);
  const context = size
    ? `The server's context is ${Number(size).toLocaleString('en')} tokens`
    : 'The conversation is too long for it';
  return `${context}: raise it there (num_ctx in Ollama, context length in LM Studio, -c in llama.cpp), ask for less at once, or start a new conversation.`;
}
