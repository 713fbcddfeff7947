import { shallowRef } from 'vue';

/** A picture that is shown large, over the page. */
export const picture = shallowRef<{ src: string; alt: string }>();

export function showPicture(shown: { src: string; alt: string }): void {
  picture.value = shown;
}
