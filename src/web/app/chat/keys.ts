/** Enter alone sends; not the one that ends what an input method is composing. */
export const sendsWith = (event: KeyboardEvent): boolean =>
  event.key === 'Enter' &&
  !event.isComposing &&
  event.keyCode !== 229 &&
  !(event.shiftKey || event.ctrlKey || event.metaKey || event.altKey);
