import { NoConversationError } from '../../../host/conversations/store.ts';
import { ProblemError } from '../problem.ts';

/** Does something with kept conversations; what their store says is wrong, a page can show. @throws ProblemError */
export async function stored<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    throw new ProblemError(error instanceof NoConversationError ? 'not-found' : 'conflict', message);
  }
}
