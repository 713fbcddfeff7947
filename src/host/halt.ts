/** The host itself does not go on: a budget is used up, or what happens cannot be written down. Told to people as it is. */
export class Halt extends Error {
  override name = 'Halt';
  /** `limit`: it goes on when the limit is raised. */
  readonly state: 'limit' | 'failed';
  constructor(message: string, state: 'limit' | 'failed', options?: ErrorOptions) {
    super(message, options);
    this.state = state;
  }
}
