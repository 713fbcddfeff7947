import { shallowRef } from 'vue';
import type { Models } from '../../api.ts';
import { ask } from '../api.ts';

/** What this person may choose; undefined until it has come. */
export const models = shallowRef<Models>();

/** @throws ApiError */
export async function loadModels(): Promise<void> {
  models.value = await ask<Models>('GET', '/models');
}
