import { computed, ref, shallowRef } from 'vue';
import type { Conversations } from '../../api.ts';
import { ask } from '../api.ts';
import { wordsOf } from './conversation.ts';
import type { ListedConversation } from './types.ts';

/** Typing pauses for this long before it is searched for. */
const PAUSE_MS = 250;

const list = shallowRef<ListedConversation[]>();
const more = ref(false);
const search = ref('');
const problem = ref('');
let asked = 0;
let pause: ReturnType<typeof setTimeout> | undefined;

/** The conversations of this person, the newest first, for all that shows them. */
export const history = {
  list,
  more,
  search,
  problem,
  load,
  loadMore,
  searchLater,
  days: computed(() => byDay(list.value ?? [])),
};

/** Asks for the newest, or for those that are searched for. What is shown of later pages stays, as far as it is there. */
async function load(): Promise<void> {
  await page({ search: search.value.trim() }, () => []);
}

async function loadMore(): Promise<void> {
  const last = list.value?.at(-1);
  if (last) await page({ before: last.id, updatedAt: last.updatedAt }, (before) => before);
}

async function page(
  query: Record<string, string>,
  keep: (before: ListedConversation[]) => ListedConversation[],
) {
  const mine = ++asked;
  try {
    const found = await ask<Conversations>('GET', `/conversations?${new URLSearchParams(query)}`);
    if (mine !== asked) return;
    list.value = [...keep(list.value ?? []), ...found.conversations];
    more.value = found.more;
    problem.value = '';
  } catch (error) {
    if (mine === asked) problem.value = wordsOf(error);
  }
}

function searchLater(): void {
  clearTimeout(pause);
  pause = setTimeout(() => void load(), PAUSE_MS);
}

/** In groups of a day, in words: the newest first, as they come. */
function byDay(all: readonly ListedConversation[]): { day: string; conversations: ListedConversation[] }[] {
  const groups: { day: string; conversations: ListedConversation[] }[] = [];
  for (const one of all) {
    const day = dayOf(new Date(one.updatedAt));
    const last = groups.at(-1);
    if (last?.day === day) last.conversations.push(one);
    else groups.push({ day, conversations: [one] });
  }
  return groups;
}

function dayOf(time: Date): string {
  const midnight = new Date();
  midnight.setHours(0, 0, 0, 0);
  if (time >= midnight) return 'Today';
  midnight.setDate(midnight.getDate() - 1);
  if (time >= midnight) return 'Yesterday';
  return time.toLocaleDateString('en', { day: 'numeric', month: 'long', year: 'numeric' });
}
