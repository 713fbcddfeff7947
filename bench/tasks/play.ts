import { inMode } from '../contestants.ts';
import type { Mcp, Mode } from '../mcp.ts';
import type { Rest } from '../rest.ts';
import { answer, type ToolCall } from '../rpc.ts';
import { inTurn } from '../statistics.ts';
import { call, must, type Script, type Task, type Turn, tokenIn } from './task.ts';
import { createTranscript } from './transcript.ts';

export type Player = {
  side: 'ours' | 'own';
  mode: Mode;
  server: Mcp;
  /** Tokens of the definitions and of the server's instructions. */
  head: number;
};

/** Tokens of all requests of a conversation, and how many requests there were. */
export type Played = { tokens: number; requests: number };

/**
 * Does a task for real, and counts what a host without caching pays for it.
 * @throws when a call fails, or when the task is not done in the end
 */
export async function play({ side, mode, server, head }: Player, task: Task, rest: Rest): Promise<Played> {
  await task.prepare?.(rest);
  const transcript = createTranscript(head);
  const said: string[] = [];
  transcript.add(task.wants);
  const turn: Turn = async (...calls) => {
    transcript.ask();
    const sent = calls.map((call) => inMode(mode, call));
    for (const call of sent) transcript.add(JSON.stringify(call));
    const answers = await inTurn(sent, (call) => ask(server, call));
    for (const words of answers) transcript.add(words);
    said.push(...answers);
    return answers;
  };
  // A question to the person is an answer of the model: it costs a request.
  const says = (words: string) => {
    transcript.ask();
    transcript.add(words);
  };
  const script = task[side];
  await look(turn, mode, script, task.search);
  await script.act(turn, says);
  // The model reads the last answers, and says what was done.
  transcript.ask();
  await task.check(rest, said.join('\n'));
  return { tokens: transcript.total(), requests: transcript.requests() };
}

/** An answer that waits for a yes is none that failed. */
async function ask(server: Mcp, call: ToolCall): Promise<string> {
  const { words, failed } = answer(await server.request('tools/call', call));
  if (failed && !tokenIn(words)) throw new Error(`${JSON.stringify(call)} failed: ${words.slice(0, 500)}`);
  return words;
}

/** What comes before the work, as the servers themselves ask for it: their prompt or their tools, and the data model. */
async function look(turn: Turn, mode: Mode, { tools, keys, topic }: Script, query: string): Promise<void> {
  const fields = call('schema', { keys });
  if (mode === 'default') {
    await turn(call('system-prompt'), call('schema'));
    await turn(fields, ...(topic ? [call('system-prompt', { topic })] : []));
    return;
  }
  const [found = ''] = await turn(call('search', { query }), call('schema'));
  const unseen = tools.filter((name) => !found.includes(`"${name}"`));
  must(unseen.length === 0, `A search for "${query}" does not find`, unseen);
  await turn(fields, call('search', { names: tools }));
}
