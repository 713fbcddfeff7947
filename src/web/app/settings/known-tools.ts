import { shallowRef } from 'vue';
import type { ToolsView } from '../../settings-api.ts';
import { ask } from '../api.ts';

/** What tools there are, as saved; loaded when a section first needs it. */
export const knownTools = shallowRef<ToolsView>();

/** @throws ApiError */
export async function loadTools(): Promise<void> {
  knownTools.value = await ask<ToolsView>('GET', '/settings/tools');
}
