import type { Measure } from '../figure.ts';
import { calls } from './calls.ts';
import { memory } from './memory.ts';
import { spawn } from './spawn.ts';
import { tokens } from './tokens.ts';

export const measures: Measure[] = [tokens, spawn, memory, calls];
