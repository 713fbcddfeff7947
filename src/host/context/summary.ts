/** A summary that stands for the oldest messages of a conversation when it is sent to a model. */
export type Summary = {
  /** How many messages, from the first on, it stands for; all earlier summaries are in it. */
  messages: number;
  text: string;
  /** The person's last request, word for word, when the work on it was cut in two. */
  request?: string;
  /** Tokens of what it stands for, and its own; estimates. */
  tokensBefore: number;
  tokensAfter: number;
};
