/** `FAULTS=full` (`npm run test:faults`) goes through everything; otherwise a run takes a part that is always the same. */
export const FULL = process.env.FAULTS === 'full';
