import { onScopeDispose, type Ref, ref, shallowRef, watch } from 'vue';
import { ApiError, ask } from '../api.ts';

/** What an address of the server gives, asked for anew when the address changes. What was there stays until then. */
export function useLoaded<T>(path: Ref<string | undefined>) {
  const data = shallowRef<T>();
  const problem = ref('');
  const loading = ref(false);
  let asking = new AbortController();

  async function load(): Promise<void> {
    asking.abort();
    if (path.value === undefined) return;
    const mine = new AbortController();
    asking = mine;
    loading.value = true;
    problem.value = '';
    try {
      data.value = await ask<T>('GET', path.value, undefined, mine.signal);
    } catch (error) {
      if (mine.signal.aborted) return;
      problem.value = error instanceof ApiError ? error.message : 'It could not be shown. Reload the page.';
    }
    if (asking === mine) loading.value = false;
  }

  watch(path, load, { immediate: true });
  onScopeDispose(() => asking.abort());
  return { data, problem, loading, load };
}
