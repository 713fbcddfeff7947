import type { UserContent } from 'ai';
import { labelOf, messageContent } from '../../../host/attachments/message.ts';
import { toAttachment } from '../../../host/attachments/read.ts';
import type { OpenConversation } from '../../../host/conversations/store.ts';
import {
  type ChatModel,
  type ChatOptions,
  createChat,
  type Decision,
  type Servers,
  type Turn,
} from '../../../host/index.ts';
import type { Changes, ChatMessage, ConversationView, EndView, TurnInput, Uploaded } from '../../api.ts';
import { ProblemError } from '../problem.ts';
import { changesOf, undoWords } from './changes.ts';
import { fetchExtras } from './extras.ts';
import { type Chunk, followTurn, type LiveTurn } from './live-turn.ts';
import { messageId, placeOf, toChatMessages } from './messages.ts';

/** A conversation that is being held, for all windows of its person. */
export type Room = {
  readonly running: boolean;
  /** Whether it stands where its person left it: they may have gone on at another instance. */
  isCurrent(): Promise<boolean>;
  /** Milliseconds since something was done with it. */
  idleMs(): number;
  view(): ConversationView;
  /** Begins a turn; what it says comes in `stream`. @throws ProblemError when it cannot begin */
  begin(input: TurnInput): Promise<void>;
  /** The turn that runs, from its start; undefined when none does. */
  stream(): ReadableStream<Chunk> | undefined;
  stop(): void;
  rename(title: string): Promise<void>;
  /** Keeps a file for a message. @throws ProblemError when it is of no kind that can be sent */
  attach(filename: string, bytes: Uint8Array): Promise<Uploaded>;
  /** @throws ProblemError when there is no such file */
  attachment(hash: string): Promise<Uint8Array>;
  changes(): Changes;
  /** Asks the assistant to take back what it changed. @param toolCallIds only these; default: all */
  undo(toolCallIds?: readonly string[]): Promise<void>;
  /** Ends what runs and lets go of the conversation. */
  close(): Promise<void>;
};

export type RoomOptions = {
  conversation: OpenConversation;
  servers: Servers;
  /** The model it was last held with, or another that can be used. */
  model: ChatModel;
  /** Opens a model by its name. @throws an Error for people */
  openModel: (name: string) => Promise<ChatModel>;
  /** Why the person may not use a model; undefined when they may. */
  refusal: (model: string) => string | undefined;
  chat: Pick<ChatOptions, 'approvals' | 'systemPrompt' | 'maxSteps' | 'meter' | 'uploads' | 'approvalSecret'>;
  /** Told when a turn has begun or ended. */
  changed: (running: boolean) => void;
};

/** Takes up a conversation: what waited in it waits again, and is previewed anew. */
export async function openRoom(options: RoomOptions): Promise<Room> {
  const { conversation, servers, changed } = options;
  const chat = createChat({
    ...options.chat,
    model: options.model,
    servers,
    conversation,
    onEvent: (event) => live?.hear(event),
  });
  let live: LiveTurn | undefined;
  let abort = new AbortController();
  /** A turn is being prepared. */
  let beginning = false;
  let end = endBefore(conversation);
  let usedAt = performance.now();
  if (chat.pending.length > 0) await chat.previewPending();

  function mustBeIdle(): void {
    if (live || beginning)
      throw new ProblemError('conflict', 'An answer is being written already. Wait for its end, or stop it.');
  }

  /** @param id of the message that the turn goes on with; undefined begins a new one */
  function run(start: (signal: AbortSignal) => Turn, id?: string): void {
    abort = new AbortController();
    const turn = asProblem('conflict', () => start(abort.signal));
    const mine = followTurn(turn, chat, id ?? messageId(chat.messages.length));
    live = mine;
    end = undefined;
    changed(true);
    void mine.done.then((ended) => {
      live = undefined;
      end = ended;
      usedAt = performance.now();
      changed(false);
    });
  }

  async function begin(input: TurnInput): Promise<void> {
    mustBeIdle();
    const refused = options.refusal((input.kind === 'send' && input.model) || chat.model.name);
    if (refused !== undefined) throw new ProblemError('refused', refused);
    usedAt = performance.now();
    beginning = true;
    try {
      if (input.kind === 'send') await send(input);
      else if (input.kind === 'answer') await answer(input.decisions);
      else run((signal) => chat.resume({ signal }));
    } finally {
      beginning = false;
    }
  }

  async function send({ text, extras, model, instead }: Extract<TurnInput, { kind: 'send' }>): Promise<void> {
    const place = instead === undefined ? undefined : placeOf(instead);
    const before = place === undefined ? undefined : chat.messages[place];
    if (instead !== undefined && before?.role !== 'user')
      throw new ProblemError('conflict', 'That message is not here any more. Reload the page.');
    const chosen = await inWords('invalid', () => options.openModel(model ?? chat.model.name));
    const found = await inWords('invalid', () =>
      fetchExtras(extras, { servers, attachments: chat.attachments, model: chosen }),
    );
    const content = await inWords('invalid', () => messageContent(chat.attachments, text, found));
    const whole = before?.role === 'user' ? withExtrasOf(before.content, content) : content;
    if (isEmpty(whole)) throw new ProblemError('invalid', 'Write a message first.');
    if (place !== undefined) chat.rewind(place);
    if (chosen.name !== chat.model.name) chat.useModel(chosen);
    run((signal) => chat.send(whole, { signal }));
  }

  async function answer(decisions: readonly Decision[]): Promise<void> {
    const asked = new Set(chat.pending.map(({ approvalId }) => approvalId));
    const given = new Set(decisions.map(({ approvalId }) => approvalId));
    if (asked.size === 0 || asked.size !== given.size || ![...given].every((id) => asked.has(id)))
      throw new ProblemError('conflict', 'These calls were answered already, perhaps in another window.');
    if (!(await chat.isAsShown(decisions)))
      throw new ProblemError(
        'conflict',
        'What this would do has changed since it was shown. Nothing was run: look at it again.',
      );
    const id = shownMessages().at(-1)?.id;
    run((signal) => chat.answer([...decisions], { signal }), id);
  }

  const shownMessages = (): ChatMessage[] => toChatMessages(chat.messages, chat.calls);

  return {
    get running() {
      return live !== undefined || beginning;
    },
    // Nobody who cannot be asked has gone on with it.
    isCurrent: () => conversation.isOurs().catch(() => true),
    idleMs: () => performance.now() - usedAt,
    view() {
      const messages = shownMessages();
      const last = messages.at(-1);
      if (!live && end && end.state !== 'done' && end.state !== 'approval') {
        const part = { type: 'data-end' as const, data: { ...end, usage: undefined } };
        if (last?.role === 'assistant') last.parts.push(part);
        else messages.push({ id: messageId(chat.messages.length), role: 'assistant', parts: [part] });
      }
      return {
        id: conversation.id,
        title: chat.title,
        model: chat.model.provider === '' ? undefined : chat.model.name,
        messages,
        pending: live ? [] : [...chat.pending],
        running: live !== undefined,
        usage: chat.usage,
        context: {
          tokens: chat.contextTokens,
          window: chat.model.contextWindow,
          summarised: chat.summary !== undefined,
        },
        warnings: conversation.warnings,
      };
    },
    begin,
    stream: () => live?.read(),
    stop: () => abort.abort(),
    rename: (title) => inWords('invalid', () => chat.rename(title)),
    async attach(filename, bytes) {
      usedAt = performance.now();
      const { mediaType } = await inWords('invalid', () => toAttachment(filename, bytes));
      return { hash: await chat.attachments.put(bytes), filename, mediaType, bytes: bytes.length };
    },
    attachment: (hash) => inWords('not-found', () => chat.attachments.get(hash)),
    changes: () => changesOf(chat.calls.values()),
    async undo(toolCallIds) {
      const text = undoWords(chat.calls, toolCallIds);
      await begin({ kind: 'send', text, extras: [] });
    },
    async close() {
      abort.abort();
      await live?.done;
      await conversation.close();
    },
  };
}

/** How the turn before ended, as far as it was written down. */
function endBefore({ recorded }: OpenConversation): EndView | undefined {
  const { messages, ended } = recorded;
  if (messages.length === 0 || ended === 'done' || ended === 'approval') return undefined;
  if (ended === 'failed')
    return { state: 'failed', problem: 'The answer failed before its end.', retryable: true };
  if (ended === 'limit') return { state: 'limit', problem: 'A limit was reached before the work was done.' };
  return { state: 'stopped', problem: 'The answer was cut off before its end.', retryable: true };
}

/** A message that is said anew keeps what went along with it. */
function withExtrasOf(before: UserContent, content: UserContent): UserContent {
  const kept =
    typeof before === 'string'
      ? []
      : before.filter((part) => part.type !== 'image' && labelOf(part) !== undefined);
  if (kept.length === 0) return content;
  return [...kept, ...(typeof content === 'string' ? textPart(content) : content)];
}

const textPart = (text: string) => (text.trim() ? [{ type: 'text' as const, text }] : []);

const isEmpty = (content: UserContent): boolean =>
  typeof content === 'string' ? content.trim() === '' : content.length === 0;

/** What the host says is wrong, for a page. */
async function inWords<T>(code: ProblemError['code'], work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw new ProblemError(code, error instanceof Error ? error.message : String(error));
  }
}

function asProblem<T>(code: ProblemError['code'], work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw new ProblemError(code, error instanceof Error ? error.message : String(error));
  }
}
