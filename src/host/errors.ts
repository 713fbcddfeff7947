/**
 * A model endpoint failed. `message` is one clear line or two for people: provider and model, URL, status, what the
 * endpoint said, what to do. It never holds a key.
 */
export class ModelProblem extends Error {
  override name = 'ModelProblem';
  readonly provider: string;
  readonly url: string | undefined;
  readonly status: number | undefined;
  /** The same request may work later. */
  readonly retryable: boolean;
  constructor(
    message: string,
    info: { provider: string; url?: string | undefined; status?: number | undefined; retryable?: boolean },
  ) {
    super(message);
    this.provider = info.provider;
    this.url = info.url;
    this.status = info.status;
    this.retryable = info.retryable ?? false;
  }
}

export const isModelProblem = (error: unknown): error is ModelProblem => error instanceof ModelProblem;
