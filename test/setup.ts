import fc from 'fast-check';
import { watchForSecrets } from './secrets-watch.ts';

/*
 * Generated cases are the same in every run, so that a change is judged by itself and not by its luck. Set FUZZ_SEED
 * to another number to look further.
 */
fc.configureGlobal({ seed: Number(process.env.FUZZ_SEED ?? 20_261_122) });

watchForSecrets();
