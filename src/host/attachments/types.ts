/** Files of a conversation. Messages hold only `attachment:HASH`; the bytes are fetched when a request is made. */
export type AttachmentStore = {
  /** Keeps the bytes and gives their name, the SHA-256 of them in hex; the same bytes are kept once. */
  put(bytes: Uint8Array): Promise<string>;
  /** @throws an Error for people when they are gone. */
  get(hash: string): Promise<Uint8Array>;
};

/** A file on its way into a message; `bytes` of a text are UTF-8. */
export type Attachment = {
  filename: string;
  mediaType: string;
  bytes: Uint8Array;
};
