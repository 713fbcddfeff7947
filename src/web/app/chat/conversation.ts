import { useChat } from '@ai-sdk/vue';
import { computed, type InjectionKey, inject, onScopeDispose, ref, shallowRef, watch } from 'vue';
import type { ChatMessage, ConversationView, TurnInput } from '../../api.ts';
import { ApiError, ask } from '../api.ts';
import { onLive } from './live.ts';
import { keepSame } from './same.ts';
import { TurnTransport } from './transport.ts';

export type Conversation = ReturnType<typeof useConversation>;

const KEY: InjectionKey<Conversation> = Symbol('conversation');
export const conversationKey = KEY;

/** The conversation of the page, for what is drawn inside of it. */
export function theConversation(): Conversation {
  const found = inject(KEY);
  if (!found) throw new Error('This is drawn outside of a conversation.');
  return found;
}

/**
 * The conversation that is open, as the server has it. A turn begins with a request; what it says is then read from its
 * start, the same way whether this window began it, another one did, or the page was loaded in the middle.
 * @param wanted its id; undefined for one that begins with its first message
 */
export function useConversation(wanted: () => string | undefined) {
  const id = ref<string>();
  const view = shallowRef<ConversationView>();
  /** What went wrong, in words for people. */
  const problem = ref('');
  /** There is no such conversation. */
  const missing = ref(false);
  /** A turn is being asked for: what was said, until the server has it. */
  const sending = ref<{ text: string }>();
  const following = ref(false);
  const chat = useChat<ChatMessage>({ transport: new TurnTransport(() => id.value ?? ''), throttle: 40 });

  /** Counts who reads a turn: only the last one says what has become of it. */
  let reader = 0;
  let making: Promise<{ id: string }> | undefined;

  const busy = computed(() => following.value || sending.value !== undefined);

  async function open(next: string | undefined): Promise<void> {
    if (next === id.value && next !== undefined) return;
    await leave();
    id.value = next;
    view.value = undefined;
    problem.value = '';
    missing.value = false;
    chat.messages.value = [];
    if (next !== undefined) await load();
  }

  /** Looks again at what the server has. */
  async function load(): Promise<void> {
    const asked = id.value;
    if (asked === undefined) return;
    try {
      const seen = await viewOf(asked);
      if (id.value === asked) show(seen);
    } catch (error) {
      if (id.value !== asked) return;
      missing.value = error instanceof ApiError && error.code === 'not-found';
      problem.value = wordsOf(error);
    }
  }

  function show(seen: ConversationView): void {
    view.value = seen;
    if (following.value) return;
    chat.messages.value = keepSame(chat.messages.value, seen.messages);
    if (seen.running) void follow(seen.id);
  }

  /** Reads the turn that runs to its end, and then what has become of it: until that is known, it is not over. */
  async function follow(mine: string): Promise<void> {
    reader += 1;
    const me = reader;
    following.value = true;
    await chat.resumeStream();
    const ended = await (chat.error.value ? Promise.reject(chat.error.value) : viewOf(mine)).catch(wordsOf);
    if (me !== reader) return;
    following.value = false;
    if (typeof ended === 'string') problem.value = ended;
    else show(ended);
  }

  /** Reads no longer. */
  async function leave(): Promise<void> {
    reader += 1;
    following.value = false;
    await chat.stop();
  }

  /** Makes the conversation, where there is none yet. @throws ApiError */
  async function ensure(): Promise<string> {
    if (id.value !== undefined) return id.value;
    // Several files at once go into the same one.
    making ??= ask<{ id: string }>('POST', '/conversations', {}).finally(() => {
      making = undefined;
    });
    const made = await making;
    if (id.value === undefined && wanted() === undefined) {
      id.value = made.id;
      if (!sending.value) void load();
    }
    return made.id;
  }

  /**
   * Begins a turn.
   * @returns whether it has begun; if not, `problem` says why
   */
  async function begin(input: TurnInput): Promise<boolean> {
    return start('turn', input, input.kind === 'send' ? input.text : '');
  }

  /** Has the assistant take back what it changed. @param toolCallIds only these; default: all */
  async function undo(toolCallIds?: string[]): Promise<boolean> {
    return start('changes/undo', toolCallIds ? { toolCallIds } : {}, '');
  }

  async function start(path: string, body: object, text: string): Promise<boolean> {
    problem.value = '';
    sending.value = { text };
    try {
      const mine = await ensure();
      const seen = await ask<ConversationView>('POST', `/conversations/${mine}/${path}`, body);
      if (id.value === mine) show(seen);
      return true;
    } catch (error) {
      const words = wordsOf(error);
      // Somebody was faster: what there is now stands beside why.
      if (error instanceof ApiError && error.code === 'conflict') await load();
      problem.value = words;
      return false;
    } finally {
      sending.value = undefined;
    }
  }

  /** Ends the answer that is being written; what has come stays. */
  async function stop(): Promise<void> {
    try {
      await ask('POST', `/conversations/${id.value}/stop`, {});
    } catch (error) {
      problem.value = wordsOf(error);
    }
  }

  watch(wanted, open, { immediate: true });
  onScopeDispose(
    onLive((event) => {
      if (event.type === 'again') {
        problem.value = '';
        if (!busy.value) void load();
      }
      if (event.type === 'conversation' && event.id === id.value && !busy.value) void load();
      if (event.type === 'settings' && !busy.value) void load();
    }),
  );
  onScopeDispose(() => void leave());

  return {
    id,
    view,
    messages: chat.messages,
    problem,
    missing,
    sending,
    following,
    busy,
    begin,
    undo,
    stop,
    load,
    ensure,
  };
}

const viewOf = (id: string) => ask<ConversationView>('GET', `/conversations/${id}`);

/** What to tell of an error. */
export const wordsOf = (error: unknown): string =>
  error instanceof Error ? error.message : 'Something went wrong. Try again.';
