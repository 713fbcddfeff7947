/// <reference types="vite/client" />

/** Node's streams have it, and types of the server are seen from here; TypeScript's own list of the DOM lacks it. */
interface Transformer<I = unknown, O = unknown> {
  cancel?: (reason: unknown) => void | PromiseLike<void>;
}
