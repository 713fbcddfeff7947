import { onScopeDispose, ref, shallowRef } from 'vue';
import { wordsOf } from './conversation.ts';

/** Typing pauses for this long before it is searched for. */
const PAUSE_MS = 250;

/**
 * Searches while somebody types; only the newest search counts.
 * @param look asks the server
 */
export function useFound<T>(look: (search: string, signal: AbortSignal) => Promise<T[]>) {
  const search = ref('');
  const found = shallowRef<T[]>([]);
  const problem = ref('');
  const loading = ref(false);
  let abort = new AbortController();
  let pause: ReturnType<typeof setTimeout> | undefined;

  async function now(): Promise<void> {
    abort.abort();
    abort = new AbortController();
    const { signal } = abort;
    loading.value = true;
    problem.value = '';
    try {
      const some = await look(search.value.trim(), signal);
      if (!signal.aborted) found.value = some;
    } catch (error) {
      if (!signal.aborted) problem.value = wordsOf(error);
    } finally {
      if (!signal.aborted) loading.value = false;
    }
  }

  function later(): void {
    clearTimeout(pause);
    pause = setTimeout(() => void now(), PAUSE_MS);
  }

  onScopeDispose(() => {
    clearTimeout(pause);
    abort.abort();
  });
  return { search, found, problem, loading, now, later };
}
