import { wrapLanguageModel } from 'ai';
import { filesInRequests } from './attachments/request.ts';
import type { AttachmentStore } from './attachments/types.ts';
import type { Uploads } from './attachments/uploads.ts';
import type { CallRecord } from './call-record.ts';
import { rootCause } from './cause.ts';
import type { ChatEvent } from './chat-types.ts';
import { shrinkOnOverflow } from './context/overflow.ts';
import { counted } from './costs/counted.ts';
import type { Meter, Spent } from './costs/meter.ts';
import { addUsage, noUsage, type TokenUsage } from './costs/usage.ts';
import { withCaching } from './providers/caching.ts';
import type { ChatModel } from './providers/models.ts';
import { attend } from './providers/quirks/attend.ts';

export type RequestOptions = {
  conversation: string;
  /** What the conversation has used before. */
  earlier: readonly Spent[];
  meter: Meter | undefined;
  maxRetries: number;
  attachments: AttachmentStore;
  uploads: Uploads;
  onEvent: (event: ChatEvent) => void;
  onSpent: (spent: Spent) => void;
};

/** The requests of one conversation to models, and what they use. */
export type Requests = {
  /** A model with all that its requests go through: counting and budgets, attachments, caches, repetition. */
  open(model: ChatModel): ChatModel['languageModel'];
  /** Begins to count a turn; what it gives says what the turn has used. */
  startTurn(): () => { usage: TokenUsage; contextTokens: number };
  total(): TokenUsage;
  /** Tokens of the last request and its answer. */
  contextTokens(): number;
  /** Tokens by the provider's count to tokens by ours, from the last request that had one. */
  scale(): number;
  /** Tokens that fit into a request, as far as one that did not fit has shown. */
  limit(): number;
  /** Writes down the calls of a turn that has ended. */
  recordCalls(calls: readonly CallRecord[]): void;
  /** Resolves when all that was used is written down, or it was said that it cannot be. */
  settled(): Promise<void>;
  /** The conversation begins anew; what it cost stays. */
  forget(): void;
};

export function createRequests(options: RequestOptions): Requests {
  const { conversation, meter, onEvent } = options;
  let total = options.earlier.reduce<TokenUsage>(addUsage, noUsage);
  let turn = noUsage;
  let contextTokens = tokensIn(options.earlier.at(-1));
  let scale = 1;
  let limit = Number.POSITIVE_INFINITY;
  let asked: string | undefined;
  let untold = true;
  let written: Promise<void> = Promise.resolve();

  function warn(text: string): void {
    onEvent({ type: 'warning', text });
  }

  /** A ledger that cannot be written must not take an answer away that is there. */
  function unwritten(error: unknown): void {
    if (untold)
      warn(
        `What was used cannot be written down (${rootCause(error)}): it counts here and now, but not for other chats and not in \`usage\`.`,
      );
    untold = false;
  }

  function write(entry: Promise<void> | undefined): void {
    const ended = entry?.catch(unwritten);
    written = Promise.all([written, ended]).then(() => {});
  }

  function onSpent(spent: Spent, estimate: number): void {
    total = addUsage(total, spent);
    turn = addUsage(turn, spent);
    contextTokens = tokensIn(spent);
    // Our estimate is right to about a quarter; what is far off is an error in the report.
    if (!spent.incomplete && estimate > 0) scale = Math.min(2, Math.max(0.5, spent.inputTokens / estimate));
    options.onSpent(spent);
    write(meter?.record(spent));
  }

  return {
    open(model) {
      // What was found out of a model is not so of another.
      if (asked !== model.name) {
        scale = 1;
        limit = Number.POSITIVE_INFINITY;
      }
      asked = model.name;
      const cached = withCaching(model, conversation);
      const attended = attend(withFiles(cached, options), { maxRetries: options.maxRetries, onEvent });
      const fitting = shrinkOnOverflow(attended, (tokens, again) => {
        limit = Math.floor(tokens * AFTER_OVERFLOW);
        if (!again) return;
        onEvent({
          type: 'corrected',
          text: `${model.label} holds less than it was sent, so old results of tools were left out.`,
        });
      });
      return counted(fitting, { model, conversation, meter, onSpent, warn, scale: () => scale });
    },
    startTurn() {
      turn = noUsage;
      return () => ({ usage: turn, contextTokens });
    },
    total: () => total,
    contextTokens: () => contextTokens,
    scale: () => scale,
    limit: () => limit,
    recordCalls: (calls) => write(meter?.recordCalls(conversation, calls)),
    settled: () => written,
    forget() {
      contextTokens = 0;
    },
  };
}

/** A request that did not fit says of the context only that it is smaller; our count may be off as well. */
const AFTER_OVERFLOW = 0.7;

/** The model with the files of the conversation put into its requests. */
function withFiles(model: ChatModel, { attachments, uploads, onEvent }: RequestOptions): ChatModel {
  const middleware = filesInRequests({
    model,
    files: model.files,
    store: attachments,
    uploads,
    onUpload: (upload) => onEvent({ type: 'uploading', ...upload }),
  });
  return { ...model, languageModel: wrapLanguageModel({ model: model.languageModel, middleware }) };
}

const tokensIn = (spent: Spent | undefined): number => (spent ? spent.inputTokens + spent.outputTokens : 0);
