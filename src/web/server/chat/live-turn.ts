import { type InferUIMessageChunk, type ToolSet, toUIMessageStream } from 'ai';
import {
  type Chat,
  type ChatEvent,
  isModelProblem,
  progressOf,
  type Turn,
  type TurnEnd,
} from '../../../host/index.ts';
import type { ChatMessage, EndView } from '../../api.ts';
import { nothingGoesOn, noticeOf } from './notices.ts';
import { callView, outputView } from './output.ts';

export type Chunk = InferUIMessageChunk<ChatMessage>;

/** A turn under way. It goes on whoever reads it, and each reader gets all of it from its start. */
export type LiveTurn = {
  read(): ReadableStream<Chunk>;
  hear(event: ChatEvent): void;
  /** Resolves when it has ended and is written down; never rejects. */
  done: Promise<TurnEnd>;
};

/**
 * @param id of the message that it writes, or goes on with
 */
export function followTurn(turn: Turn, chat: Pick<Chat, 'calls' | 'model'>, id: string): LiveTurn {
  const began = performance.now();
  const log: Chunk[] = [];
  const readers = new Set<ReadableStreamDefaultController<Chunk>>();
  let open = true;
  /** A notice of what is waited for is on the pages. */
  let waits = false;

  function say(...chunks: Chunk[]): void {
    for (const chunk of chunks) {
      remember(log, chunk);
      for (const reader of readers) reader.enqueue(chunk);
    }
  }

  function sayCall(toolCallId: string, progress?: string): void {
    const record = chat.calls.get(toolCallId);
    if (record) say({ type: 'data-call', id: toolCallId, data: callView(record, progress) });
  }

  async function pump(): Promise<TurnEnd> {
    say({ type: 'start', messageId: id, messageMetadata: { model: chat.model.name } });
    const chunks = toUIMessageStream<ToolSet, ChatMessage>({
      stream: turn.stream,
      sendStart: false,
      sendFinish: false,
      redactToolErrors: false,
      onError: (error) => (isModelProblem(error) ? error.message : 'The answer failed.'),
    });
    for await (const chunk of chunks) see(chunk);
    const end = await turn.end;
    say(
      { type: 'data-end', data: endOf(end, chat.model.name, performance.now() - began) },
      { type: 'finish' },
    );
    open = false;
    for (const reader of readers) reader.close();
    readers.clear();
    return end;
  }

  function see(chunk: Chunk): void {
    if (waits && chunk.type !== 'start-step') {
      waits = false;
      say(nothingGoesOn);
    }
    switch (chunk.type) {
      // How it ended is said once, at the end.
      case 'error':
      case 'abort':
        break;
      case 'tool-output-available': {
        const { toolCallId, output } = chunk;
        if (chunk.preliminary) {
          sayCall(toolCallId, wordsOf(output));
          break;
        }
        const isError = chat.calls.get(toolCallId)?.isError ?? false;
        say({ ...chunk, dynamic: true, output: outputView(output, isError) });
        sayCall(toolCallId);
        break;
      }
      case 'tool-input-start':
        say({ ...chunk, dynamic: true });
        break;
      case 'tool-input-available':
      case 'tool-input-error':
      case 'tool-output-error':
        say({ ...chunk, dynamic: true });
        sayCall(chunk.toolCallId);
        break;
      case 'tool-approval-request':
      case 'tool-output-denied':
        say(chunk);
        sayCall(chunk.toolCallId);
        break;
      default:
        say(chunk);
    }
  }

  return {
    done: pump(),
    hear(event) {
      if (!open) return;
      waits = event.type === 'waiting' || event.type === 'summarising';
      say(noticeOf(event, chat.model.label));
    },
    read: () => {
      let mine: ReadableStreamDefaultController<Chunk>;
      return new ReadableStream<Chunk>({
        start(controller) {
          mine = controller;
          for (const chunk of log) controller.enqueue(chunk);
          if (open) readers.add(controller);
          else controller.close();
        },
        cancel() {
          readers.delete(mine);
        },
      });
    },
  };
}

/** Keeps a chunk for who comes later; the pieces of one text become one. */
function remember(log: Chunk[], chunk: Chunk): void {
  const last = log.at(-1);
  const grows =
    last !== undefined &&
    (chunk.type === 'text-delta' || chunk.type === 'reasoning-delta') &&
    last.type === chunk.type &&
    last.id === chunk.id;
  if (grows) log[log.length - 1] = { ...chunk, delta: last.delta + chunk.delta };
  else log.push(chunk);
}

function wordsOf(output: unknown): string | undefined {
  const told = progressOf(output);
  if (!told) return undefined;
  const count = told.total === undefined ? `${told.progress}` : `${told.progress} of ${told.total}`;
  return told.message ?? count;
}

function endOf({ state, problem, retryable, usage }: TurnEnd, model: string, ms: number): EndView {
  return {
    state,
    ...(problem !== undefined && { problem }),
    ...(retryable !== undefined && { retryable }),
    usage,
    model,
    ms: Math.round(ms),
  };
}
