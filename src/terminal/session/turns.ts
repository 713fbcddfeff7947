import { addUsage, noUsage } from '../../host/costs/usage.ts';
import type { Chat, ChatEvent, Decision, Turn, TurnEnd } from '../../host/index.ts';
import { createFollower } from './follow.ts';
import { createBreather } from './pace.ts';
import { choose } from './parts.ts';
import type { Store } from './store.ts';
import type { Dialog } from './view.ts';

type Begin = (signal: AbortSignal) => Turn;

/** Runs turns of a chat and puts what they bring into the store. */
export type Turns = {
  /** Begins a turn and goes on until it needs nothing more from anybody. Never rejects. */
  run(begin: Begin): Promise<void>;
  /** Asks about calls that wait already, and goes on with the answer. Never rejects. */
  ask(): Promise<void>;
  /** Does something for the person that may take a while; nothing comes of it when they stop it. */
  work<T>(label: string, task: (signal: AbortSignal) => Promise<T>): Promise<T | undefined>;
  /** What happens beside the answer. */
  hear(event: ChatEvent): void;
  /** Ends the model's request and the calls that run. */
  stop(): void;
};

export function createTurns(chat: Chat, store: Store): Turns {
  const follower = createFollower(chat, store);
  let abort: AbortController | undefined;

  async function run(begin: Begin) {
    let usage = noUsage;
    let ms = 0;
    try {
      for (let next: Begin | undefined = begin; next; ) {
        abort = new AbortController();
        const since = performance.now();
        const end = await follow(next(abort.signal));
        ms += performance.now() - since;
        usage = addUsage(usage, end.usage);
        next = await afterTurn(end);
      }
      store.show({ kind: 'turn', ms, usage });
    } catch (error) {
      follower.end(true);
      store.tell('error', wordsOf(error));
    } finally {
      rest();
    }
  }

  async function follow(turn: Turn): Promise<TurnEnd> {
    store.set({ status: statusOf(chat) });
    follower.begin();
    const breathe = createBreather();
    for await (const part of turn.stream) {
      follower.see(part);
      await breathe();
    }
    const end = await turn.end;
    follower.end(end.state !== 'approval');
    rest();
    return end;
  }

  /** Nothing is waited for any more. */
  function rest() {
    abort = undefined;
    store.set({ activity: undefined, running: [], status: statusOf(chat) });
  }

  /** What comes after a turn: another one, when a person wants it. */
  async function afterTurn(end: TurnEnd): Promise<Begin | undefined> {
    switch (end.state) {
      case 'approval':
        return decide();
      case 'limit':
        return overLimit(end);
      case 'failed':
        store.tell(
          'error',
          `${end.problem ?? 'The model failed.'}${end.retryable ? ' /continue tries again.' : ''}`,
        );
        return undefined;
      case 'stopped':
        store.tell('info', 'Stopped. /continue takes it up again.');
        return undefined;
      case 'done':
        if (end.problem) store.tell('warning', end.problem);
        return undefined;
    }
  }

  /** Asks about the calls that wait; nothing when the person leaves them. */
  async function decide(): Promise<Begin | undefined> {
    const ids = chat.pending.map(({ toolCallId }) => toolCallId);
    const decisions: Decision[] | undefined = await store.ask<Extract<Dialog, { kind: 'approval' }>>({
      kind: 'approval',
      pending: chat.pending,
    });
    const isAsShown =
      decisions &&
      (await work('Looking whether it is still so', (signal) => chat.isAsShown(decisions, { signal })));
    if (!decisions || isAsShown === undefined) {
      follower.end(true);
      store.tell('info', 'Stopped. What waited was not run. /continue asks again.');
      return undefined;
    }
    if (!isAsShown) {
      store.tell(
        'warning',
        'What this would do has changed since it was shown. Nothing was run: look at it again.',
      );
      return decide();
    }
    return (signal) => {
      const turn = chat.answer(decisions, { signal });
      follower.decided(ids);
      return turn;
    };
  }

  async function overLimit({ problem = 'Paused.', retryable }: TurnEnd): Promise<Begin | undefined> {
    store.tell('warning', problem);
    // A budget that is used up refuses again, whoever says to go on.
    const chosen = retryable
      ? undefined
      : await choose(store, 'Go on?', [
          { value: 'on', label: 'Go on' },
          { value: 'leave', label: 'Leave it for now', note: '/continue goes on later' },
        ]);
    if (chosen === 'on') return (signal) => chat.resume({ signal });
    store.giveBack();
    return undefined;
  }

  async function work<T>(label: string, task: (signal: AbortSignal) => Promise<T>): Promise<T | undefined> {
    abort = new AbortController();
    const { signal } = abort;
    follower.wait(label);
    try {
      return await task(signal);
    } catch (error) {
      if (!signal.aborted) throw error;
      store.tell('info', 'Stopped.');
      return undefined;
    } finally {
      rest();
    }
  }

  return {
    run,
    async ask() {
      try {
        await work('Asking what the waiting calls would do', (signal) => chat.previewPending({ signal }));
        const begin = await decide();
        if (begin) await run(begin);
      } catch (error) {
        store.tell('error', wordsOf(error));
      }
    },
    work,
    hear: follower.hear,
    stop: () => abort?.abort(),
  };
}

export const statusOf = (chat: Chat) => ({
  model: chat.model.name,
  title: chat.title,
  usage: chat.usage,
  context: chat.contextTokens / chat.model.contextWindow,
});

export const wordsOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
