/** Attachments and context items that may go along with one message, together. */
export const mostExtras = 10;

/** Bytes one attachment may have. */
export const mostBytes = 50_000_000;
