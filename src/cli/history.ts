import { writeFile } from 'node:fs/promises';
import { createInterface } from 'node:readline/promises';
import { styleText } from 'node:util';
import { openConversations } from '../host/conversations/file-store.ts';
import { findId, shortId } from '../host/conversations/find.ts';
import { dataFolder } from '../host/conversations/folder.ts';
import type {
  ConversationStore,
  ConversationSummary,
  ExportFormat,
  FoundConversation,
} from '../host/conversations/store.ts';
import { costText, numberText, tokensText } from '../host/costs/words.ts';
import { oneLine, when } from '../terminal/text.ts';
import { guarded } from './guarded.ts';
import { table } from './table.ts';

type Json = { json?: boolean };

const openStore = () => openConversations({ folder: dataFolder() });

/** `history`: conversations, the last used first. */
export const list = ({ json, limit }: Json & { limit: number }): Promise<void> =>
  guarded(async () => {
    const all = await openStore().list();
    const shown = all.slice(0, limit);
    if (json) return printJson(shown);
    if (all.length === 0)
      return console.log(`There are no conversations yet. They are kept in ${dataFolder()}.`);
    console.log(linesOf(shown).join('\n'));
    const more = all.length - shown.length;
    if (more > 0) console.log(`${numberText(more)} more: give --limit ${all.length} for all, or search.`);
    console.log(styleText('dim', 'Read one with: directus-assistant history show ID'));
  });

/** `history search`: conversations in which all words were said. */
export const search = (words: string[], { json, limit }: Json & { limit: number }): Promise<void> =>
  guarded(async () => {
    const found = await openStore().search(words.join(' '), limit);
    if (json) return printJson(found);
    if (found.length === 0) return console.log('No conversation has all of these words. Try fewer.');
    console.log(foundLines(found).join('\n'));
  });

/** `history show` and `history export`: a whole conversation, printed or written to a new file. */
export const show = (
  text: string,
  { json, format = 'markdown', output }: Json & { format?: ExportFormat; output?: string },
): Promise<void> =>
  guarded(async () => {
    const store = openStore();
    const id = await findId(store, text);
    const exported = await store.exportAs(id, json ? 'json' : format);
    if (output === undefined) return void process.stdout.write(exported);
    await writeNew(output, exported);
    console.error(`Conversation ${shortId(id)} is in ${output}.`);
  });

/** `history rename`: gives a conversation another title. */
export const rename = (text: string, words: string[], { json }: Json): Promise<void> =>
  guarded(async () => {
    const store = openStore();
    const title = words.join(' ').replace(/\s+/g, ' ').trim();
    if (title === '') throw new Error('The title is empty. Give a few words.');
    const id = await findId(store, text);
    await store.rename(id, title);
    if (json) printJson({ id, title });
    else console.log(`Conversation ${shortId(id)} is called "${oneLine(title)}" now.`);
  });

type RemoveOptions = Json & { yes?: boolean; all?: boolean };

/** `history remove`: removes conversations for good, after asking. */
export const remove = (texts: string[], { json, yes = false, all = false }: RemoveOptions): Promise<void> =>
  guarded(async () => {
    if (all === texts.length > 0) throw new Error('Give the ids of conversations, or --all and no ids.');
    if (all && !yes) throw new Error('To remove all conversations, give --all and --yes.');
    const store = openStore();
    const ids = all ? (await store.list()).map(({ id }) => id) : await idsOf(store, texts);
    if (!yes && !(await agreed(store, ids))) return console.log('Nothing was removed.');
    const removed: string[] = [];
    const failed: { id: string; problem: string }[] = [];
    for (const id of ids) {
      try {
        await store.remove(id);
        removed.push(id);
      } catch (error) {
        failed.push({ id, problem: error instanceof Error ? error.message : String(error) });
      }
    }
    if (json) printJson({ removed, failed });
    else console.log(`${numberText(removed.length)} removed.`);
    for (const { problem } of failed) console.error(`error: ${problem}`);
    if (failed.length > 0) process.exitCode = 1;
  });

async function idsOf(store: ConversationStore, texts: string[]): Promise<string[]> {
  const ids = new Set<string>();
  for (const text of texts) ids.add(await findId(store, text));
  return [...ids];
}

async function agreed(store: ConversationStore, ids: string[]): Promise<boolean> {
  if (!process.stdin.isTTY)
    throw new Error('Nobody can be asked here. To remove without asking, give --yes.');
  console.error(linesOf((await store.list()).filter(({ id }) => ids.includes(id))).join('\n'));
  const person = createInterface({ input: process.stdin, output: process.stderr });
  try {
    const answer = await person.question('Remove for good? [y/N] ');
    return /^y(es)?$/i.test(answer.trim());
  } finally {
    person.close();
  }
}

const COLUMNS = [
  { title: 'ID' },
  { title: 'LAST USED' },
  { title: 'MESSAGES', align: 'right' },
  { title: 'TOKENS', align: 'right' },
  { title: 'COST', align: 'right' },
  { title: 'TITLE' },
] as const;

const linesOf = (conversations: ConversationSummary[]): string[] =>
  table(
    COLUMNS,
    conversations.map(({ id, title, updatedAt, messages, usage }) => [
      shortId(id),
      when(updatedAt),
      numberText(messages),
      tokensText(usage),
      costText(usage),
      title,
    ]),
  );

/** Each with the words around what was found below it. */
function foundLines(found: FoundConversation[]): string[] {
  const [head = '', ...lines] = linesOf(found);
  const excerpts = found.map(({ excerpt }) => `${' '.repeat(10)}${styleText('dim', oneLine(excerpt))}`);
  return [head, ...lines.flatMap((line, at) => [line, excerpts[at] ?? ''])];
}

async function writeNew(file: string, text: string): Promise<void> {
  // What was said is nobody else's business.
  await writeFile(file, text, { flag: 'wx', mode: 0o600 }).catch((error: NodeJS.ErrnoException) => {
    const why = error.code === 'EEXIST' ? 'there is such a file already' : (error.code ?? error.message);
    throw new Error(`${file} cannot be written (${why}). Give another name with -o.`);
  });
}

const printJson = (value: unknown): void => console.log(JSON.stringify(value, null, 2));
