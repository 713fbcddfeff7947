let count = 0;

/** A name for something on this page. Browsers make random ones only where the address is safe. */
export const newId = (): string => `${Date.now().toString(36)}-${++count}`;
